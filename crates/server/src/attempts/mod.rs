//! Stream keys are tried in turns, one at a time from an address, and a wrong one makes the next
//! wait: however many connections guess, they guess at the pace of one. Encoders and readers of what
//! only a channel's owner may read take the same turns.
//!
//! Passwords, codes and registrations are counted instead ([`Limits`]): their budgets are too small
//! to wait for.

mod limit;
mod prefix;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::{sleep, timeout};

pub(crate) use limit::{Counted, Limit, Limits, Paid};
pub(crate) use prefix::Prefix;

use crate::clock::Clock;

/// What the first wrong key costs; each further one costs twice as much.
const FIRST_PENALTY: Duration = Duration::from_millis(100);
/// What a wrong key costs at most: an encoder that shares its address with somebody's mistakes
/// still gets its turn before it gives up.
const MAX_PENALTY: Duration = Duration::from_secs(1);
/// How long a connection waits for its turn: less than encoders wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an address is remembered after its last wrong key.
const MEMORY: Duration = Duration::from_secs(300);
/// Prefixes remembered at one time; somebody with more of them makes us forget the oldest. Those
/// who wait are never forgotten, and are fewer: each has a connection.
const MAX_PREFIXES: usize = 10_000;

/// Who failed lately.
#[derive(Clone, Default)]
pub(crate) struct Attempts {
    known: Arc<Mutex<HashMap<Prefix, Arc<AsyncMutex<Failures>>>>>,
}

/// The wrong keys from one prefix.
#[derive(Default)]
struct Failures {
    count: u32,
    last: Option<Instant>,
}

/// The right to try one key. Nobody else from the same prefix tries any until it is dropped.
pub(crate) struct Turn {
    failures: OwnedMutexGuard<Failures>,
}

impl Attempts {
    /// Waits for a turn; `None` when too many are waiting already.
    pub(crate) async fn turn(&self, from: Prefix, clock: Clock) -> Option<Turn> {
        let known = self.of(from, clock.monotonic());
        let turn = async {
            let failures = known.lock_owned().await;
            sleep(failures.wait(clock.monotonic())).await;
            Turn { failures }
        };
        timeout(PATIENCE, turn).await.ok()
    }

    fn of(&self, from: Prefix, now: Instant) -> Arc<AsyncMutex<Failures>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_PREFIXES && !known.contains_key(&from) {
            forget(&mut known, now);
        }
        Arc::clone(known.entry(from).or_default())
    }
}

impl Turn {
    /// The key was wrong.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.failures.add(now);
    }
}

impl Failures {
    fn add(&mut self, now: Instant) {
        self.count = if self.is_fresh(now) { self.count.saturating_add(1) } else { 1 };
        self.last = Some(now);
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.last.is_some_and(|last| now.saturating_duration_since(last) < MEMORY)
    }

    /// How long the next attempt waits.
    fn wait(&self, now: Instant) -> Duration {
        let Some(last) = self.last else { return Duration::ZERO };
        let doublings = self.count.saturating_sub(1).min(16);
        let penalty = FIRST_PENALTY.saturating_mul(1 << doublings).min(MAX_PENALTY);
        (last + penalty).saturating_duration_since(now)
    }
}

/// Those who behaved for a while; should that be nobody, whoever failed longest ago.
fn forget(known: &mut HashMap<Prefix, Arc<AsyncMutex<Failures>>>, now: Instant) {
    // Nobody holds what can be borrowed mutably, and nobody can come to: the map is locked.
    known.retain(|_, it| Arc::get_mut(it).is_none_or(|it| it.get_mut().is_fresh(now)));
    if known.len() < MAX_PREFIXES {
        return;
    }
    let idle = known
        .iter_mut()
        .filter_map(|(prefix, failures)| Some((*prefix, Arc::get_mut(failures)?.get_mut().last)));
    if let Some((oldest, _)) = idle.min_by_key(|(_, last)| *last) {
        known.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn prefix(n: u32) -> Prefix {
        Prefix::of(IpAddr::V4(n.into()))
    }

    #[test]
    fn every_wrong_key_costs_twice_the_last_until_it_is_forgotten() {
        let mut failures = Failures::default();
        let start = Instant::now();
        assert_eq!(failures.wait(start), Duration::ZERO);
        let mut fail = |at| {
            failures.add(at);
            failures.wait(at).as_millis()
        };
        let costs: Vec<_> = (0..6).map(|_| fail(start)).collect();
        assert_eq!(costs, [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(fail(start + MEMORY), 100);
        assert_eq!(failures.wait(start + MEMORY + FIRST_PENALTY), Duration::ZERO);
    }

    #[tokio::test]
    async fn guesses_on_many_connections_take_turns() {
        let (attempts, clock) = (Attempts::default(), Clock::system());
        let start = Instant::now();
        let guesses = (0..4).map(async |_| {
            attempts.turn(prefix(1), clock).await.unwrap().failed(clock.monotonic());
        });
        futures_util::future::join_all(guesses).await;
        // The first three make the others wait.
        assert!(start.elapsed() >= FIRST_PENALTY * 7);
    }

    #[tokio::test]
    async fn nobody_waits_for_strangers_elsewhere_or_for_right_keys() {
        let (attempts, clock) = (Attempts::default(), Clock::system());
        let mut turn = attempts.turn(prefix(1), clock).await.unwrap();
        // Longer than any penalty: who waited for it would not be through at once.
        turn.failed(clock.monotonic() + MEMORY);
        let mut other = std::pin::pin!(attempts.turn(prefix(2), clock));
        assert!(timeout(PATIENCE / 2, other.as_mut()).await.unwrap().is_some());
        let mut same = std::pin::pin!(attempts.turn(prefix(2), clock));
        assert!(timeout(PATIENCE / 2, same.as_mut()).await.unwrap().is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for n in 0..u32::try_from(MAX_PREFIXES).unwrap() + 100 {
            attempts.of(prefix(n), now).try_lock().unwrap().add(now);
        }
        assert!(attempts.known.lock().unwrap().len() <= MAX_PREFIXES);
    }
}
