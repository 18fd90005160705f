//! The choice of quality on the watch page: what the menu lists, what picking does, and what
//! happens to a choice whose encoder dies.

use rustix::process::{Signal, kill_process};
use serde_json::json;

use crate::harness::{Browser, Encoder, Page, Server, Source, until};

/// What the menu says of each quality.
const ENTRIES: &str = "[...document.querySelectorAll('.player-sheet input[name=quality]')]
    .map((it) => it.closest('label').innerText.split('\\n')[0].trim())";

/// The index of the quality that is chosen in the menu.
const CHOSEN: &str = "[...document.querySelectorAll('.player-sheet input[name=quality]')]
    .findIndex((it) => it.checked)";

/// A channel with two encoded rungs and the sound alone, on air, and its page, playing.
async fn watched() -> (Server, Encoder, Browser, Page) {
    let server = Server::start().await;
    let encode = |height: u16, kbps: u32| {
        let size = json!({ "height": height });
        let encode = json!({ "size": size, "bitrate_kbps": kbps, "frame_rate": 15, "effort": 0 });
        json!({ "video": { "encode": encode } })
    };
    let variants = json!([{ "video": "passthrough" }, encode(360, 500), encode(180, 200)]);
    let wishes = json!({ "variants": variants, "audio_only": true });
    let file = server.data().join("wishes.json");
    std::fs::write(&file, wishes.to_string()).unwrap();
    server.admin(&["set-channel", "--renditions", file.to_str().unwrap(), "--audio-only", "on"]);
    let encoder = server.encode(Source::testcard()).await;
    until("all renditions are live", async || {
        let status = server.status("primary").await;
        let renditions = status["media"]["renditions"].as_array()?.clone();
        (renditions.len() == 4 && renditions.iter().all(|it| it["state"] == "live")).then_some(())
    })
    .await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.plays(30).await;
    (server, encoder, browser, page)
}

/// Opens the menu and goes to a quality by keyboard; 0 is the browser's own choice.
async fn pick(page: &Page, index: u64) {
    page.evaluate("document.querySelector('.player-bar [aria-haspopup=dialog]').focus()").await;
    page.press("Enter").await;
    page.shows("the menu", "document.querySelector('.player-sheet input[name=quality]') !== null")
        .await;
    page.evaluate("document.querySelector('input[name=quality]:checked').focus()").await;
    loop {
        let now = page.evaluate(CHOSEN).await.as_u64().unwrap();
        match now.cmp(&index) {
            std::cmp::Ordering::Less => page.press("ArrowDown").await,
            std::cmp::Ordering::Greater => page.press("ArrowUp").await,
            std::cmp::Ordering::Equal => break,
        }
    }
    page.press("Escape").await;
    page.shows("no menu", "document.querySelector('.player-sheet') === null").await;
}

#[tokio::test]
async fn a_quality_is_picked_by_keyboard_and_played_without_a_break() {
    let (_server, _encoder, _browser, page) = watched().await;
    page.evaluate("document.querySelector('.player-bar [aria-haspopup=dialog]').click()").await;
    page.shows("the menu", "document.querySelector('.player-sheet') !== null").await;
    let entries = page.evaluate(ENTRIES).await;
    let entries: Vec<_> =
        entries.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(entries[0].starts_with("Auto"), "{entries:?}");
    assert_eq!(entries[1..], ["Source", "360p15", "180p15", "Audio only"]);
    page.press("Escape").await;

    page.plays_smoothly(60).await;
    let stalls = page.player("stalls").await;
    for (index, rendition) in [(3, "2"), (1, "0"), (2, "1")] {
        pick(&page, index).await;
        page.player_is("rendition", rendition).await;
        page.player_is("state", "playing").await;
        page.plays(30).await;
    }
    assert_eq!(page.player("stalls").await, stalls);
    assert_eq!(page.player("quality").await, "1");
    page.is_content().await;
}

#[tokio::test]
async fn sound_alone_is_heard_and_the_picture_comes_back() {
    let (_server, _encoder, _browser, page) = watched().await;
    pick(&page, 4).await;
    page.player_is("quality", "audio").await;
    let sound_alone = "(() => { const video = document.querySelector('video');
        return video.videoWidth === 0 && !video.paused && video.readyState > 2; })()";
    page.shows("no picture", sound_alone).await;
    let before = page.decoded().await;
    until("sound is heard", async || {
        let now = page.decoded().await;
        (now.audio_bytes > before.audio_bytes + 8_000 && now.time > before.time).then_some(())
    })
    .await;
    assert_eq!(page.player("frames").await, "0");
    page.evaluate("document.querySelector('.stage-audio .stage-action').click()").await;
    page.player_is("quality", "auto").await;
    page.player_is("state", "playing").await;
    page.plays(30).await;
    page.is_content().await;
}

#[tokio::test]
async fn a_page_whose_rung_dies_goes_on_and_comes_back_to_it() {
    let (server, _encoder, _browser, page) = watched().await;
    pick(&page, 2).await;
    page.player_is("rendition", "1").await;
    page.plays_smoothly(30).await;
    let stalls: u32 = page.player("stalls").await.parse().unwrap();
    let encoders = server.encoders();
    let &[encoder] = encoders.as_slice() else { panic!("one encodes: {encoders:?}") };
    page.evaluate(WATCH_PROGRESS).await;
    kill_process(encoder, Signal::KILL).unwrap();
    until("the page plays something else", async || {
        (page.player("rendition").await != "1").then_some(())
    })
    .await;
    assert_eq!(page.player("quality").await, "1", "the choice stays");
    page.plays(30).await;
    page.player_is("rendition", "1").await;
    page.plays(30).await;
    let stood = page.evaluate("window.stood").await.as_f64().unwrap();
    assert!(stood < 2_000.0, "the picture stood still for {stood} ms");
    let now: u32 = page.player("stalls").await.parse().unwrap();
    assert!(now <= stalls + 1, "{} stalls", now - stalls);
    page.is_content().await;
}

/// Keeps the longest time in milliseconds for which playback did not advance.
const WATCH_PROGRESS: &str = "(() => {
    const video = document.querySelector('video');
    window.stood = 0;
    let [place, since] = [video.currentTime, performance.now()];
    setInterval(() => {
        const now = performance.now();
        if (video.currentTime !== place) [place, since] = [video.currentTime, now];
        window.stood = Math.max(window.stood, now - since);
    }, 50);
})()";
