//! Real recordings, packaged, and read back by others: ffprobe, ffmpeg and another MP4 library.

use std::path::{Path, PathBuf};
use std::process::Command;

use mp4_atom::{Any, DecodeMaybe as _};
use rivulet_media::flv::{Demuxer, file};
use rivulet_media::frame::{Packet, Track};
use rivulet_media::hls::{LatencyLevel, Resume};
use rivulet_media::time::{Timestamp, WallClock};

use crate::source::BEGAN;
use crate::viewer::Viewer;

/// Recordings that fit fragmented MP4, with what ffprobe calls their codecs.
const RECORDINGS: [(&str, &[&str]); 10] = [
    ("h264_aac", &["h264", "aac"]),
    ("h264_only", &["h264"]),
    ("aac_only", &["aac"]),
    ("aac_44100_mono", &["h264", "aac"]),
    ("h264_mp3", &["h264", "mp3"]),
    ("hevc_aac", &["hevc", "aac"]),
    ("av1_opus", &["av1", "opus"]),
    ("vp9", &["vp9"]),
    ("flac", &["flac"]),
    ("ac3", &["ac3"]),
];

#[test]
fn ffmpeg_decodes_every_frame_of_every_codec() {
    for (name, codecs) in RECORDINGS {
        let packets = packets(name);
        let viewer = watch(&packets);
        let path = write_stream(name, &viewer);
        assert_eq!(probe(&path, "stream=codec_name"), codecs, "{name}");
        for (index, frames) in frames(&packets).into_iter().filter(|frames| *frames > 0).enumerate()
        {
            let read = probe(&path, "stream=nb_read_packets");
            assert_eq!(read[index], frames.to_string(), "{name}, stream {index}");
        }
        let errors = decode(&path);
        assert!(errors.is_empty(), "{name}: {errors}");
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn another_library_reads_what_is_written() {
    for (name, codecs) in RECORDINGS {
        let viewer = watch(&packets(name));
        let mut tracks = 0;
        for (file, content) in &viewer.media {
            let mut rest = content.as_ref();
            while let Some(atom) = Any::decode_maybe(&mut rest).unwrap() {
                match atom {
                    Any::Moov(moov) => tracks = moov.trak.len(),
                    Any::Moof(moof) => assert!(moof.traf.iter().all(|traf| traf.tfdt.is_some())),
                    Any::Ftyp(_) | Any::Mdat(_) => {}
                    other => panic!("{file} holds {other:?}"),
                }
            }
            assert!(rest.is_empty(), "{file} ends with {} odd bytes", rest.len());
        }
        assert_eq!(tracks, codecs.len(), "{name}");
    }
}

/// Pictures keep their stamps, and sound is without holes.
#[test]
fn stamps_come_out_as_they_went_in() {
    let packets = packets("h264_aac");
    let path = write_stream("stamps", &watch(&packets));
    let shown: Vec<f64> = probe_stream(&path, "v").iter().map(|pts| pts.parse().unwrap()).collect();
    let expected: Vec<f64> = packets
        .iter()
        .filter_map(|packet| match packet {
            Packet::Frame(frame) if frame.track == Track::Video => {
                Some(frame.pts.as_micros() as f64 / 1e6)
            }
            _ => None,
        })
        .collect();
    assert_eq!(shown.len(), expected.len());
    for (shown, expected) in shown.iter().zip(&expected) {
        assert!((shown - expected).abs() < 0.001, "{shown} instead of {expected}");
    }
    let heard: Vec<f64> = probe_stream(&path, "a").iter().map(|pts| pts.parse().unwrap()).collect();
    for pair in heard.windows(2) {
        assert!((pair[1] - pair[0] - 1024.0 / 48_000.0).abs() < 2e-6, "{pair:?}");
    }
    std::fs::remove_file(path).unwrap();
}

fn packets(name: &str) -> Vec<Packet> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../testdata/flv/{name}.flv"));
    let tags = std::fs::read(path).expect("the recording is in testdata");
    let tags = file::read_all(&tags).expect("it is an FLV file");
    let (mut demuxer, mut packets) = (Demuxer::new(Timestamp::ZERO), Vec::new());
    for tag in &tags {
        demuxer.push(tag, &mut packets).expect("an encoder wrote it");
    }
    packets
}

fn watch(packets: &[Packet]) -> Viewer {
    let mut viewer = Viewer::new(LatencyLevel::new(0).expect("level 0 exists"), Resume::default());
    for packet in packets {
        viewer.push(packet, arrival(packet));
    }
    viewer.end();
    viewer.expect_conformance();
    viewer
}

fn arrival(packet: &Packet) -> WallClock {
    match packet {
        Packet::Frame(frame) => BEGAN + frame.dts.since(Timestamp::ZERO),
        _ => BEGAN,
    }
}

/// Frames of video and of audio from the first keyframe on.
fn frames(packets: &[Packet]) -> [usize; 2] {
    let begin = packets.iter().find_map(|packet| match packet {
        Packet::Frame(frame) if frame.track == Track::Video && frame.keyframe => Some(frame.dts),
        _ => None,
    });
    let count = |track| {
        let counts = |packet: &&Packet| {
            matches!(packet, Packet::Frame(frame)
                if frame.track == track && begin.is_none_or(|begin| frame.dts >= begin))
        };
        packets.iter().filter(counts).count()
    };
    [count(Track::Video), count(Track::Audio)]
}

/// Initialisation segment and parts, one after the other.
fn write_stream(name: &str, viewer: &Viewer) -> PathBuf {
    let file = format!("rivulet-{}-{name}.mp4", std::process::id());
    let path = std::env::temp_dir().join(file);
    let pieces: Vec<&[u8]> = viewer.media.iter().map(|(_, content)| content.as_ref()).collect();
    std::fs::write(&path, pieces.concat()).expect("a writable temporary folder");
    path
}

fn probe(path: &Path, entries: &str) -> Vec<String> {
    run_ffprobe(path, &["-count_packets", "-show_entries", entries])
}

/// Presentation times in seconds of a track's packets.
fn probe_stream(path: &Path, kind: &str) -> Vec<String> {
    run_ffprobe(path, &["-select_streams", kind, "-show_entries", "packet=pts_time"])
}

fn run_ffprobe(path: &Path, arguments: &[&str]) -> Vec<String> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(arguments)
        .arg(path)
        .output()
        .expect("ffprobe, which the tests need, is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("ffprobe writes text");
    text.lines()
        .map(|line| line.trim_end_matches(',').to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// What ffmpeg complains about when it decodes everything.
fn decode(path: &Path) -> String {
    let output = Command::new("ffmpeg")
        .args(["-v", "warning", "-xerror", "-i"])
        .arg(path)
        .args(["-f", "null", "-"])
        .output()
        .expect("ffmpeg, which the tests need, is installed");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
