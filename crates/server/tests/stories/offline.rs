//! Players that come while nothing is on, and those that stay when it is over.

use std::fs;
use std::time::Duration;

use rivulet_media::hls::conformance::Checker;

use crate::harness::{Browser, Ffmpeg, Server, Setup, Source, Viewer, ffmpeg, until};

const MASTER: &str = "/hls/stream.m3u8";

/// The media playlist that a master playlist leads to.
async fn leads_to(server: &Server, master: &str) -> String {
    let text = server.client().get(master).await.text();
    text.lines().find(|line| !line.starts_with('#')).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn who_comes_too_early_gets_a_clip_in_every_player() {
    let server = Server::start().await;
    server.create_channel("other");
    assert_eq!(server.client().get("/hls/@nobody/stream.m3u8").await.status, 404);
    assert_eq!(server.client().get("/hls/0/stream.m3u8").await.status, 404);

    for master in [MASTER, "/hls/@other/stream.m3u8"] {
        let answer = server.client().get(master).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        assert_eq!(answer.header("content-type"), "application/vnd.apple.mpegurl");
        let tracks = ffmpeg::probe(&server.url(master)).await;
        assert!(tracks.contains("h264,1280,720") && tracks.contains("aac"), "{tracks}");
        // Eight seconds at 15 pictures per second, and no more.
        assert_eq!(ffmpeg::decode(&server.url(master), 1000).await, 120);
        is_conformant(&server, &master.replace("stream.m3u8", "offline")).await;
    }
    let clips = fs::read_dir(server.data().join("stills")).unwrap().count();
    assert_eq!(clips, 1, "both have the same picture");

    let browser = Browser::launch().await;
    let page = browser.open_bare_player(&server.url(MASTER)).await;
    page.plays(100).await;
    page.shows("the end of the clip", "document.querySelector('video').ended").await;
    assert_eq!(page.evaluate("window.fatal").await, serde_json::json!([]));
}

/// Everything in the clip's folder keeps the rules.
async fn is_conformant(server: &Server, folder: &str) {
    let text = server.client().get(&format!("{folder}/stream.m3u8")).await.text();
    let mut checker = Checker::new();
    checker.observe(Duration::ZERO, None, &text);
    let playlist = checker.latest().unwrap().clone();
    assert!(playlist.ended);
    for segment in &playlist.segments {
        for uri in segment.map.iter().chain(&segment.uri) {
            let bytes = server.client().get(&format!("{folder}/{uri}")).await.ok();
            checker.observe_media(uri, &bytes);
        }
    }
    let length: Duration = playlist.segments.iter().filter_map(|it| it.duration).sum();
    assert!((7990..=8010).contains(&length.as_millis()), "{length:?}");
    let findings: Vec<_> = checker.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test]
async fn who_watches_the_clip_watches_no_broadcast() {
    let server = Server::start().await;
    let clip = format!("/hls/{}", leads_to(&server, MASTER).await);
    let _encoder = server.publish(&Ffmpeg::testsrc());
    server.becomes("live").await;
    until("the broadcast is listed", async || {
        (leads_to(&server, MASTER).await == "0/stream.m3u8").then_some(())
    })
    .await;
    // The clip's files stay for who began with them.
    let playlist = server.client().get(&clip).await.text();
    let segment = playlist.lines().find(|line| line.ends_with(".m4s")).unwrap();
    let answer = server.client().get(&format!("/hls/offline/{segment}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "video/mp4"));
    assert_eq!(server.status("primary").await["viewers"], 0);
    server.client().get("/hls/0/stream.m3u8").await.ok();
    assert_eq!(server.status("primary").await["viewers"], 1);
}

#[tokio::test]
async fn the_end_of_a_broadcast_stands_for_a_while_and_then_the_clip() {
    let server = Server::start_with(Setup::with(&["--afterglow", "4"])).await;
    server.admin(&["set-channel", "--reconnect-grace", "0"]);
    let encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, MASTER);
    viewer.sees_more(4).await;
    encoder.finish().await;
    viewer.sees_the_end().await;
    assert_eq!(leads_to(&server, MASTER).await, "0/stream.m3u8");
    let ended = server.client().get("/hls/0/stream.m3u8").await.text();
    assert!(ended.ends_with("#EXT-X-ENDLIST\n"), "{ended}");
    viewer.leaves_content().await;
    until("the clip has taken its place", async || {
        (leads_to(&server, MASTER).await == "offline/stream.m3u8").then_some(())
    })
    .await;
    assert_eq!(server.client().get("/hls/0/stream.m3u8").await.status, 404);
}

#[tokio::test]
async fn the_clip_shows_the_picture_that_the_channel_has_now() {
    let setup = Setup { log: "info,rivulet::stills=debug", ..Setup::default() };
    let mut server = Server::start_with(setup).await;
    let first = server.client().get("/hls/offline/stream.m3u8").await.ok();
    let picture = server.data().join("drawn.png");
    ffmpeg::draw(&picture, "color=c=0xff8800:size=600x400");
    server.admin(&["set-channel", "--picture", picture.to_str().unwrap()]);
    let second = server.client().get("/hls/offline/stream.m3u8").await.ok();
    assert_ne!(first, second, "it names other files");
    assert_eq!(server.client().get("/hls/offline/stream.m3u8").await.ok(), second);

    // One that no channel has any more is not kept; one that is kept is not made again.
    server.admin(&["set-channel", "--picture", picture.to_str().unwrap()]);
    server.client().get("/hls/offline/stream.m3u8").await.ok();
    let clips = fs::read_dir(server.data().join("stills")).unwrap();
    assert_eq!(clips.count(), 2, "ours and the channel's");
    assert_eq!(made(&server), 3);
    server.stop().await;
    server.set_up(Setup::with(&["--ffmpeg", "/nowhere/ffmpeg"]));
    server.start_again().await;
    server.client().get("/hls/offline/stream.m3u8").await.ok();
    server.admin(&["set-channel", "--no-picture"]);
    assert_eq!(ffmpeg::decode(&server.url(MASTER), 30).await, 30);
}

fn made(server: &Server) -> usize {
    server.log().lines().filter(|line| line.contains("made an offline clip")).count()
}

#[tokio::test]
async fn a_disk_that_takes_nothing_costs_only_what_would_be_kept() {
    let mut server = Server::start().await;
    server.admin(&["set-channel", "--thumbnail-history", "on"]);
    server.stop().await;
    // Nothing can be written into what is no folder, as nothing can where there is no space.
    fs::write(server.data().join("stills"), "in the way").unwrap();
    server.start_again().await;
    assert_eq!(ffmpeg::decode(&server.url(MASTER), 30).await, 30, "the clip is made all the same");

    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, MASTER);
    until("a picture could not be kept", async || {
        server.log().contains("a storyboard has a picture less").then_some(())
    })
    .await;
    until("there is a thumbnail", async || {
        (server.client().get("/thumbnail.jpg").await.status == 200).then_some(())
    })
    .await;
    viewer.sees_more(2).await;
    viewer.leaves_content().await;
    assert_eq!(fs::read(server.data().join("stills")).unwrap(), b"in the way");
}
