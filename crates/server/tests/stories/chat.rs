//! Chat: said, kept, seen by others, moderated.

mod right;
mod wire;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::{Database, Person, Server, Setup, Socket, on_both_databases, until};

on_both_databases!(
    what_is_said_is_kept_and_seen,
    moderators_keep_order,
    two_dialects_are_one_room,
    what_is_acknowledged_survives_a_kill,
    moderators_look_at_what_waits,
    polls_emotes_pins_and_exports,
);

const PASSWORD: &str = "correct horse battery";
const CHAT: &str = "/api/v1/channels/primary/chat";

/// A site whose chat is always open, and whoever runs it.
struct House {
    server: Server,
    admin: Person,
}

impl House {
    async fn open(database: Database) -> Self {
        let setup = Setup { database, ..Setup::with(&["--admin-password", PASSWORD]) };
        let server = Server::start_with(setup).await;
        let admin = Person::signed_in(&server, "admin", PASSWORD).await;
        let mut house = Self { server, admin };
        house.set(json!({ "open": "always" })).await;
        house
    }

    /// Changes the rules of the room.
    async fn set(&mut self, patch: Value) {
        let path = format!("{CHAT}/settings");
        let answer = self.admin.ask(hyper::Method::PATCH, &path, Some(patch)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Does something to keep order; the action's id.
    async fn act(&mut self, body: Value) -> String {
        let answer = self.admin.post(&format!("{CHAT}/actions"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The token of a new guest.
    async fn guest(&self) -> String {
        let answer = Person::guest(&self.server).post("/api/v1/guests", json!({})).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// A socket of whoever shows this token.
    async fn sit(&self, token: &str) -> Talker {
        let mut talker = Talker::read(&self.server, "").await;
        talker.socket.say(&json!({ "type": "hello", "guest": token })).await;
        talker.you = talker.hear("you").await["chatter"].clone();
        talker
    }

    /// A socket of the admin.
    async fn sit_as_admin(&self) -> Talker {
        let cookie = self.admin.cookie.clone().unwrap();
        let headers = [("cookie", &*cookie), ("origin", "http://stories"), ("host", "stories")];
        let socket = Socket::connect(&self.server, "/api/v1/socket?chat=1", &headers).await;
        Talker::welcomed(socket.unwrap()).await
    }
}

/// Somebody on our socket.
struct Talker {
    socket: Socket,
    welcome: Value,
    you: Value,
    /// Events that came first.
    before: Vec<Value>,
}

impl Talker {
    async fn read(server: &Server, query: &str) -> Self {
        let path = format!("/api/v1/socket?chat=1{query}");
        Self::welcomed(Socket::connect(server, &path, &[]).await.unwrap()).await
    }

    async fn welcomed(mut socket: Socket) -> Self {
        let welcome = socket.hear_of(|it| it["type"] == "chat_welcome").await;
        let before = socket.hear_of(|it| it["type"] == "chat").await;
        let before = before["events"].as_array().unwrap().clone();
        Self { socket, you: welcome["you"].clone(), welcome, before }
    }

    async fn hear(&mut self, kind: &str) -> Value {
        self.socket.hear_of(|it| it["type"] == kind).await
    }

    /// Says something; the answer to it.
    async fn say(&mut self, key: &str, text: &str) -> Value {
        self.send(json!({ "type": "say", "key": key, "text": text })).await
    }

    async fn send(&mut self, message: Value) -> Value {
        self.socket.say(&message).await;
        let key = message["key"].clone();
        self.socket.hear_of(|it| it["key"] == key).await
    }

    /// The next event of a kind.
    async fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hear("chat").await;
            let events = frame["events"].as_array().unwrap();
            if let Some(event) = events.iter().find(|event| event["kind"] == kind) {
                return event.clone();
            }
        }
    }
}

async fn what_is_said_is_kept_and_seen(database: Database) {
    let mut house = House::open(database).await;
    let token = house.guest().await;
    let mut reader = Talker::read(&house.server, "").await;
    assert_eq!(reader.welcome["room"]["may_speak"]["reason"], "read_only");
    assert_eq!(reader.say("0", "hi").await["code"], "read_only");

    // A guest speaks, and everybody hears it.
    let mut guest = house.sit(&token).await;
    let ack = guest.say("a", "Hello **there**").await;
    assert_eq!((&ack["type"], &ack["key"]), (&json!("ack"), &json!("a")), "{ack}");
    let seen = reader.event("message").await;
    assert_eq!((&seen["id"], &seen["seq"]), (&ack["id"], &ack["seq"]));
    assert_eq!(seen["html"], "<p>Hello <strong>there</strong></p>");
    assert_eq!((&seen["author"]["id"], &seen["first"]), (&guest.you["id"], &json!(true)));
    assert_eq!(seen["author"]["kind"], "guest");

    // What is sent again is not said again.
    assert_eq!(guest.say("a", "Hello **there**").await, ack);

    // Somebody with an account answers.
    let mut admin = house.sit_as_admin().await;
    assert_eq!(admin.you["username"], "admin");
    let reply =
        json!({ "type": "say", "key": "b", "text": "<b>Hi</b> @you", "reply_to": ack["id"] });
    let answered = admin.send(reply).await;
    assert_eq!(answered["type"], "ack", "{answered}");
    let seen = reader.event("message").await;
    assert_eq!(seen["seq"].as_u64().unwrap(), ack["seq"].as_u64().unwrap() + 1);
    assert_eq!(seen["reply_to"]["id"], ack["id"]);
    assert_eq!(seen["mentions"], json!(["you"]));
    assert!(!seen["html"].as_str().unwrap().contains("<b>"), "{seen}");
    let badges = seen["author"]["badges"].as_array().unwrap();
    assert!(badges.contains(&json!("owner")) && badges.contains(&json!("admin")), "{seen}");

    // Who was away gets what was missed, once.
    let missed = Talker::read(&house.server, &format!("&after={}", ack["seq"])).await;
    assert_eq!(missed.welcome["resumed"], true);
    let seqs: Vec<_> = missed.before.iter().map(|event| &event["seq"]).collect();
    assert_eq!(seqs, [&seen["seq"]]);
    let fresh = Talker::read(&house.server, "").await;
    assert_eq!((&fresh.welcome["resumed"], fresh.before.len()), (&json!(false), 2));

    // It survives the server, with its keys.
    house.server.kill().await;
    house.server.start_again().await;
    let mut guest = house.sit(&token).await;
    assert_eq!(guest.before.len(), 2);
    assert_eq!(guest.say("a", "Hello **there**").await, ack);
    let history = house.server.client().get(&format!("{CHAT}/messages?limit=1")).await.json();
    assert_eq!((&history["events"][0]["seq"], &history["more"]), (&seen["seq"], &json!(true)));
}

async fn moderators_keep_order(database: Database) {
    let mut house = House::open(database).await;
    let token = house.guest().await;
    let mut reader = Talker::read(&house.server, "").await;
    let mut guest = house.sit(&token).await;
    let who = guest.you["id"].clone();
    let said = guest.say("1", "One thing").await;

    // Taken away, looked for, and back.
    let delete = json!({ "action": "delete", "messages": [said["id"]], "reason": "off topic" });
    let action = house.act(delete).await;
    let deleted = reader.event("deleted").await;
    assert_eq!((&deleted["ids"], &deleted["by"]), (&json!([said["id"]]), &json!("moderator")));
    assert!(Talker::read(&house.server, "").await.before.is_empty());
    let found = house.admin.get(&format!("{CHAT}/search?q=ONE%20th")).await.json();
    assert_eq!(found["messages"][0]["hidden"], true, "{found}");
    let undo = format!("{CHAT}/actions/{action}");
    assert_eq!(house.admin.ask(hyper::Method::DELETE, &undo, None).await.status, 204);
    assert_eq!(reader.event("restored").await["messages"][0]["id"], said["id"]);
    assert_eq!(Talker::read(&house.server, "").await.before.len(), 1);

    // A while of silence, with its reason.
    let timeout = json!({ "action": "timeout", "chatter": who, "seconds": 600, "reason": "calm" });
    let action = house.act(timeout).await;
    let you = guest.hear("you").await;
    assert_eq!(you["may_speak"]["reason"], "timed_out", "{you}");
    let refused = guest.say("2", "Another thing").await;
    assert_eq!(refused["code"], "timed_out");
    assert!(refused["detail"].as_str().unwrap().ends_with("calm"), "{refused}");
    assert!(refused["until"].is_string());
    let undo = format!("{CHAT}/actions/{action}");
    assert_eq!(house.admin.ask(hyper::Method::DELETE, &undo, None).await.status, 204);
    assert_eq!(guest.hear("you").await["may_speak"]["allowed"], true);
    assert_eq!(guest.say("3", "Another thing").await["type"], "ack");

    // Rules of the room.
    for (patch, reason) in [
        (json!({ "quiet": true }), "quiet"),
        (json!({ "quiet": false, "signed_in_only": true }), "signed_in_only"),
        (json!({ "signed_in_only": false, "followers_only_minutes": 0 }), "followers_only"),
        (json!({ "followers_only_minutes": null, "slow_seconds": 60 }), "slow_mode"),
        (json!({ "slow_seconds": 0, "emote_only": true }), "emote_only"),
        (json!({ "emote_only": false, "shield": true }), "signed_in_only"),
        (json!({ "shield": false, "links": "none" }), "link_refused"),
    ] {
        house.set(patch.clone()).await;
        assert_eq!(reader.event("mode").await["kind"], "mode");
        let refused = guest.say("4", "See https://example.org/x").await;
        assert_eq!(refused["code"], reason, "{patch}: {refused}");
    }

    // Sent away for good, and let in again.
    house.act(json!({ "action": "ban", "chatter": who, "reason": "enough" })).await;
    assert_eq!(guest.hear("chat_closed").await["code"], "banned");
    let mut guest = house.sit(&token).await;
    assert_eq!(guest.say("5", "Me again").await["code"], "banned");
    house.act(json!({ "action": "unban", "chatter": who })).await;
    assert_eq!(guest.say("6", "Me again").await["type"], "ack");

    let list = house.admin.get(&format!("{CHAT}/actions")).await.json();
    assert_eq!(list["actions"].as_array().unwrap().len(), 4, "{list}");
    let audit = house.admin.get("/api/v1/admin/audit?action=chat.moderated").await;
    assert!(audit.text().contains("enough"), "{}", audit.text());
    let stranger = Person::guest(&house.server).get(&format!("{CHAT}/actions")).await;
    assert_eq!(stranger.status, 401);
}

/// Somebody with a client of Owncast.
struct OwncastClient {
    socket: Socket,
    waiting: VecDeque<Value>,
}

impl OwncastClient {
    async fn connect(server: &Server, token: &str) -> Self {
        let path = format!("/ws?accessToken={token}");
        // Owncast's clients may stand on any page.
        let headers = [("origin", "https://elsewhere.example")];
        let socket = Socket::connect(server, &path, &headers).await.unwrap();
        Self { socket, waiting: VecDeque::new() }
    }

    /// The next event; `None` when the socket is closed.
    async fn next(&mut self) -> Option<Value> {
        while self.waiting.is_empty() {
            self.waiting.extend(self.socket.lines().await?);
        }
        self.waiting.pop_front()
    }

    async fn hear(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.expect("the socket is open");
            if event["type"] == kind {
                return event;
            }
        }
    }

    async fn say(&mut self, event: Value) {
        self.socket.say(&event).await;
    }
}

async fn register(server: &Server, body: &str) -> Value {
    let answer = server.client().post("/api/chat/register", body.to_owned()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    answer.json()
}

async fn two_dialects_are_one_room(database: Database) {
    let mut house = House::open(database).await;
    let mut ours = house.sit(&house.guest().await).await;

    // Whoever has no token, or a wrong one.
    let unknown = &mut OwncastClient::connect(&house.server, "unknown").await;
    assert_eq!(unknown.next().await.unwrap(), json!({ "type": "ERROR_NEEDS_REGISTRATION" }));
    assert_eq!(unknown.next().await, None);
    assert_eq!(OwncastClient::connect(&house.server, "").await.next().await, None);
    assert_eq!(house.server.client().get("/api/chat?accessToken=x").await.status, 401);

    let me = register(&house.server, r#"{"displayName":"Viewer from elsewhere, with more"}"#).await;
    assert_eq!(me["displayName"], "Viewer from elsewhere, with mo");
    let token = me["accessToken"].as_str().unwrap().to_owned();
    let mut client = OwncastClient::connect(&house.server, &token).await;
    let info = client.next().await.unwrap();
    assert_eq!((&info["type"], &info["user"]["id"]), (&json!("CONNECTED_USER_INFO"), &me["id"]));

    // Here and there.
    client.say(json!({ "type": "CHAT", "body": "hello" })).await;
    let seen = ours.event("message").await;
    assert_eq!((&seen["text"], &seen["author"]["id"]), (&json!("hello"), &me["id"]));
    let echoed = client.hear("CHAT").await;
    assert_eq!((&echoed["id"], &echoed["body"]), (&seen["id"], &json!("<p>hello</p>")));
    assert_eq!(echoed["visible"], true);
    let ack = ours.say("1", "and back").await;
    let heard = client.hear("CHAT").await;
    assert_eq!((&heard["id"], &heard["body"]), (&ack["id"], &json!("<p>and back</p>")));
    let history = house.server.client().get(&format!("/api/chat?accessToken={token}")).await;
    let ids: Vec<_> =
        history.json().as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, [seen["id"].clone(), ack["id"].clone()]);

    // Names and colours.
    client.say(json!({ "type": "NAME_CHANGE", "newName": "Vera" })).await;
    let renamed = ours.event("renamed").await;
    assert_eq!(renamed["chatter"]["name"], "Vera");
    assert_eq!(client.hear("NAME_CHANGE").await["user"]["displayName"], "Vera");
    client.say(json!({ "type": "NAME_CHANGE", "newName": "Admin" })).await;
    client.hear("CHAT_ACTION").await;
    assert_eq!(client.hear("CONNECTED_USER_INFO").await["user"]["displayName"], "Vera");
    client.say(json!({ "type": "COLOR_CHANGE", "newColor": 3 })).await;
    assert_eq!(client.hear("CONNECTED_USER_INFO").await["user"]["displayColor"], 3);

    // What is too long, and what is taken away.
    client.say(json!({ "type": "CHAT", "body": "x".repeat(2100) })).await;
    client.hear("CHAT_ACTION").await;
    house.act(json!({ "action": "delete", "messages": [ack["id"]] })).await;
    let hidden = client.hear("VISIBILITY-UPDATE").await;
    assert_eq!((&hidden["visible"], &hidden["ids"]), (&json!(false), &json!([ack["id"]])));

    // A ban closes the socket, and keeps it closed.
    house.act(json!({ "action": "ban", "chatter": me["id"] })).await;
    client.hear("ERROR_USER_DISABLED").await;
    assert_eq!(client.next().await, None);
    let again = &mut OwncastClient::connect(&house.server, &token).await;
    assert_eq!(again.next().await.unwrap(), json!({ "type": "ERROR_USER_DISABLED" }));
    house.act(json!({ "action": "ban", "network": "127.0.0.0/8" })).await;
    let refused = Socket::connect(&house.server, "/ws?accessToken=x", &[]).await;
    assert_eq!(refused.err(), Some(403));
    house.set(json!({ "enabled": false })).await;
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let closed = house.server.client().get_with("/ws?accessToken=x", &upgrade).await;
    assert_eq!(closed.text(), "CHAT_DISABLED");
}

/// One burst: says things until the server is gone; what was acknowledged, by key, number and id.
async fn burst(
    mut talker: Talker,
    (round, who): (usize, usize),
    acks: &AtomicUsize,
) -> Vec<(String, u64, Value)> {
    let mut said = Vec::new();
    for n in 0.. {
        let key = format!("{round}-{who}-{n}");
        let say = json!({ "type": "say", "key": key, "text": format!("message {key}") });
        if talker.socket.try_say(&say).await.is_err() {
            break;
        }
        let answered = loop {
            match talker.socket.lines().await {
                None => return said,
                Some(lines) => {
                    if let Some(answer) = lines.into_iter().find(|it| it["key"] == *key) {
                        break answer;
                    }
                }
            }
        };
        if answered["type"] == "ack" {
            acks.fetch_add(1, Ordering::Relaxed);
            said.push((key, answered["seq"].as_u64().unwrap(), answered["id"].clone()));
        }
    }
    said
}

/// All that is kept, in order.
async fn everything(server: &Server) -> Vec<Value> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("{CHAT}/messages?after={after}&limit=100");
        let page = server.client().get(&path).await.json();
        events.extend(page["events"].as_array().unwrap().iter().cloned());
        if page["more"] == false {
            return events;
        }
        after = events.last().unwrap()["seq"].as_u64().unwrap();
    }
}

/// Bursts from several people, a kill in the middle of each, and the same again: whatever was
/// acknowledged is there once, in one order, for everybody.
async fn what_is_acknowledged_survives_a_kill(database: Database) {
    let mut house = House::open(database).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(house.guest().await);
    }
    let mut acknowledged = BTreeMap::new();
    for round in 0..3 {
        let (acks, mut bursts) = (Arc::new(AtomicUsize::new(0)), Vec::new());
        for (who, token) in tokens.iter().enumerate() {
            let (talker, acks) = (house.sit(token).await, Arc::clone(&acks));
            bursts.push(tokio::spawn(async move { burst(talker, (round, who), &acks).await }));
        }
        until("there is something to lose", async || {
            (acks.load(Ordering::Relaxed) >= 8 + 3 * round).then_some(())
        })
        .await;
        house.server.kill().await;
        for said in futures_util::future::join_all(bursts).await {
            for (key, seq, id) in said.unwrap() {
                assert!(acknowledged.insert(seq, (key, id)).is_none(), "{seq} is there twice");
            }
        }
        house.server.start_again().await;
    }
    let events = everything(&house.server).await;
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|one, other| one + 1 == *other), "{seqs:?}");
    for (seq, (key, id)) in &acknowledged {
        let there: Vec<_> = events.iter().filter(|event| event["id"] == *id).collect();
        assert_eq!(there.len(), 1, "{key}");
        assert_eq!(there[0]["seq"], *seq, "{key}");
    }
    let texts: Vec<_> = events.iter().filter_map(|event| event["text"].as_str()).collect();
    let once: BTreeSet<_> = texts.iter().collect();
    assert_eq!(once.len(), texts.len(), "something is there twice");
}

async fn moderators_look_at_what_waits(database: Database) {
    let mut house = House::open(database).await;
    let token = house.guest().await;
    let mut reader = Talker::read(&house.server, "").await;
    let mut guest = house.sit(&token).await;
    guest.say("0", "I like wiagras and pills").await;

    // Words that may not be said, tried first.
    let term = json!({ "pattern": "viagra", "kind": "substring", "action": "hold" });
    let tried = json!({ "terms": [{ "pattern": "pills" }], "settings": { "max_length": 10 } });
    let tried = house.admin.post(&format!("{CHAT}/preview"), tried).await.json();
    assert_eq!((&tried["looked_at"], &tried["refused"]), (&json!(1), &json!(1)), "{tried}");
    let added = house.admin.post(&format!("{CHAT}/terms"), term).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let blocked = json!({ "pattern": "casino" });
    assert_eq!(house.admin.post("/api/v1/admin/chat/terms", blocked).await.status, 201);
    let refused = guest.say("1", "come to the C4SINO now").await;
    assert_eq!((&refused["code"], &refused["range"]), (&json!("term_refused"), &json!([12, 18])));

    // What waits is said when a moderator says so.
    assert_eq!(guest.say("2", "cheap v.i.a.g.r.a here").await["type"], "held");
    let queue = house.admin.get(&format!("{CHAT}/queue")).await.json();
    let held = queue["held"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{CHAT}/held/{held}");
    assert_eq!(house.admin.post(&path, json!({ "approve": true })).await.status, 204);
    let seen = reader.event("message").await;
    let seen = if seen["id"] == *held { seen } else { reader.event("message").await };
    assert_eq!(seen["text"], "cheap v.i.a.g.r.a here");
    let again = house.admin.post(&path, json!({ "approve": true })).await;
    assert_eq!(again.status, 404);

    // A report, a timeout, an appeal that is granted, a note.
    let guest_header = [("content-type", "application/json"), ("x-guest-token", &*token)];
    let body = json!({ "subject": held, "text": "this is wrong" });
    let client = house.server.client();
    let report = client.send_json("POST", &format!("{CHAT}/reports"), &guest_header, &body).await;
    assert_eq!(report.status, 202, "{}", report.text());
    let who = guest.you["id"].clone();
    let action = house.act(json!({ "action": "timeout", "chatter": who, "seconds": 60 })).await;
    assert_eq!(guest.hear("you").await["may_speak"]["allowed"], false);
    let body = json!({ "subject": action, "text": "I did nothing" });
    let appeal = client.send_json("POST", &format!("{CHAT}/appeals"), &guest_header, &body).await;
    assert_eq!(appeal.status, 202, "{}", appeal.text());
    let queue = house.admin.get(&format!("{CHAT}/queue")).await.json();
    let cases = queue["cases"].as_array().unwrap();
    assert_eq!((&cases[0]["kind"], &cases[1]["kind"]), (&json!("report"), &json!("appeal")));
    let case = format!("{CHAT}/cases/{}", cases[1]["id"].as_str().unwrap());
    assert_eq!(house.admin.post(&case, json!({ "granted": true })).await.status, 204);
    assert_eq!(guest.hear("you").await["may_speak"]["allowed"], true);
    let person = format!("{CHAT}/people/{}", who.as_str().unwrap());
    let note = json!({ "text": "likes pills" });
    assert_eq!(house.admin.post(&format!("{person}/notes"), note).await.status, 201);
    let person = house.admin.get(&person).await.json();
    assert_eq!(person["notes"][0]["text"], "likes pills");
    assert!(person["actions"][0]["undone_at"].is_string(), "{person}");
}

async fn polls_emotes_pins_and_exports(database: Database) {
    let mut house = House::open(database).await;
    let mut guest = house.sit(&house.guest().await).await;

    let poll = json!({ "question": "Well?", "choices": ["yes", "no"], "seconds": 600 });
    let path = format!("{CHAT}/poll");
    let asked = house.admin.ask(hyper::Method::PUT, &path, Some(poll)).await;
    assert_eq!(asked.status, 204, "{}", asked.text());
    let poll = guest.event("poll").await["id"].clone();
    let vote = json!({ "type": "vote", "key": "v", "poll": poll, "choice": 1 });
    assert_eq!(guest.send(vote).await["type"], "ack");
    assert_eq!(guest.event("poll").await["choices"][1]["votes"], 1);
    assert_eq!(house.admin.ask(hyper::Method::DELETE, &path, None).await.status, 204);
    assert_eq!(guest.event("poll").await["closed"], true);

    // An emote in both dialects.
    let gif =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let path = format!("{CHAT}/emotes/Wave");
    let cookie = house.admin.cookie.clone().unwrap();
    let headers = [("cookie", &*cookie), ("origin", "http://stories")];
    let put = hyper::Method::PUT;
    let client = house.server.client();
    let added = client.send_body(put, &path, &headers, gif.to_vec().into()).await.unwrap();
    assert_eq!(added.status, 201, "{}", added.text());
    let url = added.json()["url"].as_str().unwrap().to_owned();
    let file = client.get(&url).await;
    assert_eq!((file.status, file.header("content-type")), (200, "image/gif"));
    assert!(file.header("cache-control").contains("immutable"));
    let said = guest.say("e", "hello :wave:").await;
    assert_eq!(said["type"], "ack", "{said}");
    let seen = guest.event("message").await;
    assert!(seen["html"].as_str().unwrap().contains(&url), "{seen}");
    let me = register(&house.server, "").await;
    let path = format!("/api/chat?accessToken={}", me["accessToken"].as_str().unwrap());
    let body = client.get(&path).await.json()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains(&format!("<img src=\"{url}\" class=\"emoji\"")), "{body}");

    house.act(json!({ "action": "pin", "message": said["id"], "seconds": 60 })).await;
    assert_eq!(guest.event("pinned").await["message"]["id"], said["id"]);
    let pinned = Talker::read(&house.server, "").await.welcome["room"]["pinned"].clone();
    assert_eq!(pinned["message"]["id"], said["id"]);
    house.act(json!({ "action": "unpin" })).await;
    assert_eq!(guest.event("pinned").await["message"], Value::Null);

    // Edited and taken back, and all of it in an export.
    let edit = json!({ "type": "edit", "key": "x", "id": said["id"], "text": "goodbye" });
    assert_eq!(guest.send(edit).await["type"], "ack");
    assert_eq!(guest.event("edited").await["text"], "goodbye");
    let export = house.admin.get(&format!("{CHAT}/export")).await.text();
    assert!(export.lines().any(|line| line.contains("goodbye")), "{export}");
    let delete = json!({ "type": "delete", "key": "y", "id": said["id"] });
    assert_eq!(guest.send(delete).await["type"], "ack");
    assert_eq!(guest.event("deleted").await["by"], "author");
    assert!(Talker::read(&house.server, "").await.before.is_empty());
}
