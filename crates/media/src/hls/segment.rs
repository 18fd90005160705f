//! A segment as the window keeps it: its parts, whose bytes it is made of.

use std::time::Duration;

use super::output::{Part, SegmentStart};
use super::snapshot::{PartLine, SegmentLine};

/// A segment and its media.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) start: SegmentStart,
    pub(super) init: u64,
    pub(super) parts: Vec<Part>,
    /// Once it is complete.
    pub(super) duration: Option<Duration>,
}

impl Segment {
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }

    pub(super) fn covered(&self) -> Duration {
        self.parts.iter().map(|part| part.duration).sum()
    }

    pub(super) fn line(&self, with_parts: bool) -> SegmentLine {
        let line =
            |part: &Part| PartLine { duration: part.duration, independent: part.independent };
        let parts = if with_parts { self.parts.iter().map(line).collect() } else { Vec::new() };
        SegmentLine {
            sequence: self.start.sequence,
            init: self.init,
            discontinuity: self.start.discontinuity,
            program_date_time: self.start.program_date_time,
            duration: self.duration,
            parts,
        }
    }
}
