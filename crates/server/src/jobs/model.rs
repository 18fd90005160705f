//! What is decided about jobs: when to try again, and when to give up.

use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::ids::JobId;

/// How long a job waits after its first failure; twice as long after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// And at most.
const MAX_WAIT: Duration = Duration::from_secs(7200);
/// Characters kept of what a job failed of: a remote server may tell a novel.
const MAX_REASON: usize = 500;

/// Why a handler did not do its job. The admin reads the reason: no secrets in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may succeed later.
    Again(String),
    /// It never will.
    Poisoned(String),
}

/// The jobs of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) kind: String,
    /// Wait for their time, for a worker, or for another attempt.
    pub(crate) waiting: u64,
    /// Are being done, as far as is known.
    pub(crate) running: u64,
    pub(crate) parked: u64,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    pub(crate) attempts: u32,
    pub(crate) reason: String,
    pub(crate) created_at: WallClock,
    pub(crate) parked_at: WallClock,
}

/// What becomes of a job that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Retry { after: Duration, reason: String },
    Park { reason: String },
}

/// Decides it after `attempts` of at most `max_attempts`. `entropy` spreads those that failed
/// together.
pub(super) fn judge(failure: Failure, attempts: u32, max_attempts: u32, entropy: u64) -> Verdict {
    match failure {
        Failure::Poisoned(reason) => Verdict::Park { reason: shortened(&reason) },
        Failure::Again(reason) if attempts >= max_attempts => {
            Verdict::Park { reason: shortened(&reason) }
        }
        Failure::Again(reason) => {
            Verdict::Retry { after: backoff(attempts, entropy), reason: shortened(&reason) }
        }
    }
}

/// How long to wait after that many attempts: between half of a capped doubling and the whole.
fn backoff(attempts: u32, entropy: u64) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let whole = FIRST_WAIT.saturating_mul(1 << doublings).min(MAX_WAIT);
    let half = whole / 2;
    let jitter = u64::try_from(half.as_millis()).unwrap_or_default().saturating_add(1);
    half + Duration::from_millis(entropy % jitter)
}

fn shortened(reason: &str) -> String {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    reason.chars().map(printable).take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_cap_and_are_spread_over_their_second_half() {
        let range = |attempts| {
            let least = backoff(attempts, 0).as_millis();
            let millis = u64::try_from(least).unwrap();
            (least, backoff(attempts, millis).as_millis())
        };
        assert_eq!(range(1), (2_500, 5_000));
        assert_eq!(range(2), (5_000, 10_000));
        assert_eq!(range(6), (80_000, 160_000));
        assert_eq!(range(12), (3_600_000, 7_200_000));
        assert_eq!(range(u32::MAX), (3_600_000, 7_200_000));
        for entropy in [1, u64::MAX, 0x1234_5678_9abc_def0] {
            let wait = backoff(3, entropy);
            assert!((10_000..=20_000).contains(&wait.as_millis()), "{wait:?}");
        }
    }

    #[test]
    fn what_is_poisoned_or_failed_too_often_is_parked() {
        let again = || Failure::Again("no route".to_owned());
        let park = |reason: &str| Verdict::Park { reason: reason.to_owned() };
        let after = Duration::from_secs(5);
        let retry = Verdict::Retry { after, reason: "no route".to_owned() };
        assert_eq!(judge(again(), 2, 3, 0), retry);
        assert_eq!(judge(again(), 3, 3, 0), park("no route"));
        assert_eq!(
            judge(Failure::Poisoned("bad\r\ninput".to_owned()), 1, 3, 0),
            park("bad  input")
        );
        let novel = judge(Failure::Poisoned("x".repeat(100_000)), 1, 3, 0);
        assert_eq!(novel, park(&"x".repeat(MAX_REASON)));
    }
}
