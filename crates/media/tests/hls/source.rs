//! Synthetic encoders: packets with the stamps that real ones produce.

use std::time::Duration;

use bytes::Bytes;
use rivulet_media::frame::{
    AudioCodec, AudioConfig, Frame, Packet, Track, TrackConfig, VideoCodec, VideoConfig,
};
use rivulet_media::time::{Timestamp, WallClock};

/// When every simulation begins on the world's clock.
pub(crate) const BEGAN: WallClock = WallClock::from_unix_millis(1_700_000_000_000);

/// A packet and when it arrives.
pub(crate) type Arrival = (Packet, WallClock);

/// What an encoder sends. Times are in seconds.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    pub(crate) rate: f64,
    pub(crate) group: f64,
    pub(crate) begin: f64,
    pub(crate) seconds: f64,
    pub(crate) video: bool,
    pub(crate) audio: bool,
    /// Pictures that each reference picture is decoded ahead of.
    pub(crate) b_frames: usize,
    /// Up to how far each picture is off its time.
    pub(crate) jitter: f64,
    pub(crate) width: u16,
    pub(crate) frame_bytes: usize,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            rate: 30.0,
            group: 2.0,
            begin: 0.0,
            seconds: 20.0,
            video: true,
            audio: true,
            b_frames: 0,
            jitter: 0.0,
            width: 1280,
            frame_bytes: 100,
        }
    }
}

impl Encoder {
    /// Configurations, then frames in the order of their decoding times.
    pub(crate) fn packets(&self) -> Vec<Arrival> {
        let mut frames = self.pictures();
        frames.extend(self.sounds());
        frames.sort_by_key(|frame| frame.dts);
        let mut packets = Vec::new();
        if self.video {
            packets.push(Packet::Config(TrackConfig::Video(video_config(self.width))));
        }
        if self.audio {
            packets.push(Packet::Config(TrackConfig::Audio(audio_config())));
        }
        packets.extend(frames.into_iter().map(Packet::Frame));
        let begin = Timestamp::from_millis(millis(self.begin));
        packets.into_iter().map(|packet| arriving(packet, begin)).collect()
    }

    fn pictures(&self) -> Vec<Frame> {
        if !self.video {
            return Vec::new();
        }
        let group = (self.group * self.rate).round().max(1.0) as usize;
        (0..(self.seconds * self.rate).round() as usize)
            .map(|index| {
                let off = (hash(index) - 0.5) * 2.0 * self.jitter;
                let dts = self.begin + (index as f64 + off) / self.rate;
                // With reordering, a reference picture is shown after those that refer to it.
                let run = self.b_frames + 1;
                let ahead = match index % group % run {
                    _ if self.b_frames == 0 => 0,
                    0 => run,
                    _ => 0,
                };
                let pts = Timestamp::from_millis(millis(dts + ahead as f64 / self.rate));
                Frame {
                    track: Track::Video,
                    dts: Timestamp::from_millis(millis(dts)),
                    pts,
                    keyframe: index % group == 0,
                    data: content(self.frame_bytes, index),
                }
            })
            .collect()
    }

    fn sounds(&self) -> Vec<Frame> {
        if !self.audio {
            return Vec::new();
        }
        (0..(self.seconds * 48_000.0 / 1024.0) as usize)
            .map(|index| {
                let at =
                    Timestamp::from_millis(millis(self.begin + index as f64 * 1024.0 / 48_000.0));
                Frame {
                    track: Track::Audio,
                    dts: at,
                    pts: at,
                    keyframe: true,
                    data: content(30, index),
                }
            })
            .collect()
    }
}

/// A packet that arrives as it is decoded.
fn arriving(packet: Packet, begin: Timestamp) -> Arrival {
    let at = match &packet {
        Packet::Frame(frame) => frame.dts,
        _ => begin,
    };
    let after = at.since(Timestamp::ZERO);
    (packet, BEGAN + after)
}

/// A break between two sessions.
pub(crate) fn discontinuity(at: f64) -> Arrival {
    (Packet::Discontinuity, BEGAN + Duration::from_millis(millis(at) as u64))
}

pub(crate) fn video_config(width: u16) -> VideoConfig {
    VideoConfig {
        codec: VideoCodec::H264,
        record: Bytes::from_static(&[1, 0x64, 0, 0x1f, 0xff, 0xe0, 0]),
        width,
        height: width / 16 * 9,
        rfc6381: "avc1.64001f".into(),
    }
}

pub(crate) fn audio_config() -> AudioConfig {
    AudioConfig {
        codec: AudioCodec::Aac,
        record: Bytes::from_static(&[0x11, 0x90]),
        sample_rate: 48_000,
        channels: 2,
        samples_per_frame: Some(1024),
        rfc6381: "mp4a.40.2".into(),
    }
}

fn content(length: usize, index: usize) -> Bytes {
    Bytes::from(vec![index as u8; length])
}

fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

/// From 0 to 1, the same for the same index.
fn hash(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64
        / f64::from(1_u32 << 24)
}
