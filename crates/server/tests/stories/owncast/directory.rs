//! Owncast's directory: told while the site wants to be in it and is on air.

use hyper::Method;
use serde_json::{Value, json};

use super::client::{Client, PASSWORD, started};
use super::webhooks::Receiver;
use crate::harness::{Setup, Source};

#[tokio::test]
async fn the_directory_is_told_while_the_site_wants_it_and_is_on_air() {
    let directory = Receiver::start_saying(r#"{"key":"known-by-this","success":true}"#).await;
    let place = directory.url.trim_end_matches("/hook").to_owned();
    let server = started(Setup::with(&["--owncast-directory", &place])).await;
    let admin = Client::admin(&server);
    let url = json!("https://live.example.org");
    assert_eq!(admin.set("serverurl", &url).await.status, 200);

    // Off by default.
    assert_eq!(Client::guest(&server).get("/api/yp").await.status, 404);
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    encoder.finish().await;
    server.becomes("offline").await;
    assert_eq!(directory.hears(0).await.len(), 0);

    assert_eq!(admin.set("directoryenabled", &json!(true)).await.status, 200);
    let encoder = server.encode(Source::testcard()).await;
    let first: Value = serde_json::from_str(&directory.hears(1).await[0].1).unwrap();
    assert_eq!(first, json!({ "key": "", "url": "https://live.example.org" }));
    encoder.finish().await;
    server.becomes("offline").await;
    // It is known by the key that it was given, and the key lies in no log and no public answer.
    let encoder = server.encode(Source::testcard()).await;
    let second: Value = serde_json::from_str(&directory.hears(2).await[1].1).unwrap();
    assert_eq!(second["key"], "known-by-this");
    let entry = Client::guest(&server).get("/api/yp").await;
    assert_eq!(entry.json()["online"], true);
    assert!(!entry.text().contains("known-by-this") && !server.log().contains("known-by-this"));
    assert!(!server.log().contains(PASSWORD));
    encoder.finish().await;
    server.becomes("offline").await;

    assert_eq!(admin.get("/api/admin/yp/reset").await.json()["message"], "reset");
    // A page of another site may have a browser ask for it, as for a picture.
    for (method, field) in
        [(Method::GET, ("referer", "http://evil.example/page")), (Method::HEAD, ("accept", "*/*"))]
    {
        let refused = admin.ask(method.clone(), "/api/admin/yp/reset", "", &[field]).await;
        assert!(matches!(refused.status, 400 | 403), "{method}: {}", refused.status);
    }
    let tokens = admin.get("/api/admin/accesstokens").await;
    assert_eq!(tokens.header("cache-control"), "no-store");
    let encoder = server.encode(Source::testcard()).await;
    let third: Value = serde_json::from_str(&directory.hears(3).await[2].1).unwrap();
    assert_eq!(third["key"], "");
    encoder.finish().await;
}
