//! A segment, or the rest of one, that a follower does not have.

use std::time::Duration;

use super::cutter::Rest;
use super::marks::Mark;
use super::output::{Content, Output, Part};
use crate::time::Timestamp;

/// How far a segment is listed without media.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    start: Timestamp,
    end: Timestamp,
    parts: u32,
}

/// What limits a gap's parts and segments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) part: Duration,
    pub(super) segment: Duration,
}

impl Gap {
    /// Of a whole segment.
    pub(super) fn of(mark: &Mark) -> Self {
        Self { start: mark.start.at, end: mark.start.at, parts: 0 }
    }

    /// Of what is left of a segment.
    pub(super) fn of_rest(rest: Rest) -> Self {
        Self { start: rest.start, end: rest.end, parts: rest.parts }
    }

    /// Lists as much as the leader has published, so that who waits for it is answered; says
    /// whether the segment is complete.
    pub(super) fn mirror(&mut self, mark: &Mark, limits: Limits, out: &mut Vec<Output>) -> bool {
        let until = mark.end().min(self.start + limits.segment);
        while until > self.end {
            if self.parts == 0 {
                out.push(Output::SegmentStart(mark.start));
            }
            let duration = until.since(self.end).min(limits.part);
            let (index, independent, content) = (self.parts, false, Content::Gap);
            out.push(Output::Part(Part { index, duration, independent, content }));
            self.parts += 1;
            self.end = self.end + duration;
        }
        if mark.complete && self.parts > 0 {
            out.push(Output::SegmentEnd(self.end.since(self.start)));
        }
        mark.complete
    }
}
