//! Encoders that go away: back in time, back as somebody else, or not back.

use crate::harness::{Browser, Server, Source, Viewer, until};

#[tokio::test]
async fn an_encoder_that_comes_back_in_time_goes_on_with_its_broadcast() {
    let server = Server::start().await;
    let encoder = server.encode(Source::testcard()).await;
    let before = server.becomes("live").await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.plays(30).await;
    viewer.sees_more(2).await;

    viewer.expects_silence(true);
    encoder.drop_out().await;
    let gap = server.becomes("interrupted").await;
    assert_eq!(gap["broadcast_id"], before["broadcast_id"]);
    assert!(gap["waits_until"].is_string(), "{gap}");
    page.player_is("broadcast", "interrupted").await;

    let _encoder = server.encode(Source::testcard()).await;
    let after = server.becomes("live").await;
    assert_eq!(after["broadcast_id"], before["broadcast_id"]);
    assert_eq!(after["started_at"], before["started_at"]);
    viewer.sees("a discontinuity", |seen| (seen.discontinuities == 1).then_some(())).await;
    viewer.expects_silence(false);
    viewer.sees_more(4).await;
    assert_eq!(viewer.leaves_content().await.discontinuities, 1);
    page.player_is("broadcast", "live").await;
    page.plays(60).await;
    page.is_content().await;
}

#[tokio::test]
async fn an_encoder_that_comes_back_with_another_picture_goes_on_as_well() {
    let server = Server::start().await;
    let encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.plays(30).await;

    viewer.expects_silence(true);
    encoder.drop_out().await;
    let _encoder = server.encode(Source::small()).await;
    viewer.sees("a discontinuity", |seen| (seen.discontinuities == 1).then_some(())).await;
    viewer.expects_silence(false);
    viewer.sees_more(4).await;
    viewer.leaves_content().await;
    page.shows("the small picture", "document.querySelector('video').videoWidth === 160").await;
    page.plays(60).await;
    page.is_content().await;
}

#[tokio::test]
async fn an_encoder_that_does_not_come_back_ends_its_broadcast() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--reconnect-grace", "1"]);
    let encoder = server.encode(Source::testcard()).await;
    let started = server.becomes("live").await["started_at"].clone();
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.plays(30).await;
    viewer.sees_more(2).await;

    viewer.expects_silence(true);
    encoder.finish().await;
    viewer.sees_the_end().await;
    viewer.leaves_content().await;
    page.player_is("broadcast", "offline").await;
    page.is_content().await;
    let last = until("the broadcast is remembered", async || {
        let last = server.becomes("offline").await["last_broadcast"].take();
        last["ended_at"].is_string().then_some(last)
    })
    .await;
    assert_eq!(last["started_at"], started);

    // What was there stays watchable for a while, and the next broadcast is another one.
    let ended = server.client().get("/hls/0/stream.m3u8").await;
    assert!(ended.text().contains("#EXT-X-ENDLIST"), "{}", ended.text());
    let _encoder = server.encode(Source::testcard()).await;
    let again = server.becomes("live").await;
    assert_ne!(again["started_at"], started);
    page.player_is("broadcast", "live").await;
    page.plays(60).await;
    page.is_content().await;
}
