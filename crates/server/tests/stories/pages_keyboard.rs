//! Somebody without a mouse watches, talks and keeps order: Tab, arrows, Enter and Escape do
//! everything, and at every step it can be seen where one is.

use serde_json::json;

use crate::harness::{Page, Server, Source};
use crate::pages_chat::room;

const ROWS: &str = "[...document.querySelectorAll('[data-part=chat-message]')]";

/// Whether the page has a line of this text: JavaScript.
fn has_line(text: &str) -> String {
    format!("{ROWS}.some((it) => it.innerText.includes({}))", json!(text))
}

/// From the list of messages upwards, line by line, to the one of this text.
async fn walks_up_to(page: &Page, text: &str) {
    for _ in 0..10 {
        page.press("ArrowUp").await;
        if page.has_focus_in_sight().await.contains(text) {
            return;
        }
    }
    panic!("no line says {text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_needs_a_mouse_to_watch_talk_and_keep_order() {
    let (server, browser, keeper) = room().await;
    server.admin(&["set-channel", "--audio-only", "on"]);
    let _encoder = server.encode(Source::testcard()).await;
    let guest = browser.open(&server.url("/")).await;
    for page in [&guest, &keeper] {
        page.has_no_mouse().await;
        page.resize(1440, 900).await;
        page.player_is("state", "playing").await;
        page.shows("the chat", "document.querySelector('.chat textarea') !== null").await;
    }
    watches(&guest).await;
    talks(&guest, &keeper).await;
    keeps_order(&keeper, &guest).await;
    leaves(&guest, &server).await;
    keeper.is_content().await;
}

/// Play and pause, sound, back to the moment itself, quality, full screen.
async fn watches(page: &Page) {
    page.press("Tab").await;
    assert_eq!(page.has_focus_in_sight().await, "Skip to content");
    page.press("Enter").await;

    page.tabs_to("Pause").await;
    page.press("Enter").await;
    page.player_is("state", "paused").await;
    assert_eq!(page.has_focus_in_sight().await, "Play");
    // The moment goes on without them; the way back to it is one key.
    page.shows("a while behind", "document.querySelector('[data-pace=behind]') !== null").await;
    page.tabs_to("−").await;
    page.press("Enter").await;
    page.player_is("state", "playing").await;
    page.player_is("pace", "live").await;
    page.plays(30).await;

    page.tabs_back_to("Mute").await;
    page.press("Enter").await;
    page.player_is("muted", "true").await;
    assert_eq!(page.has_focus_in_sight().await, "Sound on");
    page.press("Enter").await;
    page.player_is("muted", "false").await;
    // Without a pointer there is no slider; arrows do the same wherever in the player one is.
    page.press("ArrowDown").await;
    page.shows("itself quieter", "document.querySelector('video').volume < 1").await;

    page.tabs_to("Settings").await;
    page.press("Enter").await;
    page.shows("the settings", "document.querySelector('.player-sheet') !== null").await;
    page.tabs_to("Auto").await;
    page.press("ArrowDown").await;
    page.player_is("quality", "0").await;
    assert!(page.has_focus_in_sight().await.starts_with("Source"));
    page.press("Escape").await;
    page.shows("no settings", "document.querySelector('.player-sheet') === null").await;
    assert_eq!(page.has_focus_in_sight().await, "Settings");

    page.tabs_to("Full screen").await;
    page.press("Enter").await;
    page.shows("the picture alone", "document.fullscreenElement !== null").await;
    assert_eq!(page.has_focus_in_sight().await, "Leave full screen");
    page.press("Enter").await;
    page.shows("the page again", "document.fullscreenElement === null").await;
    assert_eq!(page.has_focus_in_sight().await, "Full screen");
    page.plays(30).await;
}

/// Writes, reads back, answers with an emote from a list, and thinks better of another answer.
async fn talks(page: &Page, other: &Page) {
    page.tabs_to("Your message").await;
    page.types("hello, river").await;
    page.press("Enter").await;
    other.shows("what was said", &has_line("hello, river")).await;
    other.tabs_to("Your message").await;
    other.types("welcome aboard").await;
    other.press("Enter").await;
    page.shows("an answer", &has_line("welcome aboard")).await;

    page.tabs_back_to("Messages").await;
    walks_up_to(page, "welcome aboard").await;
    page.tabs_to("Reply").await;
    page.press("Enter").await;
    page.says("Answering admin: welcome aboard").await;
    assert_eq!(page.has_focus_in_sight().await, "Your message");
    page.types("thanks :wav").await;
    page.shows("an emote", "document.querySelector('.chat-offers [aria-selected=true]') !== null")
        .await;
    page.press("Enter").await;
    page.shows("it", "document.querySelector('.chat textarea').value === 'thanks 👋 '").await;
    page.press("Enter").await;
    other.shows("the answer", &has_line("thanks 👋")).await;
    other.shows("to what", "document.querySelector('.chat-reply') !== null").await;

    page.tabs_back_to("Messages").await;
    walks_up_to(page, "welcome aboard").await;
    page.tabs_to("Reply").await;
    page.press("Enter").await;
    page.shows("to what", "document.querySelector('.chat-about') !== null").await;
    page.press("Escape").await;
    page.shows("no answer", "document.querySelector('.chat-about') === null").await;
    assert_eq!(page.has_focus_in_sight().await, "Your message");
}

/// Takes a message away and has it back, silences somebody and lets them speak again.
async fn keeps_order(keeper: &Page, guest: &Page) {
    guest.types("buy followers").await;
    guest.press("Enter").await;
    keeper.shows("it", &has_line("buy followers")).await;

    keeper.tabs_back_to("Messages").await;
    walks_up_to(keeper, "buy followers").await;
    keeper.tabs_to("Delete").await;
    keeper.press("Enter").await;
    keeper.says("Message deleted").await;
    guest.shows("that it is gone", &format!("!{}", has_line("buy followers"))).await;
    // They are still where they were.
    keeper.has_focus_in_sight().await;
    keeper.tabs_to("Undo").await;
    keeper.press("Enter").await;
    guest.shows("it again", &has_line("buy followers")).await;
    assert_eq!(keeper.has_focus_in_sight().await, "Messages");

    walks_up_to(keeper, "buy followers").await;
    keeper.tabs_to("More about this person").await;
    keeper.press("Enter").await;
    keeper.tabs_to("10 min").await;
    keeper.press("Enter").await;
    guest.says("A moderator asked you to be silent for a while.").await;
    keeper.shows("no card", "document.querySelector('.chat-card') === null").await;
    keeper.has_focus_in_sight().await;
    let on_a_line = "document.activeElement.matches('[data-part=chat-message]')";
    assert_eq!(keeper.evaluate(on_a_line).await, true);
    keeper.tabs_to("Undo").await;
    keeper.press("Enter").await;
    guest.shows("where to write", "document.querySelector('.chat textarea') !== null").await;
}

/// To where one signs in.
async fn leaves(page: &Page, server: &Server) {
    page.tabs_back_to("Sign in").await;
    page.press("Enter").await;
    let there = format!("location.href.startsWith('{}')", server.url("/sign-in"));
    page.shows("another page", &there).await;
    page.says("Name or mail address").await;
    page.tabs_to("Name or mail address").await;
    page.is_content().await;
}
