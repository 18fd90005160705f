//! The pages as people meet them: on a phone and on a desk, with a screen reader, without scripts.

use crate::harness::{Browser, Page, Server, Setup, Source};

#[tokio::test]
async fn pages_are_for_everybody() {
    let server = Server::start().await;
    let browser = Browser::launch().await;
    let mut pages = Vec::new();
    for path in ["/", "/embed/video", "/@nobody"] {
        let page = browser.open(&server.url(path)).await;
        page.shows("something", "document.body.innerText.trim() !== ''").await;
        is_accessible(&page, path).await;
        pages.push(page);
    }
    let _encoder = server.encode(Source::testcard()).await;
    for page in &pages[..2] {
        page.player_is("state", "playing").await;
        is_accessible(page, "on air").await;
        page.is_content().await;
    }
}

/// On a phone and on a desk: nothing for axe to find, nothing that sticks out at the side.
pub(crate) async fn is_accessible(page: &Page, what: &str) {
    for (width, height) in [(390, 844), (1440, 900)] {
        page.resize(width, height).await;
        let violations = page.accessibility_violations().await;
        assert!(violations.is_empty(), "{what} at {width}: {violations:#?}");
        let sticks_out = "document.documentElement.scrollWidth > window.innerWidth";
        assert_eq!(page.evaluate(sticks_out).await, false, "{what} at {width} scrolls sideways");
    }
}

#[tokio::test]
async fn a_page_without_scripts_says_what_is_on_and_where() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--title", "Birds <at> dawn", "--description", "A nest."]);
    let page = server.client().get("/").await.text();
    let (_, scriptless) = page.split_once("<noscript>").unwrap();
    let (scriptless, _) = scriptless.split_once("</noscript>").unwrap();
    for text in ["Birds &lt;at&gt; dawn", "A nest.", "href=\"/hls/stream.m3u8\""] {
        assert!(scriptless.contains(text), "{text} is not in {scriptless}");
    }
    assert!(page.contains("<title>Birds &lt;at&gt; dawn"), "{page}");
    assert!(!page.contains("Birds <at>"), "{page}");
}

#[tokio::test]
async fn a_link_to_a_channel_comes_with_its_picture() {
    let server =
        Server::start_with(Setup::with(&["--public-url", "https://live.example.org"])).await;
    let page = server.client().get("/").await.text();
    let (_, image) = page.split_once("<meta property=\"og:image\" content=\"").unwrap();
    let (image, _) = image.split_once('"').unwrap();
    let path = image.strip_prefix("https://live.example.org").unwrap();
    let answer = server.client().get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"), "{path}");
}
