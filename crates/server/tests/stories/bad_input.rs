//! Peers that mean harm or are broken: each is refused with a reason and costs nobody else
//! anything. A viewer watches a broadcast all the while, and must find nothing wrong.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::harness::{Encoder, Ffmpeg, Link, Raw, Server, Source, Viewer, until};

const SET_CHUNK_SIZE: u8 = 1;
const WINDOW_ACKNOWLEDGEMENT_SIZE: u8 = 5;
const VIDEO: u8 = 9;
const COMMAND: u8 = 20;

/// A server with a broadcast and somebody who watches it.
struct Stage {
    server: Server,
    encoder: Encoder,
    viewer: Viewer,
}

impl Stage {
    async fn set() -> Self {
        let server = Server::start().await;
        let encoder = server.encode(Source::testcard()).await;
        server.becomes("live").await;
        let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
        viewer.sees_more(1).await;
        Self { server, encoder, viewer }
    }

    /// Nobody on stage has noticed anything.
    async fn ends_undisturbed(self) {
        self.viewer.sees_more(2).await;
        assert!(self.encoder.is_connected());
        self.viewer.leaves_content().await;
    }
}

#[tokio::test]
async fn wrong_keys_are_refused_and_cost_more_each_time() {
    let stage = Stage::set().await;
    let key = stage.server.create_channel("other");
    let mut waits = Vec::new();
    // The right key under another channel's name is a wrong key.
    for (app, key) in [("live", "wrong"), ("live", "wrong again"), ("rivulet", key.as_str())] {
        let asked = Instant::now();
        let refused = Link::publish(stage.server.rtmp, app, key).await.err().unwrap();
        waits.push(asked.elapsed());
        assert_eq!(refused.code, "NetStream.Publish.BadName", "{app}/{key}");
        assert!(refused.description.contains("stream key"), "{}", refused.description);
    }
    // The first costs nothing yet; each that follows waits for those before it.
    for (wait, least) in waits.iter().zip([0, 100, 200]) {
        assert!(*wait >= Duration::from_millis(least), "{waits:?}");
    }
    let ffmpeg = Ffmpeg::testsrc().publish(&stage.server.publish_url("wrong"));
    let said = ffmpeg.gets_refused().await;
    assert!(said.contains("stream key"), "{said}");
    Link::publish(stage.server.rtmp, "other", &key).await.ok().unwrap().finish().await;
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn garbage_and_impossible_sizes_end_the_connection() {
    let stage = Stage::set().await;
    let rtmp = stage.server.rtmp;
    let mut peers = Vec::new();

    let mut garbage = Raw::shake_hands(rtmp).await;
    garbage.send(&(0..64 * 1024_u32).map(|n| ((n * n) >> 5) as u8).collect::<Vec<_>>()).await;
    peers.push(garbage);
    for size in [0_u32, 1 << 31, u32::MAX] {
        let mut peer = Raw::shake_hands(rtmp).await;
        peer.send_message(SET_CHUNK_SIZE, 4, &size.to_be_bytes()).await;
        peer.send_message(COMMAND, 4, &[0; 4]).await;
        peers.push(peer);
    }
    let mut web = Raw::connect(rtmp).await;
    web.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    web.send(&[b'x'; 4096]).await;
    peers.push(web);
    join_all(peers.into_iter().map(Raw::gets_closed)).await;
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn handshakes_and_commands_that_stall_end_in_time() {
    let stage = Stage::set().await;
    let started = Instant::now();
    let mut half = Raw::connect(stage.server.rtmp).await;
    half.send(&[3; 100]).await;
    let silent = Raw::connect(stage.server.rtmp).await;
    let idle = Raw::shake_hands(stage.server.rtmp).await;
    let mut zero_window = Raw::shake_hands(stage.server.rtmp).await;
    zero_window.send_message(WINDOW_ACKNOWLEDGEMENT_SIZE, 4, &[0; 4]).await;
    let mut slow_web = Raw::connect(stage.server.http).await;
    slow_web.send(b"GET / HTTP/1.1\r\nHost").await;
    let mut slow_body = Raw::connect(stage.server.http).await;
    let head = b"POST /api/chat/register HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n{";
    slow_body.send(head).await;

    let closed = [half, silent, idle, zero_window, slow_web].map(async |peer| {
        peer.gets_closed().await;
        started.elapsed()
    });
    for after in join_all(closed).await {
        assert!(after < Duration::from_secs(20), "closed after {after:?}");
    }
    // Lines may be slow; who sends nothing more is not waited for.
    slow_body.gets_closed().await;
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn two_hundred_messages_that_never_come_cost_no_memory() {
    const PEERS: usize = 200;
    const MESSAGE_BYTES: u32 = 0xff_ffff;
    const CHUNK_BYTES: u32 = 0x7fff_ffff;
    /// A third of a percent of what the messages announce together.
    const LITTLE_BYTES: u64 = 12 * 1024 * 1024;

    let stage = Stage::set().await;
    // Let the broadcast fill its window first: it may grow, and is not what is measured.
    stage.viewer.sees_more(8).await;
    let before = stage.server.memory();
    let peers = (0..PEERS).map(async |number| {
        let mut peer = Raw::shake_hands(stage.server.rtmp).await;
        peer.send_message(SET_CHUNK_SIZE, 4, &CHUNK_BYTES.to_be_bytes()).await;
        let kind = if number.is_multiple_of(2) { VIDEO } else { COMMAND };
        peer.send_message(kind, MESSAGE_BYTES, &[0; 1024]).await;
        peer
    });
    let peers = join_all(peers).await;
    let mut most = before;
    let closed = join_all(peers.into_iter().map(Raw::gets_closed));
    let watch_memory = async {
        loop {
            most = most.max(stage.server.memory());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        _ = closed => {}
        () = watch_memory => {}
    }
    let grown = most - before;
    assert!(grown < LITTLE_BYTES + PEERS as u64 * 64 * 1024, "grown by {} KiB", grown / 1024);
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn requests_for_what_cannot_be_are_refused() {
    let stage = Stage::set().await;
    let client = stage.server.client();
    let playlist = "/hls/0/stream.m3u8";
    for query in [
        "_HLS_msn=9000000000000000000",
        "_HLS_msn=99999999999999999999999",
        "_HLS_msn=-1",
        "_HLS_msn=1e3",
        "_HLS_msn=",
        "_HLS_part=3",
        "_HLS_msn=1&_HLS_part=18446744073709551615",
    ] {
        let answer = client.get(&format!("{playlist}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert_eq!(answer.json()["code"], "bad_request", "{query}");
        assert!(answer.json()["detail"].is_string(), "{query}");
    }
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_site() {
    let stage = Stage::set().await;
    let outside = [
        "../secret.key",
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%252e%252e%252fetc%252fpasswd",
        "..%5c..%5cetc%5cpasswd",
        "..\\..\\etc\\passwd",
        "....//....//etc/passwd",
        "%c0%ae%c0%ae/etc/passwd",
        "..;/rivulet.db",
        "%00/../rivulet.db",
        "//etc/passwd",
        "./../rivulet.db",
    ];
    for folder in ["", "hls/", "hls/0/", "hls/@rivulet/", "assets/", "api/v1/channels/", "@"] {
        for path in outside {
            let request =
                format!("GET /{folder}{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            let (status, body) = Raw::request(stage.server.http, request.as_bytes()).await;
            assert!([400, 404].contains(&status), "/{folder}{path}: {status} {body}");
            assert!(!body.contains("root:") && !body.contains("SQLite"), "/{folder}{path}");
        }
    }
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn heads_without_measure_are_refused() {
    let stage = Stage::set().await;
    let http = stage.server.http;
    let long_field = format!("X: {}\r\n", "a".repeat(64 * 1024));
    let many_fields = "X: a\r\n".repeat(2000);
    let long_path = "a".repeat(64 * 1024);
    for (path, fields) in
        [("", &long_field), ("", &many_fields), (long_path.as_str(), &String::new())]
    {
        let request = format!("GET /{path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        let (status, _) = Raw::request(http, request.as_bytes()).await;
        assert!([400, 414, 431].contains(&status), "{status}");
    }
    let (status, _) = Raw::request(http, b"NONSENSE\r\n\r\n").await;
    assert_eq!(status, 400);
    stage.ends_undisturbed().await;
}

#[tokio::test]
async fn strangers_in_the_lobby_lock_nobody_out() {
    let stage = Stage::set().await;
    let strangers = (0..1500).map(|_| Raw::connect(stage.server.rtmp));
    let strangers = join_all(strangers).await;
    let key = stage.server.create_channel("other");
    let _encoder = until("an encoder is let in", async || {
        Encoder::connect(&stage.server, &key, Source::testcard()).await.ok()
    })
    .await;
    drop(strangers);
    stage.ends_undisturbed().await;
}
