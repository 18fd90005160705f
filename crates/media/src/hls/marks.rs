//! What a follower knows of the leader: the segments it has not gone through itself yet.

use std::collections::VecDeque;
use std::time::Duration;

use super::output::{Output, SegmentStart};
use crate::time::Timestamp;

/// More of the leader's segments than this are not kept for a follower that is behind; against
/// segments so short that the time they last is no measure.
const MAX_MARKS: usize = 64;
/// A segment of the leader.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) start: SegmentStart,
    /// How much of it is published.
    pub(super) covered: Duration,
    pub(super) complete: bool,
}

impl Mark {
    /// Where what is published of it ends.
    pub(super) fn end(&self) -> Timestamp {
        self.start.at + self.covered
    }
}

/// Segments of the leader, the one that the follower is in or waits for first.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: VecDeque<Mark>,
    closed: bool,
}

impl Marks {
    /// Takes the leader's next output.
    pub(super) fn take(&mut self, output: &Output) {
        match output {
            Output::SegmentStart(start) => {
                let (covered, complete) = (Duration::ZERO, false);
                self.list.push_back(Mark { start: *start, covered, complete });
            }
            Output::Part(part) => {
                if let Some(mark) = self.list.back_mut().filter(|mark| !mark.complete) {
                    mark.covered += part.duration;
                }
            }
            Output::SegmentEnd(duration) => {
                if let Some(mark) = self.list.back_mut().filter(|mark| !mark.complete) {
                    mark.covered = *duration;
                    mark.complete = true;
                }
            }
            Output::Timing(_) | Output::Init(_) | Output::End => {}
        }
    }

    pub(super) fn front(&self) -> Option<Mark> {
        self.list.front().copied()
    }

    /// The mark this many after the first.
    pub(super) fn get(&self, index: usize) -> Option<Mark> {
        self.list.get(index).copied()
    }

    /// This many are gone through.
    pub(super) fn pop(&mut self, count: usize) {
        self.list.drain(..count.min(self.list.len()));
    }

    /// No more will come.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn are_closed(&self) -> bool {
        self.closed
    }

    /// Sequence number of the segment after the newest.
    pub(super) fn next_sequence(&self) -> u64 {
        self.list.back().map_or(0, |newest| newest.start.sequence.saturating_add(1))
    }

    /// Whether there are more than are kept.
    pub(super) fn are_too_many(&self) -> bool {
        self.list.len() > MAX_MARKS
    }
}
