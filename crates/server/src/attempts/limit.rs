//! How often something may go wrong: so many times at once, and once more after a while.
//!
//! Whoever tries pays first and is paid back when it went well, so that many tries at one time are
//! no way around.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Things counted at one time. Against somebody with many addresses or names; when it is full, those
/// that would be forgotten next are forgotten now.
const MAX_COUNTED: usize = 20_000;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Times at once.
    pub(crate) burst: u32,
    /// Until one more.
    pub(crate) every: Duration,
}

/// What is counted: a purpose, and an address or a name. A hash, so that no name is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Counted(u64);

/// Counts.
#[derive(Clone, Default)]
pub(crate) struct Limits {
    hasher: RandomState,
    /// When each has its whole budget again.
    whole_at: Arc<Mutex<HashMap<Counted, Instant>>>,
}

/// What was paid for one try.
#[derive(Debug)]
#[must_use = "what went well is paid back"]
pub(crate) struct Paid(Vec<(Counted, Duration)>);

impl Limits {
    /// What to count `key` as, for one purpose.
    pub(crate) fn counted(&self, purpose: &'static str, key: impl Hash) -> Counted {
        Counted(self.hasher.hash_one((purpose, key)))
    }

    /// Pays for one try against each.
    ///
    /// # Errors
    /// How long to wait when one of them has nothing left; then nothing is paid.
    pub(crate) fn pay(
        &self,
        for_each: &[(Counted, Limit)],
        now: Instant,
    ) -> Result<Paid, Duration> {
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |whole_at: &HashMap<_, _>, counted| {
            whole_at.get(&counted).copied().map_or(now, |at: Instant| at.max(now))
        };
        for &(counted, limit) in for_each {
            let then = of(&whole_at, counted) + limit.every;
            let latest = now + limit.every * limit.burst;
            if then > latest {
                return Err(then - latest);
            }
        }
        for &(counted, limit) in for_each {
            let then = of(&whole_at, counted) + limit.every;
            forget(&mut whole_at, counted, now);
            whole_at.insert(counted, then);
        }
        Ok(Paid(for_each.iter().map(|(counted, limit)| (*counted, limit.every)).collect()))
    }

    /// It went well.
    pub(crate) fn pay_back(&self, paid: Paid) {
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        for (counted, price) in paid.0 {
            if let Some(at) = whole_at.get_mut(&counted) {
                *at = at.checked_sub(price).unwrap_or(*at);
            }
        }
    }
}

/// Makes room for one more.
fn forget(whole_at: &mut HashMap<Counted, Instant>, counted: Counted, now: Instant) {
    if whole_at.len() < MAX_COUNTED || whole_at.contains_key(&counted) {
        return;
    }
    whole_at.retain(|_, at| *at > now);
    if whole_at.len() >= MAX_COUNTED
        && let Some(next) = whole_at.iter().min_by_key(|(_, at)| **at).map(|(counted, _)| *counted)
    {
        whole_at.remove(&next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { burst: 3, every: Duration::from_secs(60) };

    #[test]
    fn who_fails_too_often_waits_and_who_succeeds_never_does() {
        let (limits, now) = (Limits::default(), Instant::now());
        let one = [(limits.counted("sign-in", "ada"), LIMIT)];
        for _ in 0..10 {
            let paid = limits.pay(&one, now).unwrap();
            limits.pay_back(paid);
        }
        for _ in 0..3 {
            let _ = limits.pay(&one, now).unwrap();
        }
        assert_eq!(limits.pay(&one, now).unwrap_err(), LIMIT.every);
        let later = now + LIMIT.every / 4;
        assert_eq!(limits.pay(&one, later).unwrap_err(), LIMIT.every * 3 / 4);
        let _ = limits.pay(&one, now + LIMIT.every).unwrap();
        assert!(limits.pay(&one, now + LIMIT.every).is_err());
    }

    #[test]
    fn who_is_refused_for_one_reason_pays_for_none() {
        let (limits, now) = (Limits::default(), Instant::now());
        let (ada, bob) = (limits.counted("a", 1), limits.counted("a", 2));
        assert_ne!(ada, limits.counted("b", 1));
        for _ in 0..3 {
            let _ = limits.pay(&[(ada, LIMIT)], now).unwrap();
        }
        for _ in 0..5 {
            assert!(limits.pay(&[(bob, LIMIT), (ada, LIMIT)], now).is_err());
        }
        assert!(limits.pay(&[(bob, LIMIT)], now).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let (limits, now) = (Limits::default(), Instant::now());
        for n in 0..MAX_COUNTED + 10 {
            let _ = limits.pay(&[(limits.counted("a", n), LIMIT)], now).unwrap();
        }
        assert!(limits.whole_at.lock().unwrap().len() <= MAX_COUNTED);
    }
}
