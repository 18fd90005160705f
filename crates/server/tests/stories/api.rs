//! What all of the API has in common: a page to read about it, and limits.

use crate::harness::{Browser, Server, Setup};
use crate::pages::is_accessible;

#[tokio::test]
async fn the_api_can_be_read_about_in_a_browser() {
    let server = Server::start().await;
    let answer = server.client().get("/api/docs").await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");

    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/api/docs")).await;
    page.shows("its operations", "document.querySelectorAll('main section').length > 10").await;
    page.shows("its style", "getComputedStyle(document.body).margin === '0px'").await;
    is_accessible(&page, "/api/docs").await;
    page.evaluate("document.querySelectorAll('details').forEach((it) => it.open = true)").await;
    is_accessible(&page, "/api/docs, unfolded").await;
    let dead = "[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.hash.slice(1))
        .filter((id) => !document.getElementById(id)).join()";
    assert_eq!(page.evaluate(dead).await, "", "links to nowhere");
    let elsewhere = "performance.getEntriesByType('resource').map((it) => it.name)
        .filter((name) => !name.startsWith(location.origin)).join()";
    assert_eq!(page.evaluate(elsewhere).await, "", "asked somebody else");
    assert_eq!(page.evaluate("document.scripts.length").await, 0);

    let described = server.client().get("/api/v1/openapi.json").await.json();
    let text = answer.text();
    for path in described["paths"].as_object().unwrap().keys() {
        let shown = path.replace('/', "/<wbr>");
        assert!(text.contains(&shown), "{path} is missing");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let limits = ["--api-limits", "read=3", "--trusted-proxies", "127.0.0.1/32"];
    let server = Server::start_with(Setup::with(&limits)).await;
    let http = server.client();
    let channel = "/api/v1/channels/primary";
    let ada = [("x-forwarded-for", "2001:db8::1")];
    for _ in 0..3 {
        assert_eq!(http.get_with(channel, &ada).await.status, 200);
    }
    // Another address of the same customer.
    let refused = http.get_with(channel, &[("x-forwarded-for", "2001:db8::2")]).await;
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(refused.json()["code"], "too_often");
    // Everybody else, and everything that is no API, goes on.
    assert_eq!(http.get_with(channel, &[("x-forwarded-for", "192.0.2.1")]).await.status, 200);
    assert_eq!(http.get_with("/", &ada).await.status, 200);
    assert_eq!(http.get_with("/hls/stream.m3u8", &ada).await.status, 200);
    // Whoever sits at the machine.
    for _ in 0..10 {
        assert_eq!(http.get_with(channel, &[("host", "localhost")]).await.status, 200);
    }
}
