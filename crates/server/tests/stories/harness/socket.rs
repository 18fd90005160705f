//! The socket of a page.

use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{PATIENCE, Server};

/// What a page hears.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Connects with this query, and hears the greeting.
    pub(crate) async fn open(server: &Server, query: &str) -> Self {
        let stream = TcpStream::connect(server.http).await.unwrap();
        let url = format!("ws://{}/api/v1/socket{query}", server.http);
        let (stream, _) = client_async(url, stream).await.unwrap();
        let mut socket = Self { stream };
        assert_eq!(socket.hear().await["type"], "hello");
        socket
    }

    /// The next message.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await;
            let message = message.expect("the socket is silent").unwrap().unwrap();
            if message.is_text() {
                return serde_json::from_str(message.to_text().unwrap()).unwrap();
            }
        }
    }

    /// The next message of which this is true.
    pub(crate) async fn hear_of(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.hear().await;
            if wanted(&message) {
                return message;
            }
        }
    }
}
