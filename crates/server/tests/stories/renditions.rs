//! Further renditions of a broadcast: encoded here, cut where the source is, seen by players.

use serde_json::{Value, json};

use crate::harness::{Server, Source, Viewer};

/// Cheap to encode: two rungs below the source, which stays.
fn two_rungs() -> Value {
    let encode = |height: u16, kbps: u32, rate: Option<u16>| {
        let size = json!({ "height": height });
        let encode = json!({ "size": size, "bitrate_kbps": kbps, "frame_rate": rate, "effort": 0 });
        json!({ "video": { "encode": encode } })
    };
    let variants =
        [json!({ "video": "passthrough" }), encode(360, 600, None), encode(180, 200, Some(15))];
    json!({ "variants": variants, "audio_only": true })
}

/// A server whose primary channel has those.
async fn start() -> Server {
    let server = Server::start().await;
    wish(&server, &two_rungs());
    server
}

fn wish(server: &Server, wishes: &Value) {
    let file = server.data().join("wishes.json");
    std::fs::write(&file, wishes.to_string()).unwrap();
    server.admin(&["set-channel", "--renditions", file.to_str().unwrap()]);
}

#[tokio::test]
async fn every_rendition_conforms_and_all_are_aligned() {
    let server = start().await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 1, 2, 9].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(12).await;
    }
    let status = server.status("primary").await;
    let names: Vec<_> = status["media"]["renditions"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 4, "{status:#}");
    assert!(names.iter().all(|it| it["state"] == "live"), "{status:#}");
    for viewer in viewers {
        let seen = viewer.leaves_content().await;
        assert_eq!(seen.discontinuities, 0);
    }
}

#[tokio::test]
async fn sound_alone_is_a_rendition_where_the_owner_wants_it() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--audio-only", "on"]);
    let _encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 9].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(8).await;
    }
    for viewer in viewers {
        viewer.leaves_content().await;
    }
}
