//! What the packager says and the window believes.

use std::time::Duration;

use bytes::Bytes;

use super::cadence::Timing;
use crate::frame::{AudioConfig, VideoConfig};
use crate::time::{Timestamp, WallClock};

/// One step of a rendition's publication, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Once, before everything else: what holds for the whole broadcast.
    Timing(Timing),
    /// The segments that start from here on are initialised with this.
    Init(Init),
    /// A segment begins; its first part follows at once.
    SegmentStart(SegmentStart),
    /// The next part of the segment that began last.
    Part(Part),
    /// The segment that began last is complete: the sum of its parts' durations.
    SegmentEnd(Duration),
    /// Nothing follows, ever.
    End,
}

/// An initialisation segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The media sequence number of the first segment it applies to: never used twice.
    pub number: u64,
    /// The video track, when there is one.
    pub video: Option<VideoConfig>,
    /// The audio track, when there is one.
    pub audio: Option<AudioConfig>,
    /// `ftyp` and `moov`.
    pub bytes: Bytes,
}

/// What is known of a segment when its first part is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentStart {
    /// Media sequence number.
    pub sequence: u64,
    /// Discontinuity sequence number, this segment's own `EXT-X-DISCONTINUITY` counted.
    pub discontinuity_sequence: u64,
    /// Whether it carries an `EXT-X-DISCONTINUITY`.
    pub discontinuity: bool,
    /// When its first frame is presented, on the broadcast's timeline: its keyframe, or where a
    /// limit was reached without one.
    pub at: Timestamp,
    /// When its first frame arrived.
    pub program_date_time: WallClock,
}

/// A partial segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number within its segment, from 0.
    pub index: u32,
    /// How much of the timeline it covers.
    pub duration: Duration,
    /// Whether a decoder can begin in it.
    pub independent: bool,
    /// What it holds.
    pub content: Content,
}

/// What a partial segment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// `moof` and `mdat`.
    Media(Bytes),
    /// Nothing: this rendition does not have what others have here.
    Gap,
}

impl Content {
    /// How many bytes it holds.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Media(bytes) => bytes.len(),
            Self::Gap => 0,
        }
    }

    /// Whether there is nothing to fetch.
    #[must_use]
    pub const fn is_gap(&self) -> bool {
        matches!(self, Self::Gap)
    }
}
