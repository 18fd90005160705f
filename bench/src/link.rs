//! Our RTMP client on a socket: what `rivulet_media::rtmp::client` wants done is done here.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::{Bytes, BytesMut};
use rivulet_media::flv::{Tag, TagKind};
use rivulet_media::rtmp::client::{Event, Output, Role, Session};
use rivulet_media::rtmp::handshake::Opening;
use rivulet_media::rtmp::{Entropy, MediaKind, MediaMessage, StreamKey, StreamUrl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a server may take to let a client in.
const ACCEPT_LIMIT: Duration = Duration::from_secs(10);
const READ_BYTES: usize = 64 * 1024;
/// Tells servers to keep the metadata that follows for players: an AMF0 string.
const SET_DATA_FRAME: &[u8] = b"\x02\x00\x0d@setDataFrame";

/// A stream on a server.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) app: String,
    pub(crate) key: String,
}

/// A publisher that has been let in.
pub(crate) struct Publishing(Link);

impl Publishing {
    /// Connects and waits for `NetStream.Publish.Start`.
    pub(crate) async fn open(target: &Target) -> Result<Self> {
        Link::open(target, Role::Publish).await.map(Self)
    }

    pub(crate) async fn send(&mut self, tag: &Tag) -> Result<()> {
        self.0.session.send(&message(tag)).context("the server ended the stream")?;
        self.0.transmit().await?;
        self.0.receive_what_is_there()
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        self.0.session.finish();
        self.0.transmit().await
    }
}

/// A player that is being served.
pub(crate) struct Playing(Link);

impl Playing {
    /// Connects and waits for `NetStream.Play.Start`.
    pub(crate) async fn open(target: &Target) -> Result<Self> {
        Link::open(target, Role::Play).await.map(Self)
    }

    /// Waits for media; returns how many bytes of it came.
    pub(crate) async fn receive(&mut self) -> Result<u64> {
        let media = self.0.turn().await?.into_iter().map(|event| match event {
            Event::Media(message) => Ok(message.payload.len() as u64),
            Event::Started => Ok(0),
            Event::Ended | Event::Refused { .. } => bail!("the server ended the stream: {event:?}"),
        });
        media.sum()
    }
}

struct Link {
    stream: TcpStream,
    session: Session,
    buffer: BytesMut,
}

impl Link {
    async fn open(target: &Target, role: Role) -> Result<Self> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let url = StreamUrl {
            host: target.address.ip().to_string(),
            port: target.address.port(),
            app: target.app.clone(),
            name: StreamKey::new(&target.key),
        };
        let session = Session::new(url, role, Opening::Simple, Entropy::new(seed()));
        let mut link = Self { stream, session, buffer: BytesMut::new() };
        timeout(ACCEPT_LIMIT, link.until_started())
            .await
            .context("the server does not answer")??;
        Ok(link)
    }

    async fn until_started(&mut self) -> Result<()> {
        loop {
            for event in self.turn().await? {
                match event {
                    Event::Started => return Ok(()),
                    Event::Refused { code, description } => bail!("refused: {code} {description}"),
                    Event::Ended => bail!("the stream ended before it began"),
                    Event::Media(_) => {}
                }
            }
        }
    }

    /// Sends what is due, waits for bytes, answers them.
    async fn turn(&mut self) -> Result<Vec<Event>> {
        self.transmit().await?;
        self.buffer.reserve(READ_BYTES);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        self.session.receive(&self.buffer.split())?;
        let (bytes, events) = self.drain();
        self.write(bytes).await?;
        Ok(events)
    }

    /// A publisher is told little, and must not wait for it.
    fn receive_what_is_there(&mut self) -> Result<()> {
        self.buffer.reserve(READ_BYTES);
        match self.stream.try_read_buf(&mut self.buffer) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(_) => Ok(self.session.receive(&self.buffer.split())?),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn transmit(&mut self) -> Result<()> {
        let (bytes, events) = self.drain();
        if let Some(end) =
            events.into_iter().find(|event| !matches!(event, Event::Media(_) | Event::Started))
        {
            bail!("the server ended the stream: {end:?}");
        }
        self.write(bytes).await
    }

    async fn write(&mut self, bytes: Vec<Bytes>) -> Result<()> {
        for bytes in bytes {
            self.stream.write_all(&bytes).await?;
        }
        Ok(())
    }

    fn drain(&mut self) -> (Vec<Bytes>, Vec<Event>) {
        let (mut bytes, mut events) = (Vec::new(), Vec::new());
        while let Some(output) = self.session.poll() {
            match output {
                Output::Transmit(more) => bytes.push(more),
                Output::Event(event) => events.push(event),
            }
        }
        (bytes, events)
    }
}

fn message(tag: &Tag) -> MediaMessage {
    let (kind, payload) = match tag.kind {
        TagKind::Audio => (MediaKind::Audio, tag.body.clone()),
        TagKind::Video => (MediaKind::Video, tag.body.clone()),
        TagKind::Script => (MediaKind::Data, [SET_DATA_FRAME, &tag.body].concat().into()),
    };
    MediaMessage { kind, timestamp: tag.timestamp_ms, payload }
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
