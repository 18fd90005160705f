//! Streams to come: planned, moved, cancelled, subscribed to, and found again as broadcasts.

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::harness::{Answer, Browser, Database, Server, Setup, Source, on_both_databases, until};

on_both_databases!(a_planned_stream_becomes_a_broadcast, what_is_wrong_is_said);

const PASSWORD: &str = "correct horse battery";
const SCHEDULE: &str = "/api/v1/channels/primary/schedule";

/// A server and whoever runs it.
struct Owner {
    server: Server,
    token: String,
}

impl Owner {
    async fn of_a_site_on(database: Database) -> Self {
        let arguments = ["--admin-password", PASSWORD, "--public-url", "https://live.example"];
        let setup = Setup { database, ..Setup::with(&arguments) };
        let server = Server::start_with(setup).await;
        let body = json!({ "name": "admin", "password": PASSWORD });
        let json = [("content-type", "application/json")];
        let answer = server.client().send_json("POST", "/api/v1/tokens", &json, &body).await;
        let tokens = answer.json();
        let token = tokens["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("nobody signs in: {}", answer.text()));
        Self { token: format!("Bearer {token}"), server }
    }

    async fn sends(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("authorization", &*self.token)];
        self.server.client().send_json(method, path, &headers, body).await
    }

    async fn gets(&self, path: &str) -> Value {
        let answer = self.server.client().get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }
}

/// The wall time in Tokyo, which never changes its clocks, some minutes from now.
fn tokyo(minutes: i64) -> String {
    let at = Timestamp::now().checked_add((9 * 60 + minutes).minutes()).unwrap();
    at.strftime("%Y-%m-%dT%H:%M:00").to_string()
}

fn weekly(starts_at: &str) -> Value {
    json!({
        "title": "Birds <at> dusk", "description": "A nest.", "starts_at": starts_at,
        "time_zone": "Asia/Tokyo", "duration_minutes": 90, "rrule": "freq=weekly;count=3",
    })
}

async fn a_planned_stream_becomes_a_broadcast(database: Database) {
    let owner = Owner::of_a_site_on(database).await;
    let server = &owner.server;
    server.admin(&["set-channel", "--reconnect-grace", "0"]);
    assert_eq!(owner.gets("/api/v1/channels/primary").await["next_stream"], Value::Null);

    let starts_at = tokyo(10);
    let planned = owner.sends("POST", SCHEDULE, &weekly(&starts_at)).await;
    assert_eq!(planned.status, 201, "{}", planned.text());
    let (planned, id) = (planned.json(), planned.json()["id"].as_str().unwrap().to_owned());
    assert_eq!(planned["rrule"], "FREQ=WEEKLY;COUNT=3");

    // Everywhere the same.
    let one = format!("{SCHEDULE}/{id}");
    assert_eq!(owner.gets(&one).await, planned);
    let next = owner.gets("/api/v1/channels/primary").await["next_stream"].clone();
    assert_eq!((&next["stream"], &next["local_start"]), (&json!(id), &json!(starts_at)));
    let page = owner.gets(&format!("{SCHEDULE}?limit=1")).await;
    assert_eq!(page["occurrences"][0], next);
    let cursor = page["next"].as_str().unwrap();
    let rest = owner.gets(&format!("{SCHEDULE}?cursor={cursor}")).await;
    assert_eq!(rest["occurrences"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next"], Value::Null);
    let site = owner.gets("/api/v1/schedule").await;
    assert_eq!(site["occurrences"].as_array().unwrap().len(), 1, "a week has one: {site}");

    // One is called off, one comes later.
    let names: Vec<&str> = rest["occurrences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["occurrence"].as_str().unwrap())
        .collect();
    let second = format!("{one}/occurrences/{}", names[0]);
    let third = format!("{one}/occurrences/{}", names[1]);
    assert_eq!(owner.sends("PUT", &second, &json!({ "state": "cancelled" })).await.status, 200);
    let later = json!({ "state": "moved", "starts_at": format!("{}T23:30", &names[1][..10]), "title": "Owls" });
    assert_eq!(owner.sends("PUT", &third, &later).await.status, 200);
    let states = owner.gets(SCHEDULE).await;
    let states: Vec<&Value> =
        states["occurrences"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["planned", "cancelled", "moved"]);
    assert_eq!(owner.sends("DELETE", &second, &Value::Null).await.status, 200);

    // On air within half an hour, it is that stream.
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let broadcast = server.status("primary").await["broadcast_id"].clone();
    until("the broadcast is the planned stream", async || {
        let shown = owner.gets(SCHEDULE).await;
        (shown["occurrences"][0]["broadcasts"] == json!([broadcast])).then_some(())
    })
    .await;
    let next = owner.gets("/api/v1/channels/primary").await["next_stream"].clone();
    assert_eq!(next["occurrence"], names[0], "the one after that");
    encoder.finish().await;
    let past = until("it stands in the history", async || {
        let past = owner.gets("/api/v1/channels/primary/broadcasts").await;
        past["broadcasts"].get(0).cloned()
    })
    .await;
    assert_eq!((&past["id"], &past["stream"]), (&broadcast, &json!(id)));
    assert_eq!(past["title"], "Birds <at> dusk");
    assert!(past["duration_ms"].as_u64().unwrap() > 0, "{past}");
    assert_eq!(owner.sends("DELETE", &one, &Value::Null).await.status, 204);
    assert_eq!(server.client().get(&one).await.status, 404);
}

async fn what_is_wrong_is_said(database: Database) {
    let owner = Owner::of_a_site_on(database).await;
    let plan = weekly(&tokyo(10));
    let json = [("content-type", "application/json")];
    let stranger = owner.server.client().send_json("POST", SCHEDULE, &json, &plan).await;
    assert_eq!((stranger.status, &stranger.json()["code"]), (401, &json!("sign_in_needed")));

    let with = |field: &str, value: Value| {
        let mut plan = plan.clone();
        plan[field] = value;
        plan
    };
    for (body, status, said) in [
        (with("rrule", json!("FREQ=YEARLY")), 422, "a rule says FREQ=DAILY"),
        (with("time_zone", json!("Mars/Olympus")), 422, "`Mars/Olympus` is no zone"),
        (with("duration_minutes", json!(0)), 422, "duration_minutes must be"),
        (with("starts_at", json!("2020-01-01T20:00")), 422, "starts_at must be"),
        (with("colour", json!("red")), 400, "unknown field"),
        (json!({ "title": "Birds" }), 400, "missing field"),
    ] {
        let answer = owner.sends("POST", SCHEDULE, &body).await;
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == status && detail.starts_with(said), "{body}: {}", answer.text());
    }
    // What happens once has no occurrences to cancel: a conflict, and nothing is full.
    let once = owner.sends("POST", SCHEDULE, &with("rrule", Value::Null)).await.json();
    let occurrence = once["starts_at"].as_str().unwrap();
    let path = format!("{SCHEDULE}/{}/occurrences/{occurrence}", once["id"].as_str().unwrap());
    let refused = owner.sends("PUT", &path, &json!({ "state": "cancelled" })).await;
    assert_eq!((refused.status, &refused.json()["code"]), (409, &json!("conflict")));

    let nowhere = format!("{SCHEDULE}/01900000-0000-7000-8000-000000000000");
    for (method, path, status) in [
        ("GET", "/api/v1/channels/nobody/schedule".to_owned(), 404),
        ("GET", format!("{SCHEDULE}?from=yesterday"), 400),
        ("GET", format!("{SCHEDULE}?from=2026-11-22T00:00:00Z&to=2028-11-22T00:00:00Z"), 400),
        ("GET", format!("{SCHEDULE}?limit=0"), 400),
        ("GET", format!("{SCHEDULE}?cursor=x"), 400),
        ("GET", format!("{SCHEDULE}?colour=red"), 400),
        ("GET", "/api/v1/schedule?limit=x".to_owned(), 400),
        ("GET", nowhere.clone(), 404),
        ("PATCH", nowhere.clone(), 404),
        ("DELETE", nowhere.clone(), 404),
        ("PUT", format!("{nowhere}/occurrences/2026-11-22T20:00"), 400),
        ("GET", "/api/v1/channels/primary/broadcasts?cursor=x".to_owned(), 400),
        ("GET", "/@nobody/schedule.ics".to_owned(), 404),
        ("GET", "/nobody/schedule.ics".to_owned(), 404),
        ("GET", "/@rivulet/schedule/none".to_owned(), 404),
    ] {
        let answer = owner.sends(method, &path, &json!({})).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
    }
}

#[tokio::test]
async fn calendars_and_readers_subscribe() {
    let owner = Owner::of_a_site_on(Database::Sqlite).await;
    let client = owner.server.client();
    let planned = owner.sends("POST", SCHEDULE, &weekly(&tokyo(60))).await.json();
    for (path, kind, holds) in [
        ("/@rivulet/schedule.ics", "text/calendar; charset=utf-8", "SUMMARY:Birds <at> dusk"),
        ("/schedule.ics", "text/calendar; charset=utf-8", "TZID:Asia/Tokyo"),
        ("/@rivulet/schedule.atom", "application/atom+xml; charset=utf-8", "Birds &lt;at&gt; dusk"),
        ("/@rivulet/broadcasts.atom", "application/atom+xml; charset=utf-8", "<feed"),
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        assert_eq!(answer.header("cache-control"), "public, max-age=300", "{path}");
        assert!(answer.text().contains(holds), "{path}: {}", answer.text());
        let tag = answer.header("etag").to_owned();
        let known = client.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
        let other = client.get_with(path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, 200, "{path}");
    }
    // A date cannot say what is in a feed: what is hidden, renamed or over leaves it without one.
    for path in ["/@rivulet/schedule.ics", "/schedule.ics", "/@rivulet/broadcasts.atom"] {
        let late = [("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")];
        let answer = client.get_with(path, &late).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.headers.contains_key("last-modified"), "{path}");
    }

    // A browser reads Atom as XML, and the pages say it all without scripts.
    let browser = Browser::launch().await;
    let page = browser.open(&owner.server.url("/@rivulet")).await;
    let read = "fetch('/@rivulet/schedule.atom').then(it => it.text()).then(it => { \
                const xml = new DOMParser().parseFromString(it, 'application/xml'); \
                return [xml.querySelectorAll('parsererror').length, \
                xml.querySelectorAll('feed > entry').length, \
                xml.querySelector('entry > title').textContent] })";
    assert_eq!(page.evaluate(read).await, json!([0, 3, "Birds <at> dusk"]));
    let url = planned["url"].as_str().unwrap();
    for path in ["/", "/@rivulet/schedule", url] {
        let text = client.get(path).await.text();
        let (_, scriptless) = text.split_once("<noscript>").unwrap();
        let (scriptless, _) = scriptless.split_once("</noscript>").unwrap();
        assert!(
            scriptless.contains(&format!("href=\"{url}\">Birds &lt;at&gt; dusk</a>")),
            "{path}"
        );
        assert!(scriptless.contains("(Asia/Tokyo)"), "{path}: {scriptless}");
    }
}
