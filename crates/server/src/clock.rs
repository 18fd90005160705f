//! The clocks, as a value that rooms are handed.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rivulet_media::time::WallClock;

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(());

impl Clock {
    /// The operating system's clocks.
    pub(crate) fn system() -> Self {
        Self(())
    }

    /// The world's time.
    #[expect(clippy::unused_self, reason = "a clock is a dependency, and dependencies are values")]
    pub(crate) fn wall(&self) -> WallClock {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallClock::from_unix_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    /// A time that only grows, for measuring.
    #[expect(clippy::unused_self, reason = "a clock is a dependency, and dependencies are values")]
    pub(crate) fn monotonic(&self) -> Instant {
        Instant::now()
    }
}

/// The RFC 3339 form, in UTC with milliseconds: `2026-11-21T23:26:28.120Z`.
pub(crate) fn rfc3339(at: WallClock) -> String {
    jiff::Timestamp::from_millisecond(at.as_unix_millis())
        .map(|timestamp| format!("{timestamp:.3}"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        let at = WallClock::from_unix_millis(1_795_303_588_120);
        assert_eq!(rfc3339(at), "2026-11-21T23:26:28.120Z");
    }
}
