//! An HTTP client on one connection, HTTP/1.1 or HTTP/2 with prior knowledge.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Mutex;

use super::Trust;
use super::trust::Stream;

/// A client that keeps its connection.
pub(crate) struct Http {
    address: SocketAddr,
    from: Option<Ipv4Addr>,
    /// Where it encrypts.
    trust: Option<Trust>,
    kept: Mutex<Option<http1::SendRequest<Full<Bytes>>>>,
}

/// A whole response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Http {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, from: None, trust: None, kept: Mutex::default() }
    }

    /// The same, encrypted where there is somebody to trust.
    pub(crate) fn over(address: SocketAddr, trust: Option<Trust>) -> Self {
        Self { trust, ..Self::new(address) }
    }

    /// The same from this address of the machine's own, as somebody else.
    pub(crate) fn from(self, address: Ipv4Addr) -> Self {
        Self { from: Some(address), ..self }
    }

    /// `GET` of a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// `GET` of a path from a server that may be down.
    pub(crate) async fn try_get(&self, path: &str) -> Result<Answer, String> {
        self.send(Method::GET, path, &[]).await
    }

    /// `GET` with these header fields.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers).await.unwrap()
    }

    /// `POST` of a body.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send_body(Method::POST, path, &[], body.into()).await.unwrap()
    }

    /// A request of any method with a JSON document.
    pub(crate) async fn send_json(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.send_body(method, path, headers, body.to_string().into()).await.unwrap()
    }

    /// A request of any method without a body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Answer, String> {
        self.send_body(method, path, headers, Bytes::new()).await
    }

    /// A request of any method with a body.
    pub(crate) async fn send_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let mut kept = self.kept.lock().await;
        let mut usable = kept.take();
        if let Some(sender) = &mut usable
            && sender.ready().await.is_err()
        {
            usable = None;
        }
        let mut sender = match usable {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "stories");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let answer = Answer::read(response).await?;
        *kept = Some(sender);
        Ok(answer)
    }

    async fn connect(&self) -> Result<http1::SendRequest<Full<Bytes>>, String> {
        let stream = match self.from {
            None => connect(self.address, self.trust.as_ref()).await,
            Some(from) => reach(self.address, from).await.map(|it| Box::new(it) as Box<dyn Stream>),
        };
        let stream = stream.map_err(|error| error.to_string())?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

/// Connects, and encrypts where there is somebody to trust.
pub(crate) async fn connect(
    address: SocketAddr,
    trust: Option<&Trust>,
) -> std::io::Result<Box<dyn Stream>> {
    Ok(match trust {
        Some(trust) => Box::new(trust.connect(address).await?),
        None => Box::new(TcpStream::connect(address).await?),
    })
}

impl Answer {
    async fn read(response: Response<hyper::body::Incoming>) -> Result<Self, String> {
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Self { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// The body of a response that must be a success.
    pub(crate) fn ok(self) -> Bytes {
        assert_eq!(self.status, 200, "{}", self.text());
        self.body
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// A header field, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// Connects from this address of the machine's own.
pub(crate) async fn reach(to: SocketAddr, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
    socket.connect(to).await
}

/// Sends `GET` requests for these paths at once, on one HTTP/2 connection without negotiation.
pub(crate) async fn get_all_by_http2(address: SocketAddr, paths: &[&str]) -> Vec<Answer> {
    get_all_through(TcpStream::connect(address).await.unwrap(), paths).await
}

/// The same on a connection that is there.
pub(crate) async fn get_all_through(stream: impl Stream + 'static, paths: &[&str]) -> Vec<Answer> {
    let stream = TokioIo::new(stream);
    let (sender, connection) =
        http2::handshake::<_, _, Empty<Bytes>>(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let answers = paths.iter().map(|path| {
        let mut sender = sender.clone();
        async move {
            let uri = format!("http://stories{path}");
            let request = Request::get(uri).body(Empty::new()).unwrap();
            Answer::read(sender.send_request(request).await.unwrap()).await.unwrap()
        }
    });
    futures_util::future::join_all(answers).await
}
