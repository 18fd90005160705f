//! The socket of a page.

use std::net::Ipv4Addr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::http::reach;
use super::trust::Stream;
use super::{PATIENCE, Server};

/// What a page hears.
pub(crate) struct Socket {
    stream: WebSocketStream<Box<dyn Stream>>,
}

impl Socket {
    /// Connects with this query, and hears the greeting.
    pub(crate) async fn open(server: &Server, query: &str) -> Self {
        let stream = server.connect().await;
        let url = format!("ws://{}/api/v1/socket{query}", server.http);
        let (stream, _) = client_async(url, stream).await.unwrap();
        let mut socket = Self { stream };
        assert_eq!(socket.hear().await["type"], "hello");
        socket
    }

    /// Connects to any path with these header fields; the status with which it is refused.
    pub(crate) async fn connect(
        server: &Server,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let stream = server.connect().await;
        let mut request = format!("ws://{}{path}", server.http).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// Connects to any path from this address of the machine's own, as somebody else.
    pub(crate) async fn connect_from(
        server: &Server,
        path: &str,
        from: Ipv4Addr,
    ) -> Result<Self, String> {
        let stream = reach(server.http, from).await.map_err(|error| error.to_string())?;
        let stream: Box<dyn Stream> = Box::new(stream);
        let opened = client_async(format!("ws://{}{path}", server.http), stream).await;
        let (stream, _) = opened.map_err(|error| error.to_string())?;
        Ok(Self { stream })
    }

    /// The next text, however long it takes to come; `None` when the socket is closed.
    pub(crate) async fn text(&mut self) -> Option<String> {
        loop {
            let message = self.stream.next().await?.ok()?;
            if message.is_text() {
                return message.to_text().ok().map(str::to_owned);
            }
        }
    }

    /// Connects to this path by a narrow way: the system keeps little of what is not read.
    pub(crate) async fn connect_narrowly(server: &Server, path: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream: Box<dyn Stream> = Box::new(socket.connect(server.http).await.unwrap());
        let url = format!("ws://{}{path}", server.http);
        Self { stream: client_async(url, stream).await.unwrap().0 }
    }

    /// Says one text in pieces of a byte, until nobody hears it any more; how many were sent.
    pub(crate) async fn dribble(&mut self, most: usize) -> usize {
        for sent in 0..most {
            let kind = if sent == 0 { Data::Text } else { Data::Continue };
            let piece = Frame::message(&b"x"[..], OpCode::Data(kind), false);
            if self.stream.send(Message::Frame(piece)).await.is_err() {
                return sent;
            }
        }
        most
    }

    /// Says something.
    pub(crate) async fn say(&mut self, message: &Value) {
        self.try_say(message).await.unwrap();
    }

    /// Asks whether anybody is there, without end, until there is not.
    pub(crate) async fn ping_until_closed(&mut self) -> (u16, String) {
        let pings = async {
            while self.stream.send(Message::Ping(Vec::new().into())).await.is_ok() {
                // What comes is taken as it comes: who never reads hears nothing either.
                while let Some(message) = futures_util::FutureExt::now_or_never(self.stream.next())
                {
                    match message {
                        Some(Ok(Message::Close(Some(frame)))) => {
                            return (u16::from(frame.code), frame.reason.to_string());
                        }
                        Some(Ok(_)) => {}
                        other => panic!("the connection ended without a word: {other:?}"),
                    }
                }
            }
            panic!("the connection ended without a word");
        };
        timeout(PATIENCE, pings).await.expect("the server answers pings without end")
    }

    /// Waits for the end; why it came.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        self.ended().await.expect("the connection ended without a word")
    }

    /// Waits for the end; why it came, if that was said.
    pub(crate) async fn ended(&mut self) -> Option<(u16, String)> {
        let end = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Some((u16::from(frame.code), frame.reason.to_string()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        timeout(PATIENCE, end).await.expect("the socket stays open")
    }

    /// Says something to a server that may be gone.
    pub(crate) async fn try_say(&mut self, message: &Value) -> Result<(), String> {
        let sent = self.stream.send(Message::text(message.to_string())).await;
        sent.map_err(|error| error.to_string())
    }

    /// The texts of the next frame, of which Owncast joins several by line ends; `None` when the
    /// socket is closed.
    pub(crate) async fn lines(&mut self) -> Option<Vec<Value>> {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await;
            let message = message.expect("the socket is silent")?.ok()?;
            if message.is_text() {
                let lines = message.to_text().unwrap().lines();
                return Some(lines.map(|line| serde_json::from_str(line).unwrap()).collect());
            }
        }
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

    /// The next message of which this is true. Others come all the time: they do not make it wait on.
    pub(crate) async fn hear_of(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut others = Vec::new();
        let heard = async {
            loop {
                let message = self.hear().await;
                if wanted(&message) {
                    return message;
                }
                others.push(message);
            }
        };
        let heard = timeout(PATIENCE, heard).await;
        heard.unwrap_or_else(|_| {
            panic!("it is not told; the last of the others: {:?}", others.last())
        })
    }
}
