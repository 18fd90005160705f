//! How pages look: the admin's styles, script, colours and buttons, and where they do not come.

use serde_json::json;

use super::client::{Client, started};
use crate::harness::{Browser, Setup};
use crate::pages::is_accessible;

#[tokio::test]
async fn pages_for_viewers_wear_what_the_admin_gave_them_and_others_do_not() {
    let server = started(Setup::default()).await;
    let admin = Client::admin(&server);
    let guest = Client::guest(&server);
    let plain = guest.get("/").await.text();
    assert!(!plain.contains("site.css") && !plain.contains("customjavascript"));
    let actions = json!([
        { "url": "https://shop.example", "title": "Shop", "description": "Shirts", "icon": "",
          "color": "", "openExternally": true },
        { "url": "", "html": "<p>Hi <b onclick=\"alert(1)\">you</b></p><script>alert(1)</script>",
          "title": "Rules", "description": "" },
    ]);
    for (key, value) in [
        ("customstyles", json!("h1 { letter-spacing: 7px } }}} .x {")),
        ("customjavascript", json!("document.documentElement.dataset.own = location.pathname")),
        ("appearance", json!({ "theme-color-action": "#0a5d00", "theme-color-users-0": "red" })),
        ("externalactions", actions),
    ] {
        let set = admin.set(key, &value).await;
        assert_eq!(set.status, 200, "{key}: {}", set.text());
    }
    // The script stands on pages by its address, and none may stand there itself.
    let page = guest.get("/").await;
    assert!(page.text().contains("<script src=\"/customjavascript?"), "{}", page.text());
    assert!(!page.header("content-security-policy").contains("unsafe-inline"));
    for bare in ["/admin", "/sign-in", "/settings", "/studio"] {
        let page = guest.get(bare).await.text();
        assert!(!page.contains("customjavascript") && !page.contains("site.css"), "{bare}");
        assert!(page.contains("rivulet-dress"), "{bare}");
    }
    let page = guest.get("/nothing-here").await.text();
    assert!(page.contains("customjavascript") && page.contains("site.css"), "{page}");

    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.shows("the script ran", "document.documentElement.dataset.own === '/'").await;
    page.shows(
        "its styles",
        "getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'",
    )
    .await;
    let accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()";
    page.shows("its colour", &format!("{accent} === '#0a5d00'")).await;
    page.says("Shop").await;
    page.shows(
        "the way to the shop",
        "document.querySelector('a[href=\"https://shop.example\"]').rel.includes('noopener')",
    )
    .await;
    page.click("Rules").await;
    page.shows("the text", "document.querySelector('dialog[open]').innerText.includes('Hi you')")
        .await;
    assert_eq!(
        page.evaluate("document.querySelector('dialog[open] [onclick]')").await,
        json!(null)
    );
    page.is_content().await;
    is_accessible(&page, "a text of the site's own").await;
    page.press("Escape").await;

    // From there to where one signs in is a whole new page, without any of it.
    page.evaluate("document.querySelector('a[href^=\"/sign-in\"]').click()").await;
    page.shows("the way to sign in", "location.pathname === '/sign-in'").await;
    page.shows("a page without it", "document.documentElement.dataset.own === undefined").await;
}

#[tokio::test]
async fn the_pages_of_the_administration_know_owncasts_clients_and_strangers() {
    let server = started(Setup::default()).await;
    for path in ["/admin", "/admin/people"] {
        let stranger = Client::guest(&server).get(path).await;
        assert_eq!(stranger.status, 401, "{path}");
        assert!(stranger.text().contains("<title>Sign in"), "{path}: {}", stranger.text());
        // Browsers would ask for a password of their own.
        assert_eq!(stranger.header("www-authenticate"), "", "{path}");
        assert_eq!(Client::admin(&server).get(path).await.status, 200, "{path}");
        let wrong = Client::with_password(&server, "wrong").get(path).await;
        assert_eq!(wrong.status, 401, "{path}");
        assert!(wrong.header("www-authenticate").starts_with("Basic"), "{path}");
    }
    for path in ["/sign-in", "/settings", "/studio"] {
        assert_eq!(Client::guest(&server).get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn media_players_get_the_stream_and_owncasts_addresses_lead_to_ours() {
    let server = started(Setup::default()).await;
    let http = server.client();
    for agent in ["VLC/3.0.18 LibVLC/3.0.18", "mpv 0.35.1", "AppleCoreMedia/1.0.0.20G81"] {
        let answer = http.get_with("/", &[("user-agent", agent)]).await;
        let there = (answer.status, answer.header("location"));
        assert_eq!(there, (307, "/hls/stream.m3u8"), "{agent}");
    }
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    assert_eq!(http.get_with("/", &[("user-agent", browser)]).await.status, 200);
    for (from, to) in [
        ("/embed/chat", "/embed/chat/readonly"),
        ("/embed/chat/", "/embed/chat/readonly"),
        ("/admin/", "/admin"),
        ("/admin/viewer-info/", "/admin"),
        ("/admin/config/general/", "/admin"),
    ] {
        let answer = http.get(from).await;
        assert_eq!((answer.status, answer.header("location")), (307, to), "{from}");
    }
}
