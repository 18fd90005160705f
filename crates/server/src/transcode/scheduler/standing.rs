//! What a broadcast is doing, in the words of the scheduler.

use std::sync::Arc;
use std::time::Instant;

use super::job::{Job, Phase};
use crate::transcode::ladder::Cost;

/// What a broadcast is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the queue, at this place, 1 being the next.
    Queued { place: usize, of: usize, why: Why },
    /// A child has been started.
    Starting { rungs: Vec<u8> },
    /// A child encodes these rungs; there is no room for the missing ones, or no speed.
    Running { rungs: Vec<u8>, missing: Vec<u8>, slow: bool },
    /// The child failed and comes back.
    BackingOff { until: Instant, why: Arc<str> },
    /// Even one rung was too slow; it is tried again.
    TooSlow { until: Instant },
}

/// Why a broadcast waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The machine's speed is being measured.
    Measuring,
    /// Others take all there is.
    Busy,
    /// Its smallest rung is more than this machine can do beside anything else.
    TooLarge,
    /// Its source has just changed.
    Planning,
}

/// How a broadcast stands: `place` is that of who waits, one of so many.
pub(super) fn standing(job: &Job, place: usize, of: usize, limit: Option<Cost>) -> Standing {
    match &job.phase {
        Phase::Waiting => {
            let why = match limit {
                None => Why::Measuring,
                Some(limit) if job.plan.cost(1) > limit => Why::TooLarge,
                Some(_) => Why::Busy,
            };
            Standing::Queued { place, of, why }
        }
        Phase::Unplanned => Standing::Queued { place: 1, of: of.max(1), why: Why::Planning },
        Phase::Running { started: false, count, .. } => {
            Standing::Starting { rungs: job.plan.numbers(*count) }
        }
        Phase::Running { count, .. } => {
            let (rungs, missing) = (job.plan.numbers(*count), job.plan.missing(*count));
            let slow = job.sheds > 0 && !missing.is_empty();
            Standing::Running { rungs, missing, slow }
        }
        Phase::BackingOff { until, why, .. } => {
            Standing::BackingOff { until: *until, why: Arc::clone(why) }
        }
        Phase::Resting { until } => Standing::TooSlow { until: *until },
    }
}
