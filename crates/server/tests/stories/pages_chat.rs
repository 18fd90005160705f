//! Chat on pages: beside the picture, alone, in a frame, over a picture.

use serde_json::json;

use crate::harness::{Browser, Page, Server, Setup};
use crate::pages::is_accessible;

const PASSWORD: &str = "a quiet river at noon";

/// A site whose chat is always open, and whoever keeps order there, watching.
async fn room() -> (Server, Browser, Page) {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    let browser = Browser::launch().await;
    let keeper = browser.open(&server.url("/sign-in")).await;
    keeper.fill("Name or mail address", "admin").await;
    keeper.fill("Password", PASSWORD).await;
    keeper.press("Enter").await;
    keeper.shows("the start page", "location.pathname === '/'").await;
    rule(&keeper, r#"{ open: "always" }"#).await;
    keeper.shows("where to write", "document.querySelector('.chat textarea') !== null").await;
    (server, browser, keeper)
}

/// Changes the rules of the room.
async fn rule(keeper: &Page, change: &str) {
    let ask = format!(
        "fetch('/api/v1/channels/primary/chat/settings', {{ method: 'PATCH',
            headers: {{ 'content-type': 'application/json' }}, body: JSON.stringify({change}) }})
            .then((it) => it.status)"
    );
    assert_eq!(keeper.evaluate(&ask).await, 200);
}

async fn say(page: &Page, text: &str) {
    page.fill("Your message", text).await;
    page.press("Enter").await;
}

/// The line of this text: JavaScript.
fn line(text: &str) -> String {
    format!(
        "[...document.querySelectorAll('[data-part=chat-message]')]
            .find((it) => it.innerText.includes({}))",
        json!(text)
    )
}

#[tokio::test]
async fn a_guest_talks_without_an_account_and_others_see_it_at_once() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    guest.says("Nobody has said anything yet.").await;
    say(&guest, "hello, river").await;
    keeper.shows("what the guest says", &format!("{} !== undefined", line("hello, river"))).await;
    say(&keeper, "welcome").await;
    guest.says("welcome").await;
    guest.shows("an empty field", "document.querySelector('.chat textarea').value === ''").await;

    // Loaded anew, the page has what was said, and the guest their name.
    let name = "document.querySelector('.chat textarea').placeholder";
    let before = guest.evaluate(name).await;
    guest.go(&server.url("/")).await;
    guest.says("hello, river").await;
    guest.shows("the same name", &format!("{name} === {before}")).await;
}

#[tokio::test]
async fn order_is_kept_with_single_keys_and_taken_back() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "buy followers").await;
    let rude = line("buy followers");
    keeper
        .shows(
            "it",
            &format!("({rude})?.focus() === undefined && document.activeElement.matches('li')"),
        )
        .await;
    keeper.press("d").await;
    keeper.says("Message deleted").await;
    guest.shows("that it is gone", &format!("{rude} === undefined")).await;
    keeper.click("Undo").await;
    keeper.shows("it again", &format!("{rude} !== undefined")).await;
    is_accessible(&keeper, "a chat that is kept in order").await;
}

#[tokio::test]
async fn who_may_not_write_is_told_why_and_keeps_their_words() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "first").await;
    keeper.says("first").await;
    rule(&keeper, "{ slow_seconds: 60 }").await;
    guest.says("Slow mode, 60 s").await;
    say(&guest, "second").await;
    guest
        .shows(
            "how long to wait, and the words",
            "document.querySelector('.chat-send').ariaLabel.startsWith('Send, in')
            && document.querySelector('.chat textarea').value === 'second'",
        )
        .await;
    rule(&keeper, "{ signed_in_only: true, slow_seconds: 0 }").await;
    guest.says("Sign in to write here.").await;
    is_accessible(&guest, "a chat for accounts").await;
}

#[tokio::test]
async fn the_chat_stands_alone_too() {
    let (server, browser, keeper) = room().await;
    say(&keeper, "over the picture").await;
    for path in ["/@rivulet/chat", "/@rivulet/embed/chat", "/embed/chat/readwrite"] {
        let alone = browser.open(&server.url(path)).await;
        alone.says("over the picture").await;
        say(&alone, path).await;
        keeper.says(path).await;
        is_accessible(&alone, path).await;
    }
    let reader = browser.open(&server.url("/embed/chat/readonly")).await;
    reader.says("over the picture").await;
    assert_eq!(reader.evaluate("document.querySelector('textarea')").await, json!(null));
    let overlay = browser.open(&server.url("/@rivulet/overlay?max=2")).await;
    overlay.says("/embed/chat/readwrite").await;
    assert_eq!(overlay.evaluate("document.querySelectorAll('li').length").await, 2);
    overlay.is_content().await;
}

#[tokio::test]
async fn other_sites_may_frame_the_chat_that_is_made_for_it_and_no_other() {
    let server = Server::start().await;
    for (path, ancestors) in [
        ("/@rivulet/chat", "frame-ancestors 'none'"),
        ("/@rivulet/overlay", "frame-ancestors 'none'"),
        ("/@rivulet/embed/chat", "frame-ancestors *"),
        ("/embed/chat/readonly", "frame-ancestors *"),
    ] {
        let page = server.client().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-security-policy").contains(ancestors), "{path}");
        // Only those who watch count as viewers.
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
    for path in ["/@nobody/chat", "/nobody/overlay", "/@nobody/embed/chat"] {
        assert_eq!(server.client().get(path).await.status, 404, "{path}");
    }
}
