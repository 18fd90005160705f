//! What an encoder's stream is like, measured while it passes.
//!
//! A [`Meter`] is shown every packet on the thread that carries it, so it only counts: a handful of
//! integer operations per packet, no allocation, no clock of its own. [`Meter::read`] does the
//! arithmetic, for whoever wants to know, over the last [`WINDOW`].

mod pace;
mod reading;
mod second;

use std::time::Duration;

pub use reading::{AudioReading, Reading, VideoReading};

use crate::frame::{AudioConfig, Frame, Packet, Track, TrackConfig, VideoConfig};
use pace::{Arrival, Pace};
use second::{Second, Seconds};

/// What a reading looks back on.
pub const WINDOW: Duration = Duration::from_secs(second::WINDOW_SECONDS);

/// A frame that comes this much later than the quickest ones did is late: longer than jitter lasts,
/// and than the head start that some encoders give themselves.
const LATE_US: i64 = 750_000;

/// Groups of pictures of which the longest is told.
const GROUPS: usize = 4;

/// Measures one broadcast.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    seconds: Seconds,
    joins: u32,
    /// When the publisher's first packet came, in microseconds like all that follows.
    since_us: Option<i64>,
    heard_us: i64,
    video: Video,
    audio: Option<AudioConfig>,
    /// Of the pictures, or of the sound where there are none.
    arrival: Arrival,
}

#[derive(Clone, Debug, Default)]
struct Video {
    config: Option<VideoConfig>,
    last_dts_us: Option<i64>,
    highest_pts_us: i64,
    keyframe_us: Option<i64>,
    groups_us: [i64; GROUPS],
    /// How many groups of pictures were complete.
    complete: usize,
    pace: Pace,
}

impl Meter {
    /// A meter that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another publisher goes on with the broadcast: what it sends is its own.
    pub fn rejoined(&mut self) {
        *self = Self { joins: self.joins.saturating_add(1), ..Self::default() };
    }

    /// Takes note of a packet that came `arrived` after the broadcast began.
    pub fn push(&mut self, packet: &Packet, arrived: Duration) {
        let now_us = micros(arrived);
        if self.since_us.is_none() {
            self.since_us = Some(now_us);
            self.heard_us = now_us;
        }
        let second = self.seconds.at(now_us);
        second.longest_wait_us = second.longest_wait_us.max(now_us - self.heard_us);
        self.heard_us = now_us;
        match packet {
            Packet::Frame(frame) => self.frame(frame, now_us),
            Packet::Config(TrackConfig::Video(config)) => self.video_config(config, now_us),
            Packet::Config(TrackConfig::Audio(config)) => self.audio = Some(config.clone()),
            Packet::Discontinuity => self.jumped(now_us),
        }
    }

    /// What the stream is like, `now` after the broadcast began.
    #[must_use]
    pub fn read(&self, now: Duration) -> Reading {
        reading::read(self, micros(now))
    }

    fn frame(&mut self, frame: &Frame, now_us: i64) {
        let second = self.seconds.at(now_us);
        let bytes = frame.data.len() as u64;
        match frame.track {
            Track::Video => {
                second.video_frames += 1;
                second.video_bytes += bytes;
                self.video.frame(frame, second);
                self.arrival.frame(now_us, frame.dts.as_micros(), second);
            }
            Track::Audio => {
                second.audio_frames += 1;
                second.audio_bytes += bytes;
                if self.video.config.is_none() {
                    self.arrival.frame(now_us, frame.dts.as_micros(), second);
                }
            }
        }
    }

    fn video_config(&mut self, config: &VideoConfig, now_us: i64) {
        if let Some(old) = &self.video.config
            && (old.width, old.height) != (config.width, config.height)
        {
            self.seconds.at(now_us).size_changes += 1;
        }
        self.video.config = Some(config.clone());
    }

    /// The encoder's clock jumped: what follows cannot be compared with what came before.
    fn jumped(&mut self, now_us: i64) {
        self.seconds.at(now_us).jumps += 1;
        self.arrival = Arrival::default();
        self.video.last_dts_us = None;
        self.video.keyframe_us = None;
        self.video.highest_pts_us = 0;
    }
}

impl Video {
    fn frame(&mut self, frame: &Frame, second: &mut Second) {
        let (dts_us, pts_us) = (frame.dts.as_micros(), frame.pts.as_micros());
        if let Some(last) = self.last_dts_us.replace(dts_us) {
            self.pace.step(dts_us - last, second);
        }
        if pts_us < self.highest_pts_us {
            second.reordered += 1;
        }
        self.highest_pts_us = self.highest_pts_us.max(pts_us);
        if frame.keyframe {
            if let Some(last) = self.keyframe_us {
                if let Some(group) = self.groups_us.get_mut(self.complete % GROUPS) {
                    *group = dts_us - last;
                }
                self.complete += 1;
            }
            self.keyframe_us = Some(dts_us);
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
