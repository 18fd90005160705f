//! The DevTools protocol: one connection to a browser, shared by its tabs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::PATIENCE;

type Socket = WebSocketStream<TcpStream>;

/// The protocol's connection: calls by number, and what pages throw.
pub(super) struct DevTools {
    sink: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    thrown: Mutex<Vec<(String, String)>>,
    next: AtomicU64,
}

impl DevTools {
    pub(super) fn new(socket: Socket) -> Arc<Self> {
        let (sink, stream) = socket.split();
        let devtools = Arc::new(Self {
            sink: sink.into(),
            waiting: Mutex::default(),
            thrown: Mutex::default(),
            next: AtomicU64::new(1),
        });
        tokio::spawn(Arc::clone(&devtools).listen(stream));
        devtools
    }

    async fn listen(self: Arc<Self>, mut stream: SplitStream<Socket>) {
        while let Some(Ok(message)) = stream.next().await {
            let Message::Text(text) = message else { continue };
            let message: Value = serde_json::from_str(&text).unwrap();
            if let Some(id) = message["id"].as_u64() {
                if let Some(waiting) = self.waiting.lock().unwrap().remove(&id) {
                    // Whoever asked may have lost interest.
                    let _ = waiting.send(message);
                }
            } else if message["method"] == "Runtime.exceptionThrown" {
                let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
                let details = message["params"]["exceptionDetails"].to_string();
                self.thrown.lock().unwrap().push((session, details));
            }
        }
    }

    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        arguments: Value,
    ) -> Value {
        let answer = self.try_call(session, method, arguments).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The result, or the browser's word on why there is none.
    pub(super) async fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        arguments: Value,
    ) -> Result<Value, String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id, sender);
        let mut call = json!({ "id": id, "method": method, "params": arguments });
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        self.sink.lock().await.send(Message::text(call.to_string())).await.unwrap();
        let answer = timeout(PATIENCE, answer).await;
        let mut answer = answer.unwrap_or_else(|_| panic!("{method}: no answer")).unwrap();
        match answer["error"].take() {
            Value::Null => Ok(answer["result"].take()),
            error => Err(error["message"].as_str().unwrap_or_default().to_owned()),
        }
    }

    pub(super) fn thrown(&self, session: &str) -> Vec<String> {
        let thrown = self.thrown.lock().unwrap();
        thrown.iter().filter(|(of, _)| of == session).map(|(_, what)| what.clone()).collect()
    }
}
