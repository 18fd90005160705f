//! Further renditions of a broadcast: encoded here, cut where the source is, seen by players.

use rivulet_media::hls::conformance::check_together;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};

use crate::harness::{Browser, Ffmpeg, Page, Seen, Server, Setup, Source, Viewer, until};

/// The renditions of [`two_rungs`], the sound among them.
const ALL: [u8; 4] = [0, 1, 2, 9];

/// Cheap to encode: two rungs below the source, which stays, and the sound alone.
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
    start_with(Setup::default()).await
}

async fn start_with(setup: Setup) -> Server {
    let server = Server::start_with(setup).await;
    let file = server.data().join("wishes.json");
    std::fs::write(&file, two_rungs().to_string()).unwrap();
    server.admin(&["set-channel", "--renditions", file.to_str().unwrap()]);
    server.admin(&["set-channel", "--audio-only", "on"]);
    server
}

/// Waits until all renditions are what they should be.
async fn renditions_are(server: &Server, state: &str) {
    until(&format!("all renditions are {state}"), async || {
        let status = server.status("primary").await;
        let renditions = status["media"]["renditions"].as_array()?.clone();
        let encoded = renditions.iter().filter(|it| it["kind"] == "encoded");
        (encoded.filter(|it| it["state"] == state).count() == 2).then_some(())
    })
    .await;
}

/// The viewers leave; what they saw follows the rules, each for itself and all together.
pub(crate) async fn all_are_aligned(viewers: impl IntoIterator<Item = Viewer>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for viewer in viewers {
        seen.push(viewer.leaves_content().await);
    }
    let lists = |seen: &Seen, sequence| {
        let complete = seen.playlist.segments.iter().filter(|it| it.duration.is_some());
        complete.map(|it| it.sequence).any(|listed| listed == sequence)
    };
    for other in &seen {
        let same = other.playlist.segments.iter().any(|it| lists(&seen[0], it.sequence));
        assert!(same, "there is nothing to compare");
    }
    let checkers: Vec<_> = seen.iter().map(Seen::checker).collect();
    let findings: Vec<_> = check_together(&checkers).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{findings:#?}");
    seen
}

/// The process that encodes, once there is one that is not `former`.
async fn encoder(server: &Server, former: Option<Pid>) -> Pid {
    until("there is an encoder", async || match server.encoders()[..] {
        [one] if Some(one) != former => Some(one),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn all_renditions_are_cut_in_the_same_places() {
    let server = start().await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewers = ALL.map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(12).await;
    }
    renditions_are(&server, "live").await;
    let status = server.status("primary").await;
    let codecs = |it: &Value| it["codecs"].as_str().unwrap().split(',').count();
    let renditions = status["media"]["renditions"].as_array().unwrap();
    let codecs: Vec<_> = renditions.iter().map(codecs).collect();
    assert_eq!(codecs, [2, 2, 2, 1], "pictures and sound, and sound alone: {status:#}");
    for seen in all_are_aligned(viewers).await {
        assert_eq!(seen.discontinuities, 0);
    }
}

#[tokio::test]
async fn an_encoder_that_comes_back_keeps_all_renditions_aligned() {
    let server = start().await;
    let encoder = server.encode(Source::testcard()).await;
    let viewers = ALL.map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    drop(encoder);
    server.becomes("interrupted").await;
    let _encoder = server.encode(Source::testcard()).await;
    for viewer in &viewers {
        viewer.sees_more(6).await;
    }
    for seen in all_are_aligned(viewers).await {
        assert_eq!(seen.discontinuities, 1);
    }
}

#[tokio::test]
async fn a_source_that_changes_its_size_keeps_its_rungs() {
    let server = start().await;
    let first = server.encode(Source::testcard()).await;
    let viewers = [0, 2].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    drop(first);
    server.becomes("interrupted").await;
    let _second = server.publish(&Ffmpeg::testsrc().filter("scale=480:480"));
    for viewer in &viewers {
        viewer.sees_more(8).await;
    }
    renditions_are(&server, "live").await;
    all_are_aligned(viewers).await;
}

/// Kills or stops what encodes, and sees to it that nobody minds.
async fn nobody_minds(signal: Signal) {
    let server = start().await;
    let _encoder = server.encode(Source::testcard()).await;
    renditions_are(&server, "live").await;
    let viewers = [0, 1].map(|number| Viewer::watch_rendition(&server, number));
    viewers[1].sees_more(4).await;

    let first = encoder(&server, None).await;
    // One that hangs is awaited for as long as a playlist may list nothing new, and a part more.
    viewers[1].expects_silence(signal == Signal::STOP);
    kill_process(first, signal).unwrap();
    let second = encoder(&server, Some(first)).await;
    assert!(test_kill_process(first).is_err(), "the first is gone and reaped");
    renditions_are(&server, "live").await;
    viewers[1].sees_more(8).await;
    assert_eq!(server.encoders(), [second]);
    let seen = all_are_aligned(viewers).await;
    assert!(seen[0].gaps == 0 && seen[1].gaps > 0, "{} {}", seen[0].gaps, seen[1].gaps);
}

/// Has the bare player take the best rung.
async fn plays_encoded(bare: &Page) {
    bare.shows("its levels", "hls.levels.some((it) => it.height === 360)").await;
    bare.evaluate("hls.nextLevel = hls.levels.findIndex((it) => it.height === 360)").await;
    bare.shows("a rung", "document.querySelector('video').videoHeight === 360").await;
}

#[tokio::test]
async fn nobody_minds_that_an_encoder_was_killed() {
    nobody_minds(Signal::KILL).await;
}

#[tokio::test]
async fn nobody_minds_that_an_encoder_hangs() {
    nobody_minds(Signal::STOP).await;
}

#[tokio::test]
async fn an_encoder_that_always_crashes_costs_its_rungs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ffmpeg");
    let begun = folder.path().join("begun");
    // Probes and stills work; what encodes broadcasts fails at once.
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *-force_key_frames*) echo begun >> {}; exit 1;; esac\nexec ffmpeg \"$@\"\n",
        begun.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let server = start_with(Setup::with(&["--ffmpeg", program.to_str().unwrap()])).await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(20).await;
    let starts = std::fs::read_to_string(&begun).unwrap().lines().count();
    assert!((3..=7).contains(&starts), "{starts} starts in twenty seconds");
    assert_eq!(server.encoders(), []);
    let seen = viewer.leaves_content().await;
    assert_eq!((seen.gaps, seen.discontinuities), (0, 0));
}

#[tokio::test]
async fn without_ffmpeg_there_is_the_source() {
    let server = start_with(Setup::with(&["--ffmpeg", "/nowhere/ffmpeg"])).await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 9].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(6).await;
    }
    let master = server.client().get("/hls/stream.m3u8").await.text();
    assert!(!master.contains("\n1/stream.m3u8"), "{master}");
    assert_eq!(server.client().get("/hls/1/stream.m3u8").await.status, 404);
    all_are_aligned(viewers).await;
}

#[tokio::test]
async fn no_encoder_outlives_a_server_that_was_killed() {
    let mut server = start().await;
    let _encoder = server.encode(Source::testcard()).await;
    renditions_are(&server, "live").await;
    let child = encoder(&server, None).await;
    server.kill().await;
    until("the encoder is gone", async || test_kill_process(child).is_err().then_some(())).await;
}

/// Needs a machine with room for a browser beside two encoders; `quality` has what the page does.
#[tokio::test]
#[ignore = "part of the soak"]
async fn switching_renditions_loses_no_picture() {
    let server = start().await;
    let _encoder = server.encode(Source::testcard()).await;
    renditions_are(&server, "live").await;
    let browser = Browser::launch().await;
    let bare = browser.open_bare_player(&server.url("/hls/stream.m3u8")).await;
    plays_encoded(&bare).await;
    bare.evaluate(WATCH_PICTURES).await;
    for height in [720, 360, 180, 720, 180] {
        let level = format!("hls.nextLevel = hls.levels.findIndex((it) => it.height === {height})");
        bare.evaluate(&level).await;
        let shown = format!("document.querySelector('video').videoHeight === {height}");
        bare.shows(&format!("the rendition {height} high"), &shown).await;
    }
    // A busy machine leaves out pictures that were decoded; half a second is beyond that.
    let gap = bare.evaluate("window.longest").await.as_f64().unwrap();
    assert!(gap < 0.5, "{gap} s of media passed without a picture");
    assert_eq!(bare.evaluate("window.fatal").await, json!([]));
}

/// Keeps the longest step in the media's time from one picture shown to the next, in seconds.
const WATCH_PICTURES: &str = "(() => {
    const video = document.querySelector('video');
    window.longest = 0;
    let last = null;
    const look = (_, { mediaTime }) => {
        if (last !== null) window.longest = Math.max(window.longest, Math.abs(mediaTime - last));
        last = mediaTime;
        video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
})()";

#[tokio::test]
async fn sound_alone_is_a_rendition_where_the_owner_wants_it() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--audio-only", "on"]);
    let _encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 9].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(8).await;
    }
    all_are_aligned(viewers).await;
}

#[tokio::test]
async fn all_renditions_end_together() {
    let server = start().await;
    server.admin(&["set-channel", "--reconnect-grace", "0"]);
    let encoder = server.encode(Source::testcard()).await;
    let viewers = ALL.map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(6).await;
    }
    encoder.finish().await;
    let mut last = Vec::new();
    for viewer in &viewers {
        viewer.sees_the_end().await;
        let segment = viewer.seen().playlist.segments.last().unwrap().clone();
        last.push((segment.sequence, segment.gap, segment.duration.is_some()));
    }
    assert_eq!(last, [(last[0].0, false, true); 4]);
    all_are_aligned(viewers).await;
}

#[tokio::test]
async fn a_server_that_was_killed_comes_back_with_its_rungs() {
    let mut server = start().await;
    let encoder = server.encode(Source::testcard()).await;
    let viewers = ALL.map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.sees_more(4).await;
        viewer.expects_silence(true);
    }
    server.kill().await;
    encoder.gets_cut_off().await;
    let before = viewers[1].seen().playlist.segments.last().unwrap().sequence;
    server.start_again().await;
    let _encoder = server.encode(Source::testcard()).await;
    for viewer in &viewers {
        let again = |seen: &Seen| {
            let first = seen.playlist.segments.first();
            first.filter(|_| seen.restarts == 1).map(|first| first.sequence)
        };
        assert!(viewer.sees("new segments", again).await > before);
        viewer.sees_more(6).await;
    }
    renditions_are(&server, "live").await;
    all_are_aligned(viewers).await;
}
