//! A segment as the window keeps it: its parts, whose bytes it is made of.

use std::time::Duration;

use bytes::Bytes;

use super::output::{Content, Part, SegmentStart};
use super::snapshot::{PartLine, SegmentLine};

/// A segment and its media.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) start: SegmentStart,
    /// Number of its initialisation segment; a gap before the first media has none.
    pub(super) init: Option<u64>,
    pub(super) parts: Vec<Part>,
    /// Once it is complete.
    pub(super) duration: Option<Duration>,
}

impl Segment {
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(|part| part.content.size()).sum()
    }

    pub(super) fn covered(&self) -> Duration {
        self.parts.iter().map(|part| part.duration).sum()
    }

    /// Whether any of it is missing (§6.2.1: then all of it is listed as a gap).
    pub(super) fn is_gap(&self) -> bool {
        self.parts.iter().any(|part| part.content.is_gap())
    }

    /// Its media, in pieces that follow each other; `None` unless it is complete and has no gap.
    pub(super) fn media(&self) -> Option<Vec<Bytes>> {
        self.duration?;
        self.parts.iter().map(|part| media(&part.content)).collect()
    }

    pub(super) fn line(&self, with_parts: bool) -> SegmentLine {
        let line = |part: &Part| PartLine {
            duration: part.duration,
            independent: part.independent,
            gap: part.content.is_gap(),
        };
        let parts = if with_parts { self.parts.iter().map(line).collect() } else { Vec::new() };
        SegmentLine {
            sequence: self.start.sequence,
            init: self.init,
            discontinuity: self.start.discontinuity,
            program_date_time: self.start.program_date_time,
            duration: self.duration,
            gap: self.is_gap(),
            parts,
        }
    }
}

/// What can be fetched of a part.
pub(super) fn media(content: &Content) -> Option<Bytes> {
    match content {
        Content::Media(bytes) => Some(bytes.clone()),
        Content::Gap => None,
    }
}
