//! Tags made by hand, for what no well-behaved encoder sends.

use bytes::Bytes;

use super::*;

const AVCC: &[u8] = b"\x01\x42\xc0\x28\xff\xe1\x00\x17\x67\x42\xc0\x28\xda\x01\xe0\x08\x9f\x97\x01\
    \x10\x00\x00\x3e\x90\x00\x0e\xa6\x00\xf1\x83\x2a\x01\x00\x04\x68\xce\x0f\xc8";
const OTHER_AVCC: &[u8] =
    b"\x01\x42\xc0\x1e\xff\xe1\x00\x1d\x67\x42\xc0\x1e\xda\x02\x80\xb7\xeb\x05\
    \xa7\x01\x02\x02\xa5\x00\x00\x03\x00\x01\x00\x00\x03\x00\x32\x0f\x16\x2e\xa0\x01\x00\x04\x68\
    \xce\x0f\xc8";
const IDR: &[u8] = &[0, 0, 0, 2, 0x65, 0x88];
const AAC: &[u8] = &[0xaf, 0, 0x11, 0x90];

fn tag(kind: TagKind, timestamp_ms: u32, parts: &[&[u8]]) -> Tag {
    Tag { kind, timestamp_ms, body: Bytes::from(parts.concat()) }
}

fn avc_config(record: &[u8]) -> Tag {
    tag(TagKind::Video, 0, &[&[0x17, 0, 0, 0, 0], record])
}

fn avc_frame(timestamp_ms: u32, data: &[u8]) -> Tag {
    tag(TagKind::Video, timestamp_ms, &[&[0x27, 1, 0, 0, 0], data])
}

fn aac_frame(timestamp_ms: u32) -> Tag {
    tag(TagKind::Audio, timestamp_ms, &[&[0xaf, 1, 0x21, 0x10]])
}

/// Pushes tags and writes down what comes out, in one word each.
fn outcome(demuxer: &mut Demuxer, tags: &[Tag]) -> Result<String, Error> {
    let mut out = Vec::new();
    for tag in tags {
        demuxer.push(tag, &mut out)?;
    }
    let words = out.iter().map(|packet| match packet {
        Packet::Config(TrackConfig::Video(config)) => format!("{}p", config.height),
        Packet::Config(TrackConfig::Audio(config)) => config.rfc6381.clone(),
        Packet::Frame(frame) => {
            let track = if frame.track == Track::Video { 'v' } else { 'a' };
            let key = if frame.keyframe && frame.track == Track::Video { "!" } else { "" };
            format!("{track}{}{key}", frame.dts.as_millis())
        }
        Packet::Discontinuity => "jump".to_owned(),
    });
    Ok(words.collect::<Vec<_>>().join(" "))
}

fn fresh(tags: &[Tag]) -> String {
    outcome(&mut Demuxer::new(Timestamp::ZERO), tags).unwrap()
}

#[test]
fn a_configuration_is_told_once_until_it_changes() {
    let tags = [
        avc_config(AVCC),
        avc_frame(0, IDR),
        avc_config(AVCC),
        avc_frame(40, &[0, 0, 0, 2, 0x41, 1]),
        avc_config(OTHER_AVCC),
        avc_frame(80, IDR),
    ];
    assert_eq!(fresh(&tags), "1080p v0! v40 350p v80!");
}

#[test]
fn frames_before_their_configuration_are_dropped_and_do_not_count() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let tags =
        [avc_frame(0, IDR), aac_frame(0), avc_config(AVCC), aac_frame(23), avc_frame(40, IDR)];
    assert_eq!(outcome(&mut demuxer, &tags), Ok("1080p v0!".to_owned()));
    assert_eq!(demuxer.damaged(), 0);
}

#[test]
fn a_session_goes_on_where_the_last_one_ended() {
    let mut first = Demuxer::new(Timestamp::ZERO);
    outcome(&mut first, &[avc_config(AVCC), avc_frame(500, IDR), avc_frame(540, IDR)]).unwrap();
    assert_eq!(first.end(), Timestamp::from_millis(80));
    let mut second = Demuxer::new(first.end());
    let tags = [avc_config(AVCC), avc_frame(7, IDR)];
    assert_eq!(outcome(&mut second, &tags), Ok("1080p v80!".to_owned()));
}

#[test]
fn damage_costs_the_frame_and_not_the_broadcast() {
    let broken: [&[u8]; 4] = [
        // NAL units that do not add up, an unknown packet type, a cut header, a wild offset.
        &[0x17, 1, 0, 0, 0, 0, 0, 0, 9, 0x65],
        &[0x9f, b'a', b'v', b'c', b'1'],
        &[0x17, 1, 0],
        &[0x17, 1, 0x7f, 0xff, 0xff, 0, 0, 0, 2, 0x65, 0x88],
    ];
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    outcome(&mut demuxer, &[avc_config(AVCC), avc_frame(0, IDR)]).unwrap();
    for body in broken {
        assert_eq!(outcome(&mut demuxer, &[tag(TagKind::Video, 20, &[body])]), Ok(String::new()));
    }
    assert_eq!(demuxer.damaged(), 4);
    assert_eq!(outcome(&mut demuxer, &[avc_frame(40, IDR)]), Ok("v40!".to_owned()));
}

#[test]
fn frames_after_an_unreadable_configuration_wait_for_a_readable_one() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let tags = [
        avc_config(AVCC),
        avc_frame(0, IDR),
        avc_config(&AVCC[..20]),
        avc_frame(40, IDR),
        avc_config(AVCC),
        avc_frame(80, IDR),
    ];
    assert_eq!(outcome(&mut demuxer, &tags), Ok("1080p v0! v80!".to_owned()));
    assert_eq!(demuxer.damaged(), 2);
}

#[test]
fn nothing_but_damage_ends_the_session_even_beside_good_sound() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let sound = tag(TagKind::Audio, 0, &[AAC]);
    outcome(&mut demuxer, &[sound, avc_config(AVCC)]).unwrap();
    let pair = |at: u32| [aac_frame(at), avc_frame(at, &[1, 2, 3])];
    for at in 1..MAX_DAMAGED_IN_A_ROW {
        outcome(&mut demuxer, &pair(at * 20)).unwrap();
    }
    let end = outcome(&mut demuxer, &pair(MAX_DAMAGED_IN_A_ROW * 20)).unwrap_err();
    assert!(matches!(end, Error::Damaged(_)), "{end}");
}

#[test]
fn an_oversized_configuration_is_damage() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let record = [AVCC, &vec![0; MAX_CONFIG_BYTES][..]].concat();
    assert_eq!(outcome(&mut demuxer, &[avc_config(&record)]), Ok(String::new()));
    assert_eq!(demuxer.damaged(), 1);
}

#[test]
fn codecs_that_cannot_be_carried_are_refused_with_a_remedy() {
    for (kind, body, text) in [
        (
            TagKind::Video,
            &[0x22, 0, 0][..],
            "Sorenson H.263 video is not supported: set the encoder to H.264",
        ),
        (TagKind::Video, &[0x14], "On2 VP6 video is not supported: set the encoder to H.264"),
        (TagKind::Video, b"\x90vp08", "VP8 video is not supported: set the encoder to H.264"),
        (
            TagKind::Video,
            b"\x90a\x00\xffc",
            "a??c video is not supported: set the encoder to H.264",
        ),
        (
            TagKind::Video,
            b"\x95av01",
            "MPEG-2 TS configured video is not supported: set the encoder to H.264",
        ),
        (TagKind::Audio, &[0xb2, 0], "Speex audio is not supported: set the encoder to AAC"),
        (TagKind::Audio, &[0x5e, 0], "Nellymoser audio is not supported: set the encoder to AAC"),
        (
            TagKind::Audio,
            b"\x91ec-3",
            "Enhanced AC-3 audio is not supported: set the encoder to AAC",
        ),
        (
            TagKind::Audio,
            &[0xaf, 0, 0xf9, 0x46, 0x40, 0, 0],
            "this AAC object type is not supported: set the encoder to AAC",
        ),
        (
            TagKind::Audio,
            &[0x2f, 0xff, 0xfd, 0x90, 0x44],
            "MPEG audio of layer I or II is not supported: set the encoder to AAC",
        ),
    ] {
        let refused = outcome(&mut Demuxer::new(Timestamp::ZERO), &[tag(kind, 0, &[body])]);
        assert_eq!(refused.map_err(|error| error.to_string()), Err(text.to_owned()));
    }
}

#[test]
fn a_stray_unsupported_tag_after_a_good_start_is_damage() {
    let stray = tag(TagKind::Video, 20, &[&[0x22, 0, 0]]);
    assert_eq!(
        fresh(&[avc_config(AVCC), avc_frame(0, IDR), stray, avc_frame(40, IDR)]),
        "1080p v0! v40!"
    );
}

#[test]
fn a_jump_is_marked_and_a_clock_of_jumps_is_refused() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let tags = [avc_config(AVCC), avc_frame(0, IDR), avc_frame(40, IDR), avc_frame(90_000, IDR)];
    assert_eq!(outcome(&mut demuxer, &tags), Ok("1080p v0! v40! jump v80!".to_owned()));
    for jump in 2..=MAX_JUMPS {
        outcome(&mut demuxer, &[avc_frame(jump * 1_000_000, IDR)]).unwrap();
    }
    assert_eq!(outcome(&mut demuxer, &[avc_frame(1, IDR)]), Err(Error::Timestamps));
}

#[test]
fn jumps_far_apart_are_forgiven() {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    outcome(&mut demuxer, &[avc_config(AVCC)]).unwrap();
    for jump in 0..2 * MAX_JUMPS {
        let start = jump * 1_000_000;
        for second in 0..62 {
            outcome(&mut demuxer, &[avc_frame(start + second * 1000, IDR)]).unwrap();
        }
    }
}

#[test]
fn offsets_of_nanoseconds_move_the_frame() {
    let frame = |nanos: [u8; 3], at: u32| {
        // ModEx of 3 bytes, type 0, then CodedFramesX.
        tag(TagKind::Video, at, &[&[0x97, 2], &nanos, &[0x03], b"avc1", IDR])
    };
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let mut out = Vec::new();
    let config = tag(TagKind::Video, 0, &[b"\x90avc1", AVCC]);
    for tag in [config, frame([0x07, 0xa1, 0x20], 0), frame([0xff, 0xff, 0xff], 1)] {
        demuxer.push(&tag, &mut out).unwrap();
    }
    let times: Vec<_> = out
        .iter()
        .filter_map(|packet| match packet {
            Packet::Frame(frame) => Some((frame.dts.as_micros(), frame.pts.as_micros())),
            _ => None,
        })
        .collect();
    // An offset of a millisecond or more breaks the specification and is cut.
    assert_eq!(times, [(500, 500), (1999, 1999)]);
}

#[test]
fn of_several_tracks_the_lowest_announced_is_used() {
    let many = |kind: u8, tracks: &[(u8, &[u8])]| {
        let mut body = [&[0x96, 0x10 | kind][..], b"avc1"].concat();
        for (id, data) in tracks {
            body.extend([&[*id, 0, 0, data.len() as u8], *data].concat());
        }
        tag(TagKind::Video, 0, &[&body])
    };
    let one = |kind: u8, id: u8, data: &[u8]| {
        tag(TagKind::Video, 0, &[&[0x96, kind], b"avc1", &[id], data])
    };
    assert_eq!(
        fresh(&[many(0, &[(1, OTHER_AVCC), (0, AVCC)]), many(3, &[(0, IDR), (1, IDR)])]),
        "1080p v0!"
    );
    assert_eq!(fresh(&[one(0, 2, OTHER_AVCC), one(3, 2, IDR), one(3, 1, IDR)]), "350p v0!");
    assert_eq!(
        fresh(&[one(0, 2, OTHER_AVCC), one(0, 1, AVCC), one(3, 2, IDR), one(3, 1, IDR)]),
        "350p 1080p v0!"
    );
    let codecs = [
        &[0x96, 0x20][..],
        b"av01\x01\x00\x00\x04\x81\x00\x0c\x00avc1\x00\x00\x00",
        &[AVCC.len() as u8],
        AVCC,
    ];
    assert_eq!(fresh(&[tag(TagKind::Video, 0, &codecs), avc_frame(0, IDR)]), "1080p v0!");
}

#[test]
fn marked_recovery_points_are_keyframes_and_idr_pictures_need_no_mark() {
    let recovery = &[0, 0, 0, 5, 0x06, 6, 1, 0x84, 0x80, 0, 0, 0, 2, 0x41, 0x88];
    let marked = tag(TagKind::Video, 40, &[&[0x17, 1, 0, 0, 0], recovery]);
    let tags = [avc_config(AVCC), avc_frame(0, IDR), marked, avc_frame(80, recovery)];
    assert_eq!(fresh(&tags), "1080p v0! v40! v80");
}

#[test]
fn opus_packets_that_vary_leave_their_length_open() {
    let head = b"\x90OpusOpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00";
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let mut out = Vec::new();
    demuxer.push(&tag(TagKind::Audio, 0, &[head]), &mut out).unwrap();
    for (at, toc) in [(0, 0xf8), (20, 0xf8), (40, 0xf0), (50, 0xf8), (70, 0xf0)] {
        demuxer.push(&tag(TagKind::Audio, at, &[b"\x91Opus", &[toc, 1]]), &mut out).unwrap();
    }
    let lengths: Vec<_> = out
        .iter()
        .filter_map(|packet| match packet {
            Packet::Config(TrackConfig::Audio(config)) => Some(config.samples_per_frame),
            _ => None,
        })
        .collect();
    assert_eq!(lengths, [Some(960), None]);
}

#[test]
fn tags_without_content_yield_nothing() {
    let empty: [(TagKind, &[u8]); 9] = [
        (TagKind::Video, &[]),
        (TagKind::Audio, &[]),
        (TagKind::Script, &[2, 0, 1, b'x']),
        (TagKind::Video, &[0x57, 0]),
        (TagKind::Video, &[0x17, 2, 0, 0, 0]),
        (TagKind::Video, b"\xd4vp09\x02\x00"),
        (TagKind::Video, b"\x92hvc1"),
        (TagKind::Audio, b"\x94Opus\x01\x02\x00\x00\x00\x03"),
        (TagKind::Audio, &[0xaf, 1]),
    ];
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    for (kind, body) in empty {
        assert_eq!(
            outcome(&mut demuxer, &[tag(kind, 0, &[body])]),
            Ok(String::new()),
            "{body:02x?}"
        );
    }
    assert_eq!(demuxer.damaged(), 0);
}

#[test]
fn endless_mod_ex_headers_are_damage() {
    let body = [&[0x97][..], &[0, 0, 0x07].repeat(1000)].concat();
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    outcome(&mut demuxer, &[tag(TagKind::Video, 0, &[&body])]).unwrap();
    assert_eq!(demuxer.damaged(), 1);
}
