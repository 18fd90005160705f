//! A leader and those who follow it, with simulated encoders between them.

use std::collections::VecDeque;
use std::time::Duration;

use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::hls::conformance::check_together;
use rivulet_media::hls::{
    Content, Follower, Following, FrameRate, LatencyLevel, Output, Resume, Settings,
};
use rivulet_media::time::{Timestamp, WallClock};

use crate::source::{Arrival, BEGAN, audio_config, video_config};
use crate::viewer::Viewer;

/// An encoder that makes another rendition of what it is fed. Times are in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Rung {
    pub(crate) what: Following,
    /// Pictures per second, when not all of them.
    pub(crate) rate: Option<f64>,
    /// How long it takes.
    pub(crate) lag: i64,
    /// When it starts, by the source's time.
    pub(crate) starts: i64,
    /// When it dies and when it is there again.
    pub(crate) outages: Vec<(i64, i64)>,
}

impl Default for Rung {
    fn default() -> Self {
        Self { what: Following::Encoded, rate: None, lag: 120, starts: 0, outages: Vec::new() }
    }
}

impl Rung {
    pub(crate) fn sound() -> Self {
        Self { what: Following::AudioOnly, lag: 0, ..Self::default() }
    }

    fn is_running(&self, at: i64) -> bool {
        at >= self.starts && !self.outages.iter().any(|(from, to)| (*from..*to).contains(&at))
    }
}

/// A rung at work.
pub(crate) struct Line {
    rung: Rung,
    follower: Follower,
    pub(crate) viewer: Viewer,
    /// What is ready from when on.
    ready: VecDeque<(i64, Packet)>,
    running: bool,
    expected: bool,
    /// A keyframe was dropped: the next picture becomes one.
    key_owed: bool,
    next_picture: f64,
}

impl Line {
    fn new(rung: &Rung, level: u8, resume: Resume) -> Self {
        let latency = LatencyLevel::new(level).expect("a level");
        let mut follower = Follower::new(Settings { latency }, rung.what, resume);
        if let Some(rate) = rung.rate {
            follower = follower.at_rate(FrameRate::from_millihertz((rate * 1000.0) as u32));
        }
        Self {
            rung: rung.clone(),
            follower,
            viewer: Viewer::new(latency, resume),
            ready: VecDeque::new(),
            running: false,
            expected: false,
            key_owed: false,
            next_picture: f64::MIN,
        }
    }

    fn step(&mut self, packet: &Packet, led: &[Output], at: WallClock) {
        let now = at.as_unix_millis() - BEGAN.as_unix_millis();
        let mut out = Vec::new();
        self.follower.lead(led, &mut out);
        if self.running && !self.rung.is_running(now) {
            self.ready.clear();
            self.follower.lost(&mut out);
        }
        if !self.running && self.rung.is_running(now) {
            (self.expected, self.key_owed, self.next_picture) = (false, false, f64::MIN);
            if self.rung.what == Following::AudioOnly {
                self.follower.expect(Timestamp::from_millis(now));
            }
            let configs =
                [TrackConfig::Video(video_config(640)), TrackConfig::Audio(audio_config())];
            self.ready.extend(configs.map(|config| (now, Packet::Config(config))));
        }
        self.running = self.rung.is_running(now);
        if let (Packet::Frame(frame), true) = (packet, self.running) {
            self.encode(frame, now + self.rung.lag);
        }
        while self.ready.front().is_some_and(|(due, _)| *due <= now)
            && let Some((_, packet)) = self.ready.pop_front()
        {
            self.follower.push(&packet, at, &mut out);
        }
        self.viewer.checker.interrupted();
        self.viewer.publish(out, at);
    }

    fn encode(&mut self, frame: &Frame, due: i64) {
        if frame.track == Track::Audio {
            if self.expected || self.rung.what == Following::AudioOnly {
                self.ready.push_back((due, Packet::Frame(frame.clone())));
            }
            return;
        }
        let shown = frame.pts.as_micros() as f64 / 1e6;
        self.key_owed |= frame.keyframe;
        if !self.expected && !frame.keyframe {
            return;
        }
        if let Some(rate) = self.rung.rate {
            if shown + 0.1 / rate < self.next_picture {
                return;
            }
            let grid = self.next_picture.max(shown - 0.5 / rate);
            self.next_picture = grid + 1.0 / rate;
        }
        if !self.expected {
            self.follower.expect(frame.pts);
            self.expected = true;
        }
        // No reordering: it is decoded as it is shown.
        let keyframe = std::mem::take(&mut self.key_owed);
        let packet = Packet::Frame(Frame { dts: frame.pts, keyframe, ..frame.clone() });
        self.ready.push_back((due, packet));
    }

    fn end(&mut self, led: &[Output], at: WallClock) {
        let mut out = Vec::new();
        self.follower.lead(led, &mut out);
        for (_, packet) in std::mem::take(&mut self.ready) {
            self.follower.push(&packet, at, &mut out);
        }
        self.follower.end(&mut out);
        self.viewer.publish(out, at);
    }

    /// Of each complete segment its sequence number, and whether it is a gap.
    pub(crate) fn segments(&self) -> Vec<(u64, bool)> {
        segments(&self.viewer.outputs)
    }
}

pub(crate) fn segments(outputs: &[Output]) -> Vec<(u64, bool)> {
    let mut found: Vec<(u64, bool)> = Vec::new();
    for output in outputs {
        match output {
            Output::SegmentStart(start) => found.push((start.sequence, false)),
            Output::Part(part) if part.content == Content::Gap => {
                found.last_mut().expect("a part is in a segment").1 = true;
            }
            _ => {}
        }
    }
    found
}

/// Reordered frames come in decoding order, and an encoder takes them as they are shown.
fn in_order_of_presentation(packets: &[Arrival]) -> Vec<Packet> {
    let mut pictures: Vec<&Frame> =
        packets.iter().filter_map(|(packet, _)| picture(packet)).collect();
    pictures.sort_by_key(|frame| frame.pts);
    let mut pictures = pictures.into_iter();
    packets
        .iter()
        .map(|(packet, _)| match picture(packet) {
            Some(_) => Packet::Frame(pictures.next().expect("as many as before").clone()),
            None => packet.clone(),
        })
        .collect()
}

fn picture(packet: &Packet) -> Option<&Frame> {
    match packet {
        Packet::Frame(frame) if frame.track == Track::Video => Some(frame),
        _ => None,
    }
}

/// Runs a broadcast with all its renditions; fails when anything is found wrong with any of them,
/// at any time.
pub(crate) fn broadcast(level: u8, packets: &[Arrival], rungs: &[Rung]) -> (Viewer, Vec<Line>) {
    resumed(level, packets, rungs, Resume::default())
}

pub(crate) fn resumed(
    level: u8,
    packets: &[Arrival],
    rungs: &[Rung],
    resume: Resume,
) -> (Viewer, Vec<Line>) {
    let mut leader = Viewer::new(LatencyLevel::new(level).expect("a level"), resume);
    let mut lines: Vec<Line> = rungs.iter().map(|rung| Line::new(rung, level, resume)).collect();
    let shown = in_order_of_presentation(packets);
    let mut at = BEGAN;
    for ((packet, arrived), shown) in packets.iter().zip(&shown) {
        at = *arrived;
        let before = leader.outputs.len();
        leader.push(packet, at);
        for line in &mut lines {
            line.step(shown, leader.outputs.get(before..).unwrap_or_default(), at);
        }
        if leader.outputs.len() > before {
            expect_together(&leader, &lines);
        }
    }
    let before = leader.outputs.len();
    leader.end();
    for line in &mut lines {
        line.end(leader.outputs.get(before..).unwrap_or_default(), at + Duration::from_millis(1));
    }
    expect_together(&leader, &lines);
    leader.expect_conformance();
    for line in &lines {
        line.viewer.expect_conformance();
        let all: Vec<u64> = line.segments().iter().map(|(sequence, _)| *sequence).collect();
        let meant: Vec<u64> =
            segments(&leader.outputs).iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(all, meant, "{:?} has other segments", line.rung);
    }
    (leader, lines)
}

fn expect_together(leader: &Viewer, lines: &[Line]) {
    let mut all = vec![&leader.checker];
    all.extend(lines.iter().map(|line| &line.viewer.checker));
    let findings: Vec<String> = check_together(&all).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
