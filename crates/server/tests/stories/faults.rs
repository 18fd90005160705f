//! Renditions while something goes wrong, or ends: all stay aligned, and nothing is left behind.

use std::path::Path;

use rustix::process::{Pid, test_kill_process};
use serde_json::{Value, json};

use crate::harness::{Ffmpeg, Seen, Server, Setup, Source, Viewer, until};
use crate::renditions::all_are_aligned;

/// Gives a channel the source and these rungs below it.
pub(crate) fn wish(server: &Server, channel: &[&str], heights: &[u16]) {
    let rung = |height: &u16| {
        let encode = json!({ "size": { "height": height }, "bitrate_kbps": 300, "effort": 0 });
        json!({ "video": { "encode": encode } })
    };
    let mut variants = vec![json!({ "video": "passthrough" })];
    variants.extend(heights.iter().map(rung));
    let file = server.data().join("wishes.json");
    std::fs::write(&file, json!({ "variants": variants }).to_string()).unwrap();
    let wishes = ["--renditions", file.to_str().unwrap()];
    server.admin(&[&["set-channel"], channel, &wishes].concat());
}

/// Waits until this many rungs of the primary channel are live.
pub(crate) async fn rungs_are_live(server: &Server, count: usize) {
    until(&format!("{count} rungs are live"), async || {
        let status = server.status("primary").await;
        let renditions = status["media"]["renditions"].as_array()?.clone();
        let live = |it: &&Value| it["kind"] == "encoded" && it["state"] == "live";
        (renditions.iter().filter(live).count() == count).then_some(())
    })
    .await;
}

/// What the transcoder says of its broadcasts, oldest first.
async fn transcoding(server: &Server) -> Vec<Value> {
    let here = [("host", "127.0.0.1")];
    let document = server.client().get_with("/api/v1/transcoding", &here).await.json();
    document["broadcasts"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_encoder_at_half_speed_keeps_its_rungs_and_nobody_is_thought_to_hang() {
    let server = Server::start().await;
    wish(&server, &[], &[360, 180]);
    let _encoder = server.encode(Source::testcard().slowed(2)).await;
    let viewers = [0, 1, 2].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.expects_slowness();
    }
    rungs_are_live(&server, 2).await;
    let children = server.encoders();
    for viewer in &viewers {
        viewer.sees_more(10).await;
    }
    assert_eq!(server.encoders(), children, "one child all the time");
    assert_eq!(children.len(), 1);
    for (number, seen) in all_are_aligned(viewers).await.iter().enumerate().skip(1) {
        assert!(seen.gaps < 4, "rendition {number} has {} gaps", seen.gaps);
    }
}

#[tokio::test]
async fn a_source_that_comes_back_in_another_codec_keeps_its_rung() {
    let server = Server::start().await;
    wish(&server, &[], &[90]);
    let first = server.publish(&Ffmpeg::testsrc());
    let viewers = [0, 1].map(|number| Viewer::watch_rendition(&server, number));
    rungs_are_live(&server, 1).await;
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    drop(first);
    server.becomes("interrupted").await;
    let _second = server.publish(&Ffmpeg::enhanced("hevc_aac.flv"));
    server.becomes("live").await;
    let codecs = async |number: usize| {
        let status = server.status("primary").await;
        status["media"]["renditions"][number]["codecs"].as_str().unwrap_or_default().to_owned()
    };
    until("the source is HEVC", async || codecs(0).await.contains("hvc1").then_some(())).await;
    rungs_are_live(&server, 1).await;
    for viewer in &viewers {
        viewer.sees_more(6).await;
    }
    assert!(codecs(1).await.contains("avc1"), "{}", codecs(1).await);
    for seen in all_are_aligned(viewers).await {
        assert_eq!(seen.discontinuities, 1);
    }
}

#[tokio::test]
async fn who_finds_no_room_keeps_its_source_and_gets_a_rung_when_there_is() {
    // Either broadcast alone is more than that.
    let server = Server::start_with(Setup::with(&["--transcode-limit", "1"])).await;
    let key = server.create_channel("second");
    wish(&server, &[], &[540]);
    wish(&server, &["second"], &[540]);
    let first = server.encode(Source::testcard()).await;
    let one = Viewer::watch_rendition(&server, 0);
    rungs_are_live(&server, 1).await;
    let _second = crate::harness::Encoder::connect(&server, &key, Source::testcard()).await;
    let two = Viewer::watch(&server, "/hls/@second/stream.m3u8");
    let queued = until("the second waits", async || {
        transcoding(&server)
            .await
            .into_iter()
            .find(|it| it["state"] == "queued" && it["place"] == 1)
    })
    .await;
    assert!(queued["reason"].as_str().unwrap().contains("this machine"), "{queued:#}");
    for viewer in [&one, &two] {
        viewer.sees_more(6).await;
    }
    let states: Vec<_> = transcoding(&server).await.iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["running", "queued"]);
    assert_eq!(one.leaves_content().await.gaps, 0);

    first.finish().await;
    until("the second has its rung", async || {
        let running = transcoding(&server).await;
        running.iter().any(|it| it["id"] == queued["id"] && it["state"] == "running").then_some(())
    })
    .await;
    until("its rung is listed", async || {
        let master = server.client().get("/hls/@second/stream.m3u8").await.text();
        master.contains("\n1/stream.m3u8").then_some(())
    })
    .await;
    assert_eq!(two.leaves_content().await.gaps, 0);
}

#[tokio::test]
async fn all_renditions_end_together_and_leave_nothing() {
    let server = Server::start().await;
    wish(&server, &[], &[360, 180]);
    server.admin(&["set-channel", "--audio-only", "on"]);
    let encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 1, 2, 9].map(|number| Viewer::watch_rendition(&server, number));
    rungs_are_live(&server, 2).await;
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    encoder.finish().await;
    for viewer in &viewers {
        viewer.sees_the_end().await;
    }
    until("no child is left", async || server.encoders().is_empty().then_some(())).await;
    let seen = all_are_aligned(viewers).await;
    let last = |seen: &Seen| {
        let last = seen.playlist.segments.last().unwrap();
        assert!(last.duration.is_some() && seen.playlist.hint.is_none());
        last.sequence
    };
    let all: Vec<_> = seen.iter().map(last).collect();
    assert!(all.iter().all(|it| *it == all[0]), "{all:?}");
    assert_eq!(media_files(server.data()), Vec::<String>::new());
}

/// What looks like media below a folder.
fn media_files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(media_files(&path));
        } else if path.extension().is_some_and(|it| it == "m4s" || it == "mp4" || it == "ts") {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn a_restart_costs_no_player_its_rung() {
    let mut server = Server::start().await;
    wish(&server, &[], &[360, 180]);
    let encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 1, 2].map(|number| Viewer::watch_rendition(&server, number));
    rungs_are_live(&server, 2).await;
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    let children: Vec<Pid> = server.encoders();
    let newest = |viewer: &Viewer| viewer.seen().playlist.segments.last().unwrap().sequence;
    assert!(server.stop().await.success());
    for child in children {
        assert!(test_kill_process(child).is_err(), "a child outlives the server");
    }
    encoder.gets_cut_off().await;
    let before: Vec<_> = viewers.iter().map(newest).collect();
    server.start_again().await;
    let _encoder = server.encode(Source::testcard()).await;
    for (viewer, before) in viewers.iter().zip(before) {
        let first = viewer.sees("new segments", |seen| {
            let first = seen.playlist.segments.first();
            first.filter(|_| seen.restarts == 1).map(|it| it.sequence)
        });
        let first = first.await;
        assert!(first > before, "{first} after {before}");
        viewer.sees_more(8).await;
    }
    rungs_are_live(&server, 2).await;
    all_are_aligned(viewers).await;
}
