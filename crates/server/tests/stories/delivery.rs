//! How media and documents come over HTTP: versions, methods, caching, compression, patience.

use std::io::Read as _;

use flate2::read::GzDecoder;
use hyper::Method;

use crate::harness::{Answer, Ffmpeg, Server, Source, Viewer, http, until};

const PLAYLIST: &str = "/hls/0/stream.m3u8";

/// The newest URI of a kind that the playlist lists.
async fn listed(server: &Server, suffix: &str) -> String {
    let text = server.client().get(PLAYLIST).await.text();
    let mut uris = text.split(['"', '\n']).filter(|word| word.ends_with(suffix));
    format!("/hls/0/{}", uris.next_back().unwrap_or_else(|| panic!("no {suffix} in {text}")))
}

#[tokio::test]
async fn http_2_serves_what_http_1_serves() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let paths = ["/", "/hls/stream.m3u8", PLAYLIST, "/api/v1/channels/primary", "/healthz"];
    for (path, answer) in paths.iter().zip(http::get_all_by_http2(server.http, &paths).await) {
        assert_eq!(answer.status, 200, "{path}");
        let before = server.client().get(path).await;
        assert_eq!(answer.header("content-type"), before.header("content-type"), "{path}");
        assert_eq!(answer.header("cache-control"), before.header("cache-control"), "{path}");
    }
    let segment = listed(&server, ".m4s").await;
    let by_http2 = http::get_all_by_http2(server.http, &[&segment]).await.remove(0).ok();
    assert_eq!(by_http2, server.client().get(&segment).await.ok());
}

#[tokio::test]
async fn media_says_who_may_read_it_and_how_long_it_lasts() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(2).await;

    let client = server.client();
    let (segment, init) = (listed(&server, ".m4s").await, listed(&server, ".mp4").await);
    let numbered = format!("{PLAYLIST}?_HLS_msn={}", viewer.seen().playlist.media_sequence);
    let forever = "public, max-age=31536000, immutable";
    let playlist = "application/vnd.apple.mpegurl";
    for (path, kind, caching) in [
        ("/hls/stream.m3u8", playlist, "no-store"),
        (PLAYLIST, playlist, "no-store"),
        (&numbered, playlist, "public, max-age=12"),
        (&segment, "video/mp4", forever),
        (&init, "video/mp4", forever),
    ] {
        let answer = client.get_with(path, &[("origin", "https://elsewhere.example")]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("cache-control"), caching, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");

        let head = client.send(Method::HEAD, path, &[]).await.unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-type"), kind, "{path}");
        let refused = client.send(Method::POST, path, &[]).await.unwrap();
        assert_eq!(
            (refused.status, refused.json()["code"].as_str()),
            (405, Some("method_not_allowed"))
        );
        assert_eq!(refused.header("allow"), "GET, HEAD, OPTIONS");
    }
    let head = client.send(Method::HEAD, &segment, &[]).await.unwrap();
    assert_eq!(head.header("content-length"), client.get(&segment).await.ok().len().to_string());

    let missing = client.get("/hls/0/init-999999.mp4").await;
    assert_eq!((missing.status, missing.json()["code"].as_str()), (404, Some("not_found")));
    assert_eq!(missing.header("content-type"), "application/problem+json");
    viewer.leaves_content().await;
}

#[tokio::test]
async fn a_browser_may_ask_before_it_asks() {
    let server = Server::start().await;
    let ask = [("origin", "https://elsewhere.example"), ("access-control-request-method", "GET")];
    let answer = server.client().send(Method::OPTIONS, "/hls/stream.m3u8", &ask).await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn playlists_are_compressed_for_who_wants_it() {
    let server = Server::start().await;
    let encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(4).await;
    viewer.expects_silence(true);
    // A playlist that stands still can be compared with itself.
    encoder.drop_out().await;
    server.becomes("interrupted").await;

    let client = server.client();
    let plain = client.get(PLAYLIST).await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = client.get_with(PLAYLIST, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.header("vary"), "accept-encoding");
    let packed = packed.ok();
    let mut text = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    assert!(packed.len() * 2 < text.len(), "{} of {} bytes", packed.len(), text.len());
    let refused = client.get_with(PLAYLIST, &[("accept-encoding", "gzip;q=0")]).await;
    assert_eq!(refused.header("content-encoding"), "");
    viewer.leaves_content().await;
}

#[tokio::test]
async fn waiting_has_an_end_in_time_and_in_number() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--latency", "0"]);
    let encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(2).await;
    viewer.expects_silence(true);
    encoder.stall().await;

    let client = server.client();
    let newest = viewer.seen().playlist.segments.last().unwrap().sequence;
    let too_far = client.get(&format!("{PLAYLIST}?_HLS_msn={}", newest + 4)).await;
    assert_eq!((too_far.status, too_far.json()["code"].as_str()), (400, Some("bad_request")));
    let too_late = client.get(&format!("{PLAYLIST}?_HLS_msn={}", newest + 2)).await;
    assert_eq!((too_late.status, too_late.json()["code"].as_str()), (503, Some("not_yet")));
    assert_eq!(too_late.header("retry-after"), "1");
    drop(encoder);
    viewer.leaves_content().await;
}

#[tokio::test]
async fn viewers_are_people_and_not_requests() {
    let server = Server::start().await;
    let _encoder = server.publish(&Ffmpeg::testsrc());
    server.becomes("live").await;
    let client = server.client();
    let look = async |headers: &[(&str, &str)]| {
        client.get_with(PLAYLIST, headers).await.ok();
    };
    // Two browsers behind one address, one of which reloads; then players without cookies.
    let cookies = [page_cookie(&client.get("/").await), page_cookie(&client.get("/").await)];
    assert_ne!(cookies[0], cookies[1]);
    let returning = client.get_with("/", &[("cookie", &cookies[0])]).await;
    assert_eq!(returning.header("set-cookie"), "", "a browser keeps the cookie it has");
    for cookie in [&cookies[0], &cookies[1], &cookies[0]] {
        look(&[("cookie", cookie), ("user-agent", "Browser")]).await;
    }
    look(&[("user-agent", "VLC")]).await;
    look(&[("user-agent", "VLC")]).await;
    look(&[("user-agent", "mpv")]).await;
    // Nobody believes what a stranger says about where he comes from.
    look(&[("user-agent", "mpv"), ("x-forwarded-for", "203.0.113.9")]).await;
    assert_eq!(server.status("primary").await["viewers"], 4);
    until("everybody has left", async || {
        (server.status("primary").await["viewers"] == 0).then_some(())
    })
    .await;
}

fn page_cookie(page: &Answer) -> String {
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}
