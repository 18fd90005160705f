//! What a live playlist lists and what may still be fetched, in memory (RFC 8216bis §6.2.2).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::cadence::{FrameRate, Timing};
use super::output::{Init, Output, Part, SegmentStart};
use super::rates::{Measure, Rates};
use super::request::{MediaName, Reload, Request};
use super::segment::{Segment, media};
use super::settings::LatencyLevel;
use super::snapshot::Snapshot;
use crate::frame::{AudioConfig, VideoConfig};

/// A publisher at an absurd bitrate could fill the machine: beyond this much, the oldest segments
/// go before their time.
const MAX_WINDOW_BYTES: usize = 256 * 1024 * 1024;
/// The same for a publisher whose segments are absurdly short.
const MAX_SEGMENTS: usize = 512;
/// `EXT-X-PART` is listed up to this many target durations from the end of the playlist.
const PARTS_LISTED: u32 = 3;
/// The window is never shorter than this many target durations.
const MIN_WINDOW: u32 = 6;
/// Nor than this many segments.
const MIN_SEGMENTS: usize = 2;

/// What a window is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The broadcast's id in file names; see [`super::request::is_id`].
    pub id: Arc<str>,
    /// How much to list.
    pub latency: LatencyLevel,
    /// Media sequence number of the first segment to come.
    pub next_sequence: u64,
    /// Whether every segment is meant to begin with a keyframe, which only our own encoders
    /// promise. It is listed so until one does not.
    pub independent_segments: bool,
}

/// One rendition's window.
#[derive(Debug)]
pub struct Window {
    options: Options,
    timing: Option<Timing>,
    inits: VecDeque<Init>,
    segments: VecDeque<Segment>,
    /// How many of the oldest segments are no longer listed, but may still be fetched.
    unlisted: usize,
    /// The longest playlist there was.
    longest: Duration,
    bytes: usize,
    next_sequence: u64,
    measure: Measure,
    ended: bool,
}

/// The newest thing a playlist lists, for `EXT-X-RENDITION-REPORT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// `LAST-MSN`
    pub sequence: u64,
    /// `LAST-PART`
    pub part: u32,
}

/// The answer to a request for a media file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The file's content, in pieces that follow each other.
    Found(Vec<Bytes>),
    /// The part that the playlist hints at: wait for it.
    Hinted,
    /// No such file, or no longer.
    Missing,
}

/// The answer to a request for the media playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaylistAnswer {
    /// The playlist as it is now answers the request.
    Ready,
    /// What is asked for will come: ask again after the next change.
    Wait,
    /// What is asked for is too far in the future (§6.2.5.2: 400).
    TooFar,
}

impl Window {
    /// A window with nothing in it.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            next_sequence: options.next_sequence,
            options,
            timing: None,
            inits: VecDeque::new(),
            segments: VecDeque::new(),
            unlisted: 0,
            longest: Duration::ZERO,
            bytes: 0,
            measure: Measure::default(),
            ended: false,
        }
    }

    /// Takes the packager's next output.
    pub fn apply(&mut self, output: Output) {
        match output {
            Output::Timing(timing) => self.timing = Some(timing),
            Output::Init(init) => self.inits.push_back(init),
            Output::SegmentStart(start) => self.begin_segment(start),
            Output::Part(part) => self.add_part(part),
            Output::SegmentEnd(duration) => self.end_segment(duration),
            Output::End => self.ended = true,
        }
    }

    /// Whether nothing will be added any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether anything in it can be played.
    #[must_use]
    pub fn has_media(&self) -> bool {
        self.bytes > 0
    }

    /// Bytes of media held.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.bytes
    }

    /// What holds for the whole broadcast, once it is known.
    #[must_use]
    pub fn timing(&self) -> Option<Timing> {
        self.timing
    }

    /// Pictures per second as measured.
    #[must_use]
    pub fn frame_rate(&self) -> Option<FrameRate> {
        self.timing?.frame_rate
    }

    /// The configurations of the newest initialisation segment.
    #[must_use]
    pub fn configs(&self) -> (Option<&VideoConfig>, Option<&AudioConfig>) {
        let newest = self.inits.back();
        (newest.and_then(|init| init.video.as_ref()), newest.and_then(|init| init.audio.as_ref()))
    }

    /// Measured bitrates, once there is anything to measure.
    #[must_use]
    pub fn rates(&self) -> Option<Rates> {
        self.measure.rates().or_else(|| {
            let first = self.segments.iter().rev().find(|segment| !segment.is_gap())?;
            Rates::of(first.size(), first.covered())
        })
    }

    /// The newest thing listed.
    #[must_use]
    pub fn edge(&self) -> Option<Edge> {
        let newest = self.segments.back()?;
        let part = u32::try_from(newest.parts.len()).ok()?.checked_sub(1)?;
        Some(Edge { sequence: newest.start.sequence, part })
    }

    /// What the playlist says now; `None` before anything is published.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        let timing = self.timing?;
        let first = self.segments.get(self.unlisted)?;
        let with_parts = self.first_with_parts(timing);
        let lines = self.segments.iter().enumerate().skip(self.unlisted);
        Some(Snapshot {
            id: Arc::clone(&self.options.id),
            timing,
            independent_segments: self.options.independent_segments,
            media_sequence: first.start.sequence,
            discontinuity_sequence: first.start.discontinuity_sequence
                - u64::from(first.start.discontinuity),
            segments: lines.map(|(index, segment)| segment.line(index >= with_parts)).collect(),
            ended: self.ended,
            reports: Vec::new(),
        })
    }

    /// Finds a media file.
    #[must_use]
    pub fn lookup(&self, name: &MediaName<'_>) -> Lookup {
        match *name {
            MediaName::Init { id, number } if id == &*self.options.id => {
                let init = self.inits.iter().find(|init| init.number == number);
                init.map_or(Lookup::Missing, |init| Lookup::Found(vec![init.bytes.clone()]))
            }
            MediaName::Segment { id, sequence } if id == &*self.options.id => {
                let pieces = self.segment(sequence).and_then(Segment::media);
                pieces.map_or(Lookup::Missing, Lookup::Found)
            }
            MediaName::Part { id, sequence, index } if id == &*self.options.id => {
                self.lookup_part(sequence, index)
            }
            MediaName::Init { .. } | MediaName::Segment { .. } | MediaName::Part { .. } => {
                Lookup::Missing
            }
        }
    }

    /// Decides whether the playlist as it is now answers `request`.
    #[must_use]
    pub fn playlist_request(&self, request: &Request) -> PlaylistAnswer {
        if self.ended {
            return PlaylistAnswer::Ready;
        }
        let Some(reload) = request.reload else {
            let published = self.segments.get(self.unlisted).is_some();
            return if published { PlaylistAnswer::Ready } else { PlaylistAnswer::Wait };
        };
        let (sequence, part) = self.meant(reload);
        let (open, parts) = self.open();
        // §6.2.5.2: two beyond the last segment that is complete.
        if sequence > open.saturating_add(1) {
            return PlaylistAnswer::TooFar;
        }
        let published = if sequence == open { parts } else { 0 };
        match part {
            _ if sequence < open => PlaylistAnswer::Ready,
            Some(part) if part < published => PlaylistAnswer::Ready,
            Some(part) if part >= published.saturating_add(self.advance_part_limit()) => {
                PlaylistAnswer::TooFar
            }
            _ => PlaylistAnswer::Wait,
        }
    }

    /// §6.2.5.2: a part beyond a segment's last is the first of the next segment.
    fn meant(&self, reload: Reload) -> (u64, Option<u64>) {
        let beyond = |segment: &Segment, part: u64| {
            segment.duration.is_some() && part >= segment.parts.len() as u64
        };
        match (self.segment(reload.sequence), reload.part) {
            (Some(segment), Some(part)) if beyond(segment, part) => {
                (reload.sequence.saturating_add(1), Some(0))
            }
            _ => (reload.sequence, reload.part),
        }
    }

    /// The segment that parts are being added to, and how many it has.
    fn open(&self) -> (u64, u64) {
        match self.segments.back() {
            Some(newest) if newest.duration.is_none() => {
                (newest.start.sequence, newest.parts.len() as u64)
            }
            _ => (self.next_sequence, 0),
        }
    }

    /// §6.2.5.2: three seconds of parts, at least three.
    fn advance_part_limit(&self) -> u64 {
        let target = self.timing.map_or(Duration::ZERO, |timing| timing.part_target);
        let millis = u64::try_from(target.as_millis()).unwrap_or(u64::MAX).clamp(1, 1000);
        3000_u64.div_ceil(millis)
    }

    fn lookup_part(&self, sequence: u64, index: u32) -> Lookup {
        let found = self
            .segment(sequence)
            .and_then(|segment| segment.parts.get(usize::try_from(index).ok()?));
        match found {
            Some(part) => {
                media(&part.content).map_or(Lookup::Missing, |it| Lookup::Found(vec![it]))
            }
            None if !self.ended
                && !self.is_in_gap()
                && self.open() == (sequence, u64::from(index)) =>
            {
                Lookup::Hinted
            }
            None => Lookup::Missing,
        }
    }

    /// Whether the newest thing listed is missing: then what follows may be, too.
    #[must_use]
    pub fn is_in_gap(&self) -> bool {
        self.segments.back().is_some_and(Segment::is_gap)
    }

    fn segment(&self, sequence: u64) -> Option<&Segment> {
        let oldest = self.segments.front()?.start.sequence;
        self.segments.get(usize::try_from(sequence.checked_sub(oldest)?).ok()?)
    }

    fn begin_segment(&mut self, start: SegmentStart) {
        let init = self.inits.back().map(|init| init.number);
        self.next_sequence = start.sequence.saturating_add(1);
        self.segments.push_back(Segment { start, init, parts: Vec::new(), duration: None });
    }

    fn add_part(&mut self, part: Part) {
        if let Some(segment) = self.segments.back_mut() {
            self.bytes += part.content.size();
            // A limit was reached within a group of pictures.
            let dependent = segment.parts.is_empty() && !part.independent;
            self.options.independent_segments &= !dependent || part.content.is_gap();
            segment.parts.push(part);
        }
    }

    fn end_segment(&mut self, duration: Duration) {
        let Some(timing) = self.timing else { return };
        if let Some(segment) = self.segments.back_mut() {
            segment.duration = Some(duration);
            if !segment.is_gap() {
                self.measure.add(segment.size(), duration, timing.target_duration());
            }
            self.prune(timing);
        }
    }

    fn prune(&mut self, timing: Timing) {
        let wanted = self.options.latency.window().max(timing.target_duration() * MIN_WINDOW);
        let mut listed: Duration =
            self.segments.iter().skip(self.unlisted).filter_map(|segment| segment.duration).sum();
        while let Some(oldest) = self.segments.get(self.unlisted).and_then(|oldest| oldest.duration)
        {
            let spare = listed.saturating_sub(oldest) >= wanted || self.is_too_big();
            if !spare || self.segments.len() - self.unlisted <= MIN_SEGMENTS {
                break;
            }
            self.unlisted += 1;
            listed = listed.saturating_sub(oldest);
            self.forget_if_too_big();
        }
        self.longest = self.longest.max(listed);
        self.forget_expired(listed);
    }

    fn is_too_big(&self) -> bool {
        self.bytes > MAX_WINDOW_BYTES || self.segments.len() > MAX_SEGMENTS
    }

    fn forget_if_too_big(&mut self) {
        while self.unlisted > 0 && self.is_too_big() {
            self.forget_oldest();
        }
    }

    /// §6.2.2: a segment can be fetched for its own duration and that of the longest playlist
    /// after it appeared. Media time stands in for time: a live stream is as long as it takes.
    fn forget_expired(&mut self, listed: Duration) {
        let mut after: Duration =
            listed + self.segments.iter().take(self.unlisted).filter_map(|old| old.duration).sum();
        while self.unlisted > 0 {
            let Some(duration) = self.segments.front().and_then(|oldest| oldest.duration) else {
                break;
            };
            after = after.saturating_sub(duration);
            if after < self.longest + duration {
                break;
            }
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.segments.pop_front() {
            self.bytes -= oldest.size();
            self.unlisted = self.unlisted.saturating_sub(1);
        }
        let needed = self.segments.iter().find_map(|segment| segment.init).unwrap_or(0);
        while self.inits.len() > 1 && self.inits.front().is_some_and(|init| init.number < needed) {
            self.inits.pop_front();
        }
    }

    /// The first segment that is near enough to the end for its parts to be listed.
    fn first_with_parts(&self, timing: Timing) -> usize {
        let limit = timing.target_duration() * PARTS_LISTED;
        let mut after = Duration::ZERO;
        for (index, segment) in self.segments.iter().enumerate().rev() {
            if after >= limit {
                return index + 1;
            }
            after += segment.covered();
        }
        0
    }
}
