//! A WebSocket client (RFC 6455) that costs little beside the server it measures, and that can do
//! what clients should not: frames of any size, cut anywhere.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

pub(crate) const CONTINUED: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
const PONG: u8 = 0xa;
/// The last frame of a message.
pub(crate) const LAST: u8 = 0x80;
/// What an extension gives a meaning, such as "compressed".
pub(crate) const RESERVED: u8 = 0x40;
/// Servers under test are ours to trust, but an endless head would hang a measurement.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// A connection to a server.
pub(crate) struct Socket {
    stream: TcpStream,
    buffer: BytesMut,
    /// What came of a message whose last frame has not.
    partial: BytesMut,
}

/// Why a socket is none any more.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

/// A message, or the end.
pub(crate) enum Heard {
    Text(Bytes),
    Closed(Closed),
}

struct Frame {
    is_last: bool,
    opcode: u8,
    payload: Bytes,
}

impl Socket {
    /// Connects from one of this machine's addresses.
    pub(crate) async fn open(host: SocketAddr, from: Ipv4Addr, path: &str) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let mut stream = socket.connect(host).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: rivulet-bench\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = BytesMut::new();
        let end = loop {
            if let Some(end) = memchr::memmem::find(&buffer, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(buffer.len() < MAX_HEAD_BYTES, "the head of the response does not end");
            ensure!(stream.read_buf(&mut buffer).await? > 0, "the server closed the connection");
        };
        let head = String::from_utf8_lossy(&buffer.split_to(end)).into_owned();
        if !head.starts_with("HTTP/1.1 101 ") {
            let body = String::from_utf8_lossy(&buffer).into_owned();
            bail!("no socket: {} {body}", head.lines().next().unwrap_or_default());
        }
        Ok(Self { stream, buffer, partial: BytesMut::new() })
    }

    /// The next message. Nothing is lost when the wait is given up.
    pub(crate) async fn hear(&mut self) -> Result<Heard> {
        loop {
            while let Some(frame) = self.frame()? {
                match frame.opcode {
                    TEXT if frame.is_last => return Ok(Heard::Text(frame.payload)),
                    TEXT | CONTINUED => {
                        self.partial.extend_from_slice(&frame.payload);
                        if frame.is_last {
                            return Ok(Heard::Text(self.partial.split().freeze()));
                        }
                    }
                    PING => self.send(LAST | PONG, &frame.payload).await?,
                    CLOSE => return Ok(Heard::Closed(closed(&frame.payload))),
                    _ => {}
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                let reason = "the connection ended".to_owned();
                return Ok(Heard::Closed(Closed { code: 1006, reason }));
            }
        }
    }

    /// Sends a text.
    pub(crate) async fn say(&mut self, text: &str) -> Result<()> {
        self.send(LAST | TEXT, text.as_bytes()).await
    }

    /// Sends one frame: its first byte and what is in it.
    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(&frame(first, payload)).await?)
    }

    /// Sends what were made into frames before.
    pub(crate) async fn send_all(&mut self, frames: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(frames).await?)
    }

    fn frame(&mut self) -> Result<Option<Frame>> {
        let [first, second, rest @ ..] = &self.buffer[..] else { return Ok(None) };
        let (first, second) = (*first, *second);
        ensure!(second & 0x80 == 0, "the server masks its frames");
        let (length, head) = match second {
            126 => match rest {
                [a, b, ..] => (u64::from(u16::from_be_bytes([*a, *b])), 4),
                _ => return Ok(None),
            },
            127 => match rest.first_chunk::<8>() {
                Some(bytes) => (u64::from_be_bytes(*bytes), 10),
                None => return Ok(None),
            },
            length => (u64::from(length), 2),
        };
        let length = usize::try_from(length).context("the frame is too long")?;
        if self.buffer.len() < head + length {
            self.buffer.reserve(head + length - self.buffer.len());
            return Ok(None);
        }
        self.buffer.advance(head);
        let payload = self.buffer.split_to(length).freeze();
        Ok(Some(Frame { is_last: first & LAST != 0, opcode: first & 0x0f, payload }))
    }
}

/// A frame of a client. Its mask is zero: it is required, and costs nothing so.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(first);
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

fn closed(payload: &[u8]) -> Closed {
    match payload {
        [a, b, reason @ ..] => Closed {
            code: u16::from_be_bytes([*a, *b]),
            reason: String::from_utf8_lossy(reason).into_owned(),
        },
        _ => Closed { code: 1005, reason: String::new() },
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn messages_are_read_whole_and_pings_are_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            assert!(String::from_utf8_lossy(&request[..length]).starts_with("GET /x HTTP/1.1"));
            stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").await.unwrap();
            stream.write_all(b"\x81\x02hi\x89\x01p\x01\x01a\x80\x01b").await.unwrap();
            let long = vec![b'c'; 300];
            stream.write_all(&[0x81, 126, 1, 44]).await.unwrap();
            stream.write_all(&long).await.unwrap();
            stream.write_all(b"\x88\x05\x03\xf1bye").await.unwrap();
            let mut pong = [0; 7];
            stream.read_exact(&mut pong).await.unwrap();
            assert_eq!(&pong, b"\x8a\x81\0\0\0\0p");
        };
        let hear = async {
            let mut socket = Socket::open(address, Ipv4Addr::LOCALHOST, "/x").await.unwrap();
            let mut heard = Vec::new();
            loop {
                match socket.hear().await.unwrap() {
                    Heard::Text(text) => heard.push(text.len()),
                    Heard::Closed(closed) => return (heard, closed.code, closed.reason),
                }
            }
        };
        let ((), heard) = tokio::join!(serve, hear);
        assert_eq!(heard, (vec![2, 2, 300], 1009, "bye".to_owned()));
    }

    #[test]
    fn frames_of_clients_are_masked_and_sized() {
        assert_eq!(frame(LAST | TEXT, b"hi"), b"\x81\x82\0\0\0\0hi");
        assert_eq!(&frame(LAST | TEXT, &[0; 200])[..4], [0x81, 0xfe, 0, 200]);
        assert_eq!(
            &frame(LAST | TEXT, &[0; 70_000])[..10],
            [0x81, 0xff, 0, 0, 0, 0, 0, 1, 17, 112]
        );
    }
}
