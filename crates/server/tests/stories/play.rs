//! RTMP out: relays and monitors pull what is on air.

use rivulet_media::rtmp::MediaKind;
use rivulet_media::rtmp::client::Event;

use crate::harness::{Link, Server, Source, Viewer, ffmpeg, until};

/// More than the server keeps for a slow player and the kernel for a connection.
const FAR_BEHIND_BYTES: usize = 32 * 1024 * 1024;

#[tokio::test]
async fn ffmpeg_pulls_from_a_keyframe_on() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let slug = server.client().get("/api/v1/channels/primary").await.json()["slug"].clone();
    for name in [slug.as_str().unwrap(), "stream"] {
        let url = format!("rtmp://{}/live/{name}", server.rtmp);
        assert_eq!(ffmpeg::first_packet(&url).await, "K");
        assert_eq!(ffmpeg::decode(&url, 45).await, 45);
    }
}

#[tokio::test]
async fn nothing_on_air_is_nothing_to_play() {
    let server = Server::start().await;
    for name in ["stream", "nobody", "../secret"] {
        let refused = Link::play(server.rtmp, name).await.err().unwrap();
        assert_eq!(refused.code, "NetStream.Play.StreamNotFound", "{}", refused.description);
    }
}

#[tokio::test]
async fn a_player_that_does_not_read_gets_cut_off_and_nobody_else_notices() {
    let server = Server::start().await;
    let encoder = server.encode(Source::testcard().padded(120_000)).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    server.becomes("live").await;

    let mut slow = Link::play(server.rtmp, "stream").await.unwrap();
    let mut quick = Link::play(server.rtmp, "stream").await.unwrap();
    let (mut received, mut stamps) = (0, Vec::new());
    while received < FAR_BEHIND_BYTES {
        let Some(Event::Media(message)) = quick.next().await else { panic!("cut off") };
        received += message.payload.len();
        if message.kind == MediaKind::Video {
            stamps.push(message.timestamp);
        }
    }
    // Configuration first, then every picture: none is missing.
    let gaps = stamps.windows(2).skip(1).map(|pair| pair[1] - pair[0]);
    assert!(gaps.clone().all(|gap| (32..=35).contains(&gap)), "{:?}", gaps.collect::<Vec<_>>());

    let mut late = 0;
    while let Some(event) = slow.next().await {
        if let Event::Media(message) = event {
            late += message.payload.len();
        }
    }
    assert!(late < received, "the slow player got all {received} bytes");
    assert!(encoder.is_connected());
    viewer.leaves_content().await;
}

#[tokio::test]
async fn players_are_told_when_it_is_over() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--reconnect-grace", "0"]);
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let mut player = Link::play(server.rtmp, "stream").await.unwrap();
    encoder.finish().await;
    until("the player hears of the end", async || {
        matches!(player.next().await, Some(Event::Ended)).then_some(())
    })
    .await;
}
