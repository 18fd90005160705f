//! What people show of themselves, and what those who run a site do with them.

use std::fs;
use std::path::Path;

use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{
    Answer, Database, Person, Program, Server, Setup, ffmpeg, on_both_databases, until,
};

on_both_databases!(
    what_staff_do_with_people_is_noted,
    a_picture_of_somebody_is_encoded_anew_and_goes_with_them,
    channels_have_pictures_of_their_own,
    who_was_approved_makes_channels,
);

const PASSWORD: &str = "correct horse battery";

fn says(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// Who did what to whom, the oldest first.
async fn noted(admin: &Program, kind: &str) -> Vec<String> {
    let log = admin.get(&format!("/api/v1/admin/audit?subject_kind={kind}")).await;
    let log = says(&log, 200);
    let line = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        format!(
            "{} {} {} {} {}",
            text("actor"),
            text("action"),
            text("subject"),
            it["was"],
            it["became"]
        )
    };
    log["entries"].as_array().unwrap().iter().rev().map(line).collect()
}

async fn registered(server: &Server, name: &str) -> String {
    let body = json!({ "username": name, "password": PASSWORD });
    let made = Person::guest(server).post("/api/v1/accounts", body).await;
    says(&made, 201)["account"]["id"].as_str().unwrap().to_owned()
}

async fn what_staff_do_with_people_is_noted(database: Database) {
    let setup = Setup { database, ..Setup::with(&["--registration", "approval"]) };
    let server = Server::start_with(setup).await;
    let root = Program::of_new(&server, "root-of-all", "admin").await;
    let keeper = Program::of_new(&server, "keeper", "moderator").await;
    let (erin, frank) = (registered(&server, "erin-m").await, registered(&server, "frank").await);
    let of = |id: &str, what: &str| format!("/api/v1/admin/accounts/{id}{what}");

    says(&keeper.post(&of(&erin, "/activate"), &json!({})).await, 200);
    says(&keeper.delete(&of(&frank, "")).await, 204);
    says(&keeper.delete(&of(&frank, "")).await, 404);
    says(&keeper.delete(&of(&erin, "")).await, 404);
    let closed = keeper.post(&of(&erin, "/suspend"), &json!({ "reason": "spam" })).await;
    let closed = says(&closed, 200);
    assert_eq!((&closed["state"], &closed["state_reason"]), (&json!("suspended"), &json!("spam")));
    server.admin(&["unsuspend", "erin-m"]);
    let role = json!({ "role": "moderator" });
    assert_eq!(says(&root.put(&of(&erin, "/role"), &role).await, 200)["role"], "moderator");
    // What changes nothing, or is refused, is no change.
    says(&root.put(&of(&erin, "/role"), &role).await, 200);
    says(&keeper.post(&of(&erin, "/suspend"), &json!({})).await, 403);
    let password = server.admin(&["reset-password", "erin-m"]);
    let mut erin = Person::signed_in(&server, "erin-m", &password).await;
    let gone = erin.post("/api/v1/account/delete", json!({ "password": password })).await;
    says(&gone, 204);
    assert_eq!(
        noted(&root, "account").await,
        [
            r#"command line account.created root-of-all null {"role":"admin"}"#,
            r#"command line account.created keeper null {"role":"moderator"}"#,
            r#"keeper account.activated erin-m {"state":"pending"} {"state":"active"}"#,
            r#"keeper account.rejected frank {"state":"pending"} null"#,
            r#"keeper account.suspended erin-m {"state":"active"} {"reason":"spam","state":"suspended"}"#,
            r#"command line account.activated erin-m {"state":"suspended"} {"state":"active"}"#,
            r#"root-of-all account.role erin-m {"role":"member"} {"role":"moderator"}"#,
            "command line account.reset erin-m null null",
            "erin-m account.deleted erin-m null null",
        ]
    );

    let wanted = json!({ "note": "for Zoë", "uses": 3 });
    let made = says(&keeper.post("/api/v1/admin/invitations", &wanted).await, 201);
    assert_eq!(made["made_by"], "keeper");
    let path = format!("/api/v1/admin/invitations/{}", made["id"].as_str().unwrap());
    says(&root.delete(&path).await, 204);
    says(&root.delete(&path).await, 404);
    let code = server.admin(&["invite", "--days", "2"]);
    let invitations = noted(&root, "invitation").await;
    assert_eq!(
        invitations[..2],
        [
            r#"keeper invitation.created for Zoë null {"expires_at":null,"uses_left":3}"#,
            r#"root-of-all invitation.deleted for Zoë {"expires_at":null,"uses_left":3} null"#,
        ]
    );
    assert!(invitations[2].starts_with("command line invitation.created  null"), "{invitations:?}");
    let all = root.get("/api/v1/admin/audit").await.text();
    for secret in [&password, &code, made["code"].as_str().unwrap()] {
        assert!(!all.contains(secret), "{all}");
    }
}

/// A large picture of one colour.
fn drawn(server: &Server, name: &str, colour: &str) -> Vec<u8> {
    let path = server.data().join(name);
    ffmpeg::draw(&path, &format!("color=c={colour}:size=2400x600"));
    fs::read(&path).unwrap()
}

/// What is in a picture that came over HTTP.
async fn probed(folder: &Path, answer: Answer) -> String {
    let path = folder.join("probed.jpg");
    fs::write(&path, answer.ok()).unwrap();
    ffmpeg::probe(path.to_str().unwrap()).await.trim().to_owned()
}

async fn a_picture_of_somebody_is_encoded_anew_and_goes_with_them(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let password = server.admin(&["create-user", "Zoë-a"]);
    let mut zoe = Person::signed_in(&server, "zoë-a", &password).await;
    let none = "/api/v1/people/Zo%C3%AB-a/avatar.jpg";
    assert_eq!(server.client().get(none).await.status, 404);
    let profile = async || {
        let shown = server.client().get("/api/v1/people/Zo%C3%AB-a").await;
        shown.json()["avatar_url"].clone()
    };
    assert_eq!(profile().await, Value::Null);
    let upload = "/api/v1/account/avatar.jpg";
    let refused = Person::guest(&server).put_file(upload, drawn(&server, "a.png", "red")).await;
    says(&refused, 401);
    for bad in [b"<svg/>".to_vec(), Vec::new(), drawn(&server, "a.png", "red")[..200].to_vec()] {
        assert_eq!(says(&zoe.put_file(upload, bad).await, 422)["code"], "invalid");
    }
    says(&zoe.put_file(upload, vec![0xff; 10 * 1024 * 1024 + 1]).await, 413);
    says(&zoe.put_file(upload, drawn(&server, "a.png", "red")).await, 204);

    let first = profile().await;
    assert!(first.as_str().unwrap().starts_with(none), "{first}");
    assert_eq!(zoe.get("/api/v1/session").await.json()["account"]["avatar_url"], first);
    let answer = server.client().get(first.as_str().unwrap()).await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
    let shape = probed(server.data(), answer).await;
    assert!(shape.starts_with("mjpeg,512,"), "{shape}");
    says(&zoe.put_file(upload, drawn(&server, "b.webp", "blue")).await, 204);
    assert_ne!(profile().await, first, "a changed picture is nobody's cached one");

    says(&zoe.ask(Method::DELETE, upload, None).await, 204);
    says(&zoe.ask(Method::DELETE, upload, None).await, 204);
    assert_eq!(profile().await, Value::Null);
    assert_eq!(server.client().get(none).await.status, 404);
    // Who is closed, or gone, is not shown.
    says(&zoe.put_file(upload, drawn(&server, "a.jpg", "red")).await, 204);
    server.admin(&["suspend", "Zoë-a"]);
    assert_eq!(server.client().get(none).await.status, 404);
    server.admin(&["unsuspend", "Zoë-a"]);
    assert_eq!(server.client().get(none).await.status, 200);
    says(&zoe.sign_in("zoë-a", &password).await, 200);
    let gone = zoe.post("/api/v1/account/delete", json!({ "password": password })).await;
    says(&gone, 204);
    assert_eq!(server.client().get(none).await.status, 404);
}

async fn channels_have_pictures_of_their_own(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let (ada, bob) = (
        Program::of_new(&server, "ada-l", "member").await,
        Program::of_new(&server, "bob-k", "member").await,
    );
    let editor = json!({ "role": "editor" });
    says(&admin.put("/api/v1/channels/primary/members/ada-l", &editor).await, 200);
    let moderator = json!({ "role": "moderator" });
    says(&admin.put("/api/v1/channels/primary/members/bob-k", &moderator).await, 200);
    for (spot, size, url) in [("avatar", "512,", "avatar_url"), ("banner", "1920,", "banner_url")] {
        let path = format!("/api/v1/channels/primary/{spot}.jpg");
        let shown = async || {
            let channel = server.client().get("/api/v1/channels/primary").await.json();
            channel[url].clone()
        };
        says(&admin.get(&path).await, 404);
        assert!(shown().await.is_null(), "{spot}");
        let picture = drawn(&server, "wide.png", "red");
        says(&bob.put_file(&path, picture.clone()).await, 403);
        says(&ada.put_file(&path, picture).await, 204);
        let first = shown().await;
        let answer = server.client().get(first.as_str().unwrap()).await;
        let shape = probed(server.data(), answer).await;
        assert!(shape.starts_with(&format!("mjpeg,{size}")), "{spot}: {shape}");
        says(&ada.put_file(&path, drawn(&server, "other.jpg", "blue")).await, 204);
        assert_ne!(shown().await, first, "a changed picture is nobody's cached one");
        says(&bob.delete(&path).await, 403);
        says(&ada.delete(&path).await, 204);
        assert_eq!(shown().await, Value::Null, "{spot}");
    }
    let log = says(&admin.get("/api/v1/admin/audit?action=channel.picture").await, 200);
    assert_eq!(log["entries"].as_array().unwrap().len(), 6);
    assert_eq!(log["entries"][0]["actor"], "ada-l");
}

async fn who_was_approved_makes_channels(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    server.admin(&["set", "channels.creators", "approved"]);
    let root = Program::of_new(&server, "root-of-all", "admin").await;
    until("the server has heard", async || {
        let settings = root.get("/api/v1/admin/settings").await.json();
        (settings["channels"]["creators"] == "approved").then_some(())
    })
    .await;
    let keeper = Program::of_new(&server, "keeper", "moderator").await;
    let ada = Program::of_new(&server, "ada-l", "member").await;
    let wanted = |slug: &str| json!({ "slug": slug });
    let refused = says(&ada.post("/api/v1/channels", &wanted("birds")).await, 403);
    assert!(refused["detail"].as_str().unwrap().contains("approve"), "{refused}");
    let creator = "/api/v1/admin/channel-creators/ada-l";
    says(&ada.put(creator, &json!({})).await, 403);
    says(&keeper.put(creator, &json!({})).await, 204);
    says(&keeper.put(creator, &json!({})).await, 204);
    says(&keeper.put("/api/v1/admin/channel-creators/nobody", &json!({})).await, 404);
    says(&ada.post("/api/v1/channels", &wanted("birds")).await, 201);
    // Being a moderator of the site is no approval.
    says(&keeper.post("/api/v1/channels", &wanted("fish")).await, 403);
    says(&keeper.delete(creator).await, 204);
    says(&ada.post("/api/v1/channels", &wanted("bees")).await, 403);
    // What was made stays.
    says(&ada.patch("/api/v1/channels/birds", &json!({ "title": "Dawn" })).await, 200);
    let log = says(&root.get("/api/v1/admin/audit?action=creator.changed").await, 200);
    assert_eq!(log["entries"].as_array().unwrap().len(), 2);
}
