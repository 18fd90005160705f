//! A site with a chat, and those who come to it.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::harness::{Database, Person, Server, Setup, Socket};

pub(super) const PASSWORD: &str = "correct horse battery";
pub(super) const CHAT: &str = "/api/v1/channels/primary/chat";

/// A site whose chat is always open, and whoever runs it.
pub(super) struct House {
    pub(super) server: Server,
    pub(super) admin: Person,
}

impl House {
    pub(super) async fn open(database: Database) -> Self {
        let setup = Setup { database, ..Setup::with(&["--admin-password", PASSWORD]) };
        let server = Server::start_with(setup).await;
        let admin = Person::signed_in(&server, "admin", PASSWORD).await;
        let mut house = Self { server, admin };
        house.set(json!({ "open": "always" })).await;
        house
    }

    /// Changes the rules of the room.
    pub(super) async fn set(&mut self, patch: Value) {
        let path = format!("{CHAT}/settings");
        let answer = self.admin.ask(hyper::Method::PATCH, &path, Some(patch)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Does something to keep order; the action's id.
    pub(super) async fn act(&mut self, body: Value) -> String {
        let answer = self.admin.post(&format!("{CHAT}/actions"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The token of a new guest.
    pub(super) async fn guest(&self) -> String {
        let answer = Person::guest(&self.server).post("/api/v1/guests", json!({})).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// A socket of whoever shows this token.
    pub(super) async fn sit(&self, token: &str) -> Talker {
        let mut talker = Talker::read(&self.server, "").await;
        talker.socket.say(&json!({ "type": "hello", "guest": token })).await;
        talker.you = talker.hear("you").await["chatter"].clone();
        talker
    }

    /// A socket of the admin.
    pub(super) async fn sit_as_admin(&self) -> Talker {
        let cookie = self.admin.cookie.clone().unwrap();
        let headers = [("cookie", &*cookie), ("origin", "http://stories"), ("host", "stories")];
        let socket = Socket::connect(&self.server, "/api/v1/socket?chat=1", &headers).await;
        Talker::welcomed(socket.unwrap()).await
    }
}

/// Somebody on our socket.
pub(super) struct Talker {
    pub(super) socket: Socket,
    pub(super) welcome: Value,
    pub(super) you: Value,
    /// Events that came first.
    pub(super) before: Vec<Value>,
}

impl Talker {
    pub(super) async fn read(server: &Server, query: &str) -> Self {
        let path = format!("/api/v1/socket?chat=1{query}");
        Self::welcomed(Socket::connect(server, &path, &[]).await.unwrap()).await
    }

    pub(super) async fn welcomed(mut socket: Socket) -> Self {
        let welcome = socket.hear_of(|it| it["type"] == "chat_welcome").await;
        let before = socket.hear_of(|it| it["type"] == "chat").await;
        let before = before["events"].as_array().unwrap().clone();
        Self { socket, you: welcome["you"].clone(), welcome, before }
    }

    pub(super) async fn hear(&mut self, kind: &str) -> Value {
        self.socket.hear_of(|it| it["type"] == kind).await
    }

    /// Says something; the answer to it.
    pub(super) async fn say(&mut self, key: &str, text: &str) -> Value {
        self.send(json!({ "type": "say", "key": key, "text": text })).await
    }

    pub(super) async fn send(&mut self, message: Value) -> Value {
        self.socket.say(&message).await;
        let key = message["key"].clone();
        self.socket.hear_of(|it| it["key"] == key).await
    }

    /// The next event of a kind.
    pub(super) async fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hear("chat").await;
            let events = frame["events"].as_array().unwrap();
            if let Some(event) = events.iter().find(|event| event["kind"] == kind) {
                return event.clone();
            }
        }
    }
}

/// Somebody with a client of Owncast.
pub(super) struct OwncastClient {
    pub(super) socket: Socket,
    pub(super) waiting: VecDeque<Value>,
}

impl OwncastClient {
    pub(super) async fn connect(server: &Server, token: &str) -> Self {
        let path = format!("/ws?accessToken={token}");
        // Owncast's clients may stand on any page.
        let headers = [("origin", "https://elsewhere.example")];
        let socket = Socket::connect(server, &path, &headers).await.unwrap();
        Self { socket, waiting: VecDeque::new() }
    }

    /// The next event; `None` when the socket is closed.
    pub(super) async fn next(&mut self) -> Option<Value> {
        while self.waiting.is_empty() {
            self.waiting.extend(self.socket.lines().await?);
        }
        self.waiting.pop_front()
    }

    pub(super) async fn hear(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.expect("the socket is open");
            if event["type"] == kind {
                return event;
            }
        }
    }

    pub(super) async fn say(&mut self, event: Value) {
        self.socket.say(&event).await;
    }
}

pub(super) async fn register(server: &Server, body: &str) -> Value {
    let answer = server.client().post("/api/chat/register", body.to_owned()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    answer.json()
}
