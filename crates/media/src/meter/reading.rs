//! What a meter shows.

use std::time::Duration;

use super::second::Second;
use super::{Meter, Video};
use crate::frame::{AudioCodec, VideoCodec};

/// A stream as it was over the last [`WINDOW`](super::WINDOW).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// How much of the window the publisher has been there for.
    pub observed: Duration,
    /// The pictures, once they are announced.
    pub video: Option<VideoReading>,
    /// The sound, once it is announced.
    pub audio: Option<AudioReading>,
    /// RFC 3550's interarrival jitter.
    pub jitter: Duration,
    /// The longest time without any packet, up to now.
    pub longest_wait: Duration,
    /// How much later than the quickest frames the newest one came.
    pub lag: Duration,
    /// The longest such delay.
    pub longest_lag: Duration,
    /// Frames that came late.
    pub late_frames: u32,
    /// Jumps of the encoder's clock.
    pub jumps: u32,
    /// How often a publisher has come back into this broadcast.
    pub joins: u32,
}

/// The pictures of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoReading {
    /// The codec.
    pub codec: VideoCodec,
    /// RFC 6381 form.
    pub rfc6381: String,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// Bits per second.
    pub bitrate: u64,
    /// Pictures that came.
    pub frames: u32,
    /// Pictures per second on the encoder's clock.
    pub frame_rate: f64,
    /// How much the distances between pictures differ, holes aside: the standard deviation as a
    /// share of the mean.
    pub unevenness: f64,
    /// How much of the time the pictures that should have been there are missing, as a share.
    pub missing: f64,
    /// Whether some pictures are sent in another order than they are shown (B-frames).
    pub reordered: bool,
    /// From the last keyframe but one to the last.
    pub last_group: Option<Duration>,
    /// The longest time from one keyframe to the next lately, the one that is not over included.
    pub longest_group: Duration,
    /// Changes of the picture's size.
    pub size_changes: u32,
}

/// The sound of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioReading {
    /// The codec.
    pub codec: AudioCodec,
    /// RFC 6381 form.
    pub rfc6381: String,
    /// Samples per second.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: u8,
    /// Bits per second.
    pub bitrate: u64,
    /// Frames that came.
    pub frames: u32,
}

pub(super) fn read(meter: &Meter, now_us: i64) -> Reading {
    let Some(since_us) = meter.since_us else {
        return Reading { joins: meter.joins, ..Reading::default() };
    };
    let (sum, seconds) = meter.seconds.sum(since_us, now_us);
    let audio = meter.audio.as_ref().map(|config| AudioReading {
        codec: config.codec,
        rfc6381: config.rfc6381.clone(),
        sample_rate: config.sample_rate,
        channels: config.channels,
        bitrate: bits_per_second(sum.audio_bytes, seconds),
        frames: sum.audio_frames,
    });
    Reading {
        observed: Duration::from_secs(seconds),
        video: meter.video.read(&sum, seconds),
        audio,
        jitter: duration(meter.arrival.jitter_us()),
        longest_wait: duration(sum.longest_wait_us.max(now_us - meter.heard_us)),
        lag: duration(meter.arrival.lag_us()),
        longest_lag: duration(sum.lag_us.max(meter.arrival.lag_us())),
        late_frames: sum.late,
        jumps: sum.jumps,
        joins: meter.joins,
    }
}

impl Video {
    fn read(&self, sum: &Second, seconds: u64) -> Option<VideoReading> {
        let config = self.config.as_ref()?;
        let (mean_us, deviation_us) = spread(sum);
        let covered_us = (sum.steps_us + sum.missing_us) as f64 + f64::from(sum.holes) * mean_us;
        let steps = f64::from(sum.steps) + f64::from(sum.holes);
        let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 0.0 };
        let complete = self.groups_us.iter().take(self.complete).copied();
        let open = self.keyframe_us.zip(self.last_dts_us).map(|(key, last)| last - key);
        let last = self.complete.checked_sub(1);
        let last = last.and_then(|last| self.groups_us.get(last % self.groups_us.len()));
        Some(VideoReading {
            codec: config.codec,
            rfc6381: config.rfc6381.clone(),
            width: config.width,
            height: config.height,
            bitrate: bits_per_second(sum.video_bytes, seconds),
            frames: sum.video_frames,
            frame_rate: share(steps * 1e6, covered_us),
            unevenness: share(deviation_us, mean_us),
            missing: share(sum.missing_us as f64, covered_us),
            reordered: sum.reordered > 0,
            last_group: last.map(|last| duration(*last)),
            longest_group: duration(complete.chain(open).max().unwrap_or(0)),
            size_changes: sum.size_changes,
        })
    }
}

/// Mean and standard deviation of the usual distances, in microseconds.
fn spread(sum: &Second) -> (f64, f64) {
    if sum.steps == 0 {
        return (0.0, 0.0);
    }
    let steps = f64::from(sum.steps);
    let mean = sum.steps_us as f64 / steps;
    let variance = sum.steps_squared_us as f64 / steps - mean * mean;
    (mean, variance.max(0.0).sqrt())
}

fn bits_per_second(bytes: u64, seconds: u64) -> u64 {
    (bytes * 8).checked_div(seconds).unwrap_or(0)
}

fn duration(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}
