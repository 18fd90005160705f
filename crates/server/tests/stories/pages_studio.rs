//! The studio and the pages of those who run the site: from the first start to a stream, keeping
//! order by keys, and what a site looks like.

use std::fs;

use serde_json::json;

use crate::harness::{Browser, Ffmpeg, Page, Server, Setup};

const PASSWORD: &str = "a quiet river at noon";

async fn server() -> Server {
    Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await
}

async fn signed_in(server: &Server, browser: &Browser, path: &str) -> Page {
    let page = browser.open(&server.url(path)).await;
    page.fill("Name or mail address", "admin").await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
    page.shows("the page that was asked for", &format!("location.pathname === '{path}'")).await;
    page
}

/// On a phone and on a desk, light and dark: nothing for axe to find, nothing that sticks out.
async fn is_for_everybody(page: &Page, what: &str) {
    for (width, height) in [(390, 844), (1440, 900)] {
        page.resize(width, height).await;
        for scheme in ["dark", "light"] {
            let violations = page.violations_in(scheme).await;
            assert!(violations.is_empty(), "{what} at {width}, {scheme}: {violations:#?}");
        }
        let sticks_out = "document.documentElement.scrollWidth > window.innerWidth";
        assert_eq!(page.evaluate(sticks_out).await, false, "{what} at {width} scrolls sideways");
    }
}

/// The text field of this label: JavaScript.
fn field(label: &str) -> String {
    format!(
        "[...document.querySelectorAll('label')].find((it) => it.innerText.startsWith({}))?.control",
        json!(label)
    )
}

#[tokio::test]
async fn a_newcomer_sees_a_test_stream_before_an_encoder_is_opened_and_is_live_after_it() {
    let server = Server::start().await;
    let told = fs::read_to_string(server.data().join("first-run.txt")).unwrap();
    let link = told.lines().find_map(|line| line.strip_prefix("Set up at: ")).unwrap();
    let browser = Browser::launch().await;
    let page = browser.open(&server.url(link)).await;
    page.fill("New password", PASSWORD).await;
    page.press("Enter").await;

    page.says("Give it a name").await;
    is_for_everybody(&page, "the name").await;
    page.fill("What is it called?", "River Radio").await;
    page.press("Enter").await;
    page.says("Who it is for").await;
    is_for_everybody(&page, "who it is for").await;
    page.click("Go on").await;
    page.says("What it looks like").await;
    page.shows("a preview", "document.querySelector('[data-part=accent-preview]') !== null").await;
    is_for_everybody(&page, "the look").await;
    page.click("Go on").await;
    page.says("Which qualities viewers get").await;
    page.shows("the ladder", "document.querySelector('[data-part=ladder]') !== null").await;
    is_for_everybody(&page, "the qualities").await;
    page.click("Go on with the test").await;

    page.click("Play a test stream").await;
    page.says("It works").await;
    page.plays(30).await;
    is_for_everybody(&page, "the test stream").await;
    page.click("Go on").await;
    page.says("Everything is ready").await;
    // Nothing is left on air, and nobody waits for it to come back.
    server.becomes("offline").await;

    page.click("Put my key in").await;
    let key = format!("{}?.value", field("Stream key"));
    page.shows("the key", &format!("({key} ?? '').length > 20")).await;
    let key = page.evaluate(&key).await.as_str().unwrap().to_owned();
    assert_eq!(key, server.key());
    page.shows(
        "a profile for OBS",
        "[...document.querySelectorAll('button')].some((it) =>
            it.innerText.startsWith('Download the OBS profile') && !it.disabled)",
    )
    .await;
    is_for_everybody(&page, "the recipes").await;

    page.click("Go to the studio").await;
    // Loaded anew, with its new name.
    let studio = "location.pathname === '/studio/rivulet' && document.readyState === 'complete'";
    page.shows("the studio", studio).await;
    page.says("Waiting for your encoder").await;
    let _encoder = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    for check in ["connected", "pictures", "sound", "live"] {
        let good =
            format!("document.querySelector('[data-check={check}][data-state=good]') !== null");
        page.shows(&format!("that it comes through: {check}"), &good).await;
    }
    page.says("Healthy").await;
    is_for_everybody(&page, "the studio on air").await;
    assert_eq!(page.evaluate("document.title").await, "River Radio · Studio · River Radio");
}

#[tokio::test]
async fn a_moderator_works_through_the_queue_by_keys() {
    let server = server().await;
    let browser = Browser::launch().await;
    let keeper = signed_in(&server, &browser, "/studio/rivulet/chat").await;
    keeper.shows("the rules", &format!("{} !== undefined", field("It is open"))).await;
    keeper
        .evaluate(&format!(
            "((it) => {{ it.value = 'always'; it.form.requestSubmit(); }})({})",
            field("It is open")
        ))
        .await;
    keeper.says("Saved").await;
    keeper.go(&server.url("/studio/rivulet/moderation")).await;
    keeper.says("Nothing waits").await;
    keeper.fill("Word", "spam").await;
    keeper.click("Block it").await;
    keeper.shows("the word", "document.querySelector('[data-part=terms] .mono') !== null").await;

    let guest = browser.open(&server.url("/")).await;
    for text in ["spam and eggs", "more spam"] {
        guest.fill("Your message", text).await;
        guest.press("Enter").await;
        keeper.says(text).await;
    }
    is_for_everybody(&keeper, "the queue").await;
    keeper.evaluate("document.querySelector('[data-part=queue-item]').focus()").await;
    keeper.press("a").await;
    let left = "document.querySelectorAll('[data-part=queue-item]').length";
    keeper
        .shows(
            "one that is left, focused",
            &format!("{left} === 1 && document.activeElement.matches('[data-part=queue-item]')"),
        )
        .await;
    keeper.press("r").await;
    keeper.says("Nothing waits").await;
    let said = "[...document.querySelectorAll('[data-part=chat-message]')]
        .map((it) => it.innerText).join('|')";
    guest.shows("what was let through", &format!("({said}).includes('spam and eggs')")).await;
    assert_eq!(guest.evaluate(&format!("({said}).includes('more spam')")).await, false);
    guest.is_content().await;
}

/// How many markers a page lists.
const LISTED: &str = "document.querySelectorAll('[data-part=marker-list] > li').length";

#[tokio::test]
async fn a_streamer_marks_moments_and_takes_them_along_as_chapters() {
    let server = server().await;
    let browser = Browser::launch().await;
    let desk = signed_in(&server, &browser, "/studio/rivulet/live").await;
    desk.says("While you are on air you mark moments here").await;
    let publishing = server.publish(&Ffmpeg::testsrc());
    server.becomes("live").await;
    let other = signed_in(&server, &browser, "/studio/rivulet/live/markers").await;

    desk.fill("What happens", "The goal").await;
    desk.click("Set a marker").await;
    desk.says("Marked at ").await;
    desk.says("admin marked ").await;
    other.shows("what was marked elsewhere", &format!("{LISTED} === 1")).await;
    // From a field of another panel, on a keyboard that writes µ with Alt and M.
    desk.fill("Your message", "hello").await;
    desk.press_with_alt('m').await;
    for page in [&desk, &other] {
        page.shows("both", &format!("{LISTED} === 2")).await;
    }
    desk.fill("Your message", "/marker Corner").await;
    desk.press("Enter").await;
    for page in [&desk, &other] {
        page.shows("all three, the newest first", &format!("{LISTED} === 3")).await;
        page.says("Corner").await;
    }
    is_for_everybody(&desk, "markers on air").await;
    is_for_everybody(&other, "the dock of markers").await;
    other.is_content().await;

    desk.click("End stream").await;
    desk.click("End it").await;
    drop(publishing);
    server.becomes("offline").await;
    desk.go(&server.url("/studio/rivulet/broadcasts")).await;
    desk.click("3 markers").await;
    desk.shows("the markers", &format!("{LISTED} === 3")).await;
    is_for_everybody(&desk, "markers of a broadcast").await;
    desk.click("Edit").await;
    desk.fill("Marker at", "Own goal").await;
    desk.press("Enter").await;
    desk.says("Own goal").await;
    let last = "[...document.querySelectorAll('[data-part=marker-list] > li:last-child button')]
        .find((it) => it.innerText.startsWith('Remove')).click()";
    desk.evaluate(last).await;
    desk.click("Remove it").await;
    desk.shows("one less", &format!("{LISTED} === 2")).await;
    desk.says("2 markers").await;
    desk.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        .await;
    desk.click("Copy as chapters").await;
    let copied =
        "/^0:00:00 Beginning\\n0:[\\d:]+ Own goal\\n0:[\\d:]+ Marker$/.test(window.copied)";
    desk.shows("that it was copied", copied).await;
}

#[tokio::test]
async fn an_admin_chooses_a_colour_that_stays_legible_and_viewers_get_it() {
    let server = server().await;
    let browser = Browser::launch().await;
    let admin = signed_in(&server, &browser, "/admin/branding").await;
    admin.shows("the colour", "document.querySelector('input[type=color]') !== null").await;
    // Yellow on white could not be read.
    admin
        .evaluate(
            "(() => { const it = document.querySelector('input[type=color]');
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
            set.call(it, '#ffff00');
            it.dispatchEvent(new Event('input', { bubbles: true })); })()",
        )
        .await;
    let contrasts = "[...document.querySelectorAll('[data-contrast]')]
        .map((it) => Number(it.dataset.contrast))";
    admin.shows("both schemes", &format!("({contrasts}).length === 2")).await;
    admin.shows("legible ones", &format!("({contrasts}).every((it) => it >= 4.5)")).await;
    is_for_everybody(&admin, "a colour before it is saved").await;
    admin.click("Save").await;
    admin.says("Saved").await;
    let hue = "document.documentElement.style.getPropertyValue('--hue')";
    admin.shows("the colour on the page", &format!("{hue} === '110'")).await;

    let viewer = browser.open(&server.url("/")).await;
    viewer.shows("the colour", &format!("{hue} === '110'")).await;
    is_for_everybody(&viewer, "the watch page in another colour").await;
    admin.is_content().await;
}

#[tokio::test]
async fn every_page_of_the_studio_and_of_the_site_is_for_everybody() {
    let server = server().await;
    let browser = Browser::launch().await;
    let page = signed_in(&server, &browser, "/admin").await;
    let studio = ["", "/live", "/moderation", "/chat", "/broadcasts", "/about", "/look", "/video"];
    let studio = studio.map(|part| format!("/studio/rivulet{part}"));
    let docks = ["controls", "markers", "activity", "health", "chat"];
    let docks = docks.map(|panel| format!("/studio/rivulet/live/{panel}"));
    let admin = [
        "",
        "/general",
        "/branding",
        "/video",
        "/chat",
        "/people",
        "/channels",
        "/categories",
        "/emotes",
        "/tokens",
        "/webhooks",
        "/actions",
        "/log",
        "/jobs",
        "/backup",
        "/about",
    ];
    let admin = admin.map(|part| format!("/admin{part}"));
    for path in studio.iter().chain(&docks).chain(&admin) {
        page.go(&server.url(path)).await;
        let drawn = "document.querySelector('h2, .chat') && !document.querySelector('.skeleton')";
        page.shows("all of itself", &format!("Boolean({drawn})")).await;
        is_for_everybody(&page, path).await;
    }
}
