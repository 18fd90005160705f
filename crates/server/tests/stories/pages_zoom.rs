//! The pages of those who make everything four times as large, and of those who want nothing to move.

use serde_json::{Value, json};

use crate::harness::{Browser, Page, Server, Setup, Source};

const PASSWORD: &str = "a quiet river at noon";

/// What a window of 1280 by 1024 has left at 400 % (WCAG 2.2, 1.4.10).
const ZOOMED: (u32, u32) = (320, 256);

/// What sticks out of the page, or is cut off where nobody can scroll to it: JavaScript.
const CUT_OFF: &str = "(() => {
    const visible = { opacityProperty: true, visibilityProperty: true };
    const scrolls = (it) => /auto|scroll/.test(getComputedStyle(it).overflowX);
    const parents = function* (it) { for (let up = it; up && up !== document.body; up = up.parentElement) yield up; };
    const hidden = '.visually-hidden, .skip-link, svg, video, canvas, [aria-hidden=true], dialog:not([open]), [inert]';
    const cut = (it) => {
        const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(it);
        const short = textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
        return /hidden|clip/.test(overflowX) && !short && it.scrollWidth > it.clientWidth + 1
            && it.matches('button, a, p, h1, h2, h3, li, label, td, th, dd, dt, code');
    };
    return [...document.querySelectorAll('body *')].filter((it) => {
        if (!it.checkVisibility(visible) || it.closest(hidden)) return false;
        if ([...parents(it)].some(scrolls)) return false;
        const { left, right, width, height } = it.getBoundingClientRect();
        if (width < 2 || height < 2) return false;
        return left < -1 || right > innerWidth + 1 || cut(it);
    }).slice(0, 5).map((it) => it.outerHTML.slice(0, 160)); })()";

/// What moves on the page, or would: JavaScript.
const MOVES: &str = "(() => {
    const long = (times) => times.split(',').some((it) => parseFloat(it) > 0.01);
    const moving = (it, pseudo) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(it, pseudo);
        return (animationName !== 'none' && long(animationDuration)) || long(transitionDuration);
    };
    const found = [...document.querySelectorAll('body, body *')]
        .filter((it) => [undefined, '::before', '::after'].some((pseudo) => moving(it, pseudo)));
    const smooth = getComputedStyle(document.documentElement).scrollBehavior === 'smooth';
    return [...found.map((it) => it.outerHTML.slice(0, 160)), ...(smooth ? ['scrolling'] : [])].slice(0, 5); })()";

async fn signed_in(server: &Server, browser: &Browser) -> Page {
    let page = browser.open(&server.url("/sign-in")).await;
    page.fill("Name or mail address", "admin").await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
    page.shows("the start page", "location.pathname === '/'").await;
    page
}

/// The parts that a page of several leads to.
async fn parts(page: &Page) -> Vec<String> {
    page.shows("its parts", "document.querySelector('.parts-nav a') !== null").await;
    let hrefs = "[...document.querySelectorAll('.parts-nav a')].map((it) => it.pathname)";
    serde_json::from_value(page.evaluate(hrefs).await).unwrap()
}

async fn is_drawn(page: &Page) {
    let drawn = "Boolean(document.querySelector('h1, h2, form, .chat, .player')
        && !document.querySelector('.skeleton'))";
    page.shows("all of itself", drawn).await;
}

/// Nothing sticks out at the side, and nothing is cut off.
async fn fits(page: &Page, what: &str) {
    let (width, height) = ZOOMED;
    page.resize(width, height).await;
    let sticks_out = "document.documentElement.scrollWidth - innerWidth";
    let (wide, cut) = (page.evaluate(sticks_out).await, page.evaluate(CUT_OFF).await);
    assert!(
        wide.as_i64() <= Some(0) && cut == json!([]),
        "{what} at 400 %: {wide} px too wide, cut off: {cut:#}"
    );
}

async fn stands_still(page: &Page, what: &str) {
    let moving: Value = page.evaluate(MOVES).await;
    assert_eq!(moving, json!([]), "{what} moves");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_times_as_large_everything_can_be_read() {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    server.admin(&[
        "set-channel",
        "--title",
        "A title that goes on for longer than a phone is wide",
    ]);
    let browser = Browser::launch().await;
    let keeper = signed_in(&server, &browser).await;
    let mut paths = vec!["/settings".to_owned(), "/studio/rivulet".to_owned(), "/admin".to_owned()];
    for path in paths.clone() {
        keeper.go(&server.url(&path)).await;
        paths.extend(parts(&keeper).await.into_iter().filter(|it| *it != path));
    }
    for path in paths {
        keeper.go(&server.url(&path)).await;
        is_drawn(&keeper).await;
        fits(&keeper, &path).await;
        // The parts stand in one line: the one that is shown is in sight.
        let current = "(() => { const box = document.querySelector('.parts-nav [aria-current]')
            ?.getBoundingClientRect(); return !box || (box.left >= -1 && box.right <= innerWidth + 1
            || box.width > innerWidth); })()";
        keeper.shows(&format!("the current part of {path}"), current).await;
    }
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let page = browser.open(&server.url("/")).await;
    for path in [
        "/",
        "/browse",
        "/search?q=rivulet",
        "/following",
        "/@rivulet/schedule",
        "/@rivulet/chat",
        "/embed/video",
        "/sign-in",
        "/register",
        "/nothing",
    ] {
        page.go(&server.url(path)).await;
        is_drawn(&page).await;
        fits(&page, path).await;
    }
    page.go(&server.url("/")).await;
    page.player_is("state", "playing").await;
    fits(&page, "the watch page").await;
    for tab in ["About", "Schedule", "Past broadcasts"] {
        page.click(tab).await;
        is_drawn(&page).await;
        fits(&page, tab).await;
    }
    keeper.threw_nothing();
    page.threw_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_for_those_who_want_nothing_to_move() {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    let browser = Browser::launch().await;
    let page = signed_in(&server, &browser).await;
    page.wishes(&[("prefers-reduced-motion", "reduce")]).await;
    for path in ["/", "/browse", "/settings/device", "/studio/rivulet", "/admin", "/@rivulet/chat"]
    {
        page.go(&server.url(path)).await;
        page.shows("something", "document.querySelector('h1, h2, .chat') !== null").await;
        // Also what stands there while something is waited for.
        stands_still(&page, path).await;
        is_drawn(&page).await;
        stands_still(&page, path).await;
    }
    page.go(&server.url("/")).await;
    let _encoder = server.encode(Source::testcard()).await;
    page.player_is("state", "playing").await;
    stands_still(&page, "the watch page").await;
    page.wishes(&[]).await;
    assert_ne!(page.evaluate(MOVES).await, json!([]), "nothing ever moves: the look is wrong");
    page.threw_nothing();
}
