//! The checker must be able to fail: playlists broken by hand, one rule at a time.

use super::*;

const GOOD: &str = "#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3,HOLD-BACK=6,CAN-SKIP-UNTIL=12
#EXT-X-PART-INF:PART-TARGET=1
#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-MAP:URI=\"init-0.mp4\"
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z
#EXTINF:2,
s-10.m4s
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:02.000Z
#EXT-X-PART:DURATION=1,URI=\"s-11.0.m4s\",INDEPENDENT=YES
#EXT-X-PART:DURATION=1,URI=\"s-11.1.m4s\"
#EXTINF:2,
s-11.m4s
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:09.000Z
#EXT-X-PART:DURATION=0.9,URI=\"s-12.0.m4s\"
#EXT-X-PART:DURATION=1,URI=\"s-12.1.m4s\"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"
";

fn load(checker: &mut Checker, seconds: u64, asked: Option<Asked>, text: &str) {
    checker.observe(Duration::from_secs(seconds), asked, text);
}

fn rules(checker: &Checker) -> Vec<&'static str> {
    checker.findings().iter().map(|finding| finding.rule).collect()
}

#[track_caller]
fn replaced(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replacen(from, to, 1)
}

/// `GOOD` with one more part, as the hint said.
fn next() -> String {
    replaced(
        "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"",
        "#EXT-X-PART:DURATION=0.1,URI=\"s-12.2.m4s\"
#EXTINF:2,
s-12.m4s
#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-13.0.m4s\"",
    )
}

#[test]
fn a_good_playlist_and_its_successor_have_no_findings() {
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    load(&mut checker, 1, Some((12, Some(2))), &next());
    assert_eq!(checker.findings(), []);
    assert_eq!(checker.latest().unwrap().segments[2].sequence, 12);
}

#[test]
fn one_playlist_alone_breaks_a_rule() {
    let table = [
        ("#EXTM3U", "#EXTM3", "4.4.1.1"),
        ("#EXT-X-VERSION:9", "#EXT-X-VERSION:5", "8"),
        ("#EXT-X-TARGETDURATION:2", "#EXT-X-TARGETDURATION:two", "4.1"),
        ("#EXT-X-TARGETDURATION:2\n", "", "4.4.3.1"),
        ("#EXTINF:2,\ns-10", "#EXTINF:2.5,\ns-10", "4.4.3.1"),
        ("#EXT-X-PART-INF:PART-TARGET=1\n", "", "4.4.3.7"),
        ("DURATION=0.9", "DURATION=1.001", "4.4.4.9"),
        ("DURATION=0.9", "DURATION=0.849", "4.4.4.9"),
        ("#EXTINF:2,\ns-11", "#EXTINF:2.2,\ns-11", "4.4.4.9"),
        ("PART-HOLD-BACK=3", "PART-HOLD-BACK=1.9", "4.4.3.8"),
        ("PART-HOLD-BACK=3", "PART-HOLD-BACK=2.9", "4.4.3.8"),
        ("PART-HOLD-BACK=3,", "", "4.4.3.8"),
        (",HOLD-BACK=6", ",HOLD-BACK=5", "4.4.3.8"),
        ("CAN-SKIP-UNTIL=12", "CAN-SKIP-UNTIL=11", "4.4.3.8"),
        ("#EXT-X-MAP:URI=\"init-0.mp4\"\n", "", "4.4.4.5"),
        ("00:00:02.000Z", "00:00:05.000Z", "4.4.4.6"),
        ("00:00:02.000Z", "00:00:02.000+01:00", "4.4.4.6"),
        ("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"\n", "", "6.2.1"),
        ("#EXT-X-DISCONTINUITY-SEQUENCE:3\n", "#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n", "4.4.5.2"),
    ];
    for (from, to, rule) in table {
        let mut checker = Checker::new();
        load(&mut checker, 0, None, &replaced(from, to));
        assert!(rules(&checker).contains(&rule), "{from} -> {to}: {:?}", checker.findings());
    }
}

#[test]
fn the_next_load_breaks_a_rule() {
    let table = [
        ("TARGETDURATION:2", "TARGETDURATION:3", "6.2.1"),
        ("PART-TARGET=1", "PART-TARGET=1.1", "6.2.1"),
        ("CAN-SKIP-UNTIL=12", "CAN-SKIP-UNTIL=14", "6.2.1"),
        ("MEDIA-SEQUENCE:10", "MEDIA-SEQUENCE:9", "6.2.2"),
        ("DISCONTINUITY-SEQUENCE:3", "DISCONTINUITY-SEQUENCE:2", "6.2.2"),
        ("DISCONTINUITY-SEQUENCE:3", "DISCONTINUITY-SEQUENCE:4", "6.2.1"),
        ("EXTINF:2,\ns-10", "EXTINF:1.9,\ns-10", "6.2.1"),
        ("\ns-10.m4s", "\nt-10.m4s", "6.2.1"),
        ("s-11.0.m4s", "t-11.0.m4s", "6.2.1"),
        ("init-0.mp4", "init-1.mp4", "6.2.1"),
        ("00:00:09.000Z", "00:00:09.100Z", "6.2.1"),
        ("URI=\"s-12.2.m4s\"", "URI=\"s-12.3.m4s\"", "6.2.6"),
        ("#EXT-X-PART:DURATION=0.1,URI=\"s-12.2.m4s\"\n", "", "6.2.5.2"),
    ];
    for (from, to, rule) in table {
        let mut checker = Checker::new();
        load(&mut checker, 0, None, GOOD);
        let text = next();
        assert!(text.contains(from), "{from}");
        let asked = (12, Some(2));
        let text = text.replacen(from, to, 1).replace("#EXTINF:2,\ns-12.m4s\n", "");
        load(&mut checker, 1, Some(asked), &text);
        assert!(rules(&checker).contains(&rule), "{from} -> {to}: {:?}", checker.findings());
    }
}

#[test]
fn parts_stay_listed_near_the_end() {
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    let text = next()
        .replace("#EXT-X-PART:DURATION=1,URI=\"s-11.0.m4s\",INDEPENDENT=YES\n", "")
        .replace("#EXT-X-PART:DURATION=1,URI=\"s-11.1.m4s\"\n", "");
    load(&mut checker, 1, None, &text);
    assert_eq!(rules(&checker), ["6.2.2"]);
}

#[test]
fn segments_stay_listed_for_six_target_durations() {
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    let text = next()
        .replace("#EXT-X-MEDIA-SEQUENCE:10", "#EXT-X-MEDIA-SEQUENCE:11")
        .replace("#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXTINF:2,\ns-10.m4s\n", "");
    load(&mut checker, 1, None, &text);
    assert_eq!(rules(&checker), ["6.2.2", "own"]);
}

#[test]
fn a_segment_comes_in_time_unless_the_source_is_silent() {
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    load(&mut checker, 3, None, GOOD);
    assert_eq!(checker.findings(), []);
    checker.interrupted();
    load(&mut checker, 8, None, GOOD);
    assert_eq!(checker.findings(), []);
    load(&mut checker, 12, None, GOOD);
    assert_eq!(rules(&checker), ["6.2.1"]);
}

#[test]
fn nothing_changes_after_the_end() {
    let mut checker = Checker::new();
    let ended = replaced("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"", "#EXT-X-ENDLIST");
    load(&mut checker, 0, None, &ended);
    load(&mut checker, 60, Some((99, None)), &ended);
    assert_eq!(checker.findings(), []);
    load(&mut checker, 61, None, GOOD);
    assert!(rules(&checker).contains(&"4.4.3.4"));
}

#[test]
fn a_delta_skips_only_what_is_old_and_known() {
    let list = |skip: u64, from: u64| {
        let header = GOOD.split("#EXT-X-MEDIA").next().unwrap();
        let mut text = format!("{header}#EXT-X-MEDIA-SEQUENCE:0\n");
        match skip {
            0 => text.push_str("#EXT-X-MAP:URI=\"init-0.mp4\"\n"),
            _ => text.push_str(&format!("#EXT-X-SKIP:SKIPPED-SEGMENTS={skip}\n")),
        }
        for sequence in from..10 {
            text.push_str(&format!("#EXTINF:2,\ns-{sequence}.m4s\n"));
        }
        text + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-10.0.m4s\"\n"
    };
    let mut checker = Checker::new();
    load(&mut checker, 0, None, &list(0, 0));
    load(&mut checker, 1, None, &list(4, 4));
    assert_eq!(checker.findings(), []);
    load(&mut checker, 2, None, &list(6, 6));
    assert_eq!(rules(&checker), ["6.2.5.1"]);
    load(&mut checker, 3, None, &list(3, 4));
    assert!(rules(&checker).contains(&"6.2.1"), "segments are counted wrongly");
}

#[test]
fn files_must_be_what_the_playlist_says() {
    use crate::fmp4::{Fragment, Run, Sample, init_segment};
    use crate::frame::{Track, VideoCodec, VideoConfig};

    let config = VideoConfig {
        codec: VideoCodec::H264,
        record: bytes::Bytes::from_static(&[1, 100, 0, 31]),
        width: 16,
        height: 16,
        rfc6381: "avc1.64001f".into(),
    };
    let fragment = |first: u64, count: u64| {
        let samples: Vec<Sample> = (0..count)
            .map(|index| Sample {
                decode_time: first + index * 9000,
                duration: 9000,
                composition_offset: 0,
                sync: index == 0,
                data: bytes::Bytes::from_static(b"picture"),
            })
            .collect();
        let run = Run { track: Track::Video, start: first, samples: &samples };
        Fragment { sequence_number: 1, runs: &[run] }.to_bytes()
    };
    let watch = |second: &[u8]| {
        let mut checker = Checker::new();
        load(&mut checker, 0, None, GOOD);
        checker.observe_media("init-0.mp4", &init_segment(Some(&config), None));
        checker.observe_media("s-11.0.m4s", &fragment(900_000, 10));
        checker.observe_media("s-11.1.m4s", second);
        rules(&checker)
    };
    assert_eq!(watch(&fragment(990_000, 10)), [""; 0]);
    assert_eq!(watch(&fragment(981_000, 10)), ["3.1.2", "4.4.4.9"], "an overlap");
    assert_eq!(watch(&fragment(1_100_000, 10)), ["4.4.4.9"], "a hole");
    assert_eq!(watch(&fragment(990_000, 14)), ["4.4.4.9"], "too long");
    assert_eq!(watch(b"\0\0\0\x08free"), ["3.1.2"], "no fragment");
    assert_eq!(watch(b"\0\0\0\x09moof"), ["3.1.2"], "cut off");
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    checker.observe_media("s-11.1.m4s", b"one");
    checker.observe_media("s-11.1.m4s", b"other");
    assert!(checker.findings().iter().any(|finding| finding.text.contains("content")));
}

/// `GOOD` as a rendition that lacks what follows its first part.
const GAP: &str = "#EXT-X-PART:DURATION=1,URI=\"s-12.1.m4s\",GAP=YES\n#EXT-X-GAP\n";

fn with_gap() -> String {
    replaced("#EXT-X-PART:DURATION=1,URI=\"s-12.1.m4s\"\n", GAP)
        .replace("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"\n", "")
}

#[test]
fn a_gap_may_be_listed_and_must_be_listed_right() {
    let table = [
        ("", "", None),
        ("#EXT-X-GAP\n", "", Some("6.2.1")),
        (",GAP=YES", "", Some("6.2.1")),
        ("#EXTINF:2,\ns-10", "#EXT-X-GAP\n#EXTINF:2,\ns-10", None),
        ("#EXTINF:2,\ns-11", "#EXT-X-GAP\n#EXTINF:2,\ns-11", Some("6.2.1")),
    ];
    for (from, to, rule) in table {
        let mut checker = Checker::new();
        load(&mut checker, 0, None, &with_gap().replacen(from, to, 1));
        assert_eq!(rules(&checker).first(), rule.as_ref(), "{from} -> {to}");
    }
}

#[test]
fn what_was_whole_never_becomes_a_gap() {
    let mut checker = Checker::new();
    load(&mut checker, 0, None, GOOD);
    let text = next().replacen("#EXTINF:2,\ns-10", "#EXT-X-GAP\n#EXTINF:2,\ns-10", 1);
    load(&mut checker, 1, None, &text);
    assert_eq!(rules(&checker), ["6.2.1"]);
}

#[test]
fn a_hint_may_end_as_a_gap_but_not_as_nothing() {
    let ends = "#EXTINF:1.9,\ns-12.m4s\n#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:10.900Z\n\
                #EXT-X-PART:DURATION=1,URI=\"s-13.0.m4s\"\n\
                #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-13.1.m4s\"\n";
    let hint = "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s-12.2.m4s\"\n";
    let gap = "#EXT-X-PART:DURATION=0.000012,URI=\"s-12.2.m4s\",GAP=YES\n#EXT-X-GAP\n";
    for (came, expected) in [("", vec!["6.2.6"]), (gap, vec![])] {
        let mut checker = Checker::new();
        load(&mut checker, 0, None, GOOD);
        load(&mut checker, 1, None, &replaced(hint, &format!("{came}{ends}")));
        assert_eq!(rules(&checker), expected, "{came}");
    }
}

#[test]
fn renditions_that_differ_where_they_must_not_are_found() {
    let table = [
        ("", "", ""),
        ("s-1", "other-1", ""),
        ("TARGETDURATION:2", "TARGETDURATION:3", "target duration"),
        ("DISCONTINUITY-SEQUENCE:3", "DISCONTINUITY-SEQUENCE:4", "discontinuity 4, not 3"),
        ("#EXT-X-DISCONTINUITY\n", "", "EXT-X-DISCONTINUITY of segment 12"),
        ("00:00:02.000Z", "00:00:02.001Z", "segment 11 of rendition 1 is dated"),
        ("MEDIA-SEQUENCE:10", "MEDIA-SEQUENCE:11", "is dated"),
    ];
    for (from, to, text) in table {
        let (mut one, mut two) = (Checker::new(), Checker::new());
        load(&mut one, 0, None, GOOD);
        load(&mut two, 0, None, &GOOD.replacen(from, to, 1));
        let found = check_together(&[&one, &two]);
        let told = found.iter().any(|it| it.rule == "6.2.4" && it.text.contains(text));
        assert!(if text.is_empty() { found.is_empty() } else { told }, "{from}: {found:?}");
    }
}

#[test]
fn renditions_whose_segments_begin_apart_are_found() {
    use crate::fmp4::{Fragment, Run, Sample, init_segment};
    use crate::frame::{Track, VideoCodec, VideoConfig};

    let config = VideoConfig {
        codec: VideoCodec::H264,
        record: bytes::Bytes::from_static(&[1, 100, 0, 31]),
        width: 16,
        height: 16,
        rfc6381: "avc1.64001f".into(),
    };
    let watch = |first: u64| {
        let sample = |index: u64| Sample {
            decode_time: first + index * 9000,
            duration: 9000,
            composition_offset: 0,
            sync: index == 0,
            data: bytes::Bytes::from_static(b"picture"),
        };
        let samples: Vec<Sample> = (0..10).map(sample).collect();
        let run = Run { track: Track::Video, start: first, samples: &samples };
        let fragment = Fragment { sequence_number: 1, runs: &[run] }.to_bytes();
        let mut checker = Checker::new();
        load(&mut checker, 0, None, GOOD);
        checker.observe_media("init-0.mp4", &init_segment(Some(&config), None));
        checker.observe_media("s-11.0.m4s", &fragment);
        checker
    };
    let apart = |ticks: u64| check_together(&[&watch(900_000), &watch(900_000 + ticks)]).len();
    assert_eq!([0, 9000, 13_500, 14_000, 90_000].map(apart), [0, 0, 0, 1, 1]);
}
