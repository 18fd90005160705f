//! Every file of every fuzz corpus, through the same functions as the fuzz targets.
#![expect(clippy::disallowed_methods, reason = "a test owns the clock")]

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rivulet_media::cmcd::Report;
use rivulet_media::codec::{aac, ac3, av1, avc, flac, hevc, mp3, opus, vp9};
use rivulet_media::flv::{self, Demuxer, Tag, TagKind};
use rivulet_media::fmp4::{self, reader};
use rivulet_media::hls::conformance::{Checker, exercise};
use rivulet_media::hls::request::{MediaName, Request};
use rivulet_media::rtmp::server::{Limits, Session};
use rivulet_media::rtmp::{Entropy, amf0, chunk};
use rivulet_media::time::Timestamp;

/// A fuzz target.
struct Target {
    /// Its corpus's folder.
    name: &'static str,
    /// What it does with a file.
    run: fn(&[u8]),
    /// A corpus with fewer files has been lost.
    fewest_files: usize,
}

const TARGETS: [Target; 10] = [
    Target { name: "flv_tag", run: flv_tag, fewest_files: 20 },
    Target { name: "flv_file", run: flv_file, fewest_files: 6 },
    Target { name: "codec_config", run: codec_config, fewest_files: 20 },
    Target { name: "rtmp_server", run: rtmp_server, fewest_files: 3 },
    Target { name: "rtmp_chunks", run: rtmp_chunks, fewest_files: 7 },
    Target { name: "amf0", run: amf0, fewest_files: 5 },
    Target { name: "playlist_request", run: playlist_request, fewest_files: 8 },
    Target { name: "cmcd", run: cmcd, fewest_files: 7 },
    Target { name: "packager", run: packager, fewest_files: 8 },
    Target { name: "fmp4_demuxer", run: fmp4_demuxer, fewest_files: 4 },
];

#[test]
fn nothing_in_the_corpora_panics() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for Target { name, run, fewest_files } in TARGETS {
        let folder = std::fs::read_dir(corpora.join(name)).expect("each target has a corpus");
        let files: Vec<_> = folder.map(|entry| entry.expect("a readable folder").path()).collect();
        assert!(files.len() >= fewest_files, "{name} has {} files", files.len());
        for file in files {
            // A panic names the test only; this names the file.
            println!("{}", file.display());
            run(&std::fs::read(file).expect("a readable file"));
        }
    }
}

fn flv_tag(data: &[u8]) {
    for kind in [TagKind::Audio, TagKind::Video] {
        let tag = Tag { kind, timestamp_ms: 0, body: Bytes::copy_from_slice(data) };
        let _ = Demuxer::new(Timestamp::ZERO).push(&tag, &mut Vec::new());
    }
}

fn flv_file(data: &[u8]) {
    let Ok(tags) = flv::file::read_all(data) else { return };
    let (mut demuxer, mut packets) = (Demuxer::new(Timestamp::ZERO), Vec::new());
    let _ = tags.iter().try_for_each(|tag| demuxer.push(tag, &mut packets));
    let mut writer = flv::Writer::new();
    assert!(packets.iter().all(|packet| writer.write(packet).is_ok()));
}

fn codec_config(data: &[u8]) {
    let _ = (avc::Record::parse(data), avc::Sps::parse(data), avc::random_access(data));
    let _ = (hevc::Record::parse(data), av1::Record::parse(data), av1::picture_size(data));
    let _ = (vp9::Record::parse(data), vp9::keyframe_size(data), aac::parse(data));
    let _ = (opus::parse(data), opus::samples(data), flac::parse(data));
    let _ = (ac3::Header::parse(data), mp3::Header::parse(data));
}

fn rtmp_server(data: &[u8]) {
    let now = Instant::now();
    let mut session = Session::new(Limits::default(), Entropy::new([7; 32]), now);
    let handshake = [3; 3073];
    for piece in [handshake.as_slice()].into_iter().chain(data.chunks(1000)) {
        if session.receive(now, piece).is_err() {
            return;
        }
        while session.poll().is_some() {}
        let _ = (session.accept_publish(), session.accept_play(None));
    }
}

fn rtmp_chunks(data: &[u8]) {
    let mut reader = chunk::Reader::new(chunk::Limits::default());
    reader.set_media_policy(chunk::MediaPolicy::Keep);
    for mut piece in data.chunks(100) {
        while let Ok(Some(_)) = reader.read(&mut piece) {}
    }
}

fn amf0(data: &[u8]) {
    let Ok(values) = amf0::decode(data) else { return };
    let written = amf0::encode(&values);
    if let Ok(again) = amf0::decode(&written) {
        assert_eq!(amf0::encode(&again), written);
    }
}

fn playlist_request(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = (Request::parse(&text), reader::read_fragments(data), reader::read_timescales(data));
    assert!(MediaName::parse(&text).is_none_or(|name| name.to_string() == text));
    let mut checker = Checker::new();
    (0..2).for_each(|second| checker.observe(Duration::from_secs(second), None, &text));
}

fn cmcd(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (by_itself, query) = (Report::parse(&text), format!("CMCD={text}"));
    let _ = (by_itself, Report::in_query(&query), Report::in_query(&text));
}

fn packager(data: &[u8]) {
    assert_eq!(exercise(data), []);
}

fn fmp4_demuxer(data: &[u8]) {
    let mut demuxer = fmp4::Demuxer::new();
    for piece in data.chunks(500) {
        let Ok(()) = demuxer.push(piece) else { return };
        while let Ok(Some(_)) = demuxer.poll() {}
    }
}
