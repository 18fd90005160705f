//! Going live: an encoder publishes, and people watch, in every kind of player.

use crate::harness::{Browser, Ffmpeg, Server, Source, Viewer, ffmpeg};

#[tokio::test]
async fn an_encoder_goes_live_and_every_player_follows() {
    let server = Server::start().await;
    assert_eq!(server.status("primary").await["state"], "offline");

    let _encoder = server.publish(&Ffmpeg::testsrc());
    let status = server.becomes("live").await;
    let media = &status["media"];
    assert_eq!(media["video"]["width"], 320);
    assert_eq!(media["video"]["frame_rate"], 30.0);
    assert_eq!(media["audio"]["sample_rate"], 48_000);

    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let playlist = server.url("/hls/stream.m3u8");
    let tracks = ffmpeg::probe(&playlist).await;
    assert!(tracks.contains("h264,320,180") && tracks.contains("aac"), "{tracks}");
    assert_eq!(ffmpeg::decode(&playlist, 90).await, 90);

    viewer.sees_more(4).await;
    let seen = viewer.leaves_content().await;
    let variant = seen.master.lines().find(|line| line.contains("STREAM-INF")).unwrap();
    for attribute in ["RESOLUTION=320x180", "FRAME-RATE=30.000", "mp4a.40.2", "avc1."] {
        assert!(variant.contains(attribute), "{variant}");
    }
}

#[tokio::test]
async fn the_watch_page_follows_by_itself() {
    let server = Server::start().await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    let embed = browser.open(&server.url("/embed/video")).await;
    page.player_is("broadcast", "offline").await;

    let encoder = server.encode(Source::testcard()).await;
    for page in [&page, &embed] {
        page.player_is("broadcast", "live").await;
        page.player_is("state", "playing").await;
        page.plays_smoothly(120).await;
        let latency: f64 = page.player("latency").await.parse().unwrap();
        assert!((0.2..8.0).contains(&latency), "a latency of {latency} s");
        page.is_content().await;
    }

    encoder.finish().await;
}
