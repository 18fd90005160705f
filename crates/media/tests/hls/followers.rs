//! Renditions that follow: the same segments as the leader's, with frames or as gaps.

use rivulet_media::hls::Resume;
use rivulet_media::hls::request::Delta;

use crate::rungs::{Rung, broadcast, resumed};
use crate::source::{Encoder, discontinuity};

/// The sequence numbers of the gaps.
fn gaps(segments: &[(u64, bool)]) -> Vec<u64> {
    segments.iter().filter(|(_, gap)| *gap).map(|(sequence, _)| *sequence).collect()
}

const NTSC: f64 = 1000.0 / 1001.0;

#[test]
fn every_rate_and_level_follows_without_a_gap() {
    for level in 0..=4 {
        for rate in [24.0 * NTSC, 25.0, 30.0 * NTSC, 30.0, 60.0 * NTSC, 60.0] {
            let packets = Encoder { rate, seconds: 16.0, ..Encoder::default() }.packets();
            let half = Rung { rate: Some(rate / 2.0), ..Rung::default() };
            let (_, lines) = broadcast(level, &packets, &[Rung::default(), half, Rung::sound()]);
            for line in &lines {
                assert_eq!(gaps(&line.segments()), [0; 0], "level {level} {rate} fps");
            }
        }
    }
}

#[test]
fn every_group_length_is_followed() {
    for level in [0, 2] {
        for group in [0.25, 1.5, 2.0, 2.4, 4.0, 6.0, 8.0, 20.0] {
            let packets = Encoder { group, seconds: 26.0, ..Encoder::default() }.packets();
            let (_, lines) = broadcast(level, &packets, &[Rung::default(), Rung::sound()]);
            for line in &lines {
                assert_eq!(gaps(&line.segments()), [0; 0], "level {level}, groups of {group} s");
            }
        }
    }
}

#[test]
fn reordered_pictures_and_varying_rates_are_followed() {
    for (rate, b_frames, jitter) in
        [(30.0, 2, 0.0), (60.0, 3, 0.0), (30.0, 0, 0.4), (25.0, 2, 0.3), (12.0, 0, 0.4)]
    {
        for audio in [true, false] {
            let encoder =
                Encoder { rate, b_frames, jitter, audio, seconds: 40.0, ..Encoder::default() };
            let (_, lines) = broadcast(2, &encoder.packets(), &[Rung::default()]);
            assert_eq!(gaps(&lines[0].segments()), [0; 0], "{rate} fps, {b_frames} B, {jitter}");
        }
    }
}

#[test]
fn a_rung_that_starts_late_begins_with_gaps() {
    let packets = Encoder { seconds: 20.0, ..Encoder::default() }.packets();
    let late = Rung { starts: 5100, ..Rung::default() };
    let (_, lines) = broadcast(2, &packets, &[late]);
    assert_eq!(gaps(&lines[0].segments()), [0, 1, 2]);
}

#[test]
fn a_rung_that_dies_in_mid_segment_is_a_gap_until_it_is_back() {
    let packets = Encoder { seconds: 30.0, ..Encoder::default() }.packets();
    let dies = Rung { outages: vec![(9000, 13_000)], ..Rung::default() };
    let (_, lines) = broadcast(2, &packets, &[dies]);
    assert_eq!(gaps(&lines[0].segments()), [4, 5, 6]);
    insta::assert_snapshot!("gap", lines[0].viewer.text(Delta::Full));
}

#[test]
fn an_encoder_that_is_too_slow_is_given_up() {
    let packets = Encoder { seconds: 40.0, ..Encoder::default() }.packets();
    for (lag, all) in [(0, false), (1500, false), (1900, false), (4000, true), (30_000, true)] {
        let (_, lines) = broadcast(2, &packets, &[Rung { lag, ..Rung::default() }]);
        let gaps = gaps(&lines[0].segments()).len();
        assert_eq!(gaps >= 17, all, "{gaps} gaps at a lag of {lag} ms");
        assert_eq!(gaps == 0, !all, "{gaps} gaps at a lag of {lag} ms");
    }
}

#[test]
fn a_broken_session_goes_on_in_all_renditions() {
    let first = Encoder { seconds: 21.3, ..Encoder::default() };
    let second = Encoder { begin: 25.0, seconds: 15.0, ..Encoder::default() };
    let mut packets = first.packets();
    packets.push(discontinuity(25.0));
    packets.extend(second.packets());
    let half = Rung { rate: Some(15.0), ..Rung::default() };
    let (_, lines) = broadcast(2, &packets, &[Rung::default(), half, Rung::sound()]);
    for line in &lines {
        assert_eq!(gaps(&line.segments()), [0; 0]);
        assert!(line.viewer.text(Delta::Full).contains("#EXT-X-DISCONTINUITY\n"));
    }
}

#[test]
fn a_restarted_server_goes_on_counting_everywhere() {
    let resume = Resume { next_sequence: 5000, discontinuity_sequence: 7 };
    let packets = Encoder { seconds: 12.0, ..Encoder::default() }.packets();
    let (_, lines) = resumed(2, &packets, &[Rung::default(), Rung::sound()], resume);
    for line in &lines {
        let text = line.viewer.text(Delta::Full);
        assert!(text.contains("#EXT-X-MEDIA-SEQUENCE:5000\n#EXT-X-DISCONTINUITY-SEQUENCE:7\n"));
        assert!(text.contains("#EXT-X-MAP:URI=\"init-a1-5000.mp4\""), "{text}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(16)
    })]

    #[test]
    fn every_mishap_keeps_the_rules(
        level in 0..5_u8,
        rate in proptest::sample::select(vec![12.0, 23.976, 25.0, 29.97, 30.0, 50.0, 60.0]),
        group in 0.25..9.0_f64,
        b_frames in 0..3_usize,
        jitter in proptest::sample::select(vec![0.0, 0.0, 0.3]),
        half in proptest::bool::ANY,
        lag in 0..9000_i64,
        starts in 0..6000_i64,
        outage in (6000..20_000_i64, 1..9000_i64),
        breaks in 10.0..20.0_f64,
    ) {
        let encoder = Encoder { rate, group, b_frames, jitter, seconds: breaks, ..Encoder::default() };
        let mut packets = encoder.packets();
        packets.push(discontinuity(breaks + 2.0));
        packets.extend(Encoder { begin: breaks + 2.0, seconds: 12.0, ..encoder }.packets());
        let outages = vec![(outage.0, outage.0 + outage.1)];
        let rate = half.then_some(rate / 2.0);
        let rung = Rung { rate, lag, starts, outages, ..Rung::default() };
        let sound = Rung { lag: lag / 8, ..Rung::sound() };
        broadcast(level, &packets, &[rung, sound]);
    }
}

/// The leader cuts a group that does not fit, and again at the keyframe right after.
#[test]
fn marks_that_are_a_frame_apart_are_all_kept() {
    for breaks in [13.0, 13.5, 13.918_775_747, 14.2] {
        let encoder =
            Encoder { rate: 12.0, group: 0.25, jitter: 0.3, seconds: breaks, ..Encoder::default() };
        let mut packets = encoder.packets();
        packets.push(discontinuity(breaks + 2.0));
        packets.extend(Encoder { begin: breaks + 2.0, seconds: 12.0, ..encoder }.packets());
        let rung = Rung { outages: vec![(6000, 6001)], lag: 0, ..Rung::default() };
        broadcast(2, &packets, &[rung, Rung::sound()]);
    }
}
