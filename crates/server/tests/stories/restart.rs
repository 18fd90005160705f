//! A server that goes away in the middle of a broadcast and comes back.

use crate::harness::{Browser, Database, Server, Setup, Source, Viewer, on_both_databases};

on_both_databases!(what_was_made_and_begun_outlives_a_crash);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// As by a power cut.
    Killed,
    /// As by an upgrade.
    Stopped,
}

async fn what_was_made_and_begun_outlives_a_crash(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let key = server.key();
    let made = server.create_channel("second");
    let _encoder = server.encode(Source::testcard()).await;
    let broadcast = server.becomes("live").await["broadcast_id"].clone();
    server.kill().await;
    server.start_again().await;
    assert_eq!(server.becomes("interrupted").await["broadcast_id"], broadcast);
    assert_eq!((server.key(), server.admin(&["stream-keys", "second"])), (key, made));
    let _encoder = server.encode(Source::testcard()).await;
    assert_eq!(server.becomes("live").await["broadcast_id"], broadcast);
}

#[tokio::test]
async fn players_go_on_after_a_crash() {
    players_go_on_after(End::Killed).await;
}

#[tokio::test]
async fn players_go_on_after_a_restart() {
    players_go_on_after(End::Stopped).await;
}

async fn players_go_on_after(end: End) {
    let mut server = Server::start().await;
    let encoder = server.encode(Source::testcard()).await;
    let broadcast = server.becomes("live").await["broadcast_id"].clone();
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    let bare = browser.open_bare_player(&server.url("/hls/stream.m3u8")).await;
    page.plays(60).await;
    bare.plays(60).await;

    viewer.expects_silence(true);
    match end {
        End::Killed => server.kill().await,
        End::Stopped => assert!(server.stop().await.success()),
    }
    encoder.gets_cut_off().await;
    let before = viewer.seen().playlist.clone();
    server.start_again().await;
    let _encoder = server.encode(Source::testcard()).await;
    assert_eq!(server.becomes("live").await["broadcast_id"], broadcast);

    let after = viewer.sees("new segments", |seen| {
        (seen.restarts == 1 && !seen.playlist.segments.is_empty()).then(|| seen.playlist.clone())
    });
    let after = after.await;
    let newest = before.segments.last().unwrap().sequence;
    assert!(after.media_sequence > newest, "{} after {newest}", after.media_sequence);
    let discontinuities = |playlist: &rivulet_media::hls::conformance::Playlist| {
        let listed = playlist.segments.last().map_or(0, |segment| segment.discontinuities);
        playlist.discontinuity_sequence + listed
    };
    assert!(discontinuities(&after) > discontinuities(&before), "{after:?}");
    let first = &after.segments[0].parts[0].uri;
    let named_before = before.segments.iter().flat_map(|it| &it.parts).map(|part| &part.uri);
    assert!(!named_before.clone().any(|uri| uri == first), "{first} was listed before");
    viewer.expects_silence(false);
    viewer.sees_more(2).await;
    viewer.leaves_content().await;

    page.player_is("broadcast", "live").await;
    page.plays(60).await;
    page.is_content().await;
    bare.plays(60).await;
    bare.is_content().await;
}
