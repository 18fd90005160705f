//! The servers that are compared, each started on free ports with its files on a RAM disk.

mod nginx;
mod rivulet;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use tokio::time::{Instant, sleep};

use crate::http::Connection;
use crate::link::Target;
use crate::process::{Server, Usage};
use crate::scratch::Scratch;

pub(crate) use rivulet::Kept;

/// How long a server may take to answer before the measurement is given up.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A server that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Rivulet,
    Nginx,
}

impl Kind {
    /// The subject's name in sheets and the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rivulet => "rivulet",
            Self::Nginx => "nginx-rtmp",
        }
    }

    /// Both, in an order that alternates, so that a machine that warms up or slows down is fair.
    pub(crate) fn in_turn(kinds: &[Self], run: usize) -> Vec<Self> {
        let mut kinds = kinds.to_vec();
        if run % 2 == 1 {
            kinds.reverse();
        }
        kinds
    }
}

/// What a peer is started for.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    pub(crate) channels: usize,
    /// nginx's worker processes; its RTMP module wants one.
    pub(crate) workers: usize,
    /// What our own server is told of each channel: flags of `rivulet admin set-channel`.
    pub(crate) settings: Vec<String>,
    /// Whether our own server keeps its data on a disk.
    pub(crate) on_disk: bool,
}

impl Setup {
    pub(crate) fn channels(channels: usize) -> Self {
        Self { channels, workers: 1, settings: Vec::new(), on_disk: false }
    }

    pub(crate) fn with_settings(self, settings: Vec<String>) -> Self {
        Self { settings, ..self }
    }

    pub(crate) fn on_disk(self) -> Self {
        Self { on_disk: true, ..self }
    }
}

/// A running server with its channels.
pub(crate) struct Peer {
    kind: Kind,
    server: Server,
    http: SocketAddr,
    rtmp: SocketAddr,
    /// What is published to, one per channel.
    keys: Vec<String>,
    scratch: Scratch,
    /// From the start of the process to its first answer.
    ready_after: Duration,
}

impl Peer {
    pub(crate) async fn start(kind: Kind, setup: Setup) -> Result<Self> {
        match kind {
            Kind::Rivulet => rivulet::start(setup).await,
            Kind::Nginx => nginx::start(setup).await,
        }
    }

    /// Where channel `index` is published to.
    pub(crate) fn target(&self, index: usize) -> Target {
        let key =
            self.keys.get(index).expect("the peer was started with that many channels").clone();
        Target { address: self.rtmp, app: "live".to_owned(), key }
    }

    pub(crate) fn targets(&self) -> Vec<Target> {
        (0..self.keys.len()).map(|index| self.target(index)).collect()
    }

    /// Where channel `index` is pulled from.
    pub(crate) fn play_target(&self, index: usize) -> Target {
        match self.kind {
            Kind::Rivulet => Target { key: rivulet::channel_name(index), ..self.target(index) },
            Kind::Nginx => self.target(index),
        }
    }

    /// The media playlist of channel `index`.
    pub(crate) fn playlist(&self, index: usize) -> String {
        match self.kind {
            Kind::Rivulet => self.rendition(index, 0),
            Kind::Nginx => format!("/hls/{}.m3u8", nginx::stream_name(index)),
        }
    }

    /// The media playlist of one rendition of channel `index` (ours only).
    pub(crate) fn rendition(&self, index: usize, number: usize) -> String {
        format!("/hls/@{}/{number}/stream.m3u8", rivulet::channel_name(index))
    }

    /// What a player is given for channel `index`.
    pub(crate) fn master(&self, index: usize) -> String {
        match self.kind {
            Kind::Rivulet => format!("/hls/@{}/stream.m3u8", rivulet::channel_name(index)),
            Kind::Nginx => self.playlist(index),
        }
    }

    /// The page people watch channel `index` on; `None` where the server has none.
    pub(crate) fn page(&self, index: usize) -> Option<String> {
        (self.kind == Kind::Rivulet).then(|| format!("/@{}", rivulet::channel_name(index)))
    }

    /// Makes an account (ours only); gives its password.
    pub(crate) async fn new_person(&self, name: &str) -> Result<String> {
        rivulet::admin(self.scratch.path(), &["create-user", name])
            .await
            .map(|it| it.trim().to_owned())
    }

    pub(crate) fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where the server keeps what it keeps.
    pub(crate) fn data(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.pid()
    }

    pub(crate) fn usage(&self) -> Usage {
        self.server.usage()
    }

    /// Bytes of media kept as files, which on a RAM disk are memory too.
    pub(crate) fn file_bytes(&self) -> u64 {
        match self.kind {
            Kind::Rivulet => 0,
            Kind::Nginx => self.scratch.bytes(),
        }
    }

    /// The directory served as it is under `/static/` (nginx only).
    pub(crate) fn static_directory(&self) -> PathBuf {
        self.scratch.path().join("static")
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}

/// A port nobody listens on at this moment.
fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Asks until there is an answer, or says what the server wrote.
async fn answers(server: &mut Server, address: SocketAddr, path: &str, log: &Path) -> Result<()> {
    let began = Instant::now();
    loop {
        if let Ok(mut connection) = Connection::open(address).await
            && connection.get(path).await.is_ok()
        {
            return Ok(());
        }
        let alive = server.check().and_then(|()| {
            anyhow::ensure!(began.elapsed() < START_LIMIT, "no answer within {START_LIMIT:?}");
            Ok(())
        });
        alive.with_context(|| std::fs::read_to_string(log).unwrap_or_default())?;
        sleep(Duration::from_millis(1)).await;
    }
}
