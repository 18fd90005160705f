//! Real recordings through the reader, the demuxer and the writer; what is expected was measured
//! with ffprobe and ffmpeg's `framecrc` (`testdata/README.md`).

use std::path::PathBuf;

use rivulet_media::flv::{Demuxer, Tag, TagKind, Writer, file};
use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::time::Timestamp;

/// What a recording holds.
struct Recording {
    name: &'static str,
    video: Option<Expected>,
    audio: Option<Expected>,
}

/// What one of its tracks holds.
struct Expected {
    config: &'static str,
    frames: usize,
    bytes: usize,
    keyframes: usize,
    /// Of the first frame, in milliseconds.
    composition: i64,
    /// From the first frame's decoding to the last one's, in milliseconds.
    span: i64,
}

const RECORDINGS: &[Recording] = &[
    Recording {
        name: "h264_aac",
        video: Some(Expected {
            config: "H264 160x90 avc1.64000b",
            frames: 60,
            bytes: 18_834,
            keyframes: 2,
            composition: 67,
            span: 1967,
        }),
        audio: Some(sound("Aac 48000 Hz 2 ch Some(1024) mp4a.40.2", 95, 8055, 2005)),
    },
    Recording {
        name: "h264_only",
        video: Some(pictures("H264 176x100 avc1.42c00b", 25, 9035, 960)),
        audio: None,
    },
    Recording {
        name: "aac_only",
        video: None,
        audio: Some(sound("Aac 48000 Hz 2 ch Some(1024) mp4a.40.2", 48, 4019, 1002)),
    },
    Recording {
        name: "aac_44100_mono",
        video: Some(Expected {
            composition: 67,
            ..pictures("H264 160x90 avc1.64000b", 30, 8980, 967)
        }),
        audio: Some(sound("Aac 44100 Hz 1 ch Some(1024) mp4a.40.2", 45, 2974, 1021)),
    },
    Recording {
        name: "h264_mp3",
        video: Some(Expected {
            composition: 67,
            ..pictures("H264 160x90 avc1.64000b", 30, 8980, 967)
        }),
        audio: Some(sound("Mp3 44100 Hz 2 ch Some(1152) mp4a.6B", 40, 4180, 1019)),
    },
    Recording {
        name: "hevc_aac",
        video: Some(Expected {
            composition: 67,
            ..pictures("Hevc 160x90 hvc1.1.6.L30.90", 30, 10_048, 967)
        }),
        audio: Some(sound("Aac 48000 Hz 2 ch Some(1024) mp4a.40.2", 48, 4031, 1002)),
    },
    Recording {
        name: "av1_opus",
        // Each temporal unit of the recording has a delimiter of 2 bytes, which a sample has not.
        video: Some(pictures("Av1 160x90 av01.0.00M.08", 30, 20_851 - 30 * 2, 967)),
        audio: Some(sound("Opus 48000 Hz 2 ch Some(960) opus", 51, 4338, 1001)),
    },
    Recording {
        name: "vp9",
        video: Some(pictures("Vp9 160x90 vp09.00.10.08", 30, 13_825, 967)),
        audio: None,
    },
    Recording {
        name: "flac",
        video: None,
        audio: Some(sound("Flac 48000 Hz 2 ch Some(1024) fLaC", 47, 16_700, 981)),
    },
    Recording {
        name: "ac3",
        video: None,
        audio: Some(sound("Ac3 48000 Hz 2 ch Some(1536) ac-3", 32, 8192, 992)),
    },
    Recording {
        // The second audio track, Opus, is left out.
        name: "multitrack",
        video: Some(Expected {
            composition: 67,
            ..pictures("H264 160x90 avc1.64000b", 30, 8966, 967)
        }),
        audio: Some(sound("Aac 48000 Hz 1 ch Some(1024) mp4a.40.2", 48, 2953, 1002)),
    },
];

/// A track of pictures with one keyframe and without reordering.
const fn pictures(config: &'static str, frames: usize, bytes: usize, span: i64) -> Expected {
    Expected { config, frames, bytes, keyframes: 1, composition: 0, span }
}

const fn sound(config: &'static str, frames: usize, bytes: usize, span: i64) -> Expected {
    Expected { config, frames, bytes, keyframes: frames, composition: 0, span }
}

fn recorded(name: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/flv");
    std::fs::read(directory.join(name).with_extension("flv"))
        .expect("the recording is in the repository")
}

fn tags(name: &str) -> Vec<Tag> {
    file::read_all(&recorded(name)).expect("the recording is an FLV file")
}

fn demux(tags: &[Tag]) -> (Demuxer, Vec<Packet>) {
    let mut demuxer = Demuxer::new(Timestamp::ZERO);
    let mut packets = Vec::new();
    for tag in tags {
        demuxer.push(tag, &mut packets).expect("the recording can be carried");
    }
    (demuxer, packets)
}

fn frames(packets: &[Packet], track: Track) -> Vec<&Frame> {
    let frames = packets.iter().filter_map(|packet| match packet {
        Packet::Frame(frame) => Some(frame),
        _ => None,
    });
    frames.filter(|frame| frame.track == track).collect()
}

fn configs(packets: &[Packet], track: Track) -> Vec<String> {
    let described = packets.iter().filter_map(|packet| match packet {
        Packet::Config(TrackConfig::Video(config)) => Some((
            Track::Video,
            format!("{:?} {}x{} {}", config.codec, config.width, config.height, config.rfc6381),
        )),
        Packet::Config(TrackConfig::Audio(config)) => Some((
            Track::Audio,
            format!(
                "{:?} {} Hz {} ch {:?} {}",
                config.codec,
                config.sample_rate,
                config.channels,
                config.samples_per_frame,
                config.rfc6381
            ),
        )),
        _ => None,
    });
    described.filter(|(of, _)| *of == track).map(|(_, text)| text).collect()
}

fn assert_track(name: &str, packets: &[Packet], track: Track, expected: Option<&Expected>) {
    let (configs, frames) = (configs(packets, track), frames(packets, track));
    let Some(expected) = expected else {
        assert!(configs.is_empty() && frames.is_empty(), "{name} has no {track:?}");
        return;
    };
    assert_eq!(configs, [expected.config], "{name}");
    assert_eq!(frames.len(), expected.frames, "{name} {track:?}");
    let bytes: usize = frames.iter().map(|frame| frame.data.len()).sum();
    assert_eq!(bytes, expected.bytes, "{name} {track:?}");
    let keyframes = frames.iter().filter(|frame| frame.keyframe).count();
    assert_eq!(keyframes, expected.keyframes, "{name} {track:?}");
    let (Some(first), Some(last)) = (frames.first(), frames.last()) else { panic!("{name}") };
    let composition = first.pts.as_millis() - first.dts.as_millis();
    assert_eq!(composition, expected.composition, "{name} {track:?}");
    assert_eq!(last.dts.as_millis() - first.dts.as_millis(), expected.span, "{name} {track:?}");
    assert!(frames.is_sorted_by(|a, b| a.dts < b.dts), "{name} {track:?}");
}

#[test]
fn recordings_hold_what_ffprobe_says() {
    for recording in RECORDINGS {
        let (demuxer, packets) = demux(&tags(recording.name));
        assert_eq!(demuxer.damaged(), 0, "{}", recording.name);
        assert_track(recording.name, &packets, Track::Video, recording.video.as_ref());
        assert_track(recording.name, &packets, Track::Audio, recording.audio.as_ref());
        assert!(!packets.contains(&Packet::Discontinuity), "{}", recording.name);
    }
}

#[test]
fn what_is_written_reads_as_it_was() {
    for recording in RECORDINGS {
        let (_, packets) = demux(&tags(recording.name));
        let mut writer = Writer::new();
        let mut file = file::Writer::new();
        for packet in &packets {
            if let Some(tag) = writer.write(packet).expect("the records are sound") {
                file.write(&tag).expect("the tag is small");
            }
        }
        let again = file::read_all(&file.take()).expect("an FLV file was written");
        let (demuxer, again) = demux(&again);
        assert_eq!(demuxer.damaged(), 0, "{}", recording.name);
        assert_eq!(again, packets, "{}", recording.name);
    }
}

#[test]
fn a_file_may_come_in_pieces_of_any_size() {
    let whole = tags("h264_aac");
    for size in [1, 7, 13, 4096] {
        let mut reader = file::Reader::new();
        let mut pieces = Vec::new();
        for piece in recorded("h264_aac").chunks(size) {
            reader.receive(piece).expect("little is waiting");
            while let Some(tag) = reader.poll().expect("the recording is an FLV file") {
                pieces.push(tag);
            }
        }
        assert_eq!(pieces, whole, "pieces of {size}");
    }
    assert_eq!(whole[0].kind, TagKind::Script);
}

#[test]
fn frames_are_slices_of_their_tags() {
    let tags = tags("h264_aac");
    let (_, packets) = demux(&tags);
    let within = |frame: &Frame| {
        tags.iter().any(|tag| tag.body.as_ptr_range().contains(&frame.data.as_ptr()))
    };
    for track in [Track::Video, Track::Audio] {
        assert!(frames(&packets, track).into_iter().all(within), "{track:?}");
    }
}

/// A generator of numbers that are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// Spoils one to eight places: a bit, a byte, a cut, a piece twice.
fn spoil(mut bytes: Vec<u8>, numbers: &mut Numbers) -> Vec<u8> {
    for _ in 0..=numbers.below(8) {
        if bytes.is_empty() {
            break;
        }
        // Headers and configurations stand at the beginning.
        let reach = if numbers.below(2) == 0 { bytes.len().min(64) } else { bytes.len() };
        let at = numbers.below(reach);
        match numbers.below(4) {
            0 => bytes.truncate(at),
            1 => {
                let piece = bytes.split_off(at);
                bytes.extend(piece.iter().take(16));
                bytes.extend(piece);
            }
            kind => {
                let noise = numbers.next() as u8;
                let byte = bytes.get_mut(at).expect("the place is within");
                *byte = if kind == 2 { noise } else { *byte ^ 1 << (noise % 8) };
            }
        }
    }
    bytes
}

/// What must hold of any packets, whatever was sent.
fn assert_sound(packets: &[Packet], sent: usize) {
    for track in [Track::Video, Track::Audio] {
        let frames = frames(packets, track);
        assert!(frames.is_sorted_by(|a, b| a.dts < b.dts), "time grows");
        assert!(frames.iter().all(|frame| !frame.data.is_empty()), "no frame is empty");
        let bytes: usize = frames.iter().map(|frame| frame.data.len()).sum();
        // A NAL unit of a 1-byte length grows by 3 bytes.
        assert!(bytes <= 4 * sent, "{bytes} bytes of {sent}");
    }
    let mut writer = Writer::new();
    assert!(packets.iter().all(|packet| writer.write(packet).is_ok()), "all can be written");
}

#[test]
fn spoilt_tags_neither_panic_nor_grow() {
    for recording in RECORDINGS {
        let tags = tags(recording.name);
        let mut numbers = Numbers(recording.name.len() as u64);
        for _ in 0..60 {
            let mut demuxer = Demuxer::new(Timestamp::ZERO);
            let (mut packets, mut sent) = (Vec::new(), 0);
            for tag in &tags {
                let mut tag = tag.clone();
                if numbers.below(8) == 0 {
                    tag.body = spoil(tag.body.to_vec(), &mut numbers).into();
                }
                if numbers.below(64) == 0 {
                    tag.timestamp_ms = numbers.next() as u32;
                }
                sent += tag.body.len();
                if demuxer.push(&tag, &mut packets).is_err() {
                    break;
                }
            }
            assert_sound(&packets, sent);
        }
    }
}

#[test]
fn spoilt_files_neither_panic_nor_grow() {
    for recording in RECORDINGS {
        let whole = recorded(recording.name);
        let mut numbers = Numbers(whole.len() as u64);
        for _ in 0..200 {
            let spoilt = spoil(whole.clone(), &mut numbers);
            let Ok(tags) = file::read_all(&spoilt) else { continue };
            let mut demuxer = Demuxer::new(Timestamp::ZERO);
            let mut packets = Vec::new();
            let _ = tags.iter().try_for_each(|tag| demuxer.push(tag, &mut packets));
            assert_sound(&packets, spoilt.len());
        }
    }
}
