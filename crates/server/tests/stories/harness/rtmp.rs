//! An RTMP client on a socket.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use rivulet_media::flv::{Tag, TagKind};
use rivulet_media::rtmp::client::{Event, Output, Role, Session};
use rivulet_media::rtmp::handshake::Opening;
use rivulet_media::rtmp::{Entropy, MediaKind, MediaMessage, StreamKey, StreamUrl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

const READ_BYTES: usize = 64 * 1024;

/// What a server says to somebody it does not let in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: String,
    pub(crate) description: String,
}

/// A connection that publishes or plays.
pub(crate) struct Link {
    stream: TcpStream,
    session: Session,
    buffer: BytesMut,
    events: VecDeque<Event>,
}

impl Link {
    /// Publishes under `rtmp://server/<app>/<key>`.
    pub(crate) async fn publish(to: SocketAddr, app: &str, key: &str) -> Result<Self, Refused> {
        Self::open(to, app, key, Role::Publish).await
    }

    /// Plays `rtmp://server/live/<name>`.
    pub(crate) async fn play(from: SocketAddr, name: &str) -> Result<Self, Refused> {
        Self::open(from, "live", name, Role::Play).await
    }

    async fn open(to: SocketAddr, app: &str, name: &str, role: Role) -> Result<Self, Refused> {
        let stream = TcpStream::connect(to).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let url = StreamUrl {
            host: to.ip().to_string(),
            port: to.port(),
            app: app.to_owned(),
            name: StreamKey::new(name),
        };
        let session = Session::new(url, role, Opening::Simple, Entropy::new(seed()));
        let mut link = Self { stream, session, buffer: BytesMut::new(), events: VecDeque::new() };
        let answer = timeout(PATIENCE, link.next()).await.expect("the server does not answer");
        match answer {
            Some(Event::Started) => Ok(link),
            Some(Event::Refused { code, description }) => Err(Refused { code, description }),
            other => panic!("neither let in nor refused: {other:?}"),
        }
    }

    /// Sends a tag.
    pub(crate) async fn send(&mut self, tag: &Tag) -> io::Result<()> {
        let (kind, payload) = match tag.kind {
            TagKind::Audio => (MediaKind::Audio, tag.body.clone()),
            TagKind::Video => (MediaKind::Video, tag.body.clone()),
            TagKind::Script => return Ok(()),
        };
        let message = MediaMessage { kind, timestamp: tag.timestamp_ms, payload };
        self.session.send(&message).map_err(|_| io::ErrorKind::BrokenPipe)?;
        self.transmit().await
    }

    /// Says goodbye.
    pub(crate) async fn finish(mut self) {
        self.session.finish();
        self.transmit().await.unwrap();
        self.stream.shutdown().await.unwrap();
        while self.next().await.is_some() {}
    }

    /// What happens next; `None` when the connection is over.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if self.transmit().await.is_err() {
                return self.events.pop_front();
            }
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            self.buffer.reserve(READ_BYTES);
            if self.stream.read_buf(&mut self.buffer).await.unwrap_or(0) == 0 {
                return None;
            }
            self.session.receive(&self.buffer.split()).unwrap();
        }
    }

    async fn transmit(&mut self) -> io::Result<()> {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Transmit(bytes) => self.write(bytes).await?,
                Output::Event(event) => self.events.push_back(event),
            }
        }
        Ok(())
    }

    async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        self.stream.write_all(&bytes).await
    }
}

/// Handshakes need bytes that differ, not secret ones: the standard library's per-process keys do.
fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    for (index, bytes) in seed.chunks_exact_mut(8).enumerate() {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_usize(index);
        bytes.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    seed
}
