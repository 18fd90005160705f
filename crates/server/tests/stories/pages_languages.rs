//! The pages in other languages, among somebody's apps, on other sites, and without a network.

use hyper::Method;
use serde_json::{Value, json};

use super::pages::is_accessible;
use crate::harness::{Answer, Browser, Http, Person, Server, Setup, Source};

const LANGUAGES: [&str; 6] = ["ar", "de", "en", "es", "fr", "ja"];

/// The first tag of a page that this header asks for.
async fn first_tag(client: &Http, path: &str, header: (&str, &str)) -> String {
    let page = client.get_with(path, &[header]).await.text();
    let (_, tag) = page.split_once("<html ").unwrap();
    tag.split_once('>').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_page_is_sent_as_its_reader_likes_it() {
    let server = Server::start().await;
    let client = server.client();
    for (path, header, expected) in [
        ("/", ("accept-language", "tlh"), "lang=\"en\" dir=\"ltr\""),
        ("/", ("accept-language", "de-AT,de;q=0.9"), "lang=\"de\" dir=\"ltr\""),
        ("/browse", ("accept-language", "ar-EG"), "lang=\"ar\" dir=\"rtl\""),
        ("/sign-in", ("cookie", "rivulet_language=ja"), "lang=\"ja\" dir=\"ltr\""),
        ("/embed/video?lang=es", ("cookie", "rivulet_language=ja"), "lang=\"es\" dir=\"ltr\""),
        (
            "/nothing",
            ("cookie", "rivulet_theme=light"),
            "lang=\"en\" dir=\"ltr\" data-theme=\"light\"",
        ),
        ("/", ("cookie", "rivulet_theme=\"><script>"), "lang=\"en\" dir=\"ltr\""),
    ] {
        assert_eq!(first_tag(&client, path, header).await, expected, "{path} {header:?}");
    }
    // Without scripts too.
    for (path, words) in [
        ("/", "Ohne öffne <a href=\"/hls/stream.m3u8\">den Stream</a>"),
        ("/sign-in", "<p>Diese Seite geht nur mit JavaScript. Zuschauen geht ohne.</p>"),
        ("/browse", "<h1>Stöbern</h1>"),
        ("/@rivulet/schedule", "<h1>Rivulet: Zeitplan</h1>"),
        ("/nothing", "Hier ist nichts."),
    ] {
        let page = client.get_with(path, &[("accept-language", "de")]).await.text();
        let (_, scriptless) = page.split_once("<noscript>").unwrap();
        let (scriptless, _) = scriptless.split_once("</noscript>").unwrap();
        assert!(scriptless.contains(words), "{path}: {scriptless}");
        assert!(!scriptless.contains("lang="), "{path}: {scriptless}");
    }
    // Only what the page needs, and only of its own language, loads beside its scripts.
    let page = client.get_with("/", &[("accept-language", "de")]).await.text();
    assert_eq!(page.matches("<link rel=\"modulepreload\" href=\"/assets/de-").count(), 2, "{page}");
    let english = client.get("/").await.text();
    assert!(!english.contains("/assets/de-") && !english.contains("/assets/en-"), "{english}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_language_is_complete_and_right_to_left_is_mirrored() {
    let server = Server::start().await;
    let browser = Browser::launch().await;
    let _encoder = server.encode(Source::testcard()).await;
    let mut texts = Vec::new();
    for language in LANGUAGES {
        let page = browser.open(&server.url(&format!("/sign-in?lang={language}"))).await;
        page.shows("a form", "document.querySelector('form label') !== null").await;
        let text = page.evaluate("document.querySelector('form').innerText").await;
        let text = text.as_str().unwrap().to_owned();
        assert!(!texts.contains(&text), "{language} says what another does: {text}");
        texts.push(text);
    }
    let page = browser.open(&server.url("/?lang=ar")).await;
    page.player_is("state", "playing").await;
    page.says("تسجيل الدخول").await;
    is_accessible(&page, "Arabic").await;
    page.resize(1440, 900).await;
    let sides = "(() => { const middle = (it) => { const box = document.querySelector(it)
            .getBoundingClientRect(); return (box.left + box.right) / 2; };
        return [middle('.watch-chat') < middle('.player'),
            middle('.player-bar button') < middle('.player'),
            getComputedStyle(document.querySelector('.player-bar')).direction]; })()";
    // The chat goes to the other side; the controls stay, for time runs to the right on every player.
    assert_eq!(page.evaluate(sides).await, json!([true, true, "ltr"]));
    page.is_content().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_chosen_once() {
    let server = Server::start().await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.shows("languages", "document.querySelector('footer select') !== null").await;
    page.evaluate(
        "(() => { const select = document.querySelector('footer select'); select.value = 'fr';
        select.dispatchEvent(new Event('change', { bubbles: true })); })()",
    )
    .await;
    page.says("Se connecter").await;
    page.go(&server.url("/settings/device")).await;
    page.says("Comment ce navigateur lit toutes les chaînes.").await;
    page.evaluate(
        "(() => { const select = document.querySelectorAll('main select')[1];
        select.value = 'light';
        select.dispatchEvent(new Event('change', { bubbles: true })); })()",
    )
    .await;
    page.go(&server.url("/")).await;
    let root =
        "document.documentElement.lang + getComputedStyle(document.documentElement).colorScheme";
    assert_eq!(page.evaluate(root).await, "frlight");
}

#[tokio::test]
async fn other_sites_are_told_how_to_show_a_channel() {
    let setup = Setup::with(&["--public-url", "https://live.example.org"]);
    let server = Server::start_with(setup).await;
    server.admin(&["set-channel", "--title", "Birds <at> \"dawn\""]);
    let client = server.client();
    let page = client.get("/").await.text();
    let (_, embed) = page.split_once("type=\"application/json+oembed\"").unwrap();
    let (_, embed) = embed.split_once("href=\"https://live.example.org").unwrap();
    let path = embed.split_once('"').unwrap().0.replace("&amp;", "&");
    let answer = client.get(&format!("{path}&maxwidth=640")).await.json();
    assert_eq!((&answer["type"], &answer["version"]), (&json!("video"), &json!("1.0")));
    assert_eq!((&answer["width"], &answer["height"]), (&json!(640), &json!(360)));
    let html = answer["html"].as_str().unwrap();
    assert!(html.starts_with("<iframe src=\"https://live.example.org/@"), "{html}");
    assert!(html.contains("Birds &lt;at&gt; &quot;dawn&quot;"), "{html}");
    let (_, player) = page.split_once("<meta name=\"twitter:player\" content=\"").unwrap();
    let player =
        player.split_once('"').unwrap().0.strip_prefix("https://live.example.org").unwrap();
    let answer = client.get(player).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-security-policy").contains("frame-ancestors *"));
    for (url, status) in [
        ("https://live.example.org/@nobody", 404),
        ("https://evil.example/@rivulet", 404),
        ("https://live.example.org/browse", 404),
    ] {
        assert_eq!(client.get(&format!("/oembed?url={url}")).await.status, status, "{url}");
    }
    assert_eq!(client.get("/oembed").await.status, 400);
    assert_eq!(client.get(&format!("{path}&format=xml")).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_page_that_was_kept_stands_and_nothing_else_was() {
    let mut server = Server::start().await;
    let manifest = server.client().get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest: Value = manifest.json();
    for icon in manifest["icons"].as_array().unwrap() {
        let file = server.client().get(icon["src"].as_str().unwrap()).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, icon["type"].as_str().unwrap())
        );
    }
    let encoder = server.encode(Source::testcard()).await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.player_is("state", "playing").await;
    page.shows("its worker", "navigator.serviceWorker.controller !== null").await;
    page.go(&server.url("/")).await;
    page.plays(30).await;
    let kept = "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)
        .then((cache) => cache.keys())))).then((all) => all.flat().map(({ url }) =>
        new URL(url).pathname).sort().join())";
    assert_eq!(page.evaluate(kept).await, "/offline.css,/offline.html,/offline.js");

    drop(encoder);
    server.stop().await;
    page.go(&server.url("/browse")).await;
    page.says("This device reaches no network").await;
    is_accessible(&page, "no network").await;
    server.start_again().await;
    page.click("Try again").await;
    let back = "document.body?.innerText.includes('Browse') === true";
    page.shows("what was asked for", back).await;
}

#[tokio::test]
async fn styles_of_the_site_win_over_those_of_the_pages() {
    let server =
        Server::start_with(Setup::with(&["--admin-password", "a quiet river at noon"])).await;
    let mut admin = Person::signed_in(&server, "admin", "a quiet river at noon").await;
    let styles = "[data-part='footer'] { display: none } :root { --r: 3px }";
    let changed = change(&mut admin, styles).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.shows(
        "no footer",
        "(() => { const it = document.querySelector('footer');
        return it && getComputedStyle(it).display === 'none'
            && getComputedStyle(it).getPropertyValue('--r') === '3px'; })()",
    )
    .await;
    assert_eq!(change(&mut admin, &"x".repeat(50_001)).await.status, 422);
}

async fn change(admin: &mut Person, styles: &str) -> Answer {
    let body = json!({ "styles": styles });
    admin.ask(Method::PATCH, "/api/v1/admin/settings", Some(body)).await
}
