//! `rivulet demo`: publishes the test picture with our own RTMP client, in real time, in a loop.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use bytes::{Bytes, BytesMut};
use clap::Args;
use rivulet_media::flv::{Tag, TagKind};
use rivulet_media::rtmp::client::{Event, Output, Role, Session};
use rivulet_media::rtmp::handshake::Opening;
use rivulet_media::rtmp::{Entropy, MediaKind, MediaMessage, StreamUrl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::ingest::TestPicture;
use crate::seal::{Keyring, entropy};
use crate::{app, running};

/// How long the server may take to accept the publisher.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// Where and how long to publish.
#[derive(Args)]
pub(super) struct Demo {
    /// Server and path, such as rtmp://localhost:1935/live; the server running on the data folder
    /// when not given
    #[arg(long)]
    url: Option<String>,
    /// Stream key; the primary channel's when not given
    #[arg(long)]
    key: Option<String>,
    /// Stop after this many seconds; without it, when interrupted
    #[arg(long)]
    seconds: Option<u64>,
}

impl Demo {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let url = match self.url {
            Some(url) => url,
            None => format!("{}/live", running::rtmp_url(&config.data_dir)?),
        };
        let key = match self.key {
            Some(key) => key,
            None => primary_key(config).await?,
        };
        let target = StreamUrl::parse(&format!("{url}/{key}"))
            .ok_or_else(|| anyhow!("`{url}` is not of the form rtmp://host/live"))?;
        let picture = TestPicture::load()?;
        let mut publisher = Publisher::connect(target).await?;
        super::print(&format!("Publishing the test picture to {url}. Press Ctrl-C to stop."))?;
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        tokio::select! {
            published = publisher.publish(&picture, end) => published?,
            interrupt = tokio::signal::ctrl_c() => interrupt?,
        }
        publisher.finish().await
    }
}

async fn primary_key(config: &Config) -> anyhow::Result<String> {
    let db = Db::open_read_only(&config.database).await?;
    let keyring = Arc::new(Keyring::open(&app::key_file(&config.data_dir))?);
    let channels = Channels::new(db.clone(), keyring, Clock::system());
    let keys = channels.reveal_keys(&channels.primary().await?).await?;
    db.close().await;
    let key = keys.first().context("the primary channel has no stream key")?;
    Ok(key.reveal().to_owned())
}

/// This machine's own name is known without asking anybody (RFC 6761 §6.3): a machine may know no
/// names at all.
async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    if !host.eq_ignore_ascii_case("localhost") {
        return TcpStream::connect((host, port)).await;
    }
    match TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await {
        Ok(stream) => Ok(stream),
        Err(_) => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await,
    }
}

/// A connection that publishes.
struct Publisher {
    stream: TcpStream,
    session: Session,
    buffer: BytesMut,
}

impl Publisher {
    async fn connect(url: StreamUrl) -> anyhow::Result<Self> {
        let stream = connect(url.host.trim_matches(['[', ']']), url.port)
            .await
            .with_context(|| format!("no server answers at {}: start it first", url.tc_url()))?;
        stream.set_nodelay(true)?;
        let random = Entropy::new(entropy()?);
        let session = Session::new(url, Role::Publish, Opening::Simple, random);
        let mut publisher = Self { stream, session, buffer: BytesMut::with_capacity(16 * 1024) };
        timeout(ANSWER_PATIENCE, publisher.start())
            .await
            .context("the server does not answer the publisher")??;
        Ok(publisher)
    }

    async fn start(&mut self) -> anyhow::Result<()> {
        loop {
            if self.settle().await? {
                return Ok(());
            }
            self.read().await?;
        }
    }

    /// Sends what is to be sent; `true` when the server has accepted the publisher.
    async fn settle(&mut self) -> anyhow::Result<bool> {
        let mut started = false;
        while let Some(output) = self.session.poll() {
            match output {
                Output::Transmit(bytes) => self.stream.write_all(&bytes).await?,
                Output::Event(Event::Started) => started = true,
                Output::Event(Event::Refused { description, .. }) => {
                    bail!("the server refused the test picture: {description}")
                }
                Output::Event(Event::Ended) => bail!("the server ended the broadcast"),
                Output::Event(Event::Media(_)) => {}
            }
        }
        Ok(started)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        self.buffer.clear();
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof))
                .context("the server closed the connection");
        }
        Ok(self.session.receive(&self.buffer)?)
    }

    /// Publishes the test picture over and over until `end`.
    async fn publish(&mut self, picture: &TestPicture, end: Option<Instant>) -> anyhow::Result<()> {
        let start = Instant::now();
        for (at, tag) in picture.frames() {
            self.wait_until(start + at).await?;
            if end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
            self.session.send(&message(tag, at))?;
            self.settle().await?;
        }
        Ok(())
    }

    /// Until it is time for the next frame, listens to the server.
    async fn wait_until(&mut self, at: Instant) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                () = sleep_until(at) => return Ok(()),
                read = self.read() => read?,
            }
            self.settle().await?;
        }
    }

    async fn finish(mut self) -> anyhow::Result<()> {
        self.session.finish();
        self.settle().await?;
        self.stream.shutdown().await?;
        Ok(())
    }
}

fn message(tag: &Tag, at: Duration) -> MediaMessage {
    let kind = match tag.kind {
        TagKind::Audio => MediaKind::Audio,
        TagKind::Video => MediaKind::Video,
        TagKind::Script => MediaKind::Data,
    };
    // RTMP's clock wraps after 49 days.
    let timestamp = (at.as_millis() % (1 << 32)) as u32;
    MediaMessage { kind, timestamp, payload: Bytes::clone(&tag.body) }
}
