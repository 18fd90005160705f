//! Enhanced RTMP: codecs that FLV's first version does not know.

use futures_util::future::join_all;

use crate::harness::{Browser, Ffmpeg, Server, Viewer, ffmpeg};

struct Case {
    name: &'static str,
    recording: &'static str,
    /// What the master playlist says.
    listed: &'static [&'static str],
    /// What ffprobe says.
    probed: &'static [&'static str],
}

const CASES: [Case; 3] = [
    Case {
        name: "hevc",
        recording: "hevc_aac.flv",
        listed: &["hvc1.1.", "mp4a.40.2"],
        probed: &["hevc,160,90", "aac"],
    },
    Case {
        name: "av1",
        recording: "av1_opus.flv",
        listed: &["av01.0.", "opus"],
        probed: &["av1,160,90", "opus"],
    },
    Case { name: "vp9", recording: "vp9.flv", listed: &["vp09.00."], probed: &["vp9,160,90"] },
];

#[tokio::test]
async fn hevc_av1_vp9_and_opus_reach_players_as_what_they_are() {
    let server = Server::start().await;
    let mut encoders = Vec::new();
    for case in CASES {
        let key = server.create_channel(case.name);
        let ffmpeg = Ffmpeg::enhanced(case.recording);
        encoders.push(ffmpeg.publish(&server.publish_url(&key)));
    }
    let watch = CASES.map(async |case| {
        let master = format!("/hls/@{}/stream.m3u8", case.name);
        let viewer = Viewer::watch(&server, &master);
        viewer.sees_more(4).await;
        let tracks = ffmpeg::probe(&server.url(&master)).await;
        for track in case.probed {
            assert!(tracks.contains(track), "{}: {tracks}", case.name);
        }
        let seen = viewer.leaves_content().await;
        for codec in case.listed {
            assert!(seen.master.contains(codec), "{}", seen.master);
        }
    });
    join_all(watch).await;

    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/@av1")).await;
    page.plays(48).await;
    page.is_content().await;
}
