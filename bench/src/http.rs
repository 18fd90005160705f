//! A small HTTP/1.1 client (RFC 9112) that costs little beside the server it measures.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail};
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Servers under test are ours to trust, but an endless head would hang a measurement.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// One connection, one request at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
    host: SocketAddr,
}

pub(crate) struct Response {
    pub(crate) status: u16,
    /// What it sets as a cookie.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Bytes,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Where a body ends.
enum Framing {
    Length(usize),
    Chunked,
}

impl Connection {
    pub(crate) async fn open(host: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(host).await.with_context(|| format!("cannot connect to {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::new(), host })
    }

    /// The same from one of this machine's addresses.
    pub(crate) async fn open_from(host: SocketAddr, from: Ipv4Addr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream =
            socket.connect(host).await.with_context(|| format!("cannot connect to {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::new(), host })
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Response> {
        self.send(path).await?;
        self.receive().await
    }

    /// `POST` of a JSON document.
    pub(crate) async fn post(&mut self, path: &str, json: &str) -> Result<Response> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: rivulet-bench\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
            self.host,
            json.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.receive().await
    }

    /// The body of a request that must succeed.
    pub(crate) async fn fetch(&mut self, path: &str) -> Result<Bytes> {
        let response = self.get(path).await?;
        if response.status != 200 {
            bail!("GET {path} gave {}: {}", response.status, response.text());
        }
        Ok(response.body)
    }

    pub(crate) async fn send(&mut self, path: &str) -> Result<()> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: rivulet-bench\r\n\r\n",
            self.host
        );
        Ok(self.stream.write_all(request.as_bytes()).await?)
    }

    /// A request with a JSON body and further headers, `name: value` each.
    pub(crate) async fn ask(
        &mut self,
        (method, path): (&str, &str),
        headers: &[String],
        body: &str,
    ) -> Result<Response> {
        let more: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: rivulet-bench\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{more}\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.receive().await
    }

    pub(crate) async fn receive(&mut self) -> Result<Response> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if self.buffer.len() > MAX_HEAD_BYTES {
                bail!("the head of the response does not end");
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer.split_to(end)).into_owned();
        let status =
            head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).context("no status")?;
        let body = match framing(&head)? {
            Framing::Length(length) => self.take(length).await?,
            Framing::Chunked => self.chunks().await?,
        };
        let cookie = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let pair = value.split(';').next()?;
            name.eq_ignore_ascii_case("set-cookie").then(|| pair.to_owned())
        });
        Ok(Response { status, cookie, body })
    }

    async fn chunks(&mut self) -> Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let line_end = loop {
                if let Some(end) = find(&self.buffer, b"\r\n") {
                    break end;
                }
                self.fill().await?;
            };
            let line = self.buffer.split_to(line_end + 2);
            let digits = std::str::from_utf8(&line)?.trim().split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(digits, 16).context("no chunk size")?;
            let chunk = self.take(size + 2).await?;
            body.extend_from_slice(chunk.get(..size).unwrap_or_default());
            if size == 0 {
                return Ok(body.freeze());
            }
        }
    }

    async fn take(&mut self, length: usize) -> Result<Bytes> {
        while self.buffer.remaining() < length {
            self.fill().await?;
        }
        Ok(self.buffer.split_to(length).freeze())
    }

    async fn fill(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => bail!("the server closed the connection"),
            _ => Ok(()),
        }
    }
}

fn framing(head: &str) -> Result<Framing> {
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            return Ok(Framing::Length(value.trim().parse()?));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") && value.contains("chunked") {
            return Ok(Framing::Chunked);
        }
    }
    Ok(Framing::Length(0))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn reads_sized_and_chunked_bodies_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello\
                       HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(answers.as_bytes()).await.unwrap();
            stream
        };
        let read = async {
            let mut connection = Connection::open(address).await.unwrap();
            let first = connection.get("/").await.unwrap();
            let second = connection.get("/x").await.unwrap();
            (first, second)
        };
        let (_stream, (first, second)) = tokio::join!(serve, read);
        assert_eq!((first.status, first.text().as_str()), (200, "hello"));
        assert_eq!((second.status, second.text().as_str()), (404, "abcde"));
    }
}
