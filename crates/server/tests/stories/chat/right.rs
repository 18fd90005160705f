//! What people try in chat that they may not, and what they are owed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use hyper::Method;
use serde_json::{Value, json};

use super::{CHAT, House, Talker, register};
use crate::harness::{Database, Person, Program, Socket, on_both_databases};

on_both_databases!(
    a_new_token_and_another_name_change_nothing,
    whoever_is_signed_out_is_out,
    those_who_keep_order_hear_what_waits,
    what_was_taken_away_stands_nowhere,
    what_is_sent_again_is_done_once,
    emotes_come_in_packs,
    programs_speak_without_hearing,
    names_belong_to_accounts,
    those_who_keep_order_are_sent_away_by_name,
    little_things,
);

/// A socket of whoever shows this API token.
async fn sit_with_token(house: &House, token: &str, query: &str) -> Socket {
    let bearer = format!("Bearer {token}");
    let path = format!("/api/v1/socket?{query}");
    Socket::connect(&house.server, &path, &[("authorization", &bearer)]).await.unwrap()
}

async fn delete(house: &mut House, path: &str) {
    assert_eq!(house.admin.ask(Method::DELETE, path, None).await.status, 204, "{path}");
}

async fn a_new_token_and_another_name_change_nothing(database: Database) {
    let mut house = House::open(database).await;
    let mut guest = house.sit(&house.guest().await).await;
    let who = guest.you["id"].clone();
    let said = guest.say("1", "hello").await;
    assert_eq!(said["type"], "ack");

    // Terms and slow mode hold for names and other texts too.
    let term = json!({ "pattern": "casino" });
    assert_eq!(house.admin.post(&format!("{CHAT}/terms"), term).await.status, 201);
    let renamed = guest.send(json!({ "type": "rename", "key": "n", "name": "C4sino" })).await;
    assert_eq!(renamed["code"], "name_invalid", "{renamed}");
    house.set(json!({ "slow_seconds": 600 })).await;
    let edit = json!({ "type": "edit", "key": "e", "id": said["id"], "text": "another" });
    assert_eq!(guest.send(edit).await["code"], "slow_mode");
    house.set(json!({ "slow_seconds": 0 })).await;
    let log = house.admin.get("/api/v1/admin/audit?action=chat.terms").await.text();
    assert!(log.contains("casino"), "{log}");

    // Who may not write may not come as somebody new either, in no dialect.
    let timeout = json!({ "action": "timeout", "chatter": who, "seconds": 600 });
    let action = house.act(timeout).await;
    let you = guest.hear("you").await;
    assert_eq!(you["may_speak"]["action"], *action, "{you}");
    let renamed = guest.send(json!({ "type": "rename", "key": "m", "name": "Ada" })).await;
    assert_eq!(renamed["code"], "timed_out", "{renamed}");
    let mut again = house.sit(&house.guest().await).await;
    assert_eq!(again.say("1", "me again").await["code"], "timed_out");
    let seen = house.admin.get(&format!("{CHAT}/actions")).await.text();
    assert!(!seen.contains("127.0.0.1"), "{seen}");
    // Somebody with an account is somebody else, wherever they sit.
    let mut admin = house.sit_as_admin().await;
    assert_eq!(admin.say("1", "I am here").await["type"], "ack");
    delete(&mut house, &format!("{CHAT}/actions/{action}")).await;
    assert_eq!(again.say("2", "me again").await["type"], "ack");

    house.act(json!({ "action": "ban", "chatter": who })).await;
    let me = register(&house.server, "").await;
    let path = format!("/ws?accessToken={}", me["accessToken"].as_str().unwrap());
    let mut client = Socket::connect(&house.server, &path, &[]).await.unwrap();
    assert_eq!(client.lines().await.unwrap(), [json!({ "type": "ERROR_USER_DISABLED" })]);
}

async fn whoever_is_signed_out_is_out(database: Database) {
    let mut house = House::open(database).await;
    let asked = json!({ "label": "bot", "scopes": ["chat"] });
    let made = house.admin.post("/api/v1/account/api-tokens", asked).await.json();
    let (secret, id) = (made["secret"].as_str().unwrap(), made["id"].as_str().unwrap());
    let mut bot = Talker::welcomed(sit_with_token(&house, secret, "chat=1").await).await;
    assert_eq!(bot.say("1", "beep").await["type"], "ack");
    delete(&mut house, &format!("/api/v1/account/api-tokens/{id}")).await;
    assert_eq!(bot.hear("chat_closed").await["code"], "signed_out");

    // Everywhere at once, and nobody hears what is for moderators any more.
    let mut admin = house.sit_as_admin().await;
    assert_eq!(admin.hear("queue").await["held"], 0);
    delete(&mut house, "/api/v1/account/logins").await;
    assert_eq!(admin.hear("chat_closed").await["code"], "signed_out");
}

async fn those_who_keep_order_hear_what_waits(database: Database) {
    let mut house = House::open(database).await;
    let term = json!({ "pattern": "viagra", "action": "hold" });
    assert_eq!(house.admin.post(&format!("{CHAT}/terms"), term).await.status, 201);
    let mut admin = house.sit_as_admin().await;
    assert_eq!(admin.hear("queue").await, json!({ "type": "queue", "held": 0, "cases": 0 }));
    let token = house.guest().await;
    let mut guest = house.sit(&token).await;
    assert_eq!(guest.say("1", "buy viagra").await["type"], "held");
    assert_eq!(admin.hear("queue").await["held"], 1);
    // The same request is not held twice.
    assert_eq!(guest.say("1", "buy viagra").await["type"], "held");
    let queue = house.admin.get(&format!("{CHAT}/queue")).await.json();
    assert_eq!(queue["held"].as_array().unwrap().len(), 1);

    // Two decide at once: one of them does.
    let path = format!("{CHAT}/held/{}", queue["held"][0]["id"].as_str().unwrap());
    let mut other = Person::signed_in(&house.server, "admin", super::PASSWORD).await;
    let approve = json!({ "approve": true });
    let (one, two) =
        tokio::join!(house.admin.post(&path, approve.clone()), other.post(&path, approve));
    assert!(matches!((one.status, two.status), (204, 404 | 409) | (404 | 409, 204)));
    assert_eq!(admin.hear("queue").await["held"], 0);
    let said = guest.event("message").await;
    let edit = json!({ "type": "edit", "key": "e", "id": said["id"], "text": "sorry" });
    assert_eq!(guest.send(edit).await["type"], "ack", "what was approved is one's own");

    // An appeal is answered, to whoever is there and to whoever was away.
    let who = guest.you["id"].clone();
    let action = house.act(json!({ "action": "timeout", "chatter": who, "seconds": 600 })).await;
    let header = [("content-type", "application/json"), ("x-guest-token", &*token)];
    let body = json!({ "subject": action, "text": "Why?" });
    let client = house.server.client();
    let asked = client.send_json("POST", &format!("{CHAT}/appeals"), &header, &body).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    assert_eq!(admin.hear("queue").await["cases"], 1);
    let queue = house.admin.get(&format!("{CHAT}/queue")).await.json();
    let case = format!("{CHAT}/cases/{}", queue["cases"][0]["id"].as_str().unwrap());
    let answer = json!({ "granted": false, "answer": "Read the rules." });
    assert_eq!(house.admin.post(&case, answer).await.status, 204);
    let answered = guest.hear("answered").await;
    assert_eq!((&answered["kind"], &answered["granted"]), (&json!("appeal"), &json!(false)));
    assert_eq!(
        (&answered["subject_id"], &answered["answer"]),
        (&json!(action), &json!("Read the rules."))
    );
    let own = client.get_with(&format!("{CHAT}/appeals"), &header).await.json();
    assert_eq!((&own[0]["answer"], &own[0]["granted"]), (&json!("Read the rules."), &json!(false)));
    let poll = json!({ "question": "Well?", "choices": ["yes", "no"], "seconds": 600 });
    let asked = house.admin.ask(Method::PUT, &format!("{CHAT}/poll"), Some(poll)).await;
    assert_eq!(asked.status, 204);
    let note = json!({ "text": "secret" });
    let path = format!("{CHAT}/people/{}/notes", who.as_str().unwrap());
    assert_eq!(house.admin.post(&path, note).await.status, 201);
    let log = house.admin.get("/api/v1/admin/audit").await.text();
    assert!(log.contains("chat.polls") && log.contains("chat.notes") && !log.contains("secret"));
}

async fn what_was_taken_away_stands_nowhere(database: Database) {
    let mut house = House::open(database).await;
    let mut guest = house.sit(&house.guest().await).await;
    let said = guest.say("1", "ПРИВЕТ, river of secrets").await;
    let found =
        house.admin.get(&format!("{CHAT}/search?q=%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82")).await;
    assert_eq!(found.json()["messages"].as_array().unwrap().len(), 1, "{}", found.text());
    let reply = json!({ "type": "say", "key": "2", "text": "indeed", "reply_to": said["id"] });
    assert_eq!(guest.send(reply).await["type"], "ack");
    house.act(json!({ "action": "pin", "message": said["id"] })).await;
    guest.event("pinned").await;

    // Taken away, back, and taken away a second time.
    let take = json!({ "action": "delete", "messages": [said["id"]] });
    let action = house.act(take.clone()).await;
    assert_eq!(guest.event("pinned").await["message"], Value::Null, "the pin goes with it");
    delete(&mut house, &format!("{CHAT}/actions/{action}")).await;
    guest.event("restored").await;
    house.act(take).await;
    guest.event("deleted").await;
    let client = house.server.client();
    for path in [format!("{CHAT}/messages"), format!("{CHAT}/messages?after=0&limit=100")] {
        let text = client.get(&path).await.text();
        assert!(!text.contains("secrets") && text.contains("indeed"), "{path}: {text}");
    }
    let late = Talker::read(&house.server, "&after=1").await;
    assert_eq!(late.welcome["resumed"], true);
    let told = json!([late.welcome, late.before]).to_string();
    assert!(!told.contains("secrets") && told.contains("indeed"), "{told}");
    assert!(!house.admin.get(&format!("{CHAT}/export")).await.text().contains("secrets"));
    house.server.kill().await;
    house.server.start_again().await;
    let late = Talker::read(&house.server, "").await;
    assert!(!json!([late.welcome, late.before]).to_string().contains("secrets"));
}

async fn what_is_sent_again_is_done_once(database: Database) {
    let house = House::open(database).await;
    let mut guest = house.sit(&house.guest().await).await;
    // In one breath: both are in the same batch, or the second comes later.
    let say = json!({ "type": "say", "key": "1", "text": "once" });
    guest.socket.say(&say).await;
    guest.socket.say(&say).await;
    let mut said = guest.hear("ack").await;
    let edit = json!({ "type": "edit", "key": "2", "id": said["id"], "text": "twice" });
    let edited = guest.send(edit.clone()).await;
    assert_eq!(edited["type"], "ack", "{edited}");
    assert_eq!(guest.send(edit).await, edited);
    let take = json!({ "type": "delete", "key": "3", "id": said["id"] });
    let mut taken = guest.send(take.clone()).await;
    let mut again = guest.send(take).await;
    (taken["id"], again["id"]) = (Value::Null, Value::Null);
    assert_eq!(again, taken);
    said["key"] = Value::Null;
    let events = house.server.client().get(&format!("{CHAT}/messages?after=0")).await.json();
    let kinds: Vec<_> = events["events"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert!(!kinds.contains(&&json!("message")), "{events}");
    assert_eq!(kinds.iter().filter(|kind| ***kind == *"deleted").count(), 1, "{events}");
}

/// A ZIP archive of deflated files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, file) in files {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(file).unwrap();
        let packed = encoder.finish().unwrap();
        let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let sizes =
            [&[0; 8][..], &u32::try_from(packed.len()).unwrap().to_le_bytes(), &[0; 4]].concat();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let head = [&[20, 0, 0, 0, 8, 0][..], &sizes, &length].concat();
        bytes.extend([b"PK\x03\x04", &head[..], &[0; 2], name.as_bytes(), &packed].concat());
        list.extend([b"PK\x01\x02", &[20, 0][..], &head, &[0; 12], &at, name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let size = u32::try_from(list.len()).unwrap().to_le_bytes();
    [
        bytes,
        list,
        b"PK\x05\x06\0\0\0\0".to_vec(),
        count.into(),
        count.into(),
        size.into(),
        at.into(),
        vec![0; 2],
    ]
    .concat()
}

const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

async fn emotes_come_in_packs(database: Database) {
    let mut house = House::open(database).await;
    let pack = archive(&[
        ("pack/Wave.gif", GIF),
        ("pack/dance.gif", GIF),
        ("pack/wave.gif", GIF),
        ("pack/everyone.gif", GIF),
        ("pack/not a name.gif", GIF),
        ("pack/broken.png", b"no picture"),
        ("pack/bomb.png", &vec![0; 4 * 1024 * 1024]),
        ("readme.txt", b"hello"),
    ]);
    let cookie = house.admin.cookie.clone().unwrap();
    let headers = [("cookie", &*cookie), ("origin", "http://stories")];
    let client = house.server.client();
    for (path, listed) in
        [(format!("{CHAT}/emotes"), 2), ("/api/v1/admin/chat/emotes".to_owned(), 2)]
    {
        let body = pack.clone().into();
        let added = client.send_body(Method::POST, &path, &headers, body).await.unwrap();
        assert_eq!(added.status, 200, "{}", added.text());
        let added = added.json();
        let names = |what: &str| -> Vec<_> {
            added[what]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names("added"), ["Wave", "dance"], "{added}");
        assert_eq!(
            names("refused"),
            ["wave", "everyone", "not a name", "broken", "bomb"],
            "{added}"
        );
        let list = client.get(&format!("{CHAT}/emotes")).await.json();
        assert_eq!(list.as_array().unwrap().len(), listed, "{list}");
    }
    let none =
        client.send_body(Method::POST, &format!("{CHAT}/emotes"), &headers, "x".into()).await;
    assert_eq!(none.unwrap().status, 422);
    let stranger = Person::guest(&house.server).post(&format!("{CHAT}/emotes"), json!({})).await;
    assert_eq!(stranger.status, 401);
    let log = house.admin.get("/api/v1/admin/audit?action=chat.emotes").await.text();
    assert!(log.contains("dance"), "{log}");
}

async fn programs_speak_without_hearing(database: Database) {
    let house = House::open(database).await;
    let mut reader = Talker::read(&house.server, "").await;
    let socket = Socket::connect(&house.server, "/api/v1/socket?chat=say", &[]).await.unwrap();
    let mut bot = Talker { socket, welcome: Value::Null, you: Value::Null, before: Vec::new() };
    let hello = json!({ "type": "hello", "guest": house.guest().await });
    bot.socket.say(&hello).await;
    assert_eq!(bot.hear("you").await["may_speak"]["allowed"], true);
    let mut heard = Vec::new();
    for n in 0..3 {
        let key = json!(n.to_string());
        bot.socket.say(&json!({ "type": "say", "key": key, "text": format!("beep {n}") })).await;
        loop {
            let message = bot.socket.hear().await;
            if message["key"] == key {
                assert_eq!(message["type"], "ack", "{message}");
                break;
            }
            heard.push(message);
        }
        assert_eq!(reader.event("message").await["text"], format!("beep {n}"));
    }
    let of_room = |it: &&Value| ["chat", "presence"].iter().any(|kind| it["type"] == *kind);
    assert_eq!(heard.iter().find(of_room), None);
}

async fn names_belong_to_accounts(database: Database) {
    let mut house = House::open(database).await;
    let profile = json!({ "display_name": "Grace Hopper" });
    let changed = house.admin.ask(Method::PATCH, "/api/v1/account", Some(profile)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let mut guest = house.sit(&house.guest().await).await;
    // Nobody with that name has ever been in chat; look-alikes, marks and mixed scripts are the same.
    for name in
        ["Grace Hopper", "GRACE.HOPPER", "Grаce Hоpper", "gracehopper", "аdmin", "a d m i n"]
    {
        let renamed = guest.send(json!({ "type": "rename", "key": "n", "name": name })).await;
        let code = renamed["code"].as_str().unwrap_or_default();
        assert!(matches!(code, "name_taken" | "name_invalid"), "{name}: {renamed}");
    }
    let me = register(&house.server, r#"{"displayName":"Grace  Hopper"}"#).await;
    assert_ne!(me["displayName"], "Grace Hopper");
    for name in ["<img src=x>", "moderator", &"x".repeat(31), "a\u{202e}b"] {
        let profile = json!({ "display_name": name });
        let refused = house.admin.ask(Method::PATCH, "/api/v1/account", Some(profile)).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
    }
}

async fn those_who_keep_order_are_sent_away_by_name(database: Database) {
    let mut house = House::open(database).await;
    let maren = Program::of_new(&house.server, "maren", "member").await;
    let role = Some(json!({ "role": "moderator" }));
    let path = "/api/v1/channels/primary/members/maren";
    let named = house.admin.ask(Method::PUT, path, role).await;
    assert_eq!(named.status, 200, "{}", named.text());
    let socket = sit_with_token(&house, maren.token(), "chat=1").await;
    let mut maren = Talker::welcomed(socket).await;
    let mut guest = house.sit(&house.guest().await).await;

    // A network is that of guests: who keeps order may sit in it.
    let network = json!({ "action": "ban", "network": "127.0.0.0/8" });
    house.act(network).await;
    assert_eq!(guest.hear("chat_closed").await["code"], "banned");
    assert_eq!(maren.say("1", "I stay").await["type"], "ack");

    let who = maren.you["id"].clone();
    house.act(json!({ "action": "ban", "chatter": who, "reason": "rude" })).await;
    let closed = maren.hear("chat_closed").await;
    assert_eq!((&closed["code"], &closed["detail"]), (&json!("banned"), &json!("rude")));
}

async fn little_things(database: Database) {
    let mut house = House::open(database).await;
    let mut reader = Talker::read(&house.server, "").await;
    let mut guest = house.sit(&house.guest().await).await;
    assert_eq!(guest.say("1", "a\0b").await["type"], "ack");
    assert_eq!(reader.event("message").await["text"], "ab");
    // A moderator's slip is not said.
    let slip = guest.say("2", "/ban @ada rude").await;
    assert_eq!(slip["code"], "invalid", "{slip}");

    // Who only reads along and said nothing can be sent away all the same.
    let mut silent = house.sit(&house.guest().await).await;
    let who = silent.you["id"].clone();
    house.act(json!({ "action": "ban", "chatter": who })).await;
    assert_eq!(silent.hear("chat_closed").await["code"], "banned");

    // A program that moderates much sends nobody else away.
    for n in 0..5 {
        house
            .act(json!({ "action": "warn", "chatter": guest.you["id"], "reason": n.to_string() }))
            .await;
    }
    assert_eq!(guest.say("3", "still here").await["type"], "ack");
    while reader.event("message").await["text"] != "still here" {}
}
