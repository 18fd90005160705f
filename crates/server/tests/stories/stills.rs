//! Pictures of channels: thumbnails, previews and storyboards of what is on, and the owner's picture
//! while nothing is.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;

use crate::harness::{
    Answer, Browser, Encoder, Ffmpeg, Server, Setup, Source, Viewer, ffmpeg, rivulet, until,
};

const THUMBNAIL: &str = "/api/v1/channels/primary/thumbnail.jpg";

/// A picture, once there is one.
async fn picture(server: &Server, path: &str) -> Answer {
    until(&format!("there is {path}"), async || {
        let answer = server.client().get(path).await;
        (answer.status == 200).then_some(answer)
    })
    .await
}

/// How many pictures the server has made so far: every one is logged.
fn made(server: &Server) -> usize {
    server.log().lines().filter(|line| line.contains("made a picture")).count()
}

fn talkative() -> Setup {
    Setup { log: "info,rivulet::stills=debug", ..Setup::default() }
}

#[tokio::test]
async fn a_thumbnail_has_the_shape_of_its_source_whatever_the_codec() {
    let server = Server::start().await;
    let mut encoders = vec![server.publish(&Ffmpeg::testsrc())];
    let mut cases = vec![("primary", "mjpeg,320,180")];
    for (name, recording) in [("hevc", "hevc_aac.flv"), ("av1", "av1_opus.flv"), ("vp9", "vp9.flv")]
    {
        let key = server.create_channel(name);
        encoders.push(Ffmpeg::enhanced(recording).publish(&server.publish_url(&key)));
        cases.push((name, "mjpeg,160,90"));
    }
    join_all(cases.into_iter().map(async |(name, shape)| {
        server.channel_becomes(name, "live").await;
        let path = format!("/api/v1/channels/{name}/thumbnail.jpg");
        let answer = picture_of_broadcast(&server, &path).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        assert_eq!(answer.header("cache-control"), "public, max-age=10");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(ffmpeg::probe(&server.url(&path)).await.trim(), shape, "{name}");
    }))
    .await;
}

/// Keyframes are where they are, and not where parts begin: those of VP9 and AV1 come after pictures
/// that nothing can be made of.
#[tokio::test]
async fn a_thumbnail_needs_no_keyframe_at_the_start_of_a_part() {
    let server = Server::start().await;
    for recording in ["vp9.flv", "av1_opus.flv"] {
        let name = recording.split_at(3).0;
        let key = server.create_channel(name);
        let stretched = Ffmpeg::enhanced(recording).stretched("1.2");
        let _encoder = stretched.publish(&server.publish_url(&key));
        let viewer = Viewer::watch(&server, &format!("/hls/@{name}/stream.m3u8"));
        // The first part of a broadcast begins with a keyframe; the next one with a keyframe does not.
        viewer.sees_more(8).await;
        picture_of_broadcast(&server, &format!("/api/v1/channels/{name}/thumbnail.jpg")).await;
    }
}

/// A thumbnail that is not the channel's picture.
async fn picture_of_broadcast(server: &Server, path: &str) -> Answer {
    let own = server.client().get(&path.replace("thumbnail.jpg", "picture.jpg")).await.ok();
    until(&format!("there is {path}"), async || {
        let answer = server.client().get(path).await;
        (answer.status == 200 && answer.body != own).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn pictures_are_made_for_who_asks_and_for_nobody_else() {
    let server = Server::start_with(talkative()).await;
    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(11).await;
    assert_eq!(made(&server), 0, "nobody has looked");

    let clients: Vec<_> = (0..5).map(|_| server.client()).collect();
    let first = join_all(clients.iter().map(|client| client.get(THUMBNAIL))).await;
    let first: Vec<_> = first.into_iter().map(Answer::ok).collect();
    assert!(first.iter().all(|it| *it == first[0]), "those who come together get the same");
    assert_eq!(made(&server), 1);

    let answer = picture(&server, "/preview.gif").await;
    assert_eq!(answer.header("content-type"), "image/gif");
    assert_eq!(answer.header("cache-control"), "public, max-age=20");
    // Read from a file: ffmpeg reads a GIF twice, and the second time by ranges.
    let file = server.data().join("preview.gif");
    fs::write(&file, &answer.body).unwrap();
    assert_eq!(ffmpeg::decode(file.to_str().unwrap(), 8).await, 8, "it moves");
    let webp = picture(&server, "/api/v1/channels/primary/preview.webp").await;
    assert_eq!(webp.header("content-type"), "image/webp");
    let frames = webp.body.windows(4).filter(|chunk| chunk == b"ANMF").count();
    assert!(frames >= 8, "{frames} frames");
    assert!(webp.body.len() * 2 < answer.body.len(), "it is much smaller");
    assert_eq!(made(&server), 3);
    let small = format!("{THUMBNAIL}?size=small");
    let answer = picture(&server, &small).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=10");
    assert_eq!(ffmpeg::probe(&server.url(&small)).await.trim(), "mjpeg,640,360");
    assert!(answer.body.len() * 3 < first[0].len(), "{} bytes", answer.body.len());
    assert_eq!(made(&server), 4);
    assert_eq!(server.client().get(&format!("{THUMBNAIL}?size=huge")).await.status, 400);

    // What is shown goes on while somebody looks, and no faster than it should.
    let second = until("another thumbnail", async || {
        let second = server.client().get("/thumbnail.jpg").await.ok();
        (second != first[0]).then_some(second)
    })
    .await;
    assert!(second.starts_with(&[0xff, 0xd8]));
    assert!(made(&server) <= 7, "{} made", made(&server));
    viewer.leaves_content().await;
}

#[tokio::test]
async fn many_channels_take_turns_at_a_pace_that_is_kept() {
    let server = Server::start_with(talkative()).await;
    let mut encoders = Vec::new();
    let names: Vec<_> = (0..18).map(|number| format!("c{number}")).collect();
    for name in &names {
        let key = server.create_channel(name);
        encoders.push(Encoder::connect(&server, &key, Source::small()).await.unwrap());
    }
    let own = server.client().get("/api/v1/channels/primary/picture.jpg").await.ok();
    let began = Instant::now();
    let looks = names.iter().map(async |name| {
        let path = format!("/api/v1/channels/{name}/thumbnail.jpg");
        let thumbnail = picture(&server, &path).await;
        assert_ne!(thumbnail.body, own);
    });
    join_all(looks).await;
    // Twelve at once, then one every 1.25 s; each channel got its own, and none got two.
    assert!(began.elapsed() > Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!(made(&server), names.len());
}

#[tokio::test]
async fn without_ffmpeg_there_are_no_pictures_and_everything_else() {
    let server = Server::start_with(Setup::with(&["--ffmpeg", "/nowhere/ffmpeg"])).await;
    let client = server.client();
    assert_eq!(client.get("/hls/stream.m3u8").await.status, 404);
    let own = client.get("/thumbnail.jpg").await;
    assert_eq!((own.status, own.header("content-type")), (200, "image/jpeg"));

    let _encoder = server.encode(Source::testcard()).await;
    let viewer = Viewer::watch(&server, "/hls/stream.m3u8");
    viewer.sees_more(4).await;
    for path in ["/thumbnail.jpg", "/preview.gif", "/api/v1/channels/primary/preview.webp"] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (404, "no-cache"), "{path}");
    }
    viewer.sees_more(2).await;
    viewer.leaves_content().await;
    let refused = rivulet(
        server.data(),
        &[
            "--ffmpeg",
            "/nowhere/ffmpeg",
            "admin",
            "set-channel",
            "--picture",
            &drawn(&server, "png"),
        ],
    );
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("apt install ffmpeg"));
}

/// A picture in the server's folder, 600 × 400; gives its path.
fn drawn(server: &Server, kind: &str) -> String {
    let path = server.data().join(format!("drawn.{kind}"));
    ffmpeg::draw(&path, "color=c=0xff8800:size=600x400");
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_owner_shows_a_picture_of_their_own() {
    let server = Server::start().await;
    let (url, client) = (server.url("/thumbnail.jpg"), server.client());
    assert_eq!(ffmpeg::probe(&url).await.trim(), "mjpeg,1280,720");
    assert_eq!(client.get("/thumbnail.jpg").await.header("cache-control"), "public, max-age=20");
    assert_eq!(client.get("/preview.gif").await.status, 404, "nothing is on");

    for kind in ["png", "jpg", "webp"] {
        server.admin(&["set-channel", "--picture", &drawn(&server, kind)]);
        assert_eq!(ffmpeg::probe(&url).await.trim(), "mjpeg,600,400", "{kind}");
    }
    let kept = client.get("/api/v1/channels/primary/picture.jpg").await.ok();

    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02".to_vec();
    bomb.resize(4096, 0);
    let damaged = fs::read(drawn(&server, "png")).unwrap()[..200].to_vec();
    for (bytes, complaint) in [
        (b"no picture".to_vec(), "no PNG, JPEG or WebP"),
        (bomb, "65535 × 65535 pixels"),
        (vec![0xff; 10 * 1024 * 1024 + 1], "larger than 10 MiB"),
        (damaged, ""),
    ] {
        let path = server.data().join("bad");
        fs::write(&path, bytes).unwrap();
        let refused =
            rivulet(server.data(), &["admin", "set-channel", "--picture", path.to_str().unwrap()]);
        assert!(!refused.status.success(), "{complaint}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(complaint), "{said}");
        assert_eq!(client.get("/thumbnail.jpg").await.ok(), kept);
    }
    server.admin(&["set-channel", "--no-picture"]);
    assert_eq!(ffmpeg::probe(&url).await.trim(), "mjpeg,1280,720");
}

#[tokio::test]
async fn an_owners_picture_is_on_the_page_while_nothing_else_is() {
    let server = Server::start().await;
    let picture_url = async || {
        server.client().get("/api/v1/channels/primary").await.json()["picture_url"].clone()
    };
    assert_eq!(picture_url().await, Value::Null);
    server.admin(&["set-channel", "--picture", &drawn(&server, "png")]);
    let first = picture_url().await;
    assert_eq!(server.client().get(first.as_str().unwrap()).await.status, 200);
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    let shown = "document.querySelector('.stage-picture[data-shown]')?.naturalWidth === 600";
    page.shows("the picture", shown).await;
    page.is_content().await;
    server.admin(&["set-channel", "--picture", &drawn(&server, "jpg")]);
    assert_ne!(picture_url().await, first, "a changed picture is nobody's cached one");
}

#[tokio::test]
async fn a_storyboard_is_kept_where_it_is_wanted_and_nothing_else_is() {
    let mut server = Server::start().await;
    server.create_channel("other");
    server.admin(&["set-channel", "--thumbnail-history", "on"]);
    let encoder = server.encode(Source::testcard()).await;
    let status = server.becomes("live").await;
    let broadcast = status["broadcast_id"].as_str().unwrap().to_owned();

    let path = format!("/api/v1/channels/primary/broadcasts/{broadcast}/thumbnails");
    let listed = picture(&server, &path).await.json();
    assert_has_the_properties_of(&server, &listed).await;
    assert_eq!(
        (&listed["broadcast"], &listed["every_ms"]),
        (&broadcast.as_str().into(), &60_000.into())
    );
    let first = listed["thumbnails"][0]["url"].as_str().unwrap();
    let answer = server.client().get(first).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(ffmpeg::probe(&server.url(first)).await.trim(), "mjpeg,320,180");
    for wrong in [
        path.replace("primary", "other"),
        path.replace("primary", "nobody"),
        format!("{path}/1.jpg"),
        format!("{path}/..%2f..%2frivulet.db"),
        "/api/v1/channels/primary/broadcasts/..%2f/thumbnails".to_owned(),
    ] {
        assert_eq!(server.client().get(&wrong).await.status, 404, "{wrong}");
    }
    encoder.finish().await;
    server.stop().await;

    // What a crash or another version left behind goes at the next start; what is listed stays.
    let folder = server.data().join("stills");
    let files = |folder: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let kept = files(&folder.join(&broadcast));
    fs::write(folder.join(&broadcast).join("77.jpg.part"), "half").unwrap();
    fs::write(folder.join(&broadcast).join("78.jpg"), "unknown").unwrap();
    fs::create_dir(folder.join("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee")).unwrap();
    fs::write(folder.join("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/0.jpg"), "gone").unwrap();
    server.start_again().await;
    until("what is left over is gone", async || {
        let clean = files(&folder) == [folder.join(&broadcast)];
        (clean && files(&folder.join(&broadcast)) == kept).then_some(())
    })
    .await;
    assert_eq!(server.client().get(&path).await.json(), listed);
}

/// What the API description promises of a storyboard.
async fn assert_has_the_properties_of(server: &Server, storyboard: &Value) {
    let described = server.client().get("/api/v1/openapi.json").await.json();
    let schemas = &described["components"]["schemas"];
    for (schema, document) in
        [("StoryboardDocument", storyboard), ("StoryboardPicture", &storyboard["thumbnails"][0])]
    {
        let mut promised: Vec<_> = schemas[schema]["required"].as_array().unwrap().iter().collect();
        let mut given: Vec<_> = document.as_object().unwrap().keys().collect();
        promised.sort_by_key(|name| name.as_str());
        given.sort();
        assert_eq!(promised, given);
    }
}
