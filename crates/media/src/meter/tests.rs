//! Encoders of all kinds, and what a meter shows of them.

use bytes::Bytes;

use super::*;
use crate::frame::{AudioCodec, VideoCodec};
use crate::time::Timestamp;

/// What an encoder sends: one picture after the other, each with its stamp and its arrival.
struct Encoder {
    meter: Meter,
    now_us: i64,
    dts_us: i64,
    pictures: u32,
    gop: u32,
}

fn config(width: u16, height: u16) -> Packet {
    Packet::Config(TrackConfig::Video(VideoConfig {
        codec: VideoCodec::H264,
        record: Bytes::new(),
        width,
        height,
        rfc6381: "avc1.64001f".to_owned(),
    }))
}

impl Encoder {
    fn new(gop: u32) -> Self {
        let mut encoder = Self { meter: Meter::new(), now_us: 0, dts_us: 0, pictures: 0, gop };
        encoder.push(&config(1280, 720));
        encoder
    }

    fn push(&mut self, packet: &Packet) {
        self.meter.push(packet, Duration::from_micros(self.now_us.unsigned_abs()));
    }

    /// Sends a picture that shows for `step_us` and comes `late_us` later than it should.
    fn picture(&mut self, step_us: i64, late_us: i64) {
        self.now_us = self.now_us.max(self.dts_us + late_us);
        let keyframe = self.pictures.is_multiple_of(self.gop);
        let (dts, data) = (Timestamp::from_micros(self.dts_us), Bytes::from_static(&[0; 1000]));
        self.push(&Packet::Frame(Frame { track: Track::Video, dts, pts: dts, keyframe, data }));
        self.pictures += 1;
        self.dts_us += step_us;
    }

    fn run(&mut self, pictures: u32, step_us: i64) {
        (0..pictures).for_each(|_| self.picture(step_us, 0));
    }

    fn video(&self) -> VideoReading {
        self.read().video.unwrap()
    }

    fn read(&self) -> Reading {
        self.meter.read(Duration::from_micros(self.now_us.unsigned_abs()))
    }
}

fn near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < expected.max(1.0) * 0.02
}

#[test]
fn a_steady_stream_has_nothing_to_tell() {
    let mut encoder = Encoder::new(60);
    encoder.run(600, 33_333);
    let (reading, video) = (encoder.read(), encoder.video());
    assert_eq!(reading.observed, WINDOW);
    assert!(near(video.frame_rate, 30.0), "{video:?}");
    assert!(video.bitrate.abs_diff(240_000) < 10_000, "{video:?}");
    assert_eq!((video.unevenness, video.missing, video.reordered), (0.0, 0.0, false));
    assert_eq!(video.last_group, Some(Duration::from_micros(60 * 33_333)));
    assert_eq!(video.longest_group, Duration::from_micros(60 * 33_333));
    assert_eq!((reading.late_frames, reading.jumps, reading.joins), (0, 0, 0));
    assert_eq!((reading.lag, reading.jitter), (Duration::ZERO, Duration::ZERO));
    assert!(reading.longest_wait < Duration::from_millis(40));
}

#[test]
fn stamps_in_whole_milliseconds_are_even() {
    let mut encoder = Encoder::new(60);
    (0..600).for_each(|n| encoder.picture(if n % 3 == 0 { 34_000 } else { 33_000 }, 0));
    assert!(encoder.video().unevenness < 0.02);
    assert_eq!(encoder.video().missing, 0.0);
}

#[test]
fn the_group_that_is_not_over_counts_as_it_grows() {
    let mut encoder = Encoder::new(300);
    encoder.run(240, 33_333);
    assert_eq!(encoder.video().last_group, None);
    assert!(encoder.video().longest_group > Duration::from_millis(7900));
    encoder.run(61, 33_333);
    assert_eq!(encoder.video().last_group, Some(Duration::from_micros(300 * 33_333)));
}

#[test]
fn pictures_that_an_encoder_leaves_out_are_missing() {
    let mut encoder = Encoder::new(60);
    (0..600).for_each(|n| encoder.picture(if n % 5 == 0 { 66_666 } else { 33_333 }, 0));
    let video = encoder.video();
    assert!(near(video.missing, 1.0 / 6.0), "{video:?}");
    assert!(near(video.frame_rate, 25.0), "{video:?}");
    assert!(video.unevenness < 0.02, "{video:?}");
}

#[test]
fn a_rate_that_wanders_is_uneven_and_complete() {
    let mut encoder = Encoder::new(60);
    (0..600).for_each(|n| encoder.picture(25_000 + (n % 7) * 3_000, 0));
    let video = encoder.video();
    assert!(video.unevenness > 0.15, "{video:?}");
    assert!(video.missing < 0.02, "{video:?}");
}

#[test]
fn another_rate_becomes_the_usual_one() {
    let mut encoder = Encoder::new(60);
    encoder.run(300, 16_667);
    encoder.run(600, 33_333);
    let video = encoder.video();
    assert!(near(video.frame_rate, 30.0) && video.missing == 0.0, "{video:?}");
}

#[test]
fn an_odd_beginning_is_soon_forgotten() {
    for first_us in [1_000, 500_000] {
        let mut encoder = Encoder::new(60);
        encoder.run(1, first_us);
        encoder.run(180, 33_333);
        assert!(encoder.video().missing < 0.05, "{first_us}: {:?}", encoder.video());
        encoder.run(600, 33_333);
        let video = encoder.video();
        assert!(video.missing == 0.0 && video.unevenness == 0.0, "{first_us}: {video:?}");
        // From then on holes are seen for what they are.
        (0..300).for_each(|n| encoder.picture(if n % 5 == 0 { 66_666 } else { 33_333 }, 0));
        assert!(encoder.video().missing > 0.1, "{first_us}: {:?}", encoder.video());
    }
}

#[test]
fn what_comes_ever_later_lags() {
    let mut encoder = Encoder::new(60);
    encoder.run(300, 33_333);
    // A network that carries nine tenths of what is sent.
    (0..900).for_each(|n| encoder.picture(33_333, n * 33_333 / 9));
    let reading = encoder.read();
    assert!(reading.lag > Duration::from_secs(3), "{reading:?}");
    assert!(reading.late_frames > 200, "{reading:?}");
    assert!(reading.longest_lag >= reading.lag);
}

#[test]
fn a_head_start_is_forgotten_and_waits_are_told() {
    let mut encoder = Encoder::new(60);
    // Half a second at once, then in real time.
    encoder.dts_us = 500_000;
    encoder.push(&config(1280, 720));
    encoder.meter.push(
        &Packet::Frame(Frame {
            track: Track::Video,
            dts: Timestamp::from_micros(500_000),
            pts: Timestamp::from_micros(500_000),
            keyframe: true,
            data: Bytes::new(),
        }),
        Duration::ZERO,
    );
    encoder.run(900, 33_333);
    assert_eq!(encoder.read().late_frames, 0);
    assert!(encoder.read().lag < Duration::from_millis(500), "{:?}", encoder.read().lag);
    encoder.run(3600, 33_333);
    assert!(encoder.read().lag < Duration::from_millis(10), "{:?}", encoder.read().lag);

    encoder.now_us += 3_000_000;
    assert!(encoder.read().longest_wait >= Duration::from_secs(3));
}

#[test]
fn another_publisher_is_measured_anew() {
    let mut encoder = Encoder::new(300);
    encoder.run(700, 33_333);
    encoder.meter.rejoined();
    assert_eq!(encoder.read(), Reading { joins: 1, ..Reading::default() });
    encoder.now_us += 5_000_000;
    encoder.push(&config(640, 360));
    (encoder.pictures, encoder.gop) = (0, 60);
    encoder.dts_us += 100_000;
    encoder.run(121, 33_333);
    let (reading, video) = (encoder.read(), encoder.video());
    assert!(video.longest_group < Duration::from_millis(2100), "{video:?}");
    assert_eq!((video.width, video.size_changes, reading.joins), (640, 0, 1));
    assert_eq!((reading.late_frames, reading.jumps), (0, 0));
    assert!(reading.longest_wait < Duration::from_millis(40));
}

#[test]
fn jumps_sizes_sound_and_order_are_noticed() {
    let mut encoder = Encoder::new(60);
    encoder.run(60, 33_333);
    encoder.push(&config(1920, 1080));
    encoder.push(&Packet::Discontinuity);
    encoder.push(&Packet::Config(TrackConfig::Audio(AudioConfig {
        codec: AudioCodec::Aac,
        record: Bytes::new(),
        sample_rate: 48_000,
        channels: 2,
        samples_per_frame: Some(1024),
        rfc6381: "mp4a.40.2".to_owned(),
    })));
    for n in 0..60 {
        let dts = Timestamp::from_micros(encoder.dts_us);
        let pts = dts + Duration::from_millis(if n % 3 == 0 { 100 } else { 0 });
        let data = Bytes::from_static(&[0; 500]);
        let (track, keyframe) = (Track::Video, n == 0);
        encoder.now_us = encoder.dts_us;
        encoder.push(&Packet::Frame(Frame { track, dts, pts, keyframe, data: data.clone() }));
        let (track, keyframe) = (Track::Audio, true);
        encoder.push(&Packet::Frame(Frame { track, dts, pts, keyframe, data }));
        encoder.dts_us += 33_333;
    }
    encoder.now_us += 1_000_000;
    let (reading, video) = (encoder.read(), encoder.video());
    assert_eq!((reading.jumps, video.size_changes, video.reordered), (1, 1, true));
    assert_eq!(reading.audio.unwrap().frames, 60);
}

#[test]
fn a_stream_that_stops_fades_to_nothing() {
    let mut encoder = Encoder::new(60);
    encoder.run(600, 33_333);
    encoder.now_us += 11_000_000;
    let video = encoder.video();
    assert_eq!((video.bitrate, video.frames, video.frame_rate), (0, 0, 0.0));
}
