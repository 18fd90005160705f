//! The way of a broadcast from an encoder's packets to playlists, checked by our own checker.

mod arbitrary;
mod decoded;
mod followers;
mod rungs;
mod source;
mod viewer;

use std::time::Duration;

use bytes::Bytes;
use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::hls::playlist::{self, Variant};
use rivulet_media::hls::request::{Delta, MediaName, Reload, Request};
use rivulet_media::hls::{LatencyLevel, Lookup, Output, PlaylistAnswer, RenditionReport, Resume};
use rivulet_media::time::Timestamp;

use crate::source::{Encoder, discontinuity};
use crate::viewer::Viewer;

const NTSC: f64 = 1000.0 / 1001.0;

#[test]
fn every_frame_rate_and_level_keeps_the_rules() {
    for level in 0..=4 {
        for rate in [24.0 * NTSC, 24.0, 25.0, 30.0 * NTSC, 30.0, 50.0, 60.0 * NTSC, 60.0] {
            let encoder = Encoder { rate, seconds: 16.0, ..Encoder::default() };
            let viewer = Viewer::watch(level, &encoder.packets());
            let goal = LatencyLevel::new(level).unwrap().part().as_secs_f64();
            let frame = 1.0 / rate;
            // Every part but the last of a segment has the same number of frames.
            let parts = viewer.parts();
            for pair in parts.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                let frames = pair[0].2.as_secs_f64() * rate;
                assert!(
                    (frames - frames.round()).abs() * frame < 0.0011,
                    "level {level} {rate} fps: {pair:?}"
                );
                assert!(
                    (pair[0].2.as_secs_f64() - goal).abs() <= frame / 2.0 + 0.001,
                    "level {level} {rate} fps: {pair:?}"
                );
            }
            let longest = viewer.segments().into_iter().max().unwrap().as_secs_f64();
            let goal = LatencyLevel::new(level).unwrap().segment().as_secs_f64();
            let whole_groups = (goal / 2.0).ceil() * 2.0 * (rate / rate.round()).recip();
            assert!((longest - whole_groups).abs() < 0.05, "{rate} fps: {longest}");
        }
    }
}

#[test]
fn every_group_length_keeps_the_rules() {
    for level in [0, 2, 4] {
        for group in [0.25, 0.5, 1.0, 1.5, 2.0, 2.4, 3.0, 4.0, 6.0, 6.4, 8.0, 10.0, 20.0] {
            let encoder = Encoder { group, seconds: 44.0, ..Encoder::default() };
            let viewer = Viewer::watch(level, &encoder.packets());
            let total: Duration = viewer.segments().iter().sum();
            assert!((total.as_secs_f64() - 44.0).abs() < 0.01, "{total:?} of groups of {group} s");
        }
    }
}

#[test]
fn a_long_group_is_cut_without_a_keyframe_and_aligned_again() {
    let encoder = Encoder { group: 8.0, seconds: 40.0, ..Encoder::default() };
    let viewer = Viewer::watch(2, &encoder.packets());
    let seconds: Vec<f64> = viewer.segments().iter().map(Duration::as_secs_f64).collect();
    assert_eq!(seconds[..4], [6.0, 2.0, 6.0, 2.0]);
    insta::assert_snapshot!("long_group", viewer.text(Delta::Full));
}

#[test]
fn reordered_pictures_and_varying_rates_keep_the_rules() {
    for (rate, b_frames, jitter) in
        [(30.0, 2, 0.0), (60.0, 3, 0.0), (30.0, 0, 0.4), (25.0, 2, 0.45), (12.0, 0, 0.45)]
    {
        for audio in [true, false] {
            let encoder =
                Encoder { rate, b_frames, jitter, audio, seconds: 40.0, ..Encoder::default() };
            Viewer::watch(2, &encoder.packets());
        }
    }
}

#[test]
fn pictures_slower_than_parts_keep_the_rules() {
    for rate in [0.2, 0.5, 1.0, 2.0, 4.0] {
        for audio in [true, false] {
            let encoder = Encoder { rate, audio, group: 10.0, seconds: 60.0, ..Encoder::default() };
            Viewer::watch(2, &encoder.packets());
        }
    }
}

#[test]
fn a_frozen_picture_keeps_the_rules() {
    for audio in [true, false] {
        let encoder = Encoder { audio, seconds: 40.0, ..Encoder::default() };
        let mut packets = encoder.packets();
        packets.retain(|(packet, _)| {
            !matches!(packet, Packet::Frame(frame)
                if frame.track == Track::Video
                    && (12_100..16_900).contains(&frame.dts.as_millis()))
        });
        Viewer::watch(2, &packets);
    }
}

#[test]
fn sound_alone_and_pictures_alone_keep_the_rules() {
    for level in 0..=4 {
        let sound = Encoder { video: false, seconds: 60.0, ..Encoder::default() };
        let viewer = Viewer::watch(level, &sound.packets());
        if level == 2 {
            insta::assert_snapshot!("sound_alone", viewer.text(Delta::Full));
        }
        let pictures = Encoder { audio: false, seconds: 60.0, ..Encoder::default() };
        Viewer::watch(level, &pictures.packets());
    }
}

#[test]
fn nothing_is_published_before_the_first_group_is_measured() {
    let packets = Encoder { seconds: 3.0, ..Encoder::default() }.packets();
    let mut viewer = Viewer::new(LatencyLevel::default(), Resume::default());
    for (packet, at) in &packets {
        viewer.push(packet, *at);
        let second_group = at.as_unix_millis() >= source::BEGAN.as_unix_millis() + 2000;
        assert_eq!(!viewer.outputs.is_empty(), second_group, "{at:?}");
    }
    // What was held back has become ordinary parts, and nothing of it is lost.
    assert_eq!(viewer.parts()[0].2, Duration::from_millis(333));
    assert_eq!(viewer.segments(), [Duration::from_secs(2)]);
}

#[test]
fn a_part_is_listed_when_the_frame_after_it_arrives() {
    let packets = Encoder { seconds: 10.0, ..Encoder::default() }.packets();
    let mut viewer = Viewer::new(LatencyLevel::default(), Resume::default());
    let mut published = Duration::ZERO;
    for (packet, at) in &packets {
        let before = viewer.parts().len();
        viewer.push(packet, *at);
        let parts = viewer.parts();
        published += parts[before..].iter().map(|part| part.2).sum::<Duration>();
        if before > 0 && parts.len() > before {
            let elapsed = (at.as_unix_millis() - source::BEGAN.as_unix_millis()) as u64;
            assert_eq!(published, Duration::from_millis(elapsed), "listed late");
        }
    }
}

#[test]
fn a_broken_session_goes_on_after_a_discontinuity() {
    let first = Encoder { seconds: 21.3, ..Encoder::default() };
    let second = Encoder { begin: 25.0, seconds: 15.0, ..Encoder::default() };
    let mut packets = first.packets();
    packets.push(discontinuity(25.0));
    // The new session's frames before its first keyframe cannot be shown.
    let late = second.packets();
    packets.extend(late.into_iter().filter(
        |(packet, _)| !matches!(packet, Packet::Frame(frame) if frame.dts.as_millis() < 25_500),
    ));
    let mut viewer = Viewer::new(LatencyLevel::default(), Resume::default());
    viewer.take(&packets);
    insta::assert_snapshot!("discontinuity", viewer.text(Delta::Full));
    insta::assert_snapshot!("delta", viewer.text(Delta::Skip));
    viewer.end();
    viewer.expect_conformance();
    insta::assert_snapshot!("ended", viewer.text(Delta::Skip));
    let inits = viewer.outputs.iter().filter(|output| matches!(output, Output::Init(_))).count();
    assert_eq!(inits, 1, "the same configuration needs no other initialisation segment");
    let timings = viewer.outputs.iter().filter(|output| matches!(output, Output::Timing(_)));
    assert_eq!(timings.count(), 1);
}

#[test]
fn a_new_configuration_begins_with_its_own_initialisation_segment() {
    let mut packets = Encoder { seconds: 21.0, ..Encoder::default() }.packets();
    let wider = Encoder { begin: 21.0, seconds: 10.0, width: 1920, ..Encoder::default() };
    packets.extend(wider.packets());
    let viewer = Viewer::watch(2, &packets);
    let numbers: Vec<u64> = viewer
        .outputs
        .iter()
        .filter_map(|output| match output {
            Output::Init(init) => Some(init.number),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, [0, 11]);
    insta::assert_snapshot!("new_configuration", viewer.text(Delta::Full));
}

#[test]
fn tracks_may_come_and_go() {
    let (pictures, sound) = (
        Encoder { audio: false, seconds: 60.0, ..Encoder::default() },
        Encoder { video: false, seconds: 60.0, ..Encoder::default() },
    );
    for (always, sometimes) in [(&pictures, &sound), (&sound, &pictures)] {
        let visit = Encoder { begin: 15.0, seconds: 20.0, ..(*sometimes).clone() };
        let mut packets = always.packets();
        packets.extend(visit.packets());
        packets.sort_by_key(|(_, at)| *at);
        let viewer = Viewer::watch(2, &packets);
        let tracks: Vec<(bool, bool)> = viewer
            .outputs
            .iter()
            .filter_map(|output| match output {
                Output::Init(init) => Some((init.video.is_some(), init.audio.is_some())),
                _ => None,
            })
            .collect();
        let alone = if always.video { (true, false) } else { (false, true) };
        assert_eq!(tracks, [alone, (true, true), alone]);
    }
}

#[test]
fn a_restarted_server_goes_on_counting() {
    let resume = Resume { next_sequence: 5000, discontinuity_sequence: 7 };
    let mut viewer = Viewer::new(LatencyLevel::default(), resume);
    viewer.take(&Encoder { seconds: 6.0, ..Encoder::default() }.packets());
    viewer.expect_conformance();
    let text = viewer.text(Delta::Full);
    assert!(
        text.contains("#EXT-X-MEDIA-SEQUENCE:5000\n#EXT-X-DISCONTINUITY-SEQUENCE:7\n"),
        "{text}"
    );
    assert!(text.contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-a1-5000.mp4\""), "{text}");
}

#[test]
fn the_window_holds_what_may_still_be_fetched_and_no_more() {
    for level in 0..=4 {
        let encoder = Encoder { seconds: 180.0, frame_bytes: 1000, ..Encoder::default() };
        let mut viewer = Viewer::new(LatencyLevel::new(level).unwrap(), Resume::default());
        viewer.take(&encoder.packets());
        viewer.expect_conformance();
        let listed = viewer.window.snapshot().unwrap();
        let target = listed.timing.target_duration();
        let span: Duration = listed.segments.iter().filter_map(|segment| segment.duration).sum();
        let wanted = LatencyLevel::new(level).unwrap().window().max(target * 6);
        assert!(span >= wanted && span <= wanted + target, "level {level}: {span:?}");
        let segment = |sequence| MediaName::Segment { id: "a1", sequence };
        let gone = viewer.window.lookup(&segment(listed.media_sequence - 1));
        assert!(matches!(gone, Lookup::Found(_)), "the segment removed last can be fetched");
        assert_eq!(viewer.window.lookup(&segment(listed.media_sequence - 4)), Lookup::Missing);
        let most = (span + target * 4).as_secs() as usize * 33_500;
        assert!(viewer.window.held_bytes() < most, "{} bytes", viewer.window.held_bytes());
    }
}

#[test]
fn requests_are_answered_waited_for_or_refused() {
    let mut viewer = Viewer::new(LatencyLevel::default(), Resume::default());
    let ask = |viewer: &Viewer, sequence, part| {
        let reload = Some(Reload { sequence, part });
        viewer.window.playlist_request(&Request { reload, delta: Delta::Full })
    };
    assert_eq!(viewer.window.playlist_request(&Request::default()), PlaylistAnswer::Wait);
    assert_eq!(ask(&viewer, 0, Some(0)), PlaylistAnswer::Wait);
    viewer.take(&Encoder { seconds: 13.0, ..Encoder::default() }.packets());
    // Segments 0 to 5 are complete, of segment 6 there are two parts.
    let table = [
        (0, None, PlaylistAnswer::Ready),
        (5, None, PlaylistAnswer::Ready),
        (5, Some(5), PlaylistAnswer::Ready),
        (5, Some(6), PlaylistAnswer::Ready),
        (6, Some(1), PlaylistAnswer::Ready),
        (6, Some(2), PlaylistAnswer::Wait),
        (6, None, PlaylistAnswer::Wait),
        (6, Some(10), PlaylistAnswer::Wait),
        (6, Some(11), PlaylistAnswer::TooFar),
        (7, Some(0), PlaylistAnswer::Wait),
        (7, None, PlaylistAnswer::Wait),
        (8, None, PlaylistAnswer::TooFar),
        (8, Some(0), PlaylistAnswer::TooFar),
        (u64::MAX, Some(u64::MAX), PlaylistAnswer::TooFar),
    ];
    for (sequence, part, answer) in table {
        assert_eq!(ask(&viewer, sequence, part), answer, "{sequence}.{part:?}");
    }
    let part =
        |sequence, index| viewer.window.lookup(&MediaName::Part { id: "a1", sequence, index });
    assert!(matches!(part(6, 1), Lookup::Found(_)));
    assert_eq!(part(6, 2), Lookup::Hinted);
    assert_eq!(part(6, 3), Lookup::Missing);
    assert_eq!(part(7, 0), Lookup::Missing);
    let init = |id| viewer.window.lookup(&MediaName::Init { id, number: 0 });
    assert!(matches!(init("a1"), Lookup::Found(_)));
    assert_eq!(init("b2"), Lookup::Missing);
    let other = MediaName::Part { id: "b2", sequence: 6, index: 1 };
    assert_eq!(viewer.window.lookup(&other), Lookup::Missing);
    viewer.end();
    assert_eq!(
        ask(&viewer, 99, None),
        PlaylistAnswer::Ready,
        "an ended playlist waits for nothing"
    );
}

#[test]
fn the_pieces_of_a_segment_are_its_parts() {
    let viewer = Viewer::watch(2, &Encoder { seconds: 8.0, ..Encoder::default() }.packets());
    let Lookup::Found(pieces) = viewer.window.lookup(&MediaName::Segment { id: "a1", sequence: 1 })
    else {
        panic!("segment 1 is there");
    };
    for (index, piece) in (0..).zip(&pieces) {
        let name = MediaName::Part { id: "a1", sequence: 1, index };
        let Lookup::Found(part) = viewer.window.lookup(&name) else { panic!("{name} is there") };
        assert_eq!(part[0].as_ptr(), piece.as_ptr(), "a segment is not a copy");
    }
}

#[test]
fn renditions_and_their_reports_are_listed() {
    let viewer = Viewer::watch(2, &Encoder { seconds: 5.0, ..Encoder::default() }.packets());
    let mut snapshot = viewer.window.snapshot().unwrap();
    snapshot.ended = false;
    snapshot.independent_segments = true;
    let edge = viewer.window.edge().unwrap();
    snapshot.reports = vec![RenditionReport { uri: "../1/stream.m3u8".into(), edge }];
    insta::assert_snapshot!("reports", playlist::render_media(&snapshot, Delta::Full));
    let (video, audio) = viewer.window.configs();
    let variant = Variant {
        uri: "0/stream.m3u8".into(),
        rates: viewer.window.rates().unwrap(),
        codecs: vec![video.unwrap().rfc6381.clone(), audio.unwrap().rfc6381.clone()],
        resolution: video.map(|config| (config.width, config.height)),
        frame_rate: viewer.window.frame_rate(),
    };
    let sound = Variant {
        uri: "1/stream.m3u8".into(),
        codecs: vec!["mp4a.40.2".into()],
        resolution: None,
        frame_rate: None,
        ..variant.clone()
    };
    insta::assert_snapshot!("master", playlist::render_master(&[variant, sound]));
}

/// A publisher who sends far more than any encoder: everything stays bounded.
#[test]
fn absurd_publishers_fill_only_their_share() {
    const MIB: usize = 1024 * 1024;
    let flood = Bytes::from(vec![0; 8 * MIB]);
    let config = TrackConfig::Video(source::video_config(1280));
    let mut viewer = Viewer::new(LatencyLevel::default(), Resume::default());
    viewer.push(&Packet::Config(config), source::BEGAN);
    for index in 0..120 {
        let at = Timestamp::from_millis(index * 33);
        let keyframe = index == 0;
        let frame = Frame { track: Track::Video, dts: at, pts: at, keyframe, data: flood.clone() };
        viewer.push(&Packet::Frame(frame), source::BEGAN);
        let largest = viewer.outputs.iter().filter_map(|output| match output {
            Output::Part(part) => Some(part.content.size()),
            _ => None,
        });
        assert!(largest.max().unwrap_or(0) < 25 * MIB);
        viewer.outputs.clear();
        viewer.media.clear();
        assert!(viewer.window.held_bytes() < 300 * MIB);
    }
    assert!(viewer.window.held_bytes() > 100 * MIB);
}
