//! Arbitrary broadcasts, packaged and checked: what fuzzing runs, and the replay of what it found.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::together::check_listed;
use super::{Checker, Finding};
use crate::frame::{
    AudioCodec, AudioConfig, Frame, Packet, Track, TrackConfig, VideoCodec, VideoConfig,
};
use crate::hls::playlist::render_media;
use crate::hls::request::{Delta, MediaName};
use crate::hls::{
    Follower, Following, LatencyLevel, Lookup, Options, Output, Packager, Resume, Settings, Window,
};
use crate::time::{Timestamp, WallClock};

/// A longer broadcast finds nothing more, and would outgrow the window's limits.
const MAX_STEPS: usize = 1500;
/// So late that no broadcast runs back to before zero.
const FIRST_STAMP: i64 = 100_000_000;
const ID: &str = "x1";

/// Packages the broadcast that `data` describes, four bytes to a packet, and gives what the
/// checker finds wrong with what a player would have loaded.
#[must_use]
pub fn exercise(data: &[u8]) -> Vec<Finding> {
    let (level, steps) = data.split_first().map_or((0, data), |(first, rest)| (first % 5, rest));
    let latency = LatencyLevel::new(level).unwrap_or_default();
    let mut packager = Packager::new(Settings { latency }, Resume::default());
    let mut player = Player::new(latency);
    let mut followed =
        [Following::Encoded, Following::AudioOnly].map(|what| Followed::new(latency, what));
    let mut encoder = Encoder::default();
    for step in steps.chunks_exact(4).take(MAX_STEPS) {
        let &[kind, time, shape, size] = step else { continue };
        let (packet, arrived) = encoder.step(kind, time, shape, size);
        let mut out = Vec::new();
        packager.push(&packet, arrived, &mut out);
        for one in &mut followed {
            one.step(kind >> 4, (&packet, arrived), &out);
        }
        player.load(out);
    }
    let mut out = Vec::new();
    packager.end(&mut out);
    for one in &mut followed {
        one.end(&out);
    }
    player.load(out);
    let mut findings = player.checker.findings().to_vec();
    for one in &followed {
        findings.extend(one.player.checker.findings().iter().cloned());
        findings.extend(check_listed(&player.checker, &one.player.checker));
    }
    findings
}

/// Makes packets out of bytes.
#[derive(Default)]
struct Encoder {
    video: Clock,
    audio: Clock,
}

/// A track's stamps, and the time that has gone by on it.
struct Clock {
    stamp_millis: i64,
    /// The highest stamp since the last jump.
    highest_millis: i64,
    elapsed_millis: i64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { stamp_millis: FIRST_STAMP, highest_millis: FIRST_STAMP, elapsed_millis: 0 }
    }
}

impl Clock {
    fn step(&mut self, millis: i64) -> (Timestamp, WallClock) {
        self.stamp_millis += millis;
        // Stamps that run backwards are a jump to the packager where they do so by a second.
        if self.stamp_millis + 1000 < self.highest_millis {
            self.highest_millis = self.stamp_millis;
        }
        self.elapsed_millis += (self.stamp_millis - self.highest_millis).max(0);
        self.highest_millis = self.highest_millis.max(self.stamp_millis);
        let arrived = WallClock::from_unix_millis(1_700_000_000_000 + self.elapsed_millis);
        (Timestamp::from_millis(self.stamp_millis), arrived)
    }
}

impl Encoder {
    fn step(&mut self, kind: u8, time: u8, shape: u8, size: u8) -> (Packet, WallClock) {
        let millis = i64::from(time);
        match kind % 16 {
            0..=7 => {
                let (dts, arrived) = self.video.step(millis);
                let pts = dts + Duration::from_millis(u64::from(shape >> 3) * 10);
                let keyframe = shape.trailing_zeros() >= 3;
                (frame(Track::Video, dts, pts, keyframe, size), arrived)
            }
            8..=11 => {
                let (dts, arrived) = self.audio.step(millis / 4);
                (frame(Track::Audio, dts, dts, true, size), arrived)
            }
            12 => (Packet::Config(TrackConfig::Video(video_config(shape))), self.video.step(0).1),
            13 => (Packet::Config(TrackConfig::Audio(audio_config(shape))), self.audio.step(0).1),
            14 => (Packet::Discontinuity, self.video.step(0).1),
            _ => {
                let jump = millis * i64::from(shape.cast_signed());
                self.audio.step(jump);
                let (dts, arrived) = self.video.step(jump);
                (frame(Track::Video, dts, dts, size.is_multiple_of(2), size), arrived)
            }
        }
    }
}

fn frame(track: Track, dts: Timestamp, pts: Timestamp, keyframe: bool, size: u8) -> Packet {
    let data = Bytes::from(vec![size; usize::from(size)]);
    Packet::Frame(Frame { track, dts, pts, keyframe, data })
}

fn video_config(shape: u8) -> VideoConfig {
    VideoConfig {
        codec: VideoCodec::H264,
        record: Bytes::from(vec![1, 100, 0, shape % 3]),
        width: 16,
        height: 16,
        rfc6381: "avc1.640000".into(),
    }
}

fn audio_config(shape: u8) -> AudioConfig {
    let rate = match shape % 4 {
        0 => 44_100,
        1 => 8000,
        _ => 48_000,
    };
    AudioConfig {
        codec: AudioCodec::Aac,
        record: Bytes::from_static(&[0x11, 0x90]),
        sample_rate: rate,
        channels: 2,
        samples_per_frame: (shape < 192).then_some(1024),
        rfc6381: "mp4a.40.2".into(),
    }
}

/// A rendition that follows, and a player that loads it. What it is fed is what the leader is fed,
/// late, in part, or not at all.
struct Followed {
    follower: Follower,
    player: Player,
    late: VecDeque<(Packet, WallClock)>,
}

impl Followed {
    fn new(latency: LatencyLevel, what: Following) -> Self {
        let mut follower = Follower::new(Settings { latency }, what, Resume::default());
        follower.expect(Timestamp::ZERO);
        Self { follower, player: Player::new(latency), late: VecDeque::new() }
    }

    fn step(&mut self, whim: u8, (packet, arrived): (&Packet, WallClock), led: &[Output]) {
        let mut out = Vec::new();
        led.iter().for_each(|output| self.follower.lead(output, &mut out));
        match whim {
            1 => {}
            2 | 3 => self.late.push_back((packet.clone(), arrived)),
            4 => self.follower.lost(&mut out),
            5 => {
                if let Packet::Frame(frame) = packet {
                    self.follower.expect(frame.pts);
                }
            }
            _ => {
                self.late.push_back((packet.clone(), arrived));
                for (packet, arrived) in std::mem::take(&mut self.late) {
                    self.follower.push(&packet, arrived, &mut out);
                }
            }
        }
        self.player.load(out);
    }

    fn end(&mut self, led: &[Output]) {
        let mut out = Vec::new();
        led.iter().for_each(|output| self.follower.lead(output, &mut out));
        self.follower.end(&mut out);
        self.player.load(out);
    }
}

/// Loads everything as soon as it is published.
struct Player {
    window: Window,
    checker: Checker,
}

impl Player {
    fn new(latency: LatencyLevel) -> Self {
        let options =
            Options { id: ID.into(), latency, next_sequence: 0, independent_segments: false };
        Self { window: Window::new(options), checker: Checker::new() }
    }

    fn load(&mut self, out: Vec<Output>) {
        if out.is_empty() {
            return;
        }
        let media = self.apply(out);
        let Some(snapshot) = self.window.snapshot() else { return };
        // How fast such a source is says nothing about the packager.
        self.checker.interrupted();
        self.checker.observe(Duration::ZERO, None, &render_media(&snapshot, Delta::Full));
        for name in media {
            match self.window.lookup(&name) {
                Lookup::Found(pieces) => {
                    self.checker.observe_media(&name.to_string(), &pieces.concat());
                }
                Lookup::Hinted | Lookup::Missing => {}
            }
        }
    }

    /// Applies outputs, and gives the names of the files they make.
    fn apply(&mut self, out: Vec<Output>) -> Vec<MediaName<'static>> {
        let mut names = Vec::new();
        for output in out {
            match &output {
                Output::Init(init) => names.push(MediaName::Init { id: ID, number: init.number }),
                Output::Part(part) => {
                    let index = part.index;
                    self.window.apply(output.clone());
                    let sequence = self.window.edge().map_or(0, |edge| edge.sequence);
                    names.push(MediaName::Part { id: ID, sequence, index });
                    continue;
                }
                _ => {}
            }
            self.window.apply(output);
        }
        names
    }
}
