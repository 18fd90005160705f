//! What the rules say of streams that have one thing wrong.

use std::time::{Duration, Instant};

use rivulet_media::frame::{AudioCodec, VideoCodec};
use rivulet_media::meter::{AudioReading, Reading, VideoReading};
use rivulet_media::time::WallClock;

use super::super::audience::Heard;
use super::super::facts::{Running, Transcoder};
use super::super::players::{PlayerId, Players};
use super::super::report::PlaybackReport;
use super::*;
use Severity::{Bad, Notice, Warning};

/// 1080p30 as it should be, with this changed.
fn reading(change: impl FnOnce(&mut Reading, &mut VideoReading)) -> Reading {
    let mut video = VideoReading {
        codec: VideoCodec::H264,
        rfc6381: "avc1.640028".to_owned(),
        width: 1920,
        height: 1080,
        bitrate: 6_000_000,
        frames: 300,
        frame_rate: 30.0,
        unevenness: 0.014,
        missing: 0.0,
        reordered: false,
        last_group: Some(Duration::from_secs(2)),
        longest_group: Duration::from_secs(2),
        size_changes: 0,
    };
    let audio = AudioReading {
        codec: AudioCodec::Aac,
        rfc6381: "mp4a.40.2".to_owned(),
        sample_rate: 48_000,
        channels: 2,
        bitrate: 160_000,
        frames: 469,
    };
    let mut reading = Reading {
        observed: Duration::from_secs(10),
        audio: Some(audio),
        longest_wait: Duration::from_millis(40),
        ..Reading::default()
    };
    change(&mut reading, &mut video);
    if reading.joins == u32::MAX {
        // Marks a stream without pictures.
        return Reading { joins: 0, ..reading };
    }
    Reading { video: Some(video), ..reading }
}

/// An audience of `players`, all of whom report this.
fn heard(players: u64, report: &PlaybackReport) -> Heard {
    let now = Instant::now();
    let mut all = Players::new(now);
    for n in 0..players {
        all.report(PlayerId(n), report, now).unwrap();
    }
    Heard::of(&all, now)
}

fn nobody() -> Heard {
    heard(0, &PlaybackReport::default())
}

/// What is said of a stream, each as finding, severity and sentence.
fn said(facts: &Facts<'_>) -> Vec<(Finding, Severity, String)> {
    let verdicts = judge(facts, &Findings::default());
    for verdict in &verdicts {
        assert!(verdict.sentence.ends_with('.'), "{}", verdict.sentence);
        assert!(
            verdict.remedy.ends_with('.') || verdict.remedy.ends_with(')'),
            "{}",
            verdict.remedy
        );
        assert!(!verdict.remedy.contains("  ") && !verdict.sentence.contains("  "), "{verdict:?}");
    }
    verdicts.into_iter().map(|it| (it.finding, it.severity, it.sentence)).collect()
}

fn facts<'a>(reading: &'a Reading, heard: &'a Heard) -> Facts<'a> {
    Facts {
        reading: Some(reading),
        latency_level: 2,
        usual_video_bps: Some(6_000_000),
        recent_joins: 0,
        heard,
        least_bps: Some(6_000_000),
        transcoder: None,
    }
}

#[test]
fn what_an_encoder_sends_is_judged() {
    let secs = Duration::from_secs_f64;
    let group = |s| {
        move |_: &mut Reading, video: &mut VideoReading| {
            video.last_group = Some(secs(s));
            video.longest_group = secs(s);
        }
    };
    type Row = (Reading, &'static [(Finding, Severity, &'static str)]);
    let rows: Vec<Row> = vec![
        (reading(|_, _| {}), &[]),
        (reading(group(3.0)), &[]),
        (reading(group(4.0)), &[(Finding::KeyframesFarApart, Notice, "Keyframes come every 4 s.")]),
        (
            reading(group(8.33)),
            &[(Finding::KeyframesFarApart, Warning, "Keyframes come every 8.3 s.")],
        ),
        (
            reading(group(10.0)),
            &[(Finding::KeyframesFarApart, Warning, "Keyframes come every 10 s.")],
        ),
        (
            reading(|_, video| {
                (video.last_group, video.longest_group) = (None, secs(6.5));
            }),
            &[(Finding::KeyframesFarApart, Warning, "The last keyframe came 6.5 s ago.")],
        ),
        (
            reading(|_, video| video.missing = 0.08),
            &[(Finding::FrameRateUnsteady, Warning, "The encoder leaves out 8 % of the pictures.")],
        ),
        (
            reading(|_, video| video.missing = 0.25),
            &[(Finding::FrameRateUnsteady, Bad, "The encoder leaves out 25 % of the pictures.")],
        ),
        (
            reading(|_, video| video.unevenness = 0.3),
            &[(
                Finding::FrameRateVariable,
                Notice,
                "The frame rate varies from picture to picture.",
            )],
        ),
        (
            reading(|it, _| (it.lag, it.late_frames) = (secs(3.0), 30)),
            &[(
                Finding::UploadTooSlow,
                Warning,
                "The stream comes 3 s late: the encoder's upload is too slow for its bitrate.",
            )],
        ),
        (
            reading(|it, video| {
                (it.lag, it.late_frames) = (secs(7.0), 300);
                video.bitrate = 1_500_000;
            }),
            &[
                (
                    Finding::UploadTooSlow,
                    Bad,
                    "The stream comes 7 s late: the encoder's upload is too slow for its bitrate.",
                ),
                (
                    Finding::BitrateCollapsed,
                    Warning,
                    "The bitrate fell to 1.5 Mb/s, from 6.0 Mb/s.",
                ),
            ],
        ),
        // A quiet picture.
        (reading(|_, video| video.bitrate = 300_000), &[]),
        (
            reading(|it, _| it.longest_wait = secs(4.2)),
            &[(Finding::EncoderSilent, Bad, "Nothing came from the encoder for 4.2 s.")],
        ),
        (
            reading(|it, _| it.audio = None),
            &[(Finding::AudioMissing, Notice, "The stream has no sound.")],
        ),
        (reading(|it, _| (it.audio, it.observed) = (None, secs(2.0))), &[]),
        (
            reading(|it, _| it.audio.as_mut().unwrap().frames = 0),
            &[(
                Finding::AudioStopped,
                Warning,
                "The sound has stopped, while the picture goes on.",
            )],
        ),
        (
            reading(|it, _| it.joins = u32::MAX),
            &[(Finding::VideoMissing, Notice, "The stream has sound and no picture.")],
        ),
        (
            reading(|it, _| it.jumps = 1),
            &[(
                Finding::ClockJumped,
                Notice,
                "The encoder's clock jumped, and players had to start over.",
            )],
        ),
        (
            reading(|_, video| video.size_changes = 1),
            &[(Finding::SizeChanged, Notice, "The picture's size changed to 1920 × 1080.")],
        ),
        (
            reading(|_, video| video.codec = VideoCodec::Hevc),
            &[(
                Finding::CodecNotPlayable,
                Warning,
                "Not every player can show HEVC, and there is nothing else.",
            )],
        ),
        (
            reading(|_, video| video.bitrate = 25_000_000),
            &[(
                Finding::BitrateWasteful,
                Notice,
                "25.0 Mb/s is more than 1920 × 1080 at 30 frames per second can use.",
            )],
        ),
        (
            reading(|_, video| {
                (video.width, video.height, video.bitrate) = (320, 180, 3_000_000);
            }),
            &[],
        ),
        // B-frames matter at the lowest latency alone.
        (reading(|_, video| video.reordered = true), &[]),
    ];
    let nobody = nobody();
    for (reading, expected) in &rows {
        let said = said(&facts(reading, &nobody));
        let expected: Vec<_> = expected.iter().map(|it| (it.0, it.1, it.2.to_owned())).collect();
        assert_eq!(said, expected, "{reading:?}");
    }
}

#[test]
fn where_it_is_sent_and_how_often_it_came_back_matters() {
    let (nobody, steady) = (nobody(), reading(|_, _| {}));
    let reordered = reading(|_, video| video.reordered = true);
    let lowest = Facts { latency_level: 0, ..facts(&reordered, &nobody) };
    assert_eq!(said(&lowest)[0].0, Finding::BFrames);
    let back = |recent_joins| Facts { recent_joins, ..facts(&steady, &nobody) };
    assert_eq!(said(&back(1)), []);
    let (finding, severity, sentence) = said(&back(3)).remove(0);
    assert_eq!((finding, severity), (Finding::EncoderReconnects, Warning));
    assert_eq!(sentence, "The encoder came back 3 times in five minutes.");
    let gone = Facts { reading: None, ..facts(&steady, &nobody) };
    assert_eq!(said(&gone)[0].0, Finding::EncoderGone);
}

#[test]
fn what_the_transcoder_does_is_judged() {
    let running = |missing, lag| {
        let lag = Duration::from_secs_f64(lag);
        Transcoder::Running(Running { renditions: vec![1, 2], missing, lag })
    };
    let why = || "all processors are busy".to_owned();
    let (nobody, steady) = (nobody(), reading(|_, _| {}));
    for (transcoder, expected) in [
        (Transcoder::Starting, None),
        (running(0, 0.2), None),
        (
            running(0, 2.5),
            Some((Finding::TranscoderBehind, Warning, "The other renditions are 2.5 s behind.")),
        ),
        (
            running(1, 0.2),
            Some((
                Finding::TranscoderBehind,
                Warning,
                "The server cannot keep up, and makes one rendition less.",
            )),
        ),
        (
            Transcoder::Missing,
            Some((
                Finding::TranscoderMissing,
                Warning,
                "ffmpeg is missing, so that there is only what the encoder sends.",
            )),
        ),
        (
            Transcoder::Queued { why: why() },
            Some((
                Finding::TranscoderQueued,
                Notice,
                "The other renditions wait for their turn: all processors are busy.",
            )),
        ),
        (
            Transcoder::TooSlow,
            Some((
                Finding::TranscoderBehind,
                Warning,
                "The server is too slow to make any other rendition.",
            )),
        ),
        (
            Transcoder::BackingOff { why: why() },
            Some((Finding::TranscoderFails, Warning, "ffmpeg failed: all processors are busy.")),
        ),
    ] {
        let facts = Facts { transcoder: Some(&transcoder), ..facts(&steady, &nobody) };
        let expected = expected.map(|it| (it.0, it.1, it.2.to_owned()));
        assert_eq!(said(&facts), Vec::from_iter(expected), "{transcoder:?}");
    }
    // With a rendition that every player can show, the codec of the other does not matter.
    let hevc = reading(|_, video| video.codec = VideoCodec::Hevc);
    let transcoder = running(0, 0.0);
    assert_eq!(said(&Facts { transcoder: Some(&transcoder), ..facts(&hevc, &nobody) }), []);
}

#[test]
fn what_viewers_see_is_judged_when_there_are_enough_of_them() {
    let steady = reading(|_, _| {});
    let stalls = PlaybackReport { stalls: 1, visible: true, ..Default::default() };
    let errors = PlaybackReport { errors: 1, visible: true, ..Default::default() };
    let narrow = PlaybackReport { bandwidth_bps: Some(2_000_000), ..Default::default() };
    let broad = PlaybackReport { bandwidth_bps: Some(20_000_000), ..Default::default() };
    let slow = PlaybackReport {
        dropped_frames: 50,
        decoded_frames: 300,
        visible: true,
        ..Default::default()
    };
    for (players, report, expected) in [
        (2, &stalls, None),
        (
            3,
            &stalls,
            Some((
                Finding::ViewersStall,
                Bad,
                "The picture stood still for 100 % of viewers in the last minute.",
            )),
        ),
        (
            3,
            &errors,
            Some((
                Finding::ViewersFail,
                Bad,
                "Players of 100 % of viewers had errors in the last minute.",
            )),
        ),
        (
            3,
            &narrow,
            Some((
                Finding::ViewersShortOfBandwidth,
                Warning,
                "100 % of viewers have too little bandwidth for the smallest rendition (6.0 Mb/s).",
            )),
        ),
        (2, &narrow, None),
        (5, &broad, None),
        (
            3,
            &slow,
            Some((
                Finding::ViewersDropFrames,
                Notice,
                "Viewers' devices cannot show 17 % of the pictures in time.",
            )),
        ),
    ] {
        let heard = heard(players, report);
        let expected = expected.map(|it| (it.0, it.1, it.2.to_owned()));
        assert_eq!(said(&facts(&steady, &heard)), Vec::from_iter(expected), "{report:?}");
    }
}

#[test]
fn what_is_found_stays_found_a_little_below_where_it_begins() {
    let nobody = nobody();
    let of = |missing| reading(move |_, video| video.missing = missing);
    let mut standing = Findings::default();
    let start = Instant::now();
    for (n, (missing, is_found)) in
        [(0.03, false), (0.06, true), (0.06, true), (0.06, true), (0.03, true), (0.01, false)]
            .into_iter()
            .enumerate()
    {
        let reading = of(missing);
        let verdicts = judge(&facts(&reading, &nobody), &standing);
        assert_eq!(!verdicts.is_empty(), is_found, "look {n}");
        let now = start + Duration::from_secs(n as u64 * 2);
        standing.judge(verdicts, now, WallClock::from_unix_millis(0));
    }
}
