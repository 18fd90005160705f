//! A program that somebody signed in, asking the API.

use hyper::Method;
use serde_json::{Value, json};

use super::{Answer, Http, Server};

/// Speaks for an account, or for nobody.
pub(crate) struct Program {
    http: Http,
    token: Option<String>,
}

impl Program {
    /// For nobody.
    pub(crate) fn guest(server: &Server) -> Self {
        Self { http: server.client(), token: None }
    }

    /// For a new account of this name.
    pub(crate) async fn of_new(server: &Server, name: &str, role: &str) -> Self {
        let password = server.admin(&["create-user", name, "--role", role]);
        Self::sign_in(server, name, &password).await
    }

    pub(crate) async fn sign_in(server: &Server, name: &str, password: &str) -> Self {
        let guest = Self::guest(server);
        let shown = json!({ "name": name, "password": password });
        let answer = guest.post("/api/v1/tokens", &shown).await.ok();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        Self { token: answer["access_token"].as_str().map(str::to_owned), ..guest }
    }

    /// What it shows.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// Sends a file.
    pub(crate) async fn put_file(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let token = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/octet-stream")];
        headers.extend(token.as_ref().map(|token| ("authorization", token.as_str())));
        self.http.send_body(Method::PUT, path, &headers, bytes.into()).await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(token.as_ref().map(|token| ("authorization", token.as_str())));
        let body = body.map(Value::to_string).unwrap_or_default();
        let asked = self.http.send_body(method.clone(), path, &headers, body.into()).await;
        asked.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}
