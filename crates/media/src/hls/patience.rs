//! How long a follower may list nothing new.

use std::time::Duration;

use super::output::Output;

/// The least that is listed before a follower that has begun counts as late, in tenths of a target
/// duration: as long as RFC 8216bis §6.2.1 allows. Then a gap is better than nothing,
/// for players go elsewhere while they still have something to play.
const GOING_ON_TENTHS: u32 = 15;
/// The same for one that has listed nothing yet, whose encoder begins with pictures of a while ago.
const BEGINNING_TENTHS: u32 = 30;

/// Counts the leader's media since the follower's last complete segment.
#[derive(Debug, Default)]
pub(super) struct Patience {
    waited: Duration,
    has_begun: bool,
}

impl Patience {
    /// The leader has published something.
    pub(super) fn wait(&mut self, output: &Output) {
        if let Output::Part(part) = output {
            self.waited += part.duration;
        }
    }

    /// A segment of the follower's own is complete.
    pub(super) fn renew(&mut self) {
        *self = Self { waited: Duration::ZERO, has_begun: true };
    }

    /// Whether it is time to list something else than what was hoped for.
    pub(super) fn is_over(&self, target: Duration) -> bool {
        let tenths = if self.has_begun { GOING_ON_TENTHS } else { BEGINNING_TENTHS };
        self.waited * 10 > target * tenths
    }
}
