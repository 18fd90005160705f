//! Where segments end: the leading rendition decides it from its own frames; to those that follow
//! it is given, and they look for the frame of theirs that is nearest.

use std::collections::VecDeque;
use std::time::Duration;

use super::output::SegmentStart;
use crate::time::Timestamp;

/// Stamps are rounded to milliseconds somewhere on the way.
const ROUNDING: Duration = Duration::from_millis(2);

/// Frames that are said to last longer are not looked for any further away: a slide show's stamps
/// are exact, and what reaches over whole segments means none of them.
const MAX_FRAME: Duration = Duration::from_millis(250);

/// Who says where segments end.
#[derive(Debug)]
pub(super) enum Boundaries {
    /// The frames themselves.
    Decided,
    /// Another rendition.
    Given(Given),
}

/// Boundaries of another rendition that are still to come.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// What begins at each of them, in order. Their number is bounded by whoever adds them.
    marks: VecDeque<SegmentStart>,
    /// Decided, and waiting for the frames before them to be complete.
    planned: VecDeque<Cut>,
    /// Whether the newest picture is where the segment ends unless a better one follows.
    candidate: bool,
}

/// The end of a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// In decoding time.
    pub(super) at: Timestamp,
    /// What begins there.
    pub(super) next: SegmentStart,
}

/// A picture that is about to be taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture {
    pub(super) decoded: Timestamp,
    pub(super) shown: Timestamp,
    pub(super) keyframe: bool,
    /// When the picture before it is decoded.
    pub(super) before: Option<Timestamp>,
}

/// What bounds the segment that is being cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) start: Timestamp,
    /// Where what is published of it ends.
    pub(super) listed: Timestamp,
    /// No segment becomes longer.
    pub(super) limit: Duration,
    pub(super) reach: Reach,
    /// Presentation less decoding time, in microseconds.
    pub(super) shift: i64,
}

/// How far from a mark a frame may lie and be the one that is meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) early: Duration,
    pub(super) late: Duration,
}

impl Reach {
    /// Half a frame either way; and where the source's keyframe falls between two frames of a
    /// lower rate, the encoder makes the one after it a keyframe.
    pub(super) fn of(frame: Duration) -> Self {
        let frame = frame.min(MAX_FRAME);
        Self { early: frame / 2 + ROUNDING, late: frame * 3 / 2 + ROUNDING }
    }

    /// Whether `at` is not before what `mark` may mean.
    pub(super) fn reaches(self, at: Timestamp, mark: Timestamp) -> bool {
        at + self.early >= mark
    }

    /// Whether `at` is past what `mark` may mean.
    pub(super) fn is_past(self, at: Timestamp, mark: Timestamp) -> bool {
        at > mark + self.late
    }
}

impl Given {
    /// A boundary that follows those known so far.
    pub(super) fn add(&mut self, mark: SegmentStart) {
        self.marks.push_back(mark);
    }

    /// The next decided boundary that is not after `until`.
    pub(super) fn due(&self, until: Timestamp) -> Option<Cut> {
        self.planned.front().copied().filter(|cut| cut.at <= until)
    }

    /// The boundary that was [`Self::due`] is there.
    pub(super) fn done(&mut self) {
        self.planned.pop_front();
    }

    /// Decides which boundaries a picture brings: it is one itself, the one before it is, or they
    /// lie between the two.
    pub(super) fn take_picture(&mut self, picture: Picture, bounds: Bounds) {
        while let Some(mark) = self.marks.front().copied() {
            let Bounds { reach, .. } = bounds;
            if !reach.reaches(picture.shown, mark.at) {
                return;
            }
            // A keyframe belongs to the last mark that it reaches.
            let next = self.marks.get(1);
            let past = reach.is_past(picture.shown, mark.at)
                || next.is_some_and(|next| reach.reaches(picture.shown, next.at));
            let full = picture.decoded >= self.latest(bounds);
            let at = match (std::mem::take(&mut self.candidate), picture.before) {
                (true, Some(before)) if past || !picture.keyframe => before,
                _ if past => shifted(mark.at, -bounds.shift),
                _ if picture.keyframe || full => picture.decoded,
                _ => {
                    self.candidate = true;
                    return;
                }
            };
            self.plan(at, bounds);
        }
    }

    /// Whether it takes another picture to tell.
    pub(super) fn is_undecided(&self) -> bool {
        self.candidate
    }

    /// Whether a picture that is decoded at `at` is in no segment that is known: its own would
    /// become too long.
    pub(super) fn is_beyond(&self, at: Timestamp, bounds: Bounds) -> bool {
        at >= self.latest(bounds)
    }

    /// Decides which boundaries lie at the end of a frame of sound that leads, or within it.
    pub(super) fn take_sound(&mut self, end: Timestamp, bounds: Bounds) {
        while let Some(mark) = self.marks.front().copied() {
            if end + ROUNDING < mark.at {
                return;
            }
            let at =
                if bounds.reach.is_past(end, mark.at) { mark.at.max(bounds.listed) } else { end };
            self.plan(at, bounds);
        }
    }

    /// Nothing more comes: what is left lies where it is given.
    pub(super) fn take_end(&mut self, bounds: Bounds) {
        while let Some(mark) = self.marks.front().copied() {
            self.plan(shifted(mark.at, -bounds.shift), bounds);
        }
    }

    fn plan(&mut self, at: Timestamp, bounds: Bounds) {
        let at = at.min(self.latest(bounds));
        if let Some(next) = self.marks.pop_front() {
            self.planned.push_back(Cut { at, next });
        }
    }

    /// Where the segment ends at the latest.
    fn latest(&self, bounds: Bounds) -> Timestamp {
        self.planned.back().map_or(bounds.start, |cut| cut.at) + bounds.limit
    }
}

/// `at`, this many microseconds later.
pub(super) fn shifted(at: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(at.as_micros().saturating_add(micros))
}
