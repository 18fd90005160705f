//! What a [`Cutter`] does when its boundaries are given.

use std::time::Duration;

use super::boundaries::{Boundaries, Bounds, Cut, Given, Picture, Reach, shifted};
use super::cutter::{Cutter, Opening, Rest, Sink};
use super::lane::{Span, VideoLane};
use super::output::SegmentStart;
use crate::frame::{Frame, Track};
use crate::time::Timestamp;

impl Cutter {
    /// Another segment begins at this mark.
    pub(super) fn mark(&mut self, mark: SegmentStart) {
        self.given(|given| given.add(mark));
    }

    /// Whether a boundary cannot be kept, or a limit was reached: it must be given up.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Where the complete frames end, in presentation time.
    pub(super) fn position(&self) -> Timestamp {
        shifted(self.end, self.shift)
    }

    /// When a frame of the leading track is presented, seen from its place in decoding order: only
    /// of keyframes do the stamps of pictures say it, and sound keeps to its grid.
    pub(super) fn shown(&self, frame: &Frame) -> Timestamp {
        if frame.track == Track::Audio {
            frame.pts.max(self.sound_end)
        } else if frame.keyframe {
            frame.pts
        } else {
            shifted(frame.dts, self.shift)
        }
    }

    /// Where the segment ends at the latest, in presentation time.
    pub(super) fn latest_end(&self) -> Timestamp {
        shifted(self.segment.start + self.plan.segment_limit, self.shift)
    }

    /// Gives up: what is complete and not published yet is lost.
    pub(super) fn abandon(self) -> Rest {
        Rest {
            start: shifted(self.segment.start, self.shift),
            end: shifted(self.part_start, self.shift),
            parts: self.segment.parts,
        }
    }

    /// Publishes all there is; the segment ends at `until`, in presentation time.
    pub(super) fn finish_at(self, until: Timestamp, sink: &mut Sink<'_>) {
        let newest = self.video.as_ref().and_then(VideoLane::newest);
        // A frame lasts at least a moment.
        let least = newest.unwrap_or(self.end) + Duration::from_micros(12);
        let until = shifted(until.min(self.latest_end()), -self.shift).max(least);
        self.finish(Some(until), sink);
    }

    /// Decides over a picture before it ends the one before it.
    pub(super) fn prepare(&mut self, frame: &Frame, sink: &mut Sink<'_>) {
        let picture = Picture {
            decoded: frame.dts,
            shown: self.shown(frame),
            keyframe: frame.keyframe,
            before: self.video.as_ref().and_then(VideoLane::newest),
        };
        let bounds = self.bounds();
        let mut beyond = false;
        self.given(|given| {
            given.take_picture(picture, bounds);
            beyond = given.is_beyond(picture.decoded, bounds);
        });
        self.broken |= beyond;
        while let Some(cut) = self.due(self.end) {
            self.cut(cut, sink);
        }
    }

    pub(super) fn given(&mut self, change: impl FnOnce(&mut Given)) {
        if let Boundaries::Given(given) = &mut self.boundaries {
            change(given);
        }
    }

    /// Whether the segment may yet end where the complete frames end: then no part does.
    pub(super) fn is_undecided(&self) -> bool {
        matches!(&self.boundaries, Boundaries::Given(given) if given.is_undecided())
    }

    /// The next boundary that is decided and not after `until`.
    pub(super) fn due(&self, until: Timestamp) -> Option<Cut> {
        match &self.boundaries {
            Boundaries::Given(given) if !self.broken => given.due(until),
            Boundaries::Given(_) | Boundaries::Decided => None,
        }
    }

    /// Ends the segment at a given boundary.
    pub(super) fn cut(&mut self, cut: Cut, sink: &mut Sink<'_>) {
        // Where the listed parts end, another one is hinted at.
        let hinted = self.segment.parts > 0 && cut.at == self.part_start;
        if cut.at <= self.segment.start || cut.at < self.part_start || hinted {
            self.broken = true;
            return;
        }
        self.given(Given::done);
        self.close_part(cut.at, sink);
        self.close_segment(cut.at, Opening::Forced, sink);
        sink.publication.given = Some(cut.next);
    }

    /// A segment whose end is given lasts until then, with or without frames.
    pub(super) fn fill(&mut self, until: Option<Timestamp>, sink: &mut Sink<'_>) {
        let start = self.end;
        if let (Boundaries::Given(_), Some(end)) = (&self.boundaries, until)
            && end > start
        {
            self.advance(Span { start, end }, sink);
        }
    }

    /// Where a segment whose end is given ends at the latest.
    pub(super) fn latest(&self) -> Timestamp {
        match &self.boundaries {
            Boundaries::Given(_) => {
                (self.segment.start + self.plan.segment_limit).max(self.part_start)
            }
            Boundaries::Decided => Timestamp::MAX,
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds {
            start: self.segment.start,
            listed: self.part_start,
            limit: self.plan.segment_limit,
            reach: Reach::of(self.plan.frame),
            shift: self.shift,
        }
    }
}
