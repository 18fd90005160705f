//! What was worked out a moment ago, for everybody who asks the same: a crowd costs one answer, and
//! so does a script.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex as AsyncMutex;

use crate::clock::Clock;

/// How old an answer may be. Subscribers look every hour.
const FRESH: Duration = Duration::from_secs(60);

/// Answers by question.
pub(super) struct Kept<K, V> {
    at_most: usize,
    known: Mutex<HashMap<K, (Instant, V)>>,
    /// One is worked out at a time, however many ask.
    making: AsyncMutex<()>,
}

impl<K: Copy + Eq + Hash, V: Clone> Kept<K, V> {
    /// Keeps the newest `at_most` answers.
    pub(super) fn new(at_most: usize) -> Self {
        Self { at_most, known: Mutex::default(), making: AsyncMutex::default() }
    }

    /// The answer that is kept, or else what `make` makes.
    pub(super) async fn get<E>(
        &self,
        question: K,
        clock: Clock,
        make: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        if let Some(known) = self.fresh(&question, clock.monotonic()) {
            return Ok(known);
        }
        let _turn = self.making.lock().await;
        // Somebody else may have made it meanwhile.
        if let Some(known) = self.fresh(&question, clock.monotonic()) {
            return Ok(known);
        }
        // As old as what it is made of.
        let now = clock.monotonic();
        let made = Box::pin(make).await?;
        let mut known = self.known();
        known.retain(|_, (at, _)| now.saturating_duration_since(*at) < FRESH);
        while known.len() >= self.at_most {
            let oldest = known.iter().min_by_key(|(_, (at, _))| *at).map(|(question, _)| *question);
            let Some(oldest) = oldest else { break };
            known.remove(&oldest);
        }
        known.insert(question, (now, made.clone()));
        Ok(made)
    }

    /// Forgets answers. One that is being made is kept nevertheless, for as long as any.
    pub(super) fn forget(&self, which: impl Fn(&K) -> bool) {
        self.known().retain(|question, _| !which(question));
    }

    fn fresh(&self, question: &K, now: Instant) -> Option<V> {
        let known = self.known();
        let (_, answer) =
            known.get(question).filter(|(at, _)| now.saturating_duration_since(*at) < FRESH)?;
        Some(answer.clone())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<K, (Instant, V)>> {
        // A map is whole between statements, so a panic elsewhere does not spoil it.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// How often something was made for this question and those before.
    async fn ask(kept: &Kept<u8, u32>, question: u8, clock: Clock, made: &AtomicU32) -> u32 {
        let make = async {
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(made.fetch_add(1, Ordering::SeqCst) + 1)
        };
        kept.get(question, clock, make).await.unwrap()
    }

    #[tokio::test]
    async fn a_crowd_costs_one_answer_a_minute() {
        let (clock, hands) = Clock::by_hand();
        let (kept, made) = (Kept::new(2), AtomicU32::new(0));
        let crowd = (0..50).map(|_| ask(&kept, 1, clock, &made));
        let answers = futures_util::future::join_all(crowd).await;
        assert!(answers.iter().all(|it| *it == 1), "{answers:?}");
        hands.advance(Duration::from_secs(59));
        assert_eq!(ask(&kept, 1, clock, &made).await, 1);
        hands.advance(Duration::from_secs(1));
        assert_eq!(ask(&kept, 1, clock, &made).await, 2);
        kept.forget(|question| *question == 1);
        assert_eq!(ask(&kept, 1, clock, &made).await, 3);
    }

    #[tokio::test]
    async fn the_oldest_answers_make_room() {
        let (clock, hands) = Clock::by_hand();
        let (kept, made) = (Kept::new(2), AtomicU32::new(0));
        for question in 1..=3 {
            ask(&kept, question, clock, &made).await;
            hands.advance(Duration::from_secs(1));
        }
        assert_eq!(ask(&kept, 3, clock, &made).await, 3, "kept");
        assert_eq!(ask(&kept, 2, clock, &made).await, 2, "kept");
        assert_eq!(ask(&kept, 1, clock, &made).await, 4, "gave way");
    }
}
