//! What is wrong with a stream is said, with what to do about it, to those who may know.

use std::time::Instant;

use futures_util::StreamExt as _;
use hyper::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite};

use crate::harness::{Answer, Browser, Ffmpeg, PATIENCE, Server, Source, until};

const HEALTH: &str = "/api/v1/channels/primary/health";
const PLAYBACK: &str = "/api/v1/channels/primary/playback";
const CMCD: &str = "/api/v1/cmcd";

async fn document(server: &Server) -> Value {
    let key = format!("Bearer {}", server.key());
    let answer = server.client().get_with(HEALTH, &[("authorization", &key)]).await;
    serde_json::from_slice(&answer.ok()).unwrap()
}

async fn health(server: &Server) -> Value {
    document(server).await["health"].take()
}

fn finding<'a>(health: &'a Value, code: &str) -> Option<&'a Value> {
    health["findings"].as_array().unwrap().iter().find(|it| it["code"] == code)
}

/// Waits until something is found; gives it.
async fn finds(server: &Server, code: &str) -> Value {
    until(&format!("{code} is found"), async || finding(&health(server).await, code).cloned()).await
}

async fn report(server: &Server, report: Value) -> Answer {
    server.client().post(PLAYBACK, report.to_string()).await
}

#[tokio::test]
async fn keyframes_far_apart_are_found_until_they_are_not() {
    let server = Server::start().await;
    let encoder = server.publish(&Ffmpeg::testsrc().gop(300));
    let found = until("it is known how far apart they are", async || {
        let found = finds(&server, "keyframes_far_apart").await;
        (found["sentence"] == "Keyframes come every 10 s.").then_some(found)
    })
    .await;
    assert_eq!(found["severity"], "warning");
    assert!(found["remedy"].as_str().unwrap().contains("Keyframe Interval"), "{found}");
    assert_eq!(health(&server).await["condition"], "fair");
    drop(encoder);
    finds(&server, "encoder_gone").await;

    let _encoder = server.publish(&Ffmpeg::testsrc());
    let well = until("nothing is wrong any more", async || {
        let health = health(&server).await;
        let video = &health["ingest"]["video"];
        let is_known = video["keyframe_interval_ms"] == 2000;
        (is_known && health["condition"] == "good").then_some(health)
    })
    .await;
    assert_eq!((&well["findings"], &well["ingest"]["reconnects"]), (&json!([]), &json!(1)));
    let video = &well["ingest"]["video"];
    // Stamps are whole milliseconds.
    assert!((video["frame_rate"].as_f64().unwrap() - 30.0).abs() < 0.1, "{video}");
    assert_eq!(video["width"], 320);
    assert!(well["ingest"]["audio"]["bitrate_bps"].as_u64().unwrap() > 10_000, "{well}");

    // What was, is still told.
    let history = document(&server).await["history"].take();
    let conditions: Vec<_> =
        history.as_array().unwrap().iter().map(|it| it["condition"].as_str().unwrap()).collect();
    assert!(conditions.contains(&"fair"), "{conditions:?}");
    assert!(conditions.contains(&"poor"), "{conditions:?}");
    assert_eq!(conditions.last(), Some(&"good"));
}

#[tokio::test]
async fn missing_sound_and_missing_pictures_are_found() {
    let server = Server::start().await;
    // Two thirds of a second are left out of every two seconds.
    let bursts = Ffmpeg::testsrc().filter("select='gte(mod(n,60),20)'").without_sound();
    let _encoder = server.publish(&bursts);
    assert_eq!(finds(&server, "audio_missing").await["severity"], "notice");
    let found = finds(&server, "frame_rate_unsteady").await;
    assert_eq!(found["severity"], "bad", "{found}");
    assert_eq!(health(&server).await["condition"], "poor");
}

#[tokio::test]
async fn what_players_report_is_summed_up() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    for n in 0..4 {
        let answer = report(
            &server,
            json!({
                "session": format!("player-{n}"), "rendition": 0, "latency_ms": 1000 + n * 100,
                "buffer_ms": 800, "bandwidth_bps": 9_000_000, "stalls": 1, "stall_ms": 500,
                "dropped_frames": 0, "decoded_frames": 300, "errors": 0, "switches": 2,
                "visible": true,
            }),
        );
        assert_eq!(answer.await.status, 204);
    }
    let found = finds(&server, "viewers_stall").await;
    assert!(found["sentence"].as_str().unwrap().contains("100 %"), "{found}");
    let audience = health(&server).await["audience"].take();
    assert_eq!((&audience["players"], &audience["stalled"]), (&json!(4), &json!(4)));
    assert_eq!((&audience["latency"]["median"], &audience["switches"]), (&json!(1200), &json!(8)));
    assert_eq!(audience["renditions"], json!([{ "rendition": 0, "players": 4 }]));

    let again = json!({ "session": "hasty" });
    assert_eq!(report(&server, again.clone()).await.status, 204);
    let refused = report(&server, again).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("too_often")));
    let wrong = report(&server, json!({ "session": "a b" })).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.json()["detail"].as_str().unwrap().contains("session"), "{}", wrong.text());
    let large = server.client().post(PLAYBACK, vec![b' '; 70_000]).await;
    assert_eq!((large.status, large.json()["code"].as_str()), (413, Some("too_large")));
    let nobodys = "/api/v1/channels/nobody/playback";
    assert_eq!(server.client().post(nobodys, r#"{"session":"a"}"#).await.status, 404);
}

#[tokio::test]
async fn reports_in_the_standards_form_come_from_any_site() {
    let server = Server::start().await;
    let client = server.client();
    let preflight = client.send(Method::OPTIONS, CMCD, &[]).await.unwrap();
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-headers"), "content-type");
    let lines = "sid=\"a\",e=t,ltc=900,mtp=(4000)\nsid=\"b\",bs,bsd=(300)\n";
    let taken = client.post(CMCD, lines).await;
    assert_eq!(taken.status, 204, "{}", taken.text());
    assert_eq!(taken.header("access-control-allow-origin"), "*");
    assert_eq!(client.post(CMCD, r#"{"sid":"c","ltc":1100}"#).await.status, 204);
    let query = format!("{CMCD}?CMCD=sid%3D%22d%22%2Cltc%3D1300&channel=rivulet");
    assert_eq!(client.get(&query).await.status, 204);
    until("all are heard", async || {
        let audience = health(&server).await["audience"].take();
        let seen = (audience["players"] == 4 && audience["stalled"] == 1)
            .then(|| audience["latency"]["median"].as_u64());
        seen.filter(|median| *median == Some(1100))
    })
    .await;
    for (body, says) in [("sid=\"a\",bl=", "byte 11"), ("bl=5", "sid"), ("", "no report")] {
        let refused = client.post(CMCD, body).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(says), "{}", refused.text());
        assert_eq!(refused.header("access-control-allow-origin"), "*");
    }
    // On the way to a file, what cannot be read is no reason to refuse the file.
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    client.get("/hls/0/stream.m3u8?CMCD=%zz").await.ok();
}

#[tokio::test]
async fn players_that_speak_the_standard_are_heard() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let browser = Browser::launch().await;
    let playlist = server.url("/hls/stream.m3u8");
    let events = json!({
        "version": 2, "includeKeys": ["sid"],
        "eventTargets": [{ "url": server.url(CMCD), "events": ["ps", "t"], "interval": 1 }],
    });
    let configs = [json!({}), json!({ "version": 2 }), json!({ "useHeaders": true }), events];
    for (others, cmcd) in configs.into_iter().enumerate() {
        let config = json!({ "lowLatencyMode": true, "cmcd": cmcd });
        let page = browser.open_player_with(&playlist, config).await;
        page.plays(30).await;
        until(&format!("{cmcd} is heard"), async || {
            let audience = health(&server).await["audience"].take();
            (audience["players"] == others + 1).then_some(())
        })
        .await;
    }
    let audience = health(&server).await["audience"].take();
    assert!(audience["bandwidth"]["median"].as_u64().unwrap() > 0, "{audience}");
    // A player may be heard before it has asked for anything of a rendition.
    until("it is known what each of them plays", async || {
        let audience = health(&server).await["audience"].take();
        (audience["renditions"] == json!([{ "rendition": 0, "players": 4 }])).then_some(())
    })
    .await;
}

type Socket = WebSocketStream<TcpStream>;

async fn socket(server: &Server, key: Option<&str>) -> Result<Socket, u16> {
    let url = format!("ws://{}/api/v1/socket?health=1", server.http);
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("host", "stories".parse().unwrap());
    if let Some(key) = key {
        let value = format!("Bearer {key}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
    }
    let stream = TcpStream::connect(server.http).await.unwrap();
    match client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(refused)) => Err(refused.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_socket_pushes_health_to_those_who_may_read_it() {
    let server = Server::start().await;
    assert_eq!(socket(&server, None).await.err(), Some(401));
    assert_eq!(socket(&server, Some("wrong")).await.err(), Some(401));
    let mut socket = socket(&server, Some(&server.key())).await.unwrap();
    let mut hear = async || loop {
        let message = timeout(PATIENCE, socket.next()).await.expect("the socket is silent");
        let message = message.unwrap().unwrap();
        if !message.is_text() {
            continue;
        }
        let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if message["type"] == "health" {
            assert_eq!(message["channel"], "rivulet");
            return message["health"].clone();
        }
    };
    let first = hear().await;
    assert_eq!((&first["condition"], &first["broadcast_id"]), (&Value::Null, &Value::Null));
    let encoder = server.publish(&Ffmpeg::testsrc().without_sound());
    while finding(&hear().await, "audio_missing").is_none() {}
    drop(encoder);
    while finding(&hear().await, "encoder_gone").is_none() {}
}

#[tokio::test]
async fn others_may_not_read_it() {
    let server = Server::start().await;
    let other = server.create_channel("other");
    let (key, client) = (server.key(), server.client());
    let host = server.http.to_string();
    let bearer = |key: &str| format!("Bearer {key}");
    let (right, others) = (bearer(&key), bearer(&other));
    for (headers, status) in [
        (&[][..], 401),
        (&[("authorization", "Basic abc")], 401),
        (&[("authorization", others.as_str())], 401),
        (&[("authorization", right.as_str())], 200),
        // Whoever sits at the server needs no key.
        (&[("host", host.as_str())], 200),
        (&[("host", host.as_str()), ("x-forwarded-for", "192.0.2.1")], 401),
        (&[("host", host.as_str()), ("origin", "https://elsewhere.example")], 401),
        (&[("host", host.as_str()), ("authorization", "Bearer wrong")], 401),
    ] {
        let answer = client.get_with(HEALTH, headers).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), "");
        if status == 401 {
            assert_eq!(answer.json()["code"], "key_needed");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    // Guessing takes turns, and each wrong key makes the next wait for longer.
    let began = Instant::now();
    for _ in 0..3 {
        client.get_with(HEALTH, &[("authorization", "Bearer guess")]).await;
    }
    assert!(began.elapsed().as_millis() >= 600, "{:?}", began.elapsed());
    assert!(!server.log().contains(&key));
}
