//! Two encoders for one channel.

use std::time::{Duration, Instant};

use crate::harness::{Encoder, Server, Source, Viewer, until};

#[tokio::test]
async fn a_second_encoder_waits_until_the_first_has_been_silent() {
    let server = Server::start().await;
    let key = server.key();
    let first = server.encode(Source::testcard()).await;
    let broadcast = server.becomes("live").await["broadcast_id"].clone();
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");

    let refused = Encoder::connect(&server, &key, Source::testcard()).await.err().unwrap();
    assert_eq!(refused.code, "NetStream.Publish.BadName");
    assert!(refused.description.contains("another encoder"), "{}", refused.description);
    viewer.sees_more(2).await;
    assert!(first.is_connected());

    viewer.expects_silence(true);
    first.stall().await;
    let silent = Instant::now();
    let _second = until("the second encoder is let in", async || {
        Encoder::connect(&server, &key, Source::testcard()).await.ok()
    })
    .await;
    let waited = silent.elapsed();
    let tolerated = Duration::from_millis(4500)..Duration::from_secs(10);
    assert!(tolerated.contains(&waited), "let in after {waited:?}");
    first.gets_cut_off().await;

    viewer.sees("a discontinuity", |seen| (seen.discontinuities == 1).then_some(())).await;
    viewer.expects_silence(false);
    viewer.sees_more(2).await;
    viewer.leaves_content().await;
    assert_eq!(server.becomes("live").await["broadcast_id"], broadcast);
}
