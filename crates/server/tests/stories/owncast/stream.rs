//! The stream as Owncast's clients see it.

use serde_json::json;

use super::client::{Client, started};
use crate::harness::{Setup, Source, until};

#[tokio::test]
async fn the_stream_is_seen_coming_and_can_be_ended() {
    let server = started(Setup::default()).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let status = guest.get("/api/status").await.json();
    assert_eq!((&status["online"], &status["lastConnectTime"]), (&json!(false), &json!(null)));
    assert_eq!(status["versionNumber"], "0.2.5");

    let encoder = server.encode(Source::testcard()).await;
    let status = until("it is online", async || {
        let status = guest.get("/api/status").await.json();
        (status["online"] == true).then_some(status)
    })
    .await;
    assert!(status["lastConnectTime"].is_string());
    assert_eq!(status["lastDisconnectTime"], json!(null));
    until("the pictures are known", async || {
        let status = admin.get("/api/admin/status").await.json();
        let details = &status["broadcaster"]["streamDetails"];
        (details["videoCodec"] == "H.264" && details["audioCodec"] == "AAC").then_some(())
    })
    .await;
    let status = admin.get("/api/admin/status").await.json();
    assert_eq!(status["currentBroadcast"]["latencyLevel"]["level"], 2);
    assert_eq!(status["broadcaster"]["streamDetails"]["height"], 720);

    // A player that reports is a viewer whose quality is known.
    let report = json!({ "bandwidth": 5_000_000, "latency": 4.0, "errors": 0,
        "downloadDuration": 0.2, "qualityVariantChanges": 0 });
    assert_eq!(guest.post("/api/metrics/playback", &report).await.status, 200);
    assert_eq!(guest.get("/api/ping").await.status, 200);
    until("it counts", async || {
        let status = admin.get("/api/admin/status").await.json();
        let is_healthy = status["health"]["healthPercentage"] == 100;
        (status["viewerCount"] == 1 && is_healthy).then_some(())
    })
    .await;
    let viewers = admin.get("/api/admin/viewers").await.json();
    assert_eq!(viewers.as_array().unwrap().len(), 1, "{viewers}");
    let players = admin.get("/api/admin/viewers/playback").await.json();
    let playback = &players[0]["playback"];
    for (field, value) in [
        ("source", json!("player")),
        ("playerState", json!("playing")),
        ("bandwidthKbps", json!(5000)),
        ("latencySeconds", json!(4.0)),
        ("downloadSeconds", json!(0.2)),
        ("errorCount", json!(0)),
        ("bitrateKbps", json!(null)),
    ] {
        assert_eq!(playback[field], value, "{field}: {players}");
    }
    assert_eq!((&players[0]["ipAddress"], &players[1]), (&json!(""), &json!(null)), "{players}");
    let figures = admin.get("/api/admin/prometheus").await.text();
    assert!(figures.contains("owncast_instance_active_viewer_count{"), "{figures}");
    let hardware = admin.get("/api/admin/hardwarestats").await.json();
    assert!(hardware["memory"][0]["value"].as_f64().unwrap() > 0.0, "{hardware}");

    let ended = admin.get("/api/admin/disconnect").await;
    assert_eq!(ended.json()["message"], "inbound stream disconnected");
    encoder.gets_cut_off().await;
    let status = guest.get("/api/status").await.json();
    assert_eq!(status["online"], false, "{status}");
    assert!(status["lastDisconnectTime"].is_string());
    let lines = admin.get("/api/admin/logs").await.json();
    assert!(lines.as_array().unwrap().iter().any(|it| it["level"] == "info"), "{lines}");
}
