//! Everything that encoders do with time, rates and tracks: each on a channel of its own, watched
//! by a viewer that checks every answer.

use futures_util::future::join_all;
use rivulet_media::flv::TagKind;

use crate::harness::{Encoder, Ffmpeg, Seen, Server, Source, Viewer};

/// Publishes each of these to a channel of its own until so much has been watched.
async fn all_conform(encoders: &[(&str, Ffmpeg)], seconds: u64) -> Vec<Seen> {
    let server = Server::start().await;
    let mut publishing = Vec::new();
    for (name, ffmpeg) in encoders {
        let key = server.create_channel(name);
        publishing.push(ffmpeg.publish(&server.publish_url(&key)));
    }
    let watch = encoders.iter().map(async |(name, _)| {
        let viewer = Viewer::watch(&server, &format!("/hls/@{name}/stream.m3u8"));
        viewer.sees_more(seconds).await;
        let seen = viewer.leaves_content().await;
        assert_eq!(seen.discontinuities, 0, "{name}");
        seen
    });
    join_all(watch).await
}

#[tokio::test]
async fn every_frame_rate_conforms() {
    let rates = [
        ("23-976", "24000/1001", "FRAME-RATE=23.976"),
        ("29-97", "30000/1001", "FRAME-RATE=29.970"),
        ("50", "50", "FRAME-RATE=50.000"),
        ("60", "60", "FRAME-RATE=60.000"),
    ];
    let encoders = rates.map(|(name, rate, _)| (name, Ffmpeg::testsrc().fps(rate)));
    let seen = all_conform(&encoders, 8).await;
    for ((_, _, listed), seen) in rates.iter().zip(seen) {
        assert!(seen.master.contains(listed), "{}", seen.master);
    }
}

#[tokio::test]
async fn every_distance_of_keyframes_conforms() {
    let encoders = [
        ("quarter", Ffmpeg::testsrc().fps("24").gop(6)),
        ("two", Ffmpeg::testsrc().gop(60)),
        ("ten", Ffmpeg::testsrc().fps("20").gop(200)),
        ("twenty", Ffmpeg::testsrc().fps("20").gop(400)),
    ];
    all_conform(&encoders, 12).await;
}

#[tokio::test]
async fn every_shape_of_stream_conforms() {
    let encoders = [
        ("b-frames", Ffmpeg::testsrc().encoded_with("-tune film -bf 2 -refs 2")),
        (
            "variable",
            Ffmpeg::testsrc().filter("select=not(eq(mod(n\\,5)\\,2))").encoded_with("-vsync vfr"),
        ),
        ("mono", Ffmpeg::testsrc().sampled(44_100, 1)),
        ("silent", Ffmpeg::testsrc().without_sound()),
        ("sound", Ffmpeg::testsrc().without_pictures()),
    ];
    let seen = all_conform(&encoders, 8).await;
    let [_, variable, _, silent, sound] = seen.as_slice() else { unreachable!() };
    assert!(!variable.master.contains("FRAME-RATE=30.000"), "{}", variable.master);
    assert!(!silent.master.contains("mp4a"), "{}", silent.master);
    assert!(!sound.master.contains("RESOLUTION"), "{}", sound.master);
}

#[tokio::test]
async fn clocks_that_jump_mark_a_discontinuity() {
    let server = Server::start().await;
    for (name, by) in [("forward", 10_000), ("back", -30_000)] {
        let key = server.create_channel(name);
        let source = Source::testcard().stamped_from(60_000);
        let encoder = Encoder::connect(&server, &key, source).await.unwrap();
        let viewer = Viewer::watch(&server, &format!("/hls/@{name}/stream.m3u8"));
        viewer.sees_more(2).await;
        encoder.jump(by).await;
        viewer.sees("a discontinuity", |seen| (seen.discontinuities == 1).then_some(())).await;
        viewer.sees_more(2).await;
        assert_eq!(viewer.leaves_content().await.discontinuities, 1, "{name}");
    }
}

#[tokio::test]
async fn clocks_that_wrap_or_wander_go_unnoticed() {
    let server = Server::start().await;
    let key = server.create_channel("wrapping");
    let source = Source::testcard().stamped_from(u32::MAX - 5000);
    let wrapping = Encoder::connect(&server, &key, source).await.unwrap();
    let key = server.create_channel("wandering");
    let wandering = Encoder::connect(&server, &key, Source::testcard()).await.unwrap();

    let [on_wrapping, on_wandering] = ["wrapping", "wandering"]
        .map(|name| Viewer::watch(&server, &format!("/hls/@{name}/stream.m3u8")));
    on_wandering.sees_more(2).await;
    wandering.jump(700).await;
    on_wrapping.sees_more(8).await;
    on_wandering.sees_more(2).await;
    for viewer in [on_wrapping, on_wandering] {
        assert_eq!(viewer.leaves_content().await.discontinuities, 0);
    }
    assert!(wrapping.is_connected() && wandering.is_connected());
}

#[tokio::test]
async fn a_picture_that_changes_its_size_is_initialised_anew() {
    let server = Server::start().await;
    let encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(2).await;
    assert_eq!(server.becomes("live").await["media"]["video"]["width"], 1280);

    encoder.switch_to(Source::small()).await;
    viewer.sees("a discontinuity", |seen| (seen.discontinuities == 1).then_some(())).await;
    viewer.sees_more(2).await;
    assert_eq!(server.becomes("live").await["media"]["video"]["width"], 160);
    let seen = viewer.leaves_content().await;
    let maps: std::collections::HashSet<_> =
        seen.playlist.segments.iter().filter_map(|segment| segment.map.clone()).collect();
    assert_eq!(maps.len(), 2, "{maps:?}");
}

#[tokio::test]
async fn one_track_of_an_encoder_of_two_is_enough() {
    let server = Server::start().await;
    for (name, kind) in [("pictures", TagKind::Video), ("tones", TagKind::Audio)] {
        let key = server.create_channel(name);
        let source = Source::testcard().only(kind);
        let _encoder = Encoder::connect(&server, &key, source).await.unwrap();
        let viewer = Viewer::watch(&server, &format!("/hls/@{name}/stream.m3u8"));
        viewer.sees_more(4).await;
        viewer.leaves_content().await;
    }
}
