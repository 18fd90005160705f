//! Somebody at a browser, or a program of theirs: remembers a cookie or a token.

use hyper::Method;
use serde_json::{Value, json};

use super::{Answer, Http, Server};

/// The origin of the pages that the stories' servers think they serve.
const ORIGIN: &str = "http://stories";
const ENCRYPTED_ORIGIN: &str = "https://stories";

/// Who asks.
pub(crate) struct Person {
    pub(crate) http: Http,
    /// Name and value.
    pub(crate) cookie: Option<String>,
    pub(crate) bearer: Option<String>,
    /// The page that asks.
    pub(crate) origin: Option<&'static str>,
}

impl Person {
    /// Somebody nobody knows.
    pub(crate) fn guest(server: &Server) -> Self {
        let origin = if server.scheme() == "https" { ENCRYPTED_ORIGIN } else { ORIGIN };
        Self { http: server.client(), cookie: None, bearer: None, origin: Some(origin) }
    }

    /// Somebody who signs in, in a browser.
    pub(crate) async fn signed_in(server: &Server, name: &str, password: &str) -> Self {
        let mut person = Self::guest(server);
        let answer = person.sign_in(name, password).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        person
    }

    /// A program that shows a token.
    pub(crate) fn with_token(server: &Server, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), origin: None, ..Self::guest(server) }
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/api/v1/session", json!({ "name": name, "password": password })).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Sends a file.
    pub(crate) async fn put_file(&mut self, path: &str, bytes: Vec<u8>) -> Answer {
        let mut headers = vec![("content-type", "application/octet-stream")];
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        headers.extend(self.origin.map(|origin| ("origin", origin)));
        self.http.send_body(Method::PUT, path, &headers, bytes.into()).await.unwrap()
    }

    /// Asks, and keeps the cookie that the answer sets.
    pub(crate) async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bearer = self.bearer.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("user-agent", "stories/1.0")];
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        headers.extend(self.origin.map(|origin| ("origin", origin)));
        headers.extend(body.as_ref().map(|_| ("content-type", "application/json")));
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.http.send_body(method, path, &headers, body.into()).await.unwrap();
        if let Some((cookie, _)) = answer.header("set-cookie").split_once(';') {
            self.cookie = (!cookie.ends_with('=')).then(|| cookie.to_owned());
        }
        answer
    }

    /// The name of the account, as the server sees it.
    pub(crate) async fn name(&mut self) -> Option<String> {
        let session = self.get("/api/v1/session").await;
        (session.status == 200)
            .then(|| session.json()["account"]["username"].as_str().map(str::to_owned))
            .flatten()
    }
}
