//! One track's frames on their way into parts.

use super::audio_clock::AudioClock;
use crate::fmp4::{Run, Sample, VIDEO_TIMESCALE};
use crate::frame::{AudioConfig, Frame, Track};
use crate::time::Timestamp;

/// A publisher may stamp its sound far ahead of its pictures; sound beyond this many bytes ahead
/// of the picture it waits for is left out.
const MAX_WAITING_BYTES: usize = 8 * 1024 * 1024;
/// The same for frames without content, which cost memory too.
const MAX_WAITING_FRAMES: usize = 8192;
/// An audio frame of unknown length lasts no longer than this many milliseconds.
const MAX_AUDIO_FRAME_MILLIS: i64 = 1000;
/// Audio frames of unknown length may be this many milliseconds ahead of their stamps, which are
/// rounded and come in bursts; what is further ahead is left out.
const MAX_AHEAD_MILLIS: i64 = 250;
/// Presentation this far from decoding, in ticks, is a stamp gone wrong: ten seconds.
const MAX_COMPOSITION_OFFSET: i64 = 10 * VIDEO_TIMESCALE as i64;

/// The span of a frame whose duration is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// Complete samples that no part has taken yet, in decoding order.
#[derive(Debug)]
pub(super) struct Lane {
    track: Track,
    timescale: u32,
    ready: Vec<Sample>,
    bytes: usize,
}

impl Lane {
    fn new(track: Track, timescale: u32) -> Self {
        Self { track, timescale, ready: Vec::new(), bytes: 0 }
    }

    fn push(&mut self, sample: Sample) {
        self.bytes += sample.data.len();
        self.ready.push(sample);
    }

    /// Coded bytes waiting.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Samples waiting.
    pub(super) fn len(&self) -> usize {
        self.ready.len()
    }

    /// The samples that begin before `boundary`, as a run that may be empty.
    pub(super) fn run_until(&self, start: Timestamp, boundary: Timestamp) -> Run<'_> {
        let count = self.count_until(boundary);
        let samples = self.ready.get(..count).unwrap_or_default();
        Run { track: self.track, start: self.ticks(start), samples }
    }

    /// Lets go of the samples that begin before `boundary`.
    pub(super) fn discard_until(&mut self, boundary: Timestamp) {
        let count = self.count_until(boundary);
        let bytes: usize = self.ready.drain(..count).map(|sample| sample.data.len()).sum();
        self.bytes -= bytes;
    }

    fn count_until(&self, boundary: Timestamp) -> usize {
        let boundary = self.ticks(boundary);
        self.ready.partition_point(|sample| sample.decode_time < boundary)
    }

    fn ticks(&self, at: Timestamp) -> u64 {
        u64::try_from(at.to_ticks(self.timescale)).unwrap_or(0)
    }
}

/// Pictures: each lasts until the next one begins.
#[derive(Debug)]
pub(super) struct VideoLane {
    pub(super) lane: Lane,
    open: Option<(Timestamp, Sample)>,
}

impl VideoLane {
    pub(super) fn new() -> Self {
        Self { lane: Lane::new(Track::Video, VIDEO_TIMESCALE), open: None }
    }

    /// When the newest frame is decoded.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.open.as_ref().map(|(start, _)| *start)
    }

    /// Takes a frame, which ends the one before it.
    pub(super) fn push(&mut self, frame: &Frame) -> Option<Span> {
        let completed = self.complete(frame.dts);
        let ticks = frame.dts.to_ticks(VIDEO_TIMESCALE);
        let offset = (frame.pts.to_ticks(VIDEO_TIMESCALE) - ticks)
            .clamp(-MAX_COMPOSITION_OFFSET, MAX_COMPOSITION_OFFSET);
        let sample = Sample {
            decode_time: u64::try_from(ticks).unwrap_or(0),
            duration: 0,
            composition_offset: i32::try_from(offset).unwrap_or(0),
            sync: frame.keyframe,
            data: frame.data.clone(),
        };
        self.open = Some((frame.dts, sample));
        completed
    }

    /// Ends the newest frame at `end`.
    pub(super) fn complete(&mut self, end: Timestamp) -> Option<Span> {
        let (start, mut sample) = self.open.take()?;
        let ticks = u64::try_from(end.to_ticks(VIDEO_TIMESCALE)).unwrap_or(0);
        sample.duration =
            u32::try_from(ticks.saturating_sub(sample.decode_time)).unwrap_or(u32::MAX);
        self.lane.push(sample);
        Some(Span { start, end })
    }
}

/// Sound: on the sample grid where frames are all alike, by its stamps otherwise.
#[derive(Debug)]
pub(super) struct AudioLane {
    pub(super) lane: Lane,
    grid: Grid,
}

#[derive(Debug)]
enum Grid {
    Even {
        clock: AudioClock,
        samples: u32,
    },
    /// A frame lasts until the next begins, so the newest is kept back.
    Stamped {
        open: Option<Sample>,
        last_duration: i64,
    },
}

impl AudioLane {
    pub(super) fn new(config: &AudioConfig) -> Self {
        let rate = config.sample_rate.max(1);
        let grid = match even_frame(config) {
            Some(samples) => Grid::Even { clock: AudioClock::new(rate), samples },
            None => Grid::Stamped { open: None, last_duration: i64::from(rate) / 50 },
        };
        Self { lane: Lane::new(Track::Audio, rate), grid }
    }

    /// Takes a frame; gives the span that is now complete: this frame's, the one's before it, or
    /// none when the frame is left out.
    pub(super) fn push(&mut self, frame: &Frame) -> Option<Span> {
        if self.lane.len() >= MAX_WAITING_FRAMES || self.lane.bytes() >= MAX_WAITING_BYTES {
            return None;
        }
        let rate = self.lane.timescale;
        match &mut self.grid {
            Grid::Even { clock, samples } => {
                let start = clock.place(frame.dts, *samples)?;
                let mut sample = audio_sample(start, frame);
                sample.duration = *samples;
                self.finish(sample)
            }
            Grid::Stamped { open, last_duration } => {
                let stamp = frame.dts.to_ticks(rate);
                let Some(mut before) = open.take() else {
                    *open = Some(audio_sample(stamp, frame));
                    return None;
                };
                let begun = i64::try_from(before.decode_time).unwrap_or(i64::MAX);
                let longest = MAX_AUDIO_FRAME_MILLIS * i64::from(rate) / 1000;
                if (1..=longest).contains(&(stamp - begun)) {
                    *last_duration = stamp - begun;
                }
                let next = begun + *last_duration;
                // Stamps that stand still are of sound that lasts no time: it must not run ahead.
                if next - stamp > MAX_AHEAD_MILLIS * i64::from(rate) / 1000 {
                    *open = Some(before);
                    return None;
                }
                let stamp = stamp.max(next);
                before.duration = u32::try_from(*last_duration).unwrap_or(u32::MAX);
                *open = Some(audio_sample(stamp, frame));
                self.finish(before)
            }
        }
    }

    /// Ends a frame that was kept back.
    pub(super) fn complete(&mut self) -> Option<Span> {
        let Grid::Stamped { open, last_duration } = &mut self.grid else { return None };
        let mut sample = open.take()?;
        sample.duration = u32::try_from(*last_duration).unwrap_or(u32::MAX);
        self.finish(sample)
    }

    fn finish(&mut self, sample: Sample) -> Option<Span> {
        let start = i64::try_from(sample.decode_time).ok()?;
        let end = start + i64::from(sample.duration);
        self.lane.push(sample);
        let at = |ticks| Timestamp::from_ticks(ticks, self.lane.timescale);
        Some(Span { start: at(start), end: at(end) })
    }
}

/// Samples in every frame, where that is known and believable.
pub(super) fn even_frame(config: &AudioConfig) -> Option<u32> {
    config.samples_per_frame.filter(|samples| *samples > 0 && *samples <= config.sample_rate.max(1))
}

fn audio_sample(start: i64, frame: &Frame) -> Sample {
    Sample {
        decode_time: u64::try_from(start).unwrap_or(0),
        duration: 0,
        composition_offset: 0,
        sync: true,
        data: frame.data.clone(),
    }
}
