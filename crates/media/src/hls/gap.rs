//! A segment, or the rest of one, that a follower does not have.

use std::time::Duration;

use super::cutter::Rest;
use super::marks::Mark;
use super::output::{Content, Output, Part};
use crate::time::Timestamp;

/// A segment that is given up where it was about to end gets one part more, this long.
const MOMENT: Duration = Duration::from_micros(12);

/// How far a segment is listed without media.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    start: Timestamp,
    end: Timestamp,
    parts: u32,
    /// The next part has been hinted at, and must come.
    hinted: bool,
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
        Self { start: mark.start.at, end: mark.start.at, parts: 0, hinted: false }
    }

    /// Of what is left of a segment.
    pub(super) fn of_rest(rest: Rest) -> Self {
        Self { start: rest.start, end: rest.end, parts: rest.parts, hinted: true }
    }

    /// Lists as much as the leader has published, so that who waits for it is answered; says
    /// whether the segment is complete.
    pub(super) fn mirror(&mut self, mark: &Mark, limits: Limits, out: &mut Vec<Output>) -> bool {
        let mut until = mark.end().min(self.start + limits.segment);
        if mark.complete && self.hinted {
            until = until.max(self.end + MOMENT);
        }
        while until > self.end {
            if self.parts == 0 {
                out.push(Output::SegmentStart(mark.start));
            }
            let duration = until.since(self.end).min(limits.part);
            let (index, independent, content) = (self.parts, false, Content::Gap);
            out.push(Output::Part(Part { index, duration, independent, content }));
            self.parts += 1;
            self.end = self.end + duration;
            self.hinted = false;
        }
        if mark.complete && self.parts > 0 {
            out.push(Output::SegmentEnd(self.end.since(self.start)));
        }
        mark.complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hls::output::SegmentStart;
    use crate::time::WallClock;

    /// The parts that a rest from `listed` on gets, in milliseconds, where the
    /// segment turns out to last until `end`.
    fn rest(listed: u64, end: u64) -> Vec<f64> {
        let at = Timestamp::ZERO;
        let start = SegmentStart {
            sequence: 0,
            discontinuity_sequence: 0,
            discontinuity: false,
            at,
            program_date_time: WallClock::default(),
        };
        let mark = Mark { start, covered: Duration::from_millis(end), complete: true };
        let rest = Rest { start: at, end: at + Duration::from_millis(listed), parts: 3 };
        let limits = Limits { part: Duration::from_millis(500), segment: Duration::from_secs(9) };
        let mut out = Vec::new();
        assert!(Gap::of_rest(rest).mirror(&mark, limits, &mut out));
        let parts = out.iter().filter_map(|output| match output {
            Output::Part(part) => Some(part.duration.as_secs_f64() * 1000.0),
            _ => None,
        });
        parts.collect()
    }

    #[test]
    fn the_part_that_was_hinted_at_comes_wherever_the_segment_ends() {
        let moment = MOMENT.as_secs_f64() * 1000.0;
        assert_eq!(rest(1500, 2200), [500.0, 200.0]);
        assert_eq!(rest(1500, 1500), [moment], "given up where its parts end");
        assert_eq!(rest(1500, 1400), [moment], "it is longer than the leader's");
    }
}
