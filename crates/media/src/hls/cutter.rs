//! Cutting a stretch of continuous frames into parts and segments.
//!
//! The timeline is that of the leading track: video where there is any, sound otherwise. A part
//! ends where a frame of the leading track ends, and takes whole frames while they fit the part
//! target. Where that would leave it shorter than 85 % of the target (RFC 8216bis §4.4.4.9),
//! because a single frame is long, it ends at exactly the part target within that frame, and the
//! frame belongs to the part it begins in. So the rules hold for every sequence of stamps.

use std::time::Duration;

use super::boundaries::{Boundaries, shifted};
use super::cadence::Plan;
use super::lane::{AudioLane, Span, VideoLane};
use super::output::{Content, Init, Output, Part, SegmentStart};
use crate::fmp4::{Fragment, Run};
use crate::frame::{AudioConfig, Frame, Track};
use crate::time::{Timestamp, WallClock};

/// A part ends early, and its segment with it, when a publisher of an absurd bitrate has filled
/// this much: it bounds what one listed URI makes a player and this server hold.
const MAX_PART_BYTES: usize = 16 * 1024 * 1024;
/// The same for a flood of frames without content.
const MAX_PART_FRAMES: usize = 4096;
/// A segment ends early, without a keyframe, when it holds this much.
const MAX_SEGMENT_BYTES: usize = 64 * 1024 * 1024;
/// Presentation this far from decoding is a stamp gone wrong.
const MAX_SHIFT_MICROS: i64 = 10_000_000;
/// Stamps are rounded to milliseconds: what exceeds a part by this much may yet fit.
const STAMP_TOLERANCE: Duration = Duration::from_micros(1500);

/// What goes on from one stretch of frames to the next.
#[derive(Clone, Debug)]
pub(super) struct Publication {
    /// Media sequence number of the next segment to begin.
    pub(super) sequence: u64,
    /// Discontinuity sequence number of the segment that began last.
    pub(super) discontinuity_sequence: u64,
    /// Whether the next segment to begin does not continue the one before it.
    pub(super) discontinuity: bool,
    /// What is said of the next segment to begin, where another rendition has decided it: then it
    /// holds instead of the above.
    pub(super) given: Option<SegmentStart>,
    /// The next segment to begin is the first of this initialisation segment, whose number is
    /// then set.
    pub(super) init: Option<Init>,
    /// Sequence number of the last `moof`.
    pub(super) fragment: u32,
}

/// Where outputs go.
pub(super) struct Sink<'a> {
    pub(super) publication: &'a mut Publication,
    pub(super) out: &'a mut Vec<Output>,
}

/// A segment, before and after its first part is published.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) start: Timestamp,
    /// When its first frame arrived, or would have if it had begun with the segment.
    began: Option<WallClock>,
    /// Whether it begins with a keyframe.
    aligned: bool,
    /// Presentation less decoding time of its first frame, in microseconds.
    shift: i64,
    pub(super) parts: u32,
    bytes: usize,
}

/// Why a segment begins where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// At a keyframe, or in sound alone.
    Aligned,
    /// Wherever a limit was reached.
    Forced,
}

/// What a stretch of frames begins with.
#[derive(Debug)]
pub(super) struct Beginning<'a> {
    pub(super) video: bool,
    pub(super) audio: Option<&'a AudioConfig>,
    pub(super) at: Timestamp,
    pub(super) boundaries: Boundaries,
}

/// What is left of a segment that goes on without frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    /// Where the segment began, in presentation time.
    pub(super) start: Timestamp,
    /// Where what is published of it ends, in presentation time.
    pub(super) end: Timestamp,
    pub(super) parts: u32,
}

/// Cuts one continuous stretch.
#[derive(Debug)]
pub(super) struct Cutter {
    pub(super) plan: Plan,
    pub(super) boundaries: Boundaries,
    pub(super) video: Option<VideoLane>,
    audio: Option<AudioLane>,
    pub(super) part_start: Timestamp,
    pub(super) segment: Segment,
    /// How long the newest complete frame of the leading track lasts.
    frame: Duration,
    /// The newest frame of the leading track and when it arrived.
    arrived: Option<(Timestamp, WallClock)>,
    /// Where the complete frames of the leading track end.
    pub(super) end: Timestamp,
    /// Presentation less decoding time of the newest keyframe, in microseconds.
    pub(super) shift: i64,
    /// A given boundary cannot be kept: nothing sensible can be published any more.
    pub(super) broken: bool,
    /// Where the sound that was taken ends.
    pub(super) sound_end: Timestamp,
}

impl Cutter {
    pub(super) fn new(plan: Plan, beginning: Beginning<'_>) -> Self {
        Self {
            plan,
            video: beginning.video.then(VideoLane::new),
            audio: beginning.audio.map(AudioLane::new),
            part_start: beginning.at,
            segment: Segment::new(beginning.at, Opening::Aligned, 0),
            frame: plan.frame,
            arrived: None,
            end: beginning.at,
            shift: 0,
            broken: false,
            sound_end: beginning.at,
            boundaries: beginning.boundaries,
        }
    }

    /// Whether this track is part of the stretch.
    pub(super) fn carries(&self, track: Track) -> bool {
        match track {
            Track::Video => self.video.is_some(),
            Track::Audio => self.audio.is_some(),
        }
    }

    /// Takes a frame of a track that the stretch carries; others are ignored. Decoding times of
    /// video grow from frame to frame.
    pub(super) fn push(&mut self, frame: &Frame, arrived: WallClock, sink: &mut Sink<'_>) {
        match frame.track {
            Track::Video => self.push_video(frame, arrived, sink),
            Track::Audio => self.push_audio(frame, arrived, sink),
        }
    }

    /// Publishes all there is. The newest picture lasts until `until`, or as long as the one
    /// before it.
    pub(super) fn finish(mut self, until: Option<Timestamp>, sink: &mut Sink<'_>) {
        let newest = self.video.as_ref().and_then(VideoLane::newest);
        let end = until.or(newest.map(|start| self.likely_end(start)));
        let bounds = self.bounds();
        self.given(|given| given.take_end(bounds));
        let last = match (&mut self.video, &mut self.audio) {
            (Some(video), audio) => {
                audio.as_mut().and_then(AudioLane::complete);
                end.and_then(|end| video.complete(end))
            }
            (None, Some(audio)) => audio.complete(),
            (None, None) => None,
        };
        if let Some(span) = last {
            self.advance(span, sink);
        }
        self.fill(until, sink);
        self.end = self.end.min(self.latest());
        if self.end > self.part_start {
            // Sound that is ahead of the pictures comes along.
            self.publish(self.end, Timestamp::MAX, sink);
        }
        self.close_segment(self.end, Opening::Forced, sink);
    }

    /// Where a frame ends that nothing follows: no later than the part, if it began in that.
    fn likely_end(&self, start: Timestamp) -> Timestamp {
        let part_end = self.part_start + self.plan.timing.part_target;
        let end = start + self.frame;
        if start < part_end { end.min(part_end) } else { end }
    }

    fn push_video(&mut self, frame: &Frame, arrived: WallClock, sink: &mut Sink<'_>) {
        self.prepare(frame, sink);
        if self.broken {
            return;
        }
        let Some(video) = &mut self.video else { return };
        let is_first = video.newest().is_none();
        let completed = video.push(frame);
        if let Some(span) = completed {
            self.advance(span, sink);
        }
        if frame.keyframe {
            self.shift = shift(frame);
        }
        if is_first {
            self.segment.shift = self.shift;
        }
        if let Some(span) = completed {
            self.settle(span, frame.keyframe, sink);
        }
        self.note_arrival(frame.dts, arrived);
    }

    fn push_audio(&mut self, frame: &Frame, arrived: WallClock, sink: &mut Sink<'_>) {
        let Some(audio) = &mut self.audio else { return };
        let span = audio.push(frame);
        self.sound_end = span.map_or(self.sound_end, |span| span.end);
        if self.video.is_some() {
            return;
        }
        self.note_arrival(frame.dts, arrived);
        if let Some(span) = span {
            let bounds = self.bounds();
            self.given(|given| given.take_sound(span.end, bounds));
            self.advance(span, sink);
            self.settle(span, false, sink);
        }
    }

    fn note_arrival(&mut self, at: Timestamp, arrived: WallClock) {
        self.arrived = Some((at, arrived));
        let began = arrived - at.since(self.segment.start);
        self.segment.began.get_or_insert(began);
    }

    /// Closes every part that ends before or within a frame that is now complete.
    pub(super) fn advance(&mut self, span: Span, sink: &mut Sink<'_>) {
        self.frame = span.end.since(span.start);
        self.end = span.end;
        while let Some(cut) = self.due(span.end) {
            self.close_parts(Span { end: cut.at, ..span }, sink);
            self.cut(cut, sink);
        }
        self.close_parts(span, sink);
    }

    fn close_parts(&mut self, span: Span, sink: &mut Sink<'_>) {
        let target = self.plan.timing.part_target;
        while span.end.since(self.part_start) > target {
            let before = span.start.since(self.part_start);
            let fits = self.is_long_enough(before) && before <= target;
            let boundary = if fits { span.start } else { self.part_start + target };
            self.close_part(boundary, sink);
        }
    }

    /// Decides whether something ends together with a frame.
    fn settle(&mut self, span: Span, keyframe_follows: bool, sink: &mut Sink<'_>) {
        if matches!(self.boundaries, Boundaries::Given(_)) {
            self.broken |= self.is_overfull() || self.segment.bytes >= MAX_SEGMENT_BYTES;
            if self.is_full(span.end) && !self.is_undecided() {
                self.close_part(span.end, sink);
            }
        } else if keyframe_follows && self.may_end_segment(span.end) {
            self.close_part(span.end, sink);
            self.close_segment(span.end, Opening::Aligned, sink);
        } else if self.is_overfull() {
            self.close_part(span.end, sink);
            self.close_segment(span.end, Opening::Forced, sink);
        } else if self.is_full(span.end) {
            self.close_part(span.end, sink);
        }
    }

    /// A keyframe ends a segment that has reached its goal, and one that did not begin with a
    /// keyframe, so that those after it do.
    fn may_end_segment(&self, at: Timestamp) -> bool {
        !self.segment.aligned || at.since(self.segment.start) >= self.plan.segment_goal
    }

    /// Whether the part would be too long with one more frame like the last.
    fn is_full(&self, at: Timestamp) -> bool {
        let duration = at.since(self.part_start);
        let target = self.plan.timing.part_target;
        self.is_long_enough(duration) && duration + self.frame > target + STAMP_TOLERANCE
    }

    fn is_long_enough(&self, duration: Duration) -> bool {
        duration * 100 >= self.plan.timing.part_target * 85
    }

    fn is_overfull(&self) -> bool {
        let video = self.video.as_ref().map(|video| &video.lane);
        // Sound that waits for pictures has limits of its own.
        let leading = video.or(self.audio.as_ref().map(|audio| &audio.lane));
        leading.is_some_and(|lane| lane.bytes() >= MAX_PART_BYTES || lane.len() >= MAX_PART_FRAMES)
    }

    /// Ends the part at `boundary`, and the segment too when the next part might not fit.
    pub(super) fn close_part(&mut self, boundary: Timestamp, sink: &mut Sink<'_>) {
        if boundary <= self.part_start {
            return;
        }
        self.publish(boundary, boundary, sink);
        if matches!(self.boundaries, Boundaries::Given(_)) {
            return;
        }
        let duration = boundary.since(self.segment.start);
        let next = self.plan.timing.part_target;
        if duration + next > self.plan.segment_limit || self.segment.bytes >= MAX_SEGMENT_BYTES {
            self.close_segment(boundary, Opening::Forced, sink);
        } else if self.video.is_none() && duration + next / 2 >= self.plan.segment_goal {
            self.close_segment(boundary, Opening::Aligned, sink);
        }
    }

    /// Publishes the part that ends at `boundary`, with the samples that begin before `take`.
    fn publish(&mut self, boundary: Timestamp, take: Timestamp, sink: &mut Sink<'_>) {
        self.open_segment(sink);
        let start = self.part_start;
        let video = self.video.as_ref().map(|video| video.lane.run_until(start, take));
        let audio = self.audio.as_ref().map(|audio| audio.lane.run_until(start, take));
        let leading = video.or(audio);
        let independent = leading.is_some_and(|run| run.samples.iter().any(|sample| sample.sync));
        let mut runs: Vec<Run<'_>> =
            [video, audio].into_iter().flatten().filter(|run| !run.samples.is_empty()).collect();
        // A part without any sample still says where it lies.
        runs.extend(leading.filter(|_| runs.is_empty()));
        sink.publication.fragment = sink.publication.fragment.wrapping_add(1);
        let fragment = Fragment { sequence_number: sink.publication.fragment, runs: &runs };
        let bytes = fragment.to_bytes();
        self.segment.bytes += bytes.len();
        sink.out.push(Output::Part(Part {
            index: self.segment.parts,
            duration: boundary.since(start),
            independent,
            content: Content::Media(bytes),
        }));
        self.segment.parts += 1;
        self.part_start = boundary;
        self.discard_until(take);
    }

    fn discard_until(&mut self, boundary: Timestamp) {
        if let Some(video) = &mut self.video {
            video.lane.discard_until(boundary);
        }
        if let Some(audio) = &mut self.audio {
            audio.lane.discard_until(boundary);
        }
    }

    fn open_segment(&mut self, sink: &mut Sink<'_>) {
        if self.segment.parts > 0 {
            return;
        }
        let start = self.segment.start;
        let began = self
            .segment
            .began
            .or(self.arrived.map(|(at, when)| when + start.since(at) - at.since(start)));
        let next = &mut *sink.publication;
        let at = shifted(start, self.segment.shift);
        let start = next.begin(at, began.unwrap_or_default());
        if let Some(init) = next.init.take() {
            sink.out.push(Output::Init(Init { number: start.sequence, ..init }));
        }
        sink.out.push(Output::SegmentStart(start));
    }

    pub(super) fn close_segment(&mut self, at: Timestamp, next: Opening, sink: &mut Sink<'_>) {
        if self.segment.parts == 0 {
            return;
        }
        sink.out.push(Output::SegmentEnd(at.since(self.segment.start)));
        self.segment = Segment::new(at, next, self.shift);
    }
}

impl Segment {
    fn new(start: Timestamp, opening: Opening, shift: i64) -> Self {
        let aligned = opening == Opening::Aligned;
        Self { start, began: None, aligned, shift, parts: 0, bytes: 0 }
    }
}

impl Publication {
    /// What is said of the next segment.
    fn begin(&mut self, at: Timestamp, program_date_time: WallClock) -> SegmentStart {
        if let Some(given) = self.given.take() {
            return given;
        }
        let discontinuity = std::mem::take(&mut self.discontinuity);
        self.discontinuity_sequence += u64::from(discontinuity);
        let sequence = self.sequence;
        self.sequence += 1;
        let discontinuity_sequence = self.discontinuity_sequence;
        SegmentStart { sequence, discontinuity_sequence, discontinuity, at, program_date_time }
    }
}

fn shift(frame: &Frame) -> i64 {
    let shift = frame.pts.as_micros().saturating_sub(frame.dts.as_micros());
    shift.clamp(-MAX_SHIFT_MICROS, MAX_SHIFT_MICROS)
}
