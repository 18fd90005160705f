//! Fragmented MP4 for a reader that follows live: an initialisation segment, then a fragment for
//! each frame as soon as the frame is there.

use std::time::Duration;

use bytes::Bytes;

use super::fragment::{Fragment, Run, Sample};
use super::init::{self, Timescales};
use crate::frame::{AudioConfig, Frame, Track, VideoConfig};
use crate::time::Timestamp;

/// Ticks per second of both tracks: timestamps pass through as they are.
const TIMESCALE: u32 = 1_000_000;
/// How long a frame is said to last before two of its track have been seen, where nobody knows
/// better: a thirtieth of a second. The next frame's time is what counts.
const FIRST_DURATION: u32 = 33_333;

/// Writes the frames of one or two tracks. The configurations stay the same: another one needs
/// another feed, and another reader.
#[derive(Debug)]
pub struct Feed {
    init: Bytes,
    sequence_number: u32,
    video: Pace,
    audio: Pace,
}

/// What the next frame's duration is predicted from.
#[derive(Debug, Default)]
struct Pace {
    newest: Option<Timestamp>,
    duration: Option<u32>,
}

impl Feed {
    /// A feed of these tracks.
    #[must_use]
    pub fn new(video: Option<&VideoConfig>, audio: Option<&AudioConfig>) -> Self {
        let timescales = Timescales { video: TIMESCALE, audio: TIMESCALE };
        let init = init::write(video, audio, timescales);
        Self { init, sequence_number: 0, video: Pace::default(), audio: Pace::default() }
    }

    /// Says how long the first picture lasts: readers may take the rate of all pictures from it.
    #[must_use]
    pub fn paced(mut self, picture: Duration) -> Self {
        self.video.duration = u32::try_from(picture.as_micros()).ok().filter(|it| *it > 0);
        self
    }

    /// What the reader must be given first.
    #[must_use]
    pub fn init(&self) -> Bytes {
        self.init.clone()
    }

    /// The fragment with `frame`. A frame before the beginning of the timeline is put at it.
    #[must_use]
    pub fn write(&mut self, frame: &Frame) -> Bytes {
        self.sequence_number = self.sequence_number.wrapping_add(1);
        let pace = match frame.track {
            Track::Video => &mut self.video,
            Track::Audio => &mut self.audio,
        };
        let offset = frame.pts.as_micros().saturating_sub(frame.dts.as_micros());
        let sample = Sample {
            decode_time: u64::try_from(frame.dts.as_micros()).unwrap_or(0),
            duration: pace.predict(frame.dts),
            composition_offset: i32::try_from(offset).unwrap_or(0),
            sync: frame.keyframe,
            data: frame.data.clone(),
        };
        let start = sample.decode_time;
        let runs = [Run { track: frame.track, start, samples: std::slice::from_ref(&sample) }];
        Fragment { sequence_number: self.sequence_number, runs: &runs }.to_bytes()
    }
}

impl Pace {
    /// How long the frame at `dts` will probably last: as long as the one before it.
    fn predict(&mut self, dts: Timestamp) -> u32 {
        let elapsed = self.newest.map(|newest| dts.since(newest).as_micros());
        self.newest = Some(dts);
        if let Some(elapsed @ 1..=1_000_000) = elapsed {
            self.duration = u32::try_from(elapsed).ok();
        }
        self.duration.unwrap_or(FIRST_DURATION)
    }
}
