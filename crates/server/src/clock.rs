//! The clocks, as a value that rooms are handed.

#[cfg(test)]
mod by_hand;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rivulet_media::time::WallClock;

#[cfg(test)]
pub(crate) use by_hand::Hands;

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    #[cfg(test)]
    ByHand(&'static Hands),
}

impl Clock {
    /// The operating system's clocks.
    pub(crate) fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands until a test moves its hands.
    #[cfg(test)]
    pub(crate) fn by_hand() -> (Self, &'static Hands) {
        let hands: &'static Hands = Box::leak(Box::new(Hands::new()));
        (Self(Source::ByHand(hands)), hands)
    }

    /// The world's time.
    pub(crate) fn wall(&self) -> WallClock {
        match self.0 {
            Source::System => {
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let millis = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
                WallClock::from_unix_millis(millis)
            }
            #[cfg(test)]
            Source::ByHand(hands) => hands.wall(),
        }
    }

    /// A time that only grows, for measuring.
    pub(crate) fn monotonic(&self) -> Instant {
        match self.0 {
            Source::System => Instant::now(),
            #[cfg(test)]
            Source::ByHand(hands) => hands.monotonic(),
        }
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        let at = WallClock::from_unix_millis(1_795_303_588_120);
        assert_eq!(rfc3339(at), "2026-11-21T23:26:28.120Z");
    }

    #[test]
    fn a_clock_by_hand_stands_until_it_is_moved() {
        let (clock, hands) = Clock::by_hand();
        let (wall, monotonic) = (clock.wall(), clock.monotonic());
        hands.advance(Duration::from_secs(90));
        assert_eq!(clock.wall(), wall + Duration::from_secs(90));
        assert_eq!(clock.monotonic() - monotonic, Duration::from_secs(90));
    }
}
