//! What a media playlist says, without the media.

use std::sync::Arc;
use std::time::Duration;

use super::cadence::Timing;
use super::window::Edge;
use crate::time::WallClock;

/// One rendition at one moment: all that rendering needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The broadcast's id in file names.
    pub id: Arc<str>,
    /// What never changes.
    pub timing: Timing,
    /// Whether every segment begins with a keyframe.
    pub independent_segments: bool,
    /// Media sequence number of the first segment listed.
    pub media_sequence: u64,
    /// `EXT-X-DISCONTINUITY-SEQUENCE`
    pub discontinuity_sequence: u64,
    /// Oldest first; only the last may be incomplete.
    pub segments: Vec<SegmentLine>,
    /// Whether nothing will be added any more.
    pub ended: bool,
    /// Where the other renditions of the broadcast are; filled in by whoever knows them.
    pub reports: Vec<RenditionReport>,
}

/// A listed segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentLine {
    /// Media sequence number.
    pub sequence: u64,
    /// Number of its initialisation segment; a gap before the first media has none.
    pub init: Option<u64>,
    /// Whether it does not continue the one before it.
    pub discontinuity: bool,
    /// When its first frame arrived.
    pub program_date_time: WallClock,
    /// Once it is complete.
    pub duration: Option<Duration>,
    /// Whether it cannot be fetched: some of it, or all, is missing.
    pub gap: bool,
    /// Empty when it is too old for parts to be listed.
    pub parts: Vec<PartLine>,
}

/// A listed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartLine {
    /// How much of the timeline it covers.
    pub duration: Duration,
    /// Whether a decoder can begin in it.
    pub independent: bool,
    /// Whether it cannot be fetched.
    pub gap: bool,
}

/// Another rendition of the same broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenditionReport {
    /// Its playlist, relative to this one.
    pub uri: String,
    /// The newest thing it lists.
    pub edge: Edge,
}
