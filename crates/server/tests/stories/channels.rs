//! Channels of people: who may do what with them, names that lead on, keys and ends of streams.

use serde_json::{Value, json};

use crate::harness::{
    Answer, Database, Encoder, Ffmpeg, Link, Program, Refused, Server, Setup, Source,
    on_both_databases, until,
};

on_both_databases!(
    a_channel_is_somebodys,
    a_former_name_leads_on,
    keys_are_shown_to_those_who_may_alone,
    what_was_acknowledged_survives_a_crash,
);

fn says(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn anyone_may_make_channels(server: &Server) -> Program {
    server.admin(&["set", "channels.creators", "anyone"]);
    server.admin(&["set", "channels.max_per_account", "2"]);
    let admin = Program::of_new(server, "root-of-all", "admin").await;
    until("the server has heard", async || {
        let settings = admin.get("/api/v1/admin/settings").await.json();
        (settings["channels"]["max_per_account"] == 2).then_some(())
    })
    .await;
    admin
}

async fn a_channel_is_somebodys(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let guest = Program::guest(&server);
    let ada = Program::of_new(&server, "ada", "member").await;
    let bob = Program::of_new(&server, "bob", "member").await;
    let wanted = json!({ "slug": "birds", "name": "Birds" });
    says(&guest.post("/api/v1/channels", &wanted).await, 401);
    says(&ada.post("/api/v1/channels", &wanted).await, 403);
    let admin = anyone_may_make_channels(&server).await;

    let made = says(&ada.post("/api/v1/channels", &wanted).await, 201);
    assert_eq!((&made["slug"], &made["role"]), (&json!("birds"), &json!("owner")));
    says(&bob.post("/api/v1/channels", &wanted).await, 409);
    says(&ada.post("/api/v1/channels", &json!({ "slug": "second" })).await, 201);
    says(&ada.post("/api/v1/channels", &json!({ "slug": "third" })).await, 409);
    let own = says(&ada.get("/api/v1/me/channels").await, 200);
    assert_eq!(own.as_array().unwrap().len(), 2);

    let channel = "/api/v1/channels/birds";
    let patch = json!({ "title": "Dawn", "tags": ["#Birds"], "language": "en" });
    says(&guest.patch(channel, &patch).await, 401);
    says(&bob.patch(channel, &patch).await, 403);
    says(&ada.patch(channel, &patch).await, 200);
    let refused = says(&ada.patch(channel, &json!({ "titel": "x" })).await, 422);
    assert!(refused["detail"].as_str().unwrap().contains("`title`"), "{refused}");
    let panels = json!([{ "title": "About", "markdown": "**Hi** <script>alert(1)</script>" }]);
    says(&ada.put(&format!("{channel}/panels"), &panels).await, 200);
    let shown = says(&guest.get(channel).await, 200);
    assert_eq!((&shown["title"], &shown["about"]["tags"]), (&json!("Dawn"), &json!(["birds"])));
    let html = shown["about"]["panels"][0]["html"].as_str().unwrap();
    assert!(html.contains("<strong>Hi</strong>") && !html.contains("script"), "{html}");

    // An editor changes what it says, and does not see the keys.
    let editor = json!({ "role": "editor" });
    says(&bob.put(&format!("{channel}/members/bob"), &editor).await, 403);
    says(&ada.put(&format!("{channel}/members/bob"), &editor).await, 200);
    says(&bob.patch(channel, &json!({ "title": "Dusk" })).await, 200);
    says(&bob.get(&format!("{channel}/keys")).await, 403);
    says(&bob.delete(channel).await, 403);
    let members = says(&bob.get(&format!("{channel}/members")).await, 200);
    let names: Vec<_> = members.as_array().unwrap().iter().map(|it| &it["username"]).collect();
    assert_eq!(names, ["ada", "bob"]);
    says(&ada.delete(&format!("{channel}/members/ada")).await, 409);
    says(&ada.delete(&format!("{channel}/members/bob")).await, 204);
    says(&bob.patch(channel, &json!({ "title": "Night" })).await, 403);

    // Who did what, admins read.
    says(&ada.get("/api/v1/admin/audit").await, 403);
    let log = says(&admin.get("/api/v1/admin/audit?action=channel.changed").await, 200);
    let lines: Vec<_> = log["entries"].as_array().unwrap().iter().collect();
    assert_eq!((&lines[0]["actor"], &lines[1]["actor"]), (&json!("bob"), &json!("ada")));
    assert_eq!(
        (&lines[0]["was"]["title"], &lines[0]["became"]["title"]),
        (&json!("Dawn"), &json!("Dusk"))
    );
    let log = says(&admin.get("/api/v1/admin/audit?subject_kind=site&limit=1").await, 200);
    assert_eq!(log["entries"][0]["actor"], "command line");
    let cursor = log["next"].as_str().unwrap();
    let next = format!("/api/v1/admin/audit?subject_kind=site&limit=1&cursor={cursor}");
    let next = says(&admin.get(&next).await, 200);
    assert_ne!(next["entries"][0]["id"], log["entries"][0]["id"]);

    says(&ada.delete(channel).await, 204);
    says(&guest.get(channel).await, 404);
}

async fn a_former_name_leads_on(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let key = server.create_channel("brook");
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let encoder = Encoder::connect(&server, &key, Source::testcard()).await.unwrap();
    server.channel_becomes("brook", "live").await;
    let slug = json!({ "slug": "river" });
    says(&admin.put("/api/v1/channels/brook/slug", &slug).await, 200);
    says(&admin.put("/api/v1/channels/river/slug", &json!({ "slug": "admin" })).await, 409);
    says(&admin.put("/api/v1/channels/river/slug", &json!({ "slug": "rivulet" })).await, 409);
    says(&admin.put("/api/v1/channels/river/slug", &json!({ "slug": "No" })).await, 422);

    let guest = Program::guest(&server);
    for (from, to) in [
        ("/@brook", "/@river"),
        ("/@brook/embed?autoplay=false", "/@river/embed?autoplay=false"),
        ("/api/v1/channels/brook", "/api/v1/channels/river"),
        ("/hls/@brook/stream.m3u8", "/hls/@river/stream.m3u8"),
        ("/hls/@brook/0/stream.m3u8?_HLS_msn=1", "/hls/@river/0/stream.m3u8?_HLS_msn=1"),
    ] {
        let moved = guest.get(from).await;
        assert_eq!((moved.status, moved.header("location")), (308, to), "{from}");
    }
    let moved = guest.patch("/api/v1/channels/brook", &json!({})).await;
    assert_eq!((moved.status, moved.header("location")), (308, "/api/v1/channels/river"));
    let playlist = guest.get("/hls/@river/stream.m3u8").await;
    assert!(playlist.text().contains("#EXT-X-STREAM-INF"), "{}", playlist.text());
    encoder.finish().await;
    server.channel_becomes("river", "offline").await;

    // Encoders go on with the former name, and nobody else takes it.
    Link::publish(server.rtmp, "brook", &key).await.unwrap().finish().await;
    let taken = server.site.run(&["admin", "create-channel", "brook"]);
    assert!(!taken.status.success());
    server.admin(&["rename-channel", "river", "brook"]);
    until("it has its name again", async || {
        (guest.get("/api/v1/channels/brook").await.status == 200).then_some(())
    })
    .await;
    assert_eq!(guest.get("/@river").await.header("location"), "/@brook");
}

async fn keys_are_shown_to_those_who_may_alone(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let member = Program::of_new(&server, "ada", "member").await;
    let keys = "/api/v1/channels/primary/keys";
    says(&member.get(keys).await, 403);
    says(&member.post(keys, &json!({ "label": "x" })).await, 403);
    let made = admin.post(keys, &json!({ "label": "OBS" })).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = says(&made, 201);
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let listed = admin.get(keys).await;
    assert!(!listed.text().contains(key), "{}", listed.text());
    let labels: Vec<_> =
        listed.json().as_array().unwrap().iter().map(|it| it["label"].clone()).collect();
    assert_eq!(labels, ["First key", "OBS"]);
    says(&member.post(&format!("{keys}/{id}/reveal"), &json!({})).await, 403);
    let shown = says(&admin.post(&format!("{keys}/{id}/reveal"), &json!({})).await, 200);
    assert_eq!(shown["key"], key);
    let log = says(&admin.get("/api/v1/admin/audit?action=key.revealed").await, 200);
    assert_eq!(log["entries"][0]["actor"], "root-of-all");
    let all = admin.get("/api/v1/admin/audit").await.text();
    assert!(!all.contains(key), "{all}");
    says(
        &admin.post(&format!("{keys}/{}/reveal", made["key"].as_str().unwrap()), &json!({})).await,
        404,
    );

    let rotated = says(&admin.post(&format!("{keys}/{id}/rotate"), &json!({})).await, 200);
    let refused = Link::publish(server.rtmp, "live", key).await.err().unwrap();
    assert_eq!(refused.code, "NetStream.Publish.BadName");
    let fresh = rotated["key"].as_str().unwrap();
    Link::publish(server.rtmp, "live", fresh).await.unwrap().finish().await;
    let list = server.admin(&["list-stream-keys"]);
    assert!(list.contains("\"OBS\"") && !list.contains(fresh), "{list}");
    until("its use is noted", async || {
        (!server.admin(&["list-stream-keys"]).contains("\"OBS\"  made")
            || !server.admin(&["list-stream-keys"]).ends_with("used never"))
        .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_ends_the_broadcast_at_once() {
    let server = Server::start().await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let key = server.key();
    let keys = "/api/v1/channels/primary/keys";
    let id = says(&admin.get(keys).await, 200)[0]["id"].as_str().unwrap().to_owned();
    let key_path = format!("{keys}/{id}");

    let obs = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    server.becomes("live").await;
    says(&admin.patch(&key_path, &json!({ "disabled": true })).await, 200);
    let said = obs.gets_refused().await;
    assert!(said.contains("disabled or removed"), "{said}");
    // Nobody waits for the encoder to come back.
    assert_eq!(server.status("primary").await["state"], "offline");
    let again = Ffmpeg::testsrc().publish(&server.publish_url(&key)).gets_refused().await;
    assert!(again.contains("disabled or removed"), "{again}");

    says(&admin.patch(&key_path, &json!({ "disabled": false })).await, 200);
    let obs = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    server.becomes("live").await;
    // From another process it takes a moment.
    server.admin(&["disable-stream-key", "First key"]);
    let said = obs.gets_refused().await;
    assert!(said.contains("disabled or removed"), "{said}");
}

#[tokio::test]
async fn a_stream_that_is_ended_and_locked_stays_away_until_it_is_released() {
    let server = Server::start().await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let member = Program::of_new(&server, "ada", "member").await;
    let (end, lock) =
        ("/api/v1/channels/primary/stream/end", "/api/v1/channels/primary/stream/lock");
    let key = server.key();
    says(&member.post(end, &json!({})).await, 403);
    let idle = says(&admin.post(end, &json!({})).await, 200);
    assert_eq!((&idle["was_on"], &idle["locked_at"]), (&json!(false), &Value::Null));

    let obs = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    server.becomes("live").await;
    let ended = says(&admin.post(end, &json!({ "lock": true })).await, 200);
    assert_eq!(ended["was_on"], true);
    assert!(ended["locked_at"].is_string(), "{ended}");
    let said = obs.gets_refused().await;
    assert!(said.contains("root-of-all ended the stream"), "{said}");
    assert_eq!(server.status("primary").await["state"], "offline");
    let Refused { code, description } =
        Link::publish(server.rtmp, "live", &key).await.err().unwrap();
    assert_eq!(code, "NetStream.Publish.Denied");
    assert!(description.contains("until it is released"), "{description}");

    says(&member.delete(lock).await, 403);
    says(&admin.delete(lock).await, 204);
    let _obs = Ffmpeg::testsrc().publish(&server.publish_url(&key));
    server.becomes("live").await;
}

async fn what_was_acknowledged_survives_a_crash(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "root-of-all", "--role", "admin"]);
    let admin = Program::sign_in(&server, "root-of-all", &password).await;
    for round in 0..3 {
        let mut acknowledged = Vec::new();
        for n in 0..12 {
            let title = format!("{round}-{n}");
            says(&admin.patch("/api/v1/channels/primary", &json!({ "title": title })).await, 200);
            acknowledged.push(title);
            let name = json!({ "name": format!("Site {round}-{n}") });
            says(&admin.patch("/api/v1/admin/settings", &name).await, 200);
        }
        server.kill().await;
        server.start_again().await;
        let admin = Program::sign_in(&server, "root-of-all", &password).await;
        let channel = says(&admin.get("/api/v1/channels/primary").await, 200);
        assert_eq!(&channel["title"], acknowledged.last().unwrap());
        let site = says(&admin.get("/api/v1/site").await, 200);
        assert_eq!(site["name"], format!("Site {round}-11"));
        let log = says(&admin.get("/api/v1/admin/audit?action=channel.changed").await, 200);
        let noted: Vec<_> = log["entries"].as_array().unwrap().iter().rev().collect();
        let noted: Vec<_> =
            noted.iter().map(|it| it["became"]["title"].as_str().unwrap()).collect();
        assert!(noted.ends_with(&acknowledged.iter().map(String::as_str).collect::<Vec<_>>()));
    }
}
