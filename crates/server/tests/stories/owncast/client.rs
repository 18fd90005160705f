//! A client that was written for Owncast.

use hyper::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Http, Server, Setup};

/// What the admin of these stories types.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Who asks.
pub(crate) struct Client {
    http: Http,
    authorization: Option<String>,
}

impl Client {
    pub(crate) fn guest(server: &Server) -> Self {
        Self { http: server.client(), authorization: None }
    }

    /// The admin of a server that [`started`] made.
    pub(crate) fn admin(server: &Server) -> Self {
        Self::with_password(server, PASSWORD)
    }

    pub(crate) fn with_password(server: &Server, password: &str) -> Self {
        let encoded = base64(format!("admin:{password}").as_bytes());
        Self { authorization: Some(format!("Basic {encoded}")), ..Self::guest(server) }
    }

    pub(crate) fn with_token(server: &Server, token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), ..Self::guest(server) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, &body.to_string(), &[]).await
    }

    /// As Owncast's administration sets one thing.
    pub(crate) async fn set(&self, key: &str, value: &Value) -> Answer {
        self.post(&format!("/api/admin/config/{key}"), &json!({ "value": value })).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: &str,
        more: &[(&str, &str)],
    ) -> Answer {
        let mut headers = more.to_vec();
        headers.extend(self.authorization.as_deref().map(|it| ("authorization", it)));
        let body = body.to_owned().into();
        let asked = self.http.send_body(method.clone(), path, &headers, body).await;
        asked.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

/// A server whose admin has [`PASSWORD`], and which may send webhooks to this machine.
pub(crate) async fn started(setup: Setup) -> Server {
    let mut setup = setup;
    let more = [
        "--admin-password",
        PASSWORD,
        "--allow-private",
        "127.0.0.1",
        // One after the other, all routes are asked by everybody.
        "--api-limits",
        "read=100000,change=100000,create=100000",
    ];
    setup.arguments.extend(more.iter().map(|it| (*it).to_owned()));
    Server::start_with(setup).await
}

/// RFC 4648 §4.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[((bits >> (18 - 6 * at)) & 63) as usize];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
