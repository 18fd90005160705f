//! What ffmpeg is told, for the situations that differ.

use bytes::Bytes;
use rivulet_media::frame::AudioCodec;
use rivulet_media::hls::FrameRate;

use super::super::ladder::Cost;
use super::*;

fn rung(number: u8, encoder: Encoder) -> Rung {
    Rung {
        number,
        name: String::new(),
        codec: encoder.codec(),
        encoder,
        width: 1280,
        height: 720,
        keep_one_of: 1,
        frame_rate: FrameRate::from_millihertz(29_970),
        level: 31,
        video_kbps: 2500,
        max_kbps: 3000,
        buffer_kbit: 3000,
        effort: 2,
        audio: Sound::Copy,
        rfc6381: String::new(),
        bandwidth: 0,
        average_bandwidth: 0,
        cost: Cost(0),
    }
}

fn order(rungs: Vec<Rung>) -> Order {
    let video = VideoConfig {
        codec: VideoCodec::H264,
        record: Bytes::new(),
        width: 1920,
        height: 1080,
        rfc6381: String::new(),
    };
    let audio = AudioConfig {
        codec: AudioCodec::Aac,
        record: Bytes::new(),
        sample_rate: 44_100,
        channels: 1,
        samples_per_frame: Some(1024),
        rfc6381: String::new(),
    };
    Order { rungs, video, audio: Some(audio) }
}

fn line(order: &Order, major: u32) -> String {
    let version = Version { text: String::new(), major };
    arguments(order, &version, &[10, 11, 12, 13]).join(" ")
}

#[test]
fn a_ladder_of_two_with_one_encoding_of_the_sound() {
    let sound = Sound::Encode { bitrate_kbps: 96, sample_rate: 44_100, channels: 1 };
    let half =
        Rung { keep_one_of: 2, width: 640, height: 360, audio: sound, ..rung(2, Encoder::X264) };
    let order = order(vec![rung(1, Encoder::X264), half]);
    let muxer = "-avoid_negative_ts disabled -flush_packets 1 -use_editlist 0 -movflags \
                 +frag_every_frame+empty_moov+default_base_moof+frag_discont -f mp4";
    let x264 = "-c:v libx264 -b:v 2500k -maxrate 3000k -bufsize 3000k -preset veryfast \
                -tune zerolatency -forced-idr 1 -bf 0 -x264-params \
                keyint=infinite:min-keyint=1:scenecut=0:8x8dct=1:fps=29970/1000 -profile:v high \
                -level:v 3.1 -force_key_frames source -enc_time_base 1:1000000 \
                -fps_mode passthrough -video_track_timescale 1000000";
    let expected = format!(
        "-hide_banner -nostdin -nostats -loglevel level+warning -copyts -probesize 32 \
         -analyzeduration 0 -fpsprobesize 0 -thread_type slice -f mp4 -protocol_whitelist pipe -i pipe:0 -filter_complex \
         [0:v:0]split=2[s1][s2];[s1]scale=1280:720,setsar=1,format=yuv420p[v1];\
         [s2]select='if(key,1+0*st(0,n),not(mod(n-ld(0),2)))',scale=640:360,setsar=1,\
         format=yuv420p[v2] -map [v1] {x264} {muxer} pipe:10 -map [v2] {x264} {muxer} pipe:11 \
         -map 0:a:0 -c:a aac -b:a 96k -ar 44100 -ac 1 {muxer} pipe:12"
    );
    assert_eq!(line(&order, 9), expected);
}

#[test]
fn what_depends_on_the_version_the_source_and_the_encoder() {
    let x264 = || order(vec![rung(1, Encoder::X264)]);
    assert!(line(&x264(), 5).contains(" -vsync passthrough "));
    let mut large = x264();
    (large.video.width, large.video.height) = (3840, 2160);
    assert!(!line(&large, 9).contains("-thread_type"));
    let mut av1 = x264();
    av1.video.codec = VideoCodec::Av1;
    assert!(line(&av1, 9).contains(" -flags:v +low_delay "));
    for (encoder, told) in [
        (Encoder::Nvenc, " -forced-idr 1 -no-scenecut 1 "),
        (Encoder::Vaapi, ",format=nv12,hwupload[v1] "),
        (Encoder::Qsv, " -forced_idr 1 "),
        (Encoder::V4l2m2m, " -profile:v 100 "),
        (Encoder::VideoToolbox, " -realtime 1 "),
        (Encoder::SvtAv1, ":scd=0:"),
    ] {
        let line = line(&order(vec![rung(1, encoder)]), 9);
        assert!(line.contains(told), "{line}");
        assert!(line.contains(" -force_key_frames source "), "{line}");
    }
}

#[test]
fn sound_that_nobody_encodes_stays_outside() {
    let mut order = order(vec![rung(1, Encoder::X264)]);
    assert!(!order.encodes_sound());
    assert_eq!(order.copies_sound().collect::<Vec<_>>(), [1]);
    order.audio = None;
    assert!(!line(&order, 9).contains("0:a"));
}
