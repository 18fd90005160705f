//! Finding channels on pages, following them, and knowing when they are on again.

use serde_json::Value;

use crate::harness::{Browser, Ffmpeg, Page, Server, Setup};
use crate::pages::is_accessible;

const PASSWORD: &str = "a quiet river at noon";

/// A site of several channels, and somebody signed in who runs it.
async fn site() -> (Server, Browser, Page) {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/sign-in")).await;
    sign_in(&page).await;
    page.shows("the start page", "location.pathname === '/'").await;
    does(&page, "PATCH", "/api/v1/admin/settings", r#"{ mode: "multi" }"#).await;
    (server, browser, page)
}

async fn sign_in(page: &Page) {
    page.fill("Name or mail address", "admin").await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
}

/// Asks the API as whoever is signed in on the page.
async fn does(page: &Page, method: &str, path: &str, body: &str) -> Value {
    let ask = format!(
        "fetch('{path}', {{ method: '{method}', headers: {{ 'content-type': 'application/json' }},
            body: JSON.stringify({body}) }}).then((it) => it.json())"
    );
    let answer = page.evaluate(&ask).await;
    assert!(answer["code"].is_null(), "{method} {path}: {answer}");
    answer
}

/// A channel of whoever is signed in on the page; its stream key.
async fn channel(page: &Page, slug: &str) -> String {
    does(page, "POST", "/api/v1/channels", &format!("{{ slug: '{slug}' }}")).await;
    let path = format!("/api/v1/channels/{slug}/keys");
    let made = does(page, "POST", &path, "{ label: 'a story' }").await;
    made["key"].as_str().unwrap().to_owned()
}

/// Whether the channel is followed, as its button has it: JavaScript.
const PRESSED: &str = "document.querySelector('main button[aria-pressed]')?.ariaPressed";

/// Presses that button once it says so; true when it did: JavaScript.
fn press(now: bool) -> String {
    format!(
        "(() => {{ const button = 'main button[aria-pressed={now}]:not([aria-disabled])';
            const it = document.querySelector(button);
            it?.click();
            return it != null; }})()"
    )
}

#[tokio::test]
async fn a_guest_who_wants_to_follow_signs_in_and_finds_the_channel_again() {
    let (server, browser, admin) = site().await;
    let key = channel(&admin, "birds").await;
    does(&admin, "PATCH", "/api/v1/channels/birds", r#"{ title: "Nest <b>", tags: ["nature"] }"#)
        .await;

    let page = browser.open(&server.url("/@birds")).await;
    page.click("Follow").await;
    sign_in(&page).await;
    page.shows("the channel again", "location.pathname === '/@birds'").await;
    page.shows("a way to follow", &press(false)).await;
    page.shows("that it is followed", &format!("{} === 'true'", PRESSED)).await;

    let _encoder = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    server.channel_becomes("birds", "live").await;
    page.go(&server.url("/following")).await;
    let live = "document.querySelector('[data-part=live-channels] a')?.pathname === '/@birds'";
    page.shows("the channel among those on air", live).await;
    let rail = "document.querySelector('nav.rail li a')?.pathname === '/@birds'";
    page.shows("it beside every page", rail).await;
    page.says("Nest <b>").await;
    for path in ["/", "/browse", "/browse?tag=nature", "/search?q=bir"] {
        page.go(&server.url(path)).await;
        page.shows(&format!("it at {path}"), live).await;
        is_accessible(&page, path).await;
    }
    page.go(&server.url("/@birds")).await;
    page.shows("a way to follow no longer", &press(true)).await;
    page.shows("that it is not", &format!("{} === 'false'", PRESSED)).await;
    page.go(&server.url("/following")).await;
    page.says("You follow no channel yet.").await;
}

#[tokio::test]
async fn who_follows_stands_on_the_channel_if_its_owner_and_they_want_it() {
    let (server, browser, admin) = site().await;
    channel(&admin, "birds").await;
    admin.go(&server.url("/@birds")).await;
    admin.shows("a way to follow", &press(false)).await;
    admin.shows("that it is followed", &format!("{} === 'true'", PRESSED)).await;
    let guest = browser.open(&server.url("/@birds")).await;
    let tab = "document.querySelector('[data-tab=followers]') !== null";
    guest
        .shows("what there is to know", "document.querySelector('[data-tab=past]') !== null")
        .await;
    assert_eq!(guest.evaluate(tab).await, false);

    admin.go(&server.url("/studio/birds/about")).await;
    let choose = "(() => { const it = document.querySelector('[name=shows_followers]');
        it?.click(); return it?.checked === true; })()";
    admin.shows("a choice", choose).await;
    admin.click("Save").await;
    admin.says("Saved").await;
    guest.go(&server.url("/@birds")).await;
    guest.click("Followers").await;
    let named = "document.querySelectorAll('[data-part=followers] li').length";
    guest.shows("who follows", &format!("{named} === 1")).await;
    guest.says("1 follower").await;
    is_accessible(&guest, "who follows").await;

    admin.go(&server.url("/settings/data")).await;
    let hide = "(() => { const it = document.querySelector('.section input.checkbox');
        it?.click(); return it != null; })()";
    admin.shows("a choice", hide).await;
    let kept = "fetch('/api/v1/account/follows/listed').then((it) => it.json())
        .then((it) => it.listed === false)";
    admin.shows("that it is kept", kept).await;
    guest.go(&server.url("/@birds")).await;
    guest.click("Followers").await;
    // Counted, and not named.
    guest.says("1 follower").await;
    assert_eq!(guest.evaluate(named).await, 0);
}

#[tokio::test]
async fn names_are_offered_while_somebody_types() {
    let (server, _browser, page) = site().await;
    channel(&page, "birds").await;
    page.go(&server.url("/")).await;
    page.fill("Search channels", "bir").await;
    page.shows("a suggestion", "document.querySelector('[role=option]') !== null").await;
    page.press("ArrowDown").await;
    page.press("Enter").await;
    page.shows("the channel", "location.pathname === '/@birds'").await;
}

#[tokio::test]
async fn what_is_planned_is_seen_by_viewers_and_one_time_is_called_off() {
    let (server, browser, studio) = site().await;
    channel(&studio, "choir").await;
    studio.go(&server.url("/studio/choir/schedule")).await;
    studio.fill("Title", "Rehearsal").await;
    let weekly = "(() => { const it = document.querySelector('select[name=repeats]');
        if (!it) return false;
        it.value = 'week';
        it.dispatchEvent(new Event('change', { bubbles: true }));
        return document.querySelector('[name=day-MO]') !== null; })()";
    studio.shows("days of the week", weekly).await;
    is_accessible(&studio, "planning").await;
    studio.click("Plan it").await;
    let planned = "document.querySelectorAll('[data-part=planned] > li').length >= 14";
    studio.shows("the coming times", planned).await;

    let viewer = browser.open(&server.url("/@choir")).await;
    viewer.says("Rehearsal").await;
    viewer.shows("a countdown", "document.querySelector('[data-part=countdown]') !== null").await;
    is_accessible(&viewer, "an offline channel").await;

    studio.click("Change").await;
    studio.click("Cancel this time").await;
    studio.says("Cancelled").await;
    viewer.go(&server.url("/@choir/schedule")).await;
    viewer.says("Cancelled").await;
    is_accessible(&viewer, "the schedule").await;
    viewer.click("Rehearsal").await;
    viewer.shows("its page", "location.pathname.startsWith('/@choir/schedule/')").await;
    viewer.shows("when", "document.querySelector('[data-part=countdown]') !== null").await;
    is_accessible(&viewer, "one stream").await;
}
