//! Sources, wishes and machines, and the ladders they make.

use bytes::Bytes;
use rivulet_media::frame::AudioConfig;

use super::*;
use crate::transcode::abilities::Ability;
use crate::transcode::wishes::Preset;

fn video(codec: VideoCodec, width: u16, height: u16) -> VideoConfig {
    let rfc6381 = match codec {
        VideoCodec::H264 => "avc1.640028",
        VideoCodec::Hevc => "hvc1.1.6.L120.90",
        VideoCodec::Av1 => "av01.0.08M.08",
        VideoCodec::Vp9 => "vp09.00.40.08",
    };
    VideoConfig { codec, record: Bytes::new(), width, height, rfc6381: rfc6381.to_owned() }
}

fn audio(codec: AudioCodec, sample_rate: u32, channels: u8) -> AudioConfig {
    AudioConfig {
        codec,
        record: Bytes::new(),
        sample_rate,
        channels,
        samples_per_frame: Some(1024),
        rfc6381: if codec == AudioCodec::Aac { "mp4a.40.5" } else { "opus" }.to_owned(),
    }
}

fn source(width: u16, height: u16, millihertz: u32) -> Source {
    Source {
        video: Some(video(VideoCodec::H264, width, height)),
        audio: Some(audio(AudioCodec::Aac, 48_000, 2)),
        frame_rate: Some(FrameRate::from_millihertz(millihertz)),
        bitrate: Some(6_000_000),
    }
}

fn machine(works: &[Encoder]) -> Abilities {
    let mut abilities = Abilities::of_ffmpeg();
    for encoder in Encoder::ALL {
        let ability = if works.contains(&encoder) { Ability::Works } else { Ability::Missing };
        abilities.note(encoder, ability);
    }
    abilities
}

fn usual() -> Abilities {
    machine(&[Encoder::X264])
}

fn preset(preset: Preset) -> Wishes {
    Wishes::new(preset.variants(), false).unwrap()
}

fn encoding(height: Option<u16>, bitrate_kbps: u32) -> Encoding {
    let size = height.map(Size::Height);
    Encoding { codec: CodecWish::H264, size, frame_rate: None, bitrate_kbps, effort: 2 }
}

fn wish(encoding: Encoding) -> Wish {
    Wish { name: None, video: VideoWish::Encode(encoding), audio: AudioWish::Passthrough }
}

fn wishes(variants: Vec<Wish>) -> Wishes {
    Wishes::new(variants, false).unwrap()
}

/// Such as `1280x720 2500k 720p30`.
fn shape(ladder: &Ladder) -> Vec<String> {
    let of =
        |rung: &Rung| format!("{}x{} {}k {}", rung.width, rung.height, rung.video_kbps, rung.name);
    ladder.rungs.iter().map(of).collect()
}

fn codes(ladder: &Ladder) -> Vec<&'static str> {
    ladder.remarks.iter().map(Remark::code).collect()
}

#[test]
fn presets_on_common_sources() {
    use Preset::{Balanced, Mobile, Source};
    let table: [(_, _, &[&str]); 14] = [
        (Source, source(1920, 1080, 60_000), &[]),
        (Balanced, source(3840, 2160, 60_000), &["1280x720 2500k 720p30", "854x480 1200k 480p30"]),
        (Balanced, source(1920, 1080, 60_000), &["1280x720 2500k 720p30", "854x480 1200k 480p30"]),
        (Balanced, source(1920, 1080, 59_940), &["1280x720 2500k 720p30", "854x480 1200k 480p30"]),
        (Balanced, source(1920, 1080, 50_000), &["1280x720 2500k 720p25", "854x480 1200k 480p25"]),
        (Balanced, source(1920, 1080, 23_976), &["1280x720 2500k 720p24", "854x480 1200k 480p24"]),
        (Balanced, source(1920, 1080, 120_000), &["1280x720 2500k 720p30", "854x480 1200k 480p30"]),
        (Balanced, source(1280, 720, 30_000), &["1280x720 2500k 720p30", "854x480 1200k 480p30"]),
        (Balanced, source(1080, 1920, 30_000), &["720x1280 2500k 720p30", "480x854 1200k 480p30"]),
        (Balanced, source(640, 360, 30_000), &[]),
        (
            Mobile,
            source(1920, 1080, 30_000),
            &["854x480 1200k 480p30", "640x360 600k 360p30", "426x240 300k 240p30"],
        ),
        (Mobile, source(640, 360, 30_000), &["640x360 600k 360p30", "426x240 300k 240p30"]),
        (Mobile, source(320, 180, 30_000), &[]),
        (Mobile, source(853, 479, 25_000), &["642x360 600k 360p25", "428x240 300k 240p25"]),
    ];
    for (name, source, rungs) in table {
        let made = ladder(&source, &preset(name), &usual());
        assert_eq!(shape(&made), rungs, "{name:?} of {source:?}");
        assert_eq!(made.passthrough, Passthrough::Listed);
        for rung in &made.rungs {
            let video = source.video.as_ref().unwrap();
            assert!(rung.width <= video.width && rung.height <= video.height);
            assert!(Some(rung.frame_rate) <= source.frame_rate);
        }
    }
}

#[test]
fn a_rung_that_would_be_the_source_again_is_left_out() {
    let table = [
        // (wished height and bits, source's bits, whether it is left out)
        (Some(720), 2500, Some(2_700_000), true),
        (Some(720), 2500, Some(3_750_000), true),
        (Some(720), 2500, Some(3_750_001), false),
        (Some(720), 2500, None, true),
        (Some(1080), 2500, Some(9_000_000), true),
        (Some(480), 2500, Some(1_000_000), false),
        // Nothing was said of the size: the bits are what is wanted.
        (None, 2500, Some(2_500_000), false),
    ];
    for (height, kbps, bitrate, left_out) in table {
        let source = Source { bitrate, ..source(1280, 720, 30_000) };
        let all = wishes(vec![Wish::passthrough(), wish(encoding(height, kbps))]);
        let made = ladder(&source, &all, &usual());
        assert_eq!(made.rungs.is_empty(), left_out, "{height:?} {kbps} {bitrate:?}");
        assert_eq!(codes(&made).contains(&"same_as_source"), left_out);
        // Without the passthrough there is nothing that it could repeat.
        let alone = wishes(vec![wish(encoding(height, kbps))]);
        assert_eq!(ladder(&source, &alone, &usual()).rungs.len(), 1);
    }
}

#[test]
fn what_turns_out_alike_is_merged() {
    type Wished = &'static [(Option<u16>, u32)];
    let table: [(Wished, &[&str]); 5] = [
        (&[(Some(1440), 8000), (Some(1080), 5000)], &["1280x720 2722k 720p30"]),
        (
            &[(Some(1080), 5000), (Some(720), 2500), (Some(480), 900)],
            &["1280x720 2500k 720p30", "854x480 900k 480p30"],
        ),
        // Bits alone make a ladder too.
        (
            &[(None, 900), (None, 4000), (None, 2000)],
            &["1280x720 4000k 720p30", "1280x720 2000k 720p30 2000k", "1280x720 900k 720p30 900k"],
        ),
        (&[(None, 2000), (None, 2100)], &["1280x720 2000k 720p30"]),
        (&[(Some(480), 900), (Some(481), 910)], &["854x480 900k 480p30"]),
    ];
    for (wished, rungs) in table {
        let variants = wished.iter().map(|(height, kbps)| wish(encoding(*height, *kbps)));
        let made = ladder(&source(1280, 720, 30_000), &wishes(variants.collect()), &usual());
        assert_eq!(shape(&made), rungs, "{wished:?}");
        let numbers: Vec<_> = made.rungs.iter().map(|rung| usize::from(rung.number)).collect();
        assert_eq!(numbers, (1..=rungs.len()).collect::<Vec<_>>());
        assert_eq!(codes(&made).contains(&"merged"), wished.len() > rungs.len());
        assert_eq!(made.passthrough, Passthrough::Hidden);
    }
}

#[test]
fn a_source_that_not_everybody_plays_gets_a_rung_that_everybody_does() {
    let h264 = video(VideoCodec::H264, 1920, 1080);
    let high10 = VideoConfig { rfc6381: "avc1.6e0028".to_owned(), ..h264.clone() };
    let aac = audio(AudioCodec::Aac, 48_000, 2);
    for (video, audio) in [
        (video(VideoCodec::Hevc, 1920, 1080), Some(aac.clone())),
        (video(VideoCodec::Hevc, 1920, 1080), None),
        (video(VideoCodec::Av1, 1920, 1080), Some(aac.clone())),
        (video(VideoCodec::Vp9, 1920, 1080), Some(aac.clone())),
        (high10, Some(aac)),
        (h264.clone(), Some(audio(AudioCodec::Opus, 48_000, 2))),
        (h264.clone(), Some(audio(AudioCodec::Flac, 96_000, 6))),
        (h264.clone(), Some(audio(AudioCodec::Ac3, 48_000, 6))),
        (h264, Some(audio(AudioCodec::Mp3, 44_100, 2))),
    ] {
        let source = Source { video: Some(video), audio, ..source(0, 0, 60_000) };
        let made = ladder(&source, &Wishes::default(), &usual());
        assert_eq!(shape(&made), ["1280x720 2500k 720p30"], "{source:?}");
        assert_eq!(codes(&made), ["added_for_everyone"]);
        assert_eq!(made.passthrough, Passthrough::Listed);
        let [rung] = made.rungs.as_slice() else { unreachable!() };
        assert!(rung.rfc6381.starts_with("avc1.64001f"), "{rung:?}");
        assert_eq!(rung.rfc6381.contains(",mp4a.40."), source.audio.is_some());

        // A ladder that has one needs no other.
        let wished = ladder(&source, &preset(Preset::Balanced), &usual());
        assert_eq!(wished.rungs.len(), 2);
        assert_eq!(codes(&wished), [""; 0]);

        // And where nothing can be done, that is said.
        let bare = ladder(&source, &Wishes::default(), &Abilities::default());
        assert_eq!((bare.rungs.len(), codes(&bare)), (0, vec!["not_for_everyone"]));
        let blind = ladder(&source, &Wishes::default(), &machine(&[Encoder::SvtAv1]));
        assert_eq!((blind.rungs.len(), codes(&blind)), (0, vec!["not_for_everyone"]));
    }
}

#[test]
fn silent_rungs_and_av1_alone_do_not_serve_everyone() {
    let source = Source { video: Some(video(VideoCodec::Hevc, 1280, 720)), ..source(0, 0, 30_000) };
    let silent = Wish { audio: AudioWish::None, ..wish(encoding(Some(480), 900)) };
    let made = ladder(&source, &wishes(vec![silent]), &usual());
    assert_eq!(shape(&made), ["1280x720 2500k 720p30", "854x480 900k 480p30"]);

    let av1 = wish(Encoding { codec: CodecWish::Av1, ..encoding(Some(480), 900) });
    let both = machine(&[Encoder::X264, Encoder::SvtAv1]);
    let made = ladder(&source, &wishes(vec![av1.clone()]), &both);
    assert_eq!(shape(&made), ["1280x720 2500k 720p30", "854x480 900k 480p30 AV1"]);
    assert_eq!(made.rungs[1].rfc6381, "av01.0.04M.08,mp4a.40.5");
    // Eight are as many as there may be; the one for everybody stays.
    let many: Vec<Wish> = (0..8)
        .map(|n| Encoding { codec: CodecWish::Av1, ..encoding(Some(100 + n * 50), 900) })
        .map(wish)
        .collect();
    let made = ladder(&source, &wishes(many), &both);
    assert_eq!((made.rungs.len(), codes(&made)), (8, vec!["added_for_everyone", "too_many"]));
    assert_eq!(made.rungs[0].codec, VideoCodec::H264);
}

#[test]
fn encoders_that_do_not_work_are_done_without() {
    let source = source(1280, 720, 30_000);
    let av1 = wish(Encoding { codec: CodecWish::Av1, ..encoding(Some(480), 900) });
    let made = ladder(&source, &wishes(vec![av1]), &usual());
    assert_eq!((made.rungs[0].encoder, codes(&made)), (Encoder::X264, vec!["no_av1"]));

    let small = wishes(vec![wish(encoding(Some(480), 900))]);
    let made = ladder(&source, &small, &machine(&[]));
    assert_eq!((made.rungs.len(), codes(&made)), (0, vec!["no_encoder"]));
    assert_eq!(made.passthrough, Passthrough::Listed, "there is nothing else to list");
    let made = ladder(&source, &small, &Abilities::default());
    assert_eq!((made.rungs.len(), codes(&made)), (0, vec!["no_ffmpeg"]));

    let hardware = ladder(&source, &small, &machine(&[Encoder::X264, Encoder::Vaapi]));
    assert_eq!(hardware.rungs[0].rfc6381, "avc1.640c1f,mp4a.40.5");
    assert!(hardware.rungs[0].cost < ladder(&source, &small, &usual()).rungs[0].cost);
}

#[test]
fn sound_is_passed_on_only_where_every_player_takes_it() {
    let encode = |bitrate_kbps| AudioWish::Encode { bitrate_kbps };
    let made = |bitrate_kbps, sample_rate, channels| {
        Some(Sound::Encode { bitrate_kbps, sample_rate, channels })
    };
    let table = [
        (AudioCodec::Aac, 48_000, 2, AudioWish::Passthrough, Some(Sound::Copy)),
        (AudioCodec::Aac, 22_050, 1, AudioWish::Passthrough, Some(Sound::Copy)),
        (AudioCodec::Aac, 48_000, 2, AudioWish::None, Some(Sound::None)),
        (AudioCodec::Aac, 48_000, 2, encode(96), made(96, 48_000, 2)),
        (AudioCodec::Aac, 44_100, 1, encode(96), made(96, 44_100, 1)),
        (AudioCodec::Aac, 44_100, 1, encode(512), made(264, 44_100, 1)),
        (AudioCodec::Aac, 48_000, 6, encode(384), made(384, 48_000, 2)),
        (AudioCodec::Opus, 48_000, 2, AudioWish::Passthrough, made(128, 48_000, 2)),
        (AudioCodec::Opus, 48_000, 1, AudioWish::Passthrough, made(128, 48_000, 1)),
        (AudioCodec::Flac, 96_000, 2, AudioWish::Passthrough, made(128, 48_000, 2)),
        (AudioCodec::Mp3, 44_100, 2, encode(64), made(64, 44_100, 2)),
        (AudioCodec::Mp3, 11_025, 1, encode(64), made(64, 48_000, 1)),
    ];
    for (codec, sample_rate, channels, wished, sound) in table {
        let audio = Some(audio(codec, sample_rate, channels));
        let source = Source { audio, ..source(1280, 720, 30_000) };
        let wishes = wishes(vec![Wish { audio: wished, ..wish(encoding(Some(480), 900)) }]);
        let last = ladder(&source, &wishes, &usual()).rungs.pop();
        assert_eq!(last.map(|rung| rung.audio), sound, "{codec:?} {sample_rate} {wished:?}");
    }
    let mute = Source { audio: None, ..source(1280, 720, 30_000) };
    let made = ladder(&mute, &wishes(vec![wish(encoding(Some(480), 900))]), &usual());
    assert_eq!((made.rungs[0].audio, made.rungs[0].rfc6381.as_str()), (Sound::None, "avc1.64001f"));
}

#[test]
fn remarks_say_what_was_not_done() {
    let source = source(1280, 720, 30_000);
    let owncast = Encoding { frame_rate: Some(24), ..encoding(None, 1200) };
    let made = ladder(&source, &wishes(vec![wish(owncast)]), &usual());
    let said: Vec<_> = made.remarks.iter().map(Remark::to_string).collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("720p30 keeps 30.00 pictures per second"), "{said:?}");

    let odd = Wish { audio: AudioWish::Encode { bitrate_kbps: 64 }, ..Wish::passthrough() };
    assert_eq!(codes(&ladder(&source, &wishes(vec![odd]), &usual())), ["sound_passes_too"]);
}

#[test]
fn sound_alone_and_unmeasured_sources_have_ladders_too() {
    let radio = Source { video: None, frame_rate: None, ..source(0, 0, 0) };
    let made = ladder(&radio, &preset(Preset::Mobile), &usual());
    assert_eq!((made.rungs.len(), made.decoding), (0, Cost(0)));
    assert_eq!(made.passthrough, Passthrough::Listed);

    let unmeasured = Source { frame_rate: None, bitrate: None, ..source(1920, 1080, 0) };
    let made = ladder(&unmeasured, &preset(Preset::Mobile), &usual());
    assert_eq!(made.rungs.len(), 3);
}

#[test]
fn predictions_are_what_playlists_say() {
    let made = ladder(&source(1920, 1080, 30_000), &preset(Preset::Balanced), &usual());
    let [hd, sd] = made.rungs.as_slice() else { panic!("two rungs: {made:?}") };
    assert_eq!((hd.level, hd.rfc6381.as_str()), (31, "avc1.64001f,mp4a.40.2"));
    assert_eq!((hd.max_kbps, hd.bandwidth, hd.average_bandwidth), (3000, 3_221_840, 2_706_840));
    assert_eq!((sd.level, sd.rfc6381.as_str()), (31, "avc1.64001f,mp4a.40.2"));
    // 27,648 thousand pixels a second, and a fortieth of the source's.
    assert_eq!(hd.cost, Cost(27_648 + 1_555));
    assert_eq!(made.decoding, Cost(7_464));
    assert!(hd.cost > sd.cost);
}

#[test]
fn videotoolbox_is_told_no_level_that_it_does_not_have() {
    let small = wishes(vec![wish(encoding(Some(240), 300))]);
    for (encoder, level) in [(Encoder::X264, 21), (Encoder::VideoToolbox, 30)] {
        let ladder = ladder(&source(1280, 720, 30_000), &small, &machine(&[encoder]));
        assert_eq!(ladder.rungs[0].level, level, "{encoder}");
        assert!(ladder.rungs[0].rfc6381.contains(&format!("avc1.6400{level:02x}")));
    }
}
