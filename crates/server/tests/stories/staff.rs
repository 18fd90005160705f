//! What owners and admins do with their server: a test picture, webhooks, programs, what they add to
//! pages, copies of the database, and a site that keeps its counts to itself.

use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Database, Ffmpeg, Person, Server, Setup, on_both_databases, until};

const PASSWORD: &str = "a quiet river at noon";

on_both_databases!(
    programs_webhooks_and_extras_are_kept,
    admins_see_every_channel_and_the_counts_they_hide,
);

async fn admin_on(database: Database) -> (Server, Person) {
    let setup = Setup { database, ..Setup::with(&["--admin-password", PASSWORD]) };
    let server = Server::start_with(setup).await;
    let admin = Person::signed_in(&server, "admin", PASSWORD).await;
    (server, admin)
}

fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["code"].clone())
}

#[tokio::test]
async fn the_test_picture_makes_way_for_an_encoder_and_leaves_nothing_behind() {
    let (server, mut admin) = admin_on(Database::default()).await;
    let path = "/api/v1/channels/primary/stream/test";
    let shown = admin.ask(Method::POST, path, None).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let test = server.becomes("live").await["broadcast_id"].clone();
    assert_eq!(code(&admin.ask(Method::POST, path, None).await), (409, json!("conflict")));

    // An encoder that comes is not refused, and what it sends is another broadcast.
    let encoder = server.publish(&Ffmpeg::testsrc());
    until("the encoder is on air", async || {
        let status = server.status("primary").await;
        (status["state"] == "live" && status["broadcast_id"] != test).then_some(())
    })
    .await;
    assert_eq!(code(&admin.ask(Method::POST, path, None).await), (409, json!("conflict")));
    // Ending the test ends no encoder.
    assert_eq!(admin.ask(Method::DELETE, path, None).await.status, 204);
    assert_eq!(server.status("primary").await["state"], "live");
    drop(encoder);
    admin.post("/api/v1/channels/primary/stream/end", json!({ "lock": true })).await;
    let locked = admin.ask(Method::POST, path, None).await;
    assert_eq!(code(&locked), (409, json!("conflict")));
    assert!(locked.text().contains("nobody may publish"), "{}", locked.text());
    admin.ask(Method::DELETE, "/api/v1/channels/primary/stream/lock", None).await;

    assert_eq!(admin.ask(Method::POST, path, None).await.status, 200);
    server.becomes("live").await;
    assert_eq!(admin.ask(Method::DELETE, path, None).await.status, 204);
    // At once: nobody waits for a test picture to come back.
    assert_eq!(server.status("primary").await["state"], "offline");
}

async fn programs_webhooks_and_extras_are_kept(database: Database) {
    let (_server, mut admin) = admin_on(database).await;
    let wanted = json!({ "name": "Bot", "scopes": ["CAN_SEND_MESSAGES"] });
    let made = admin.post("/api/v1/admin/programs", wanted).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (id, token) = (made.json()["id"].clone(), made.json()["token"].clone());
    let listed = admin.get("/api/v1/admin/programs").await;
    assert_eq!(listed.json()[0]["name"], "Bot");
    assert!(!listed.text().contains(token.as_str().unwrap()), "shown once only");
    let path = format!("/api/v1/admin/programs/{}", id.as_str().unwrap());
    assert_eq!(admin.ask(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(admin.ask(Method::DELETE, &path, None).await.status, 404);

    let wanted = json!({ "url": "https://hooks.example.org/a", "events": ["STREAM_STARTED"] });
    let made = admin.post("/api/v1/webhooks", wanted).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(made.json()["secret"].as_str().unwrap().len() > 30);
    let wrong = json!({ "url": "http://127.0.0.1/a", "events": ["STREAM_STARTED"] });
    assert_eq!(code(&admin.post("/api/v1/webhooks", wrong).await), (422, json!("invalid")));
    assert_eq!(admin.get("/api/v1/webhooks").await.json().as_array().unwrap().len(), 1);
    assert_eq!(admin.ask(Method::DELETE, "/api/v1/webhooks/1", None).await.status, 204);
    assert_eq!(admin.ask(Method::DELETE, "/api/v1/webhooks/1", None).await.status, 404);

    let patch = json!({
        "custom_styles": "body{}",
        "appearance": { "a": "1" },
        "external_actions": [{ "title": "Shop", "url": "https://example.org/" }],
    });
    let path = "/api/v1/admin/extras";
    let changed = admin.ask(Method::PATCH, path, Some(patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["external_actions"][0]["title"], "Shop");
    assert_eq!(changed.json()["appearance"], json!({ "a": "1" }));
    for wrong in [
        json!({ "external_actions": [{ "title": "", "url": "https://example.org/" }] }),
        json!({ "custom_styles": 5 }),
        json!({ "nothing": "x" }),
    ] {
        let refused = admin.ask(Method::PATCH, path, Some(wrong)).await;
        assert_eq!(code(&refused), (422, json!("invalid")), "{}", refused.text());
    }
    assert_eq!(admin.get(path).await.json()["custom_styles"], "body{}");

    let before = admin.get("/api/v1/admin/backups").await.json();
    let after = admin.ask(Method::POST, "/api/v1/admin/backups", None).await;
    assert_eq!(after.status, 200, "{}", after.text());
    let after = after.json();
    assert!(!after.as_array().unwrap().is_empty(), "{before} {after}");
    assert!(after[0]["size_bytes"].as_u64().unwrap() > 0);

    let html = admin.post("/api/v1/markdown", json!({ "text": "**a** <script>b</script>" })).await;
    let html = html.json()["html"].as_str().unwrap().to_owned();
    assert!(html.contains("<strong>a</strong>") && !html.contains("script"), "{html}");
}

async fn admins_see_every_channel_and_the_counts_they_hide(database: Database) {
    let (server, mut admin) = admin_on(database).await;
    server.create_channel("second");
    let hide = json!({ "hidden": true });
    admin.ask(Method::PUT, "/api/v1/channels/second/visibility", Some(hide)).await;
    let all = admin.get("/api/v1/admin/channels").await.json();
    let slugs: Vec<_> =
        all["channels"].as_array().unwrap().iter().map(|it| it["slug"].clone()).collect();
    assert_eq!(slugs, [json!("rivulet"), json!("second")]);
    assert_eq!(all["channels"][1]["hidden"], true);
    let some = admin.get("/api/v1/admin/channels?q=SEC").await.json();
    assert_eq!(some["channels"].as_array().unwrap().len(), 1);

    let patch = json!({ "hides_viewers": true, "searchable": false });
    admin.ask(Method::PATCH, "/api/v1/admin/settings", Some(patch)).await;
    let robots = server.client().get("/robots.txt").await.text();
    assert!(robots.lines().any(|line| line == "Disallow: /"), "{robots}");
    let status = server.client().get("/api/status").await.json();
    assert!(status.get("viewerCount").is_none(), "{status}");
    let page = server.client().get("/").await.text();
    assert!(page.contains("\"hides_viewers\":true"), "{page}");

    let none = admin.post("/api/v1/channels/primary/announcement", json!({})).await;
    assert_eq!(code(&none), (409, json!("conflict")));
    let _encoder = server.publish(&Ffmpeg::testsrc());
    server.becomes("live").await;
    let told = admin.ask(Method::POST, "/api/v1/channels/primary/announcement", None).await;
    assert_eq!(told.status, 202, "{}", told.text());
}
