//! What a marker is, and what it may say.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::MarkersError;
use crate::ids::{BroadcastId, ChannelId, MarkerId};

/// Longest text, in characters: that of a title.
pub(super) const MAX_TEXT_LEN: usize = 140;
/// Markers of one broadcast. Against a program that marks without end; one every six minutes of
/// twenty hours.
pub(super) const MAX_MARKERS: u64 = 200;

/// A moment of a broadcast that somebody marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) id: MarkerId,
    pub(super) channel: ChannelId,
    pub(super) broadcast: BroadcastId,
    pub(super) at: WallClock,
    /// Where that is in the broadcast's pictures and sound.
    pub(super) position: Duration,
    /// May be empty.
    pub(super) text: String,
    /// Who set it, by the name of then.
    pub(super) made_by: String,
}

impl Marker {
    /// How long the broadcast had been on by the clock on the wall.
    pub(super) fn elapsed(&self, started_at: WallClock) -> Duration {
        let ms = self.at.as_unix_millis().saturating_sub(started_at.as_unix_millis());
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }
}

/// What a marker says: one line, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(String);

impl Words {
    /// Reads what somebody typed. Lists of markers are lines of text, so that line ends and what
    /// nobody sees become spaces.
    pub(super) fn parse(typed: &str) -> Result<Self, MarkersError> {
        let pieces = typed.split(|c: char| c.is_whitespace() || c.is_control());
        let text = pieces.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
        if text.chars().count() > MAX_TEXT_LEN {
            return Err(MarkersError::Text);
        }
        Ok(Self(text))
    }
}

impl From<Words> for String {
    fn from(words: Words) -> Self {
        words.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_says_one_line() {
        let long = "ä".repeat(MAX_TEXT_LEN);
        for (typed, said) in [
            ("", ""),
            ("  The goal\u{a0}of the day ", "The goal of the day"),
            ("one\r\n0:00:00 two\u{0}", "one 0:00:00 two"),
            (long.as_str(), long.as_str()),
        ] {
            assert_eq!(String::from(Words::parse(typed).unwrap()), said, "{typed:?}");
        }
        assert!(matches!(Words::parse(&format!("{long}x")), Err(MarkersError::Text)));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_time_before_the_beginning() {
        let marker = |at| Marker {
            id: MarkerId::generate(),
            channel: ChannelId::generate(),
            broadcast: BroadcastId::generate(),
            at: WallClock::from_unix_millis(at),
            position: Duration::ZERO,
            text: String::new(),
            made_by: String::new(),
        };
        let started_at = WallClock::from_unix_millis(5_000);
        assert_eq!(marker(7_500).elapsed(started_at), Duration::from_millis(2_500));
        assert_eq!(marker(4_000).elapsed(started_at), Duration::ZERO);
    }
}
