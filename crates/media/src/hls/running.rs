//! A follower's frames between two gaps, on their way into a cutter.

use std::time::Duration;

use super::boundaries::{Boundaries, Given, Reach};
use super::cadence::Plan;
use super::cutter::{Beginning, Cutter, Sink};
use super::gap::Gap;
use super::marks::{Mark, Marks};
use super::output::Output;
use super::pending::Pending;
use super::tracks::Tracks;
use crate::frame::{Frame, Packet, Track};
use crate::time::Timestamp;

/// A first frame this far from its mark is meant by it, however short frames are said to be.
const MIN_REACH: Duration = Duration::from_millis(50);
/// Sound begins at the first frame after a mark, give or take the rounding of its stamps.
const SOUND_ROUNDING: Duration = Duration::from_millis(2);
/// Stamps are kept within 35 years, so that no arithmetic on a forged one overflows.
const MAX_STAMP_MICROS: i64 = 1 << 50;
/// A tick of the video timescale, rounded up: decoding times grow by at least this.
const TICK: Duration = Duration::from_micros(12);

/// Frames that follow each other.
#[derive(Debug)]
pub(super) struct Running {
    leading: Track,
    reach: Reach,
    limit: Duration,
    cutter: Box<Cutter>,
    /// How many marks after the first the cutter knows.
    passed: usize,
    /// How many segments have ended since the marks were looked after.
    ended: usize,
    /// When the newest picture is decoded.
    newest: Option<Timestamp>,
    /// Whether any sound was taken.
    sounds: bool,
    /// The sound that comes is not what the stretch describes: it is left out.
    other_sound: bool,
}

/// Why the frames do not follow each other any more.
#[derive(Clone, Copy, Debug)]
pub(super) enum Left {
    /// The leader's timeline breaks off where the newest mark ends.
    Discontinuity,
    /// Another configuration begins with this mark.
    Renewed(Timestamp),
    /// Whatever comes cannot go on before this.
    Broken(Timestamp),
}

/// Where a frame belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Here,
    /// It is not known yet.
    Unknown,
    /// Behind a discontinuity.
    Beyond,
    Nowhere,
}

impl Running {
    /// Begins a segment with the first frame near its mark. `None` while that may still come; an
    /// error, from when on to try again, when it will not.
    pub(super) fn begin(
        plan: Plan,
        mark: &Mark,
        pending: &mut Pending,
        tracks: &mut Tracks,
    ) -> Option<Result<Self, Timestamp>> {
        let leading = tracks.leading();
        let own = Reach::of(plan.frame);
        let late = own.late.max(MIN_REACH);
        let early = if leading == Track::Video { own.early } else { SOUND_ROUNDING };
        let at = loop {
            while let Some(config) = pending.take_config(leading) {
                tracks.configure(config);
            }
            let frame = pending.next_frame(leading)?;
            let over = match leading {
                Track::Video => frame.pts > mark.start.at + late,
                Track::Audio => mark.complete && frame.pts >= mark.end(),
            };
            if over {
                return Some(Err(frame.pts - late));
            }
            let repeats = leading == Track::Audio && frame.dts < tracks.sounded;
            let usable = frame.keyframe && tracks.is_configured() && !repeats;
            if usable && frame.pts + early >= mark.start.at {
                let is_late = frame.pts > mark.start.at + late;
                break believable(if is_late { mark.start.at } else { frame.dts });
            }
            pending.take_frame(leading);
        };
        skip_sound(pending, tracks, at);
        let (video, audio) = tracks.begin();
        tracks.publication.given = Some(mark.start);
        let boundaries = Boundaries::Given(Given::default());
        let video = video.is_some();
        let beginning = Beginning { video, audio: audio.as_ref(), at, boundaries };
        let mut cutter = Box::new(Cutter::new(plan, beginning));
        cutter.sound_end = at.max(tracks.sounded);
        Some(Ok(Self {
            leading,
            reach: own,
            limit: plan.segment_limit,
            cutter,
            passed: 0,
            ended: 0,
            newest: None,
            sounds: false,
            other_sound: false,
        }))
    }

    /// Where its complete frames end, in presentation time.
    pub(super) fn position(&self) -> Timestamp {
        self.cutter.position()
    }

    /// Takes what is pending as far as it is known where it belongs.
    pub(super) fn feed(
        &mut self,
        pending: &mut Pending,
        marks: &Marks,
        tracks: &mut Tracks,
        out: &mut Vec<Output>,
    ) -> Option<Left> {
        self.pass_on(marks);
        if self.leading == Track::Video {
            self.feed_sound(pending, marks, tracks, out);
        }
        loop {
            if let Some(Packet::Config(config)) = pending.next(self.leading) {
                if tracks.changes(config) {
                    return self.leave_at(pending.first_frame(self.leading)?, marks);
                }
                pending.take_config(self.leading);
                continue;
            }
            let frame = pending.next_frame(self.leading)?;
            match self.place(self.cutter.shown(frame), marks) {
                Place::Here if self.is_too_old(frame) => {
                    pending.take_frame(self.leading);
                }
                Place::Here => {
                    if let Some(left) = self.take_next(pending, tracks, out) {
                        return Some(left);
                    }
                }
                Place::Nowhere => {
                    pending.take_frame(self.leading);
                }
                Place::Unknown => return None,
                Place::Beyond => return Some(Left::Discontinuity),
            }
        }
    }

    /// Takes the next frame of the leading track.
    fn take_next(
        &mut self,
        pending: &mut Pending,
        tracks: &mut Tracks,
        out: &mut Vec<Output>,
    ) -> Option<Left> {
        let (frame, arrived) = pending.take_frame(self.leading)?;
        let shown = self.cutter.shown(&frame);
        self.sounds |= frame.track == Track::Audio;
        let taken = self.admit(frame.clone());
        let before = ends(out);
        let mut sink = Sink { publication: &mut tracks.publication, out };
        self.cutter.push(&taken, arrived, &mut sink);
        self.ended += ends(out) - before;
        if !self.cutter.is_broken() {
            return None;
        }
        pending.put_back(frame, arrived);
        Some(Left::Broken(shown))
    }

    /// How many marks are done with since this was asked last.
    pub(super) fn take_ended(&mut self) -> usize {
        let ended = std::mem::take(&mut self.ended);
        self.passed = self.passed.saturating_sub(ended);
        ended
    }

    /// The last mark that its frames go on over.
    pub(super) fn last(&self, marks: &Marks) -> Option<Mark> {
        marks.get(self.passed)
    }

    /// Whether hardly anything is missing before `end`.
    pub(super) fn is_nearly_at(&self, end: Timestamp) -> bool {
        self.position() + self.reach.late * 3 >= end
    }

    /// Publishes all there is, up to `until`; gives the number of segments that ended so.
    pub(super) fn finish(
        self,
        until: Timestamp,
        tracks: &mut Tracks,
        out: &mut Vec<Output>,
    ) -> usize {
        let before = ends(out);
        tracks.sounded = tracks.sounded.max(self.cutter.sound_end);
        let mut sink = Sink { publication: &mut tracks.publication, out };
        self.cutter.finish_at(until, &mut sink);
        tracks.publication.given = None;
        ends(out) - before + self.ended
    }

    /// Gives up the segment it is in, that of `mark`.
    pub(super) fn abandon(self, mark: Option<&Mark>, tracks: &mut Tracks) -> Option<Gap> {
        tracks.publication.given = None;
        tracks.sounded = tracks.sounded.max(self.cutter.sound_end);
        let rest = self.cutter.abandon();
        if rest.parts > 0 { Some(Gap::of_rest(rest)) } else { mark.map(Gap::of) }
    }

    /// Tells the cutter of the marks that its frames go on over.
    fn pass_on(&mut self, marks: &Marks) {
        while let Some(next) = marks.get(self.passed + 1)
            && !next.start.discontinuity
        {
            self.cutter.mark(next.start);
            self.passed += 1;
        }
    }

    /// Sound goes along with the pictures it belongs to.
    fn feed_sound(
        &mut self,
        pending: &mut Pending,
        marks: &Marks,
        tracks: &mut Tracks,
        out: &mut Vec<Output>,
    ) {
        loop {
            if let Some(config) = pending.take_config(Track::Audio) {
                self.other_sound |= tracks.configure(config) && self.cutter.carries(Track::Audio);
                continue;
            }
            let Some(frame) = pending.next_frame(Track::Audio) else { return };
            let place = self.place(frame.pts, marks);
            if matches!(place, Place::Unknown | Place::Beyond) {
                return;
            }
            let Some((frame, arrived)) = pending.take_frame(Track::Audio) else { return };
            let carried = !self.other_sound && self.cutter.carries(Track::Audio);
            if place == Place::Here && carried && !self.is_too_old(&frame) {
                self.sounds = true;
                let frame = Frame { dts: believable(frame.dts), ..frame };
                let sink = &mut Sink { publication: &mut tracks.publication, out };
                self.cutter.push(&frame, arrived, sink);
            }
        }
    }

    fn place(&self, at: Timestamp, marks: &Marks) -> Place {
        let Some(last) = marks.get(self.passed) else { return Place::Unknown };
        if !last.complete {
            // A frame that the leader cannot have got yet is not to be believed; and the source's
            // sound may come ahead of the picture that decides.
            let ends = at + self.reach.early * 2;
            let published = self.leading == Track::Video || ends <= last.end();
            let possible = published && at + TICK < self.last_end(&last);
            return if possible { Place::Here } else { Place::Unknown };
        }
        match marks.get(self.passed + 1) {
            None if !marks.are_closed() => {
                let before = at + self.reach.late < last.end().min(self.last_end(&last));
                if before { Place::Here } else { Place::Unknown }
            }
            Some(next) if self.reach.reaches(at, next.start.at) => Place::Beyond,
            _ if at + TICK < last.end().min(self.last_end(&last)) => Place::Here,
            _ => Place::Nowhere,
        }
    }

    /// Whether a sound is of a time before this, or one that others had.
    fn is_too_old(&self, frame: &Frame) -> bool {
        let jitter = if self.sounds { MIN_REACH } else { Duration::ZERO };
        frame.track == Track::Audio && frame.dts + jitter < self.cutter.sound_end
    }

    /// Where the segment of this mark ends at the latest.
    fn last_end(&self, last: &Mark) -> Timestamp {
        if self.passed == 0 { self.cutter.latest_end() } else { last.start.at + self.limit }
    }

    /// Another configuration begins with `frame`: at a mark, or where nothing can be done but
    /// wait for one.
    fn leave_at(&self, frame: &Frame, marks: &Marks) -> Option<Left> {
        if self.place(frame.pts, marks) == Place::Beyond {
            return Some(Left::Discontinuity);
        }
        let Some(next) = marks.get(1) else {
            let known = marks.front().is_none_or(|mark| !mark.complete);
            return known.then_some(Left::Broken(frame.pts));
        };
        let near = self.reach.reaches(frame.pts, next.start.at)
            && !self.reach.is_past(frame.pts, next.start.at);
        if near && frame.keyframe && self.passed == 1 {
            Some(Left::Renewed(next.start.at))
        } else {
            Some(Left::Broken(frame.pts))
        }
    }

    /// The frame with stamps that can follow those before it.
    fn admit(&mut self, frame: Frame) -> Frame {
        let mut dts = believable(frame.dts);
        if let (Track::Video, Some(newest)) = (frame.track, self.newest) {
            dts = dts.max(newest + TICK);
        }
        self.newest = Some(dts);
        Frame { dts, pts: believable(frame.pts), ..frame }
    }
}

/// Lets go of the sound before a segment's first picture.
fn skip_sound(pending: &mut Pending, tracks: &mut Tracks, at: Timestamp) {
    if tracks.leading() == Track::Audio {
        return;
    }
    let from = at.max(tracks.sounded);
    loop {
        if let Some(config) = pending.take_config(Track::Audio) {
            tracks.configure(config);
        } else if pending.next_frame(Track::Audio).is_some_and(|frame| frame.dts < from) {
            pending.take_frame(Track::Audio);
        } else {
            return;
        }
    }
}

/// How many segments end in these outputs.
fn ends(out: &[Output]) -> usize {
    out.iter().filter(|output| matches!(output, Output::SegmentEnd(_))).count()
}

fn believable(stamp: Timestamp) -> Timestamp {
    Timestamp::from_micros(stamp.as_micros().clamp(0, MAX_STAMP_MICROS))
}
