//! Fragmented MP4 there and back: what the feed writes is what the demuxer reads, however the bytes
//! are cut on the way.

#![expect(clippy::unwrap_used, reason = "a test's panic is a failure with a line number")]

use std::path::Path;

use bytes::Bytes;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, proptest};
use rivulet_media::flv::{self, file};
use rivulet_media::fmp4::reader::{self, read_fragments};
use rivulet_media::fmp4::{Demuxer, Error, Feed};
use rivulet_media::frame::{AudioConfig, Frame, Packet, Track, TrackConfig, VideoConfig};
use rivulet_media::time::Timestamp;

/// The packets of a recording of `testdata/flv`.
fn recording(name: &str) -> Vec<Packet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/flv");
    let bytes = std::fs::read(folder.join(name).with_extension("flv")).unwrap();
    let mut demuxer = flv::Demuxer::new(Timestamp::ZERO);
    let mut packets = Vec::new();
    for tag in file::read_all(&bytes).unwrap() {
        demuxer.push(&tag, &mut packets).unwrap();
    }
    packets
}

/// The configurations in force at the first frame.
fn configs(packets: &[Packet]) -> (Option<VideoConfig>, Option<AudioConfig>) {
    let (mut video, mut audio) = (None, None);
    for packet in packets {
        match packet {
            Packet::Config(TrackConfig::Video(config)) => video = Some(config.clone()),
            Packet::Config(TrackConfig::Audio(config)) => audio = Some(config.clone()),
            _ => {}
        }
    }
    (video, audio)
}

fn frames(packets: &[Packet]) -> Vec<Frame> {
    let frame = |packet: &Packet| match packet {
        Packet::Frame(frame) => Some(frame.clone()),
        _ => None,
    };
    packets.iter().filter_map(frame).collect()
}

/// Everything in `stream`, which comes in pieces of `size` bytes.
fn demux(stream: &[u8], size: usize) -> Result<Vec<(u32, Packet)>, Error> {
    let (mut demuxer, mut found) = (Demuxer::new(), Vec::new());
    for piece in stream.chunks(size) {
        demuxer.push(piece)?;
        while let Some(packet) = demuxer.poll()? {
            found.push(packet);
        }
    }
    Ok(found)
}

#[test]
fn every_codec_comes_back_as_it_went_in() {
    for name in ["h264_aac", "hevc_aac", "av1_opus", "vp9", "flac", "aac_44100_mono", "aac_only"] {
        let packets = recording(name);
        let (video, audio) = configs(&packets);
        let mut feed = Feed::new(video.as_ref(), audio.as_ref());
        let mut stream = feed.init().to_vec();
        let sent = frames(&packets);
        stream.extend(sent.iter().flat_map(|frame| feed.write(frame)));

        let got: Vec<Packet> =
            demux(&stream, 1000).unwrap().into_iter().map(|(_, packet)| packet).collect();
        assert_eq!(frames(&got), sent, "{name}");
        let (video_again, mut audio_again) = configs(&got);
        assert_eq!(video_again, video, "{name}");
        // How long Opus frames last stands in the frames alone.
        if let (Some(again), Some(audio)) = (&mut audio_again, &audio) {
            again.samples_per_frame = audio.samples_per_frame;
        }
        assert_eq!(audio_again, audio, "{name}");
    }
}

/// Frames of both tracks as an encoder could send them, in any order of the tracks.
fn arbitrary_frames() -> impl Strategy<Value = Vec<Frame>> {
    let frame =
        (any::<bool>(), 0..10_000_000_i64, -500_000..500_000_i64, any::<bool>(), 0..50_usize);
    proptest::collection::vec(frame, 0..40).prop_map(|frames| {
        let frames = frames.into_iter().map(|(video, dts, offset, keyframe, length)| Frame {
            track: if video { Track::Video } else { Track::Audio },
            dts: Timestamp::from_micros(dts),
            pts: Timestamp::from_micros(dts + offset),
            keyframe,
            // One NAL unit, as the video's configuration says.
            data: Bytes::from(
                [&[0, 0, 0, 1 + length as u8], vec![1; 1 + length].as_slice()].concat(),
            ),
        });
        frames.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_frames_come_back_however_they_are_cut(sent in arbitrary_frames(), size in 1..200_usize) {
        let (video, audio) = configs(&recording("h264_aac"));
        let mut feed = Feed::new(video.as_ref(), audio.as_ref());
        let mut stream = feed.init().to_vec();
        stream.extend(sent.iter().flat_map(|frame| feed.write(frame)));
        let got: Vec<_> = demux(&stream, size).unwrap().into_iter().map(|(_, packet)| packet).collect();
        prop_assert_eq!(frames(&got), sent);
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let packets = recording("h264_aac");
        let (video, audio) = configs(&packets);
        let mut feed = Feed::new(video.as_ref(), audio.as_ref());
        let mut stream = feed.init().to_vec();
        stream.extend(frames(&packets).iter().take(8).flat_map(|frame| feed.write(frame)));
        let at = at.index(stream.len());
        stream[at] = byte;
        let _ = demux(&stream, 500);
    }
}

#[test]
fn what_claims_to_be_huge_is_refused_at_once() {
    let head = |size: u32, kind: &[u8]| [&size.to_be_bytes(), kind].concat();
    for kind in [b"moov", b"moof", b"mdat"] {
        let refused = demux(&head(u32::MAX, kind), 100);
        assert!(matches!(refused, Err(Error::TooLarge(_))), "{refused:?}");
    }
    assert!(matches!(demux(&head(7, b"free"), 100), Err(Error::Invalid(_))));
    assert!(matches!(demux(&head(0, b"mdat"), 100), Err(Error::Invalid(_))));
    // Passed over, however long it is, and nothing is kept of it.
    let long = [head(1, b"free"), u64::MAX.to_be_bytes().to_vec(), vec![0; 1000]].concat();
    assert_eq!(demux(&long, 7), Ok(Vec::new()));
    assert!(matches!(Demuxer::new().push(&vec![0; 64 << 20]), Err(Error::TooLarge(_))));
}

/// A box around these.
fn boxed(kind: &[u8; 4], content: &[Vec<u8>]) -> Vec<u8> {
    let content = content.concat();
    let size = u32::try_from(8 + content.len()).unwrap();
    [&size.to_be_bytes(), kind.as_slice(), &content].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A `moof` whose runs say how many samples there are, and of which size, and nothing else.
fn claims(tracks: u32, samples: u32, size: u32) -> Vec<u8> {
    let traf = |track| {
        // Default size is present; then: no sample has fields of its own.
        let tfhd = boxed(b"tfhd", &[words(&[0x10, track, size])]);
        boxed(b"traf", &[tfhd, boxed(b"trun", &[words(&[0, samples])])])
    };
    boxed(b"moof", &(1..=tracks).map(traf).collect::<Vec<_>>())
}

#[test]
fn samples_that_take_no_bytes_are_counted_over_all_tracks() {
    assert_eq!(read_fragments(&claims(1, 1 << 20, 0)).unwrap().len(), 1);
    for moof in [claims(1, u32::MAX, 0), claims(2, 1 << 20, 0), claims(1000, 1 << 12, 0)] {
        assert_eq!(read_fragments(&moof), Err(reader::Error::TooManySamples));
        assert!(demux(&moof, 1000).is_err());
    }
}

#[test]
fn samples_that_share_bytes_are_refused() {
    let (video, _) = configs(&recording("h264_aac"));
    let init = Feed::new(video.as_ref(), None).init().to_vec();
    // Two tracks' fragments of the same track, each at the beginning of the same bytes.
    let trun = boxed(b"trun", &[words(&[1, 1, 0])]);
    let tfhd = boxed(b"tfhd", &[words(&[0x10, 1, 8])]);
    let traf = boxed(b"traf", &[tfhd, trun]);
    let length = 8 + 2 * traf.len();
    let at_data = |traf: Vec<u8>| {
        let (head, _) = traf.split_at(traf.len() - 4);
        [head, &u32::try_from(length + 8).unwrap().to_be_bytes()].concat()
    };
    let moof = boxed(b"moof", &[at_data(traf.clone()), at_data(traf)]);
    let unit = [0, 0, 0, 4, 1, 1, 1, 1].to_vec();
    let fits = [init.clone(), moof.clone(), boxed(b"mdat", &[unit.clone(), unit.clone()])].concat();
    assert_eq!(
        frames(&demux(&fits, 100).unwrap().into_iter().map(|it| it.1).collect::<Vec<_>>()).len(),
        2
    );
    let shared = [init, moof, boxed(b"mdat", &[unit])].concat();
    assert!(matches!(demux(&shared, 100), Err(Error::Invalid(_))));
}

/// What ffmpeg wrote on a track: the codec, frames, keyframes.
type Written = (u32, &'static str, usize, usize);

#[test]
fn what_ffmpeg_writes_is_read() {
    let files: &[(&str, &[Written])] = &[
        ("v5_h264_aac", &[(1, "avc1.42c00a", 5, 1), (2, "mp4a.40.2", 23, 23)]),
        ("v9_h264_opus", &[(1, "avc1.42c00a", 5, 1), (2, "opus", 26, 26)]),
        ("v9_hevc", &[(1, "hvc1.1.6.L30.90", 3, 1)]),
        ("v9_av1", &[(1, "av01.0.00M.08", 3, 1)]),
        ("v9_vp9", &[(1, "vp09.00.10.08", 3, 1)]),
        // With several samples to a fragment.
        ("v5_copy_frag_duration", &[(1, "avc1.64000b", 14, 1), (2, "mp4a.40.2", 19, 19)]),
    ];
    for (name, written) in files {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/fmp4_demuxer");
        let stream = std::fs::read(corpus.join(name)).unwrap();
        let got = demux(&stream, 100).unwrap();
        for (track_id, rfc6381, count, keyframes) in *written {
            let own = got.iter().filter(|(id, _)| id == track_id).map(|(_, packet)| packet.clone());
            let own: Vec<Packet> = own.collect();
            let (video, audio) = configs(&own);
            let codec = video.map(|it| it.rfc6381).or(audio.map(|it| it.rfc6381)).unwrap();
            let frames = frames(&own);
            let sync = frames.iter().filter(|frame| frame.keyframe).count();
            assert_eq!(
                (codec.as_str(), frames.len(), sync),
                (*rfc6381, *count, *keyframes),
                "{name}"
            );
            assert!(frames.windows(2).all(|pair| pair[0].dts <= pair[1].dts), "{name}");
        }
    }
}
