//! Sockets that behave badly: they are told why they go, and nobody else notices.

use serde_json::{Value, json};

use super::house::{House, OwncastClient, Talker, register};
use crate::harness::{Database, Socket, on_both_databases, until};

on_both_databases!(floods_end_with_a_reason, owncasts_clients_are_told_in_its_way);

async fn floods_end_with_a_reason(database: Database) {
    let house = House::open(database).await;
    let mut reader = Talker::read(&house.server, "").await;
    for path in ["/api/v1/socket", "/api/v1/socket?chat=1"] {
        let mut pinger = Socket::connect(&house.server, path, &[]).await.unwrap();
        let (code, reason) = pinger.ping_until_closed().await;
        assert_eq!((code, &*reason), (1008, "the connection says too much at once"), "{path}");
    }
    let token = register(&house.server, "").await["accessToken"].as_str().unwrap().to_owned();
    let path = format!("/ws?accessToken={token}");
    let mut pinger = Socket::connect(&house.server, &path, &[]).await.unwrap();
    assert_eq!(pinger.ping_until_closed().await.0, 1008);

    // Texts without end: some are refused, then the socket is closed.
    let mut flood = house.sit(&house.guest().await).await;
    for n in 0..3000 {
        let say = json!({ "type": "say", "key": n.to_string(), "text": "spam" });
        if flood.socket.try_say(&say).await.is_err() {
            break;
        }
    }
    assert_eq!(flood.socket.closed().await.0, 1008);

    let mut guest = house.sit(&house.guest().await).await;
    assert_eq!(guest.say("1", "quiet again").await["type"], "ack");
    while reader.event("message").await["text"] != "quiet again" {}
}

/// Messages that those who keep order send while somebody does not read, and letters of each.
const LONG: (usize, usize) = (1500, 2000);
const SPEAKERS: usize = 30;

#[tokio::test]
async fn who_never_reads_is_let_go_and_costs_nobody() {
    let mut house = House::open(Database::Sqlite).await;
    house.set(json!({ "max_length": LONG.1 })).await;
    let mut slow = Socket::connect_narrowly(&house.server, "/api/v1/socket?chat=1").await;
    let mut reader = Talker::read(&house.server, "").await;
    // None of them says more within a second than anybody may.
    let mut speakers = Vec::new();
    for _ in 0..SPEAKERS {
        speakers.push(house.sit_as_admin().await);
    }
    // Others hear everything, while nobody takes what is on its way to the slow one.
    let (count, length) = LONG;
    let last = format!("{} ", count - 1);
    let reads = tokio::spawn(async move {
        // Several come in one frame.
        loop {
            let frame = reader.hear("chat").await;
            let is_last = |it: &Value| it["text"].as_str().is_some_and(|it| it.starts_with(&last));
            if frame["events"].as_array().unwrap().iter().any(is_last) {
                break;
            }
        }
    });
    for number in 0..count {
        let text = format!("{number} {}", "x".repeat(length - 10));
        let answer = speakers[number % SPEAKERS].say(&number.to_string(), &text).await;
        assert_eq!(answer["type"], "ack", "{answer}");
    }
    reads.await.unwrap();
    // It is told why, unless it takes nothing for so long that nothing can be told.
    match slow.ended().await {
        Some((code, reason)) => {
            assert_eq!((code, reason.contains("too slow")), (1013, true), "{reason}");
        }
        None => {
            until("the log says why", async || {
                house.server.log().contains("too slow for its room").then_some(())
            })
            .await
        }
    }
}

#[tokio::test]
async fn what_is_too_long_for_a_message_ends_with_a_reason() {
    let house = House::open(Database::Sqlite).await;
    let mut reader = Talker::read(&house.server, "").await;
    let token = register(&house.server, "").await["accessToken"].as_str().unwrap().to_owned();
    for path in ["/api/v1/socket?chat=1", &format!("/ws?accessToken={token}")] {
        let mut shouts = Socket::connect(&house.server, path, &[]).await.unwrap();
        // What is not read any more cannot be sent either.
        let _ = shouts.try_say(&json!("x".repeat(1 << 20))).await;
        assert_eq!(shouts.closed().await.0, 1009, "{path}");
        let mut dribbles = Socket::connect(&house.server, path, &[]).await.unwrap();
        assert!(dribbles.dribble(1 << 20).await < 1 << 20, "{path}");
        assert_eq!(dribbles.closed().await.0, 1009, "{path}");
    }
    let mut guest = house.sit(&house.guest().await).await;
    assert_eq!(guest.say("1", "quiet again").await["type"], "ack");
    while reader.event("message").await["text"] != "quiet again" {}
}

async fn owncasts_clients_are_told_in_its_way(database: Database) {
    let house = House::open(database).await;
    let token = house.guest().await;
    let mut guest = house.sit(&token).await;
    let me = register(&house.server, "").await;
    let mut client =
        OwncastClient::connect(&house.server, me["accessToken"].as_str().unwrap()).await;
    let joined = client.hear("USER_JOINED").await;
    assert!(joined["timestamp"].is_string(), "{joined}");

    // Another text: the one they have goes, and it is said anew.
    let said = guest.say("1", "first").await;
    let first = client.hear("CHAT").await;
    let edit = json!({ "type": "edit", "key": "2", "id": said["id"], "text": "second" });
    assert_eq!(guest.send(edit).await["type"], "ack");
    let gone = client.hear("VISIBILITY-UPDATE").await;
    assert_eq!((&gone["visible"], &gone["ids"]), (&json!(false), &json!([first["id"]])));
    let second = client.hear("CHAT").await;
    assert_eq!((&second["id"], &second["body"]), (&first["id"], &json!("<p>second</p>")));

    // Too fast: told once, and not heard for a while.
    for n in 0..5 {
        client.say(json!({ "type": "CHAT", "body": format!("message {n}") })).await;
    }
    let notice = client.hear("CHAT_ACTION").await;
    assert!(notice["body"].as_str().unwrap().contains("temporarily blocked"), "{notice}");
    assert_eq!(guest.say("3", "done").await["type"], "ack");
    let mut notices = 0;
    loop {
        let event = client.next().await.unwrap();
        notices += usize::from(event["type"] == "CHAT_ACTION");
        if event["body"] == "<p>done</p>" {
            break;
        }
    }
    assert_eq!(notices, 0);
}
