//! Moments of a broadcast that somebody wants to find again.

use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{
    Answer, Database, Encoder, Person, Server, Setup, Socket, Source, on_both_databases,
};

const PASSWORD: &str = "a quiet river at noon";
const CURRENT: &str = "/api/v1/channels/primary/broadcasts/current/markers";

on_both_databases!(who_keeps_order_marks_moments_that_stay_with_the_broadcast);

fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["code"].clone())
}

fn texts(document: &Value) -> Vec<&str> {
    let markers = document["markers"].as_array().unwrap();
    markers.iter().map(|it| it["text"].as_str().unwrap()).collect()
}

async fn start(database: Database) -> (Server, Person) {
    let setup = Setup { database, ..Setup::with(&["--admin-password", PASSWORD]) };
    let server = Server::start_with(setup).await;
    let owner = Person::signed_in(&server, "admin", PASSWORD).await;
    (server, owner)
}

/// Somebody with a role in the primary channel.
async fn keeper(server: &Server, owner: &mut Person, name: &str, role: &str) -> Person {
    let password = server.admin(&["create-user", name]);
    let path = format!("/api/v1/channels/primary/members/{name}");
    let made = owner.ask(Method::PUT, &path, Some(json!({ "role": role }))).await;
    assert_eq!(made.status, 200, "{}", made.text());
    Person::signed_in(server, name, &password).await
}

/// A program of the owner's.
async fn program(server: &Server, owner: &mut Person) -> (Person, String) {
    let asked = json!({ "label": "bot", "scopes": ["stream"] });
    let made = owner.post("/api/v1/account/api-tokens", asked).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    (Person::with_token(server, &secret), secret)
}

async fn who_keeps_order_marks_moments_that_stay_with_the_broadcast(database: Database) {
    let (mut server, mut owner) = start(database).await;
    let mut moderator = keeper(&server, &mut owner, "mona", "moderator").await;
    let (mut bot, secret) = program(&server, &mut owner).await;
    let too_early = moderator.post(CURRENT, json!({ "text": "too early" })).await;
    assert_eq!(code(&too_early), (409, json!("not_on_air")));

    // What it sends takes three times as long as its stamps say.
    let source = Source::testcard().slowed(3);
    let encoder = Encoder::connect(&server, &server.key(), source).await.unwrap();
    let broadcast = server.becomes("live").await["broadcast_id"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {secret}");
    let socket = "/api/v1/socket?health=1";
    let headers = [("authorization", bearer.as_str())];
    let mut socket = Socket::connect(&server, socket, &headers).await.unwrap();
    socket.hear_of(|it| it["type"] == "health").await;

    let set = moderator.post(CURRENT, json!({ "text": " The\ngoal " })).await;
    assert_eq!(set.status, 201, "{}", set.text());
    let first = set.json();
    assert_eq!((&first["text"], &first["by"]), (&json!("The goal"), &json!("mona")));
    let ms = |marker: &Value, name: &str| marker[name].as_u64().unwrap();
    let (position, elapsed) = (ms(&first, "position_ms"), ms(&first, "elapsed_ms"));
    assert!(position > 0 && position * 2 < elapsed, "the media's own clock: {first}");
    let told = socket.hear_of(|it| it["type"] == "markers").await;
    assert_eq!(told, json!({ "type": "markers", "channel": "rivulet" }));

    let path = format!("/api/v1/channels/primary/broadcasts/{broadcast}/markers");
    let second = bot.post(&path, json!({})).await;
    assert_eq!((second.status, &second.json()["text"]), (201, &json!("")), "{}", second.text());
    socket.hear_of(|it| it["type"] == "markers").await;
    for (wrong, expected) in [
        (json!({ "text": "x".repeat(141) }), (422, json!("invalid"))),
        (json!({ "txt": "x" }), (400, json!("bad_request"))),
        (json!({ "text": "x".repeat(5000) }), (413, json!("too_large"))),
    ] {
        assert_eq!(code(&owner.post(CURRENT, wrong).await), expected);
    }
    let password = server.admin(&["create-user", "nobody-here"]);
    let mut stranger = Person::signed_in(&server, "nobody-here", &password).await;
    assert_eq!(code(&stranger.get(CURRENT).await), (403, json!("role_needed")));

    let listed = owner.get(CURRENT).await.json();
    assert_eq!(listed["broadcast_id"], json!(broadcast));
    assert_eq!(texts(&listed), ["The goal", ""]);
    assert!(ms(&listed["markers"][1], "position_ms") >= position, "{listed}");
    let second = format!("{path}/{}", listed["markers"][1]["id"].as_str().unwrap());
    let reworded = owner.ask(Method::PATCH, &second, Some(json!({ "text": "Half time" }))).await;
    assert_eq!((reworded.status, &reworded.json()["text"]), (200, &json!("Half time")));
    // A marker is found beside its own broadcast alone.
    let elsewhere = second.replace(&broadcast, "01996a00-0000-7000-8000-000000000005");
    assert_eq!(owner.ask(Method::DELETE, &elsewhere, None).await.status, 404);
    let removed = format!("{path}/{}", first["id"].as_str().unwrap());
    assert_eq!(moderator.ask(Method::DELETE, &removed, None).await.status, 204);
    assert_eq!(moderator.ask(Method::DELETE, &removed, None).await.status, 404);

    drop(socket);
    let ended = owner.post("/api/v1/channels/primary/stream/end", json!({ "lock": true })).await;
    assert_eq!(ended.status, 200, "{}", ended.text());
    encoder.gets_cut_off().await;
    server.becomes("offline").await;
    for path in [CURRENT, path.as_str()] {
        assert_eq!(code(&owner.post(path, json!({})).await), (409, json!("not_on_air")), "{path}");
    }
    server.stop().await;
    server.start_again().await;
    let mut owner = Person::signed_in(&server, "admin", PASSWORD).await;
    assert_eq!(texts(&owner.get(&path).await.json()), ["Half time"]);
    let marked = owner.get("/api/v1/channels/primary/markers").await.json();
    let expected = json!({ "broadcasts": [{ "broadcast_id": broadcast, "markers": 1 }] });
    assert_eq!(marked, expected);
    let past = owner.get("/api/v1/channels/primary/broadcasts").await.json();
    assert_eq!(past["broadcasts"][0]["id"], json!(broadcast));

    // Who did what to them, the newest first.
    let log = owner.get("/api/v1/admin/audit?action=channel.markers").await.json();
    let line = |it: &Value| {
        let text = |of: &str| it[of]["text"].as_str().map(str::to_owned);
        (it["actor"].as_str().unwrap().to_owned(), text("was"), text("became"))
    };
    let lines: Vec<_> = log["entries"].as_array().unwrap().iter().map(line).collect();
    let line = |who: &str, was: Option<&str>, became: Option<&str>| {
        (who.to_owned(), was.map(str::to_owned), became.map(str::to_owned))
    };
    let expected = [
        line("mona", Some("The goal"), None),
        line("admin", Some(""), Some("Half time")),
        line("admin", None, Some("")),
        line("mona", None, Some("The goal")),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn markers_go_with_their_channel() {
    let (server, mut owner) = start(Database::Sqlite).await;
    let key = server.create_channel("brook");
    let encoder = Encoder::connect(&server, &key, Source::testcard()).await.unwrap();
    server.channel_becomes("brook", "live").await;
    let path = CURRENT.replace("primary", "brook");
    assert_eq!(owner.post(&path, json!({ "text": "Trout" })).await.status, 201);
    // Another channel has none of it.
    assert_eq!(code(&owner.get(CURRENT).await), (409, json!("not_on_air")));
    assert_eq!(owner.ask(Method::DELETE, "/api/v1/channels/brook", None).await.status, 204);
    encoder.gets_cut_off().await;
    // Nothing refers to what is gone, and nothing of it is left.
    server
        .site
        .sql(
            "CREATE TABLE none_left (n BIGINT CHECK (n = 0)); \
              INSERT INTO none_left SELECT COUNT(*) FROM broadcast_marker; DROP TABLE none_left;",
        )
        .await;
}
