//! The API is what its description says.

use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::client_async;

use crate::harness::{PATIENCE, Server, Source, rivulet};

#[test]
fn the_description_is_the_one_that_was_agreed_on() {
    let folder = tempfile::tempdir().unwrap();
    let output = rivulet(folder.path(), &["openapi"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[tokio::test]
async fn every_operation_answers_as_described() {
    let server = Server::start().await;
    let described = server.client().get("/api/v1/openapi.json").await.json();
    let printed = rivulet(server.data(), &["openapi"]).stdout;
    assert_eq!(described, serde_json::from_slice::<Value>(&printed).unwrap());

    let mut operations: Vec<_> = described["paths"].as_object().unwrap().keys().collect();
    // People have stories of their own.
    let of_people =
        ["account", "admin", "guests", "password-resets", "people", "session", "setup", "tokens"];
    operations
        .retain(|path| !of_people.iter().any(|it| path.starts_with(&format!("/api/v1/{it}"))));
    // Chat has stories of its own.
    operations.retain(|path| !path.contains("/chat"));
    operations.sort();
    let known = [
        "/api/v1/categories",
        "/api/v1/categories/{slug}",
        "/api/v1/channels",
        "/api/v1/channels/{name}",
        "/api/v1/channels/{name}/announcement",
        "/api/v1/channels/{name}/avatar.jpg",
        "/api/v1/channels/{name}/banner.jpg",
        "/api/v1/channels/{name}/broadcasts",
        "/api/v1/channels/{name}/broadcasts/{broadcast}/markers",
        "/api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}",
        "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails",
        "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails/{file}",
        "/api/v1/channels/{name}/figures",
        "/api/v1/channels/{name}/follow",
        "/api/v1/channels/{name}/followers",
        "/api/v1/channels/{name}/followers/shown",
        "/api/v1/channels/{name}/health",
        "/api/v1/channels/{name}/keys",
        "/api/v1/channels/{name}/keys/{id}",
        "/api/v1/channels/{name}/keys/{id}/reveal",
        "/api/v1/channels/{name}/keys/{id}/rotate",
        "/api/v1/channels/{name}/markers",
        "/api/v1/channels/{name}/members",
        "/api/v1/channels/{name}/members/{username}",
        "/api/v1/channels/{name}/panels",
        "/api/v1/channels/{name}/picture.jpg",
        "/api/v1/channels/{name}/playback",
        "/api/v1/channels/{name}/preview.gif",
        "/api/v1/channels/{name}/preview.webp",
        "/api/v1/channels/{name}/profile",
        "/api/v1/channels/{name}/schedule",
        "/api/v1/channels/{name}/schedule/{stream}",
        "/api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}",
        "/api/v1/channels/{name}/settings",
        "/api/v1/channels/{name}/slug",
        "/api/v1/channels/{name}/stream/end",
        "/api/v1/channels/{name}/stream/lock",
        "/api/v1/channels/{name}/stream/test",
        "/api/v1/channels/{name}/thumbnail.jpg",
        "/api/v1/channels/{name}/visibility",
        "/api/v1/cmcd",
        "/api/v1/directory",
        "/api/v1/jobs",
        "/api/v1/jobs/parked",
        "/api/v1/jobs/parked/{id}",
        "/api/v1/jobs/parked/{id}/retry",
        "/api/v1/markdown",
        "/api/v1/me/channels",
        "/api/v1/schedule",
        "/api/v1/search",
        "/api/v1/search/suggest",
        "/api/v1/site",
        "/api/v1/socket",
        "/api/v1/tags",
        "/api/v1/transcoding",
        "/api/v1/webhooks",
        "/api/v1/webhooks/{number}",
        "/api/v1/webhooks/{number}/deliveries",
        "/api/v1/webhooks/{number}/deliveries/{id}/redeliver",
        "/metrics",
    ];
    assert_eq!(operations, known, "tell of new ones below, or in a story of their own");

    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let key = format!("Bearer {}", server.key());
    for (path, status) in [
        ("/api/v1/channels/primary/health", 200),
        ("/api/v1/channels/nobody/health", 404),
        ("/api/v1/jobs", 401),
        ("/api/v1/jobs/parked?limit=0", 401),
        ("/api/v1/channels/primary/playback", 405),
        ("/api/v1/cmcd", 400),
        ("/api/v1/channels/primary", 200),
        ("/api/v1/channels/rivulet", 200),
        ("/api/v1/channels/nobody", 404),
        ("/api/v1/channels/%20", 404),
        ("/api/v1/socket", 400),
        ("/api/v1/nothing", 404),
        ("/api/v1/channels/nobody/thumbnail.jpg", 404),
        ("/api/v1/channels/nobody/preview.gif", 404),
        ("/api/v1/channels/nobody/preview.webp", 404),
        ("/api/v1/channels/nobody/picture.jpg", 404),
        ("/api/v1/channels/primary/broadcasts/none/thumbnails", 404),
        ("/api/v1/channels/primary/broadcasts/none/thumbnails/0.jpg", 404),
    ] {
        let answer = server.client().get_with(path, &[("authorization", &key)]).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let (kind, schema) = match status {
            200 if path.ends_with("/health") => ("application/json", "HealthDocument"),
            200 => ("application/json", "ChannelDocument"),
            _ => ("application/problem+json", "Problem"),
        };
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_has_the_properties_of(&described, schema, &answer.json());
    }
}

/// Every required property is there, and none that is not described.
fn assert_has_the_properties_of(described: &Value, schema: &str, document: &Value) {
    let schema = &described["components"]["schemas"][schema];
    let document = document.as_object().unwrap();
    for name in schema["required"].as_array().unwrap() {
        assert!(document.contains_key(name.as_str().unwrap()), "{name} is missing: {document:?}");
    }
    for name in document.keys() {
        assert!(schema["properties"][name].is_object(), "{name} is not described");
    }
}

#[tokio::test]
async fn the_socket_says_what_changes() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.http).await.unwrap();
    let url = format!("ws://{}/api/v1/socket", server.http);
    let (mut socket, response) = client_async(url, stream).await.unwrap();
    assert_eq!(response.status(), 101);
    let mut hear = async || loop {
        let message = timeout(PATIENCE, socket.next()).await.expect("the socket is silent");
        let message = message.unwrap().unwrap();
        if message.is_text() {
            return serde_json::from_str::<Value>(message.to_text().unwrap()).unwrap();
        }
    };
    let hello = hear().await;
    assert_eq!(hello["type"], "hello");
    assert!(hello["server_time"].as_str().unwrap().ends_with('Z'), "{hello}");
    let offline = hear().await;
    assert_eq!((&offline["type"], &offline["channel"]), (&"status".into(), &"rivulet".into()));
    assert_eq!(offline["status"]["state"], "offline");

    // What the site and the channel say of themselves is told in a story of its own.
    let mut hear = async || loop {
        let message = hear().await;
        if message["type"] == "status" {
            return message;
        }
    };
    let encoder = server.encode(Source::testcard()).await;
    assert_eq!(hear().await["status"]["state"], "live");
    encoder.drop_out().await;
    while hear().await["status"]["state"] != "interrupted" {}
}
