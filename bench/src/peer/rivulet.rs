//! Our own server: channels are made before it starts, ports are read from the file it writes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;
use tokio::time::{Duration, Instant, sleep};

use super::{Kind, Peer, START_LIMIT, Setup, answers};
use crate::process::{Server, Usage};
use crate::scratch::Scratch;

/// What the server writes into its data directory when it listens.
#[derive(Deserialize)]
struct Urls {
    http: String,
    rtmp: String,
}

pub(super) fn channel_name(index: usize) -> String {
    format!("bench{index:03}")
}

/// The program built beside this one, or `RIVULET_BIN`.
pub(crate) fn program() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("RIVULET_BIN") {
        return Ok(path.into());
    }
    let path = std::env::current_exe()?.with_file_name("rivulet");
    ensure!(
        path.exists(),
        "build the server first: cargo build --release -p rivulet ({} is not there)",
        path.display()
    );
    Ok(path)
}

pub(super) async fn start(setup: Setup) -> Result<Peer> {
    let scratch = if setup.on_disk { Scratch::on_disk()? } else { Scratch::new()? };
    let mut keys = Vec::new();
    for index in 0..setup.channels {
        let name = channel_name(index);
        let printed = admin(scratch.path(), &["create-channel", &name]).await?;
        let key = printed.lines().last().context("create-channel printed no key")?;
        keys.push(key.trim().to_owned());
        if !setup.settings.is_empty() {
            let words = ["set-channel", name.as_str()].into_iter();
            let words: Vec<_> = words.chain(setup.settings.iter().map(String::as_str)).collect();
            admin(scratch.path(), &words).await?;
        }
    }
    let log = scratch.path().join("log");
    let began = Instant::now();
    let mut server = Server::start(&mut serve(scratch.path())?, &log)?;
    let Urls { http, rtmp } = urls(&mut server, scratch.path(), &log).await?;
    let (http, rtmp) = (address(&http)?, address(&rtmp)?);
    answers(&mut server, http, "/healthz", &log).await?;
    Ok(Peer {
        kind: Kind::Rivulet,
        server,
        http,
        rtmp,
        keys,
        scratch,
        ready_after: began.elapsed(),
    })
}

/// A data folder and a database that several servers are started on, one after the other.
pub(crate) struct Kept {
    scratch: Scratch,
    database: String,
}

/// A server on them.
pub(crate) struct Settled {
    server: Server,
    http: SocketAddr,
    ready_after: Duration,
}

impl Kept {
    /// On SQLite, unless there is the URL of another database.
    pub(crate) fn new(database: Option<String>) -> Result<Self> {
        let scratch = Scratch::new()?;
        let file = scratch.path().join("rivulet.db");
        let database = database.unwrap_or_else(|| format!("sqlite:{}", file.display()));
        Ok(Self { scratch, database })
    }

    pub(crate) fn data(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    pub(crate) async fn start(&self) -> Result<Settled> {
        let data = self.scratch.path();
        let log = data.join("log");
        // A killed server leaves its own behind, with ports that are no longer its.
        let _ = std::fs::remove_file(data.join("run.json"));
        let began = Instant::now();
        let mut command = serve(data)?;
        command.env("RIVULET_DATABASE", &self.database);
        let mut server = Server::start(&mut command, &log)?;
        let http = address(&urls(&mut server, data, &log).await?.http)?;
        answers(&mut server, http, "/healthz", &log).await?;
        Ok(Settled { server, http, ready_after: began.elapsed() })
    }
}

impl Settled {
    pub(crate) fn http(&self) -> SocketAddr {
        self.http
    }

    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    pub(crate) fn usage(&self) -> Usage {
        self.server.usage()
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.server.stop().await
    }

    pub(crate) async fn kill(self) -> Result<()> {
        self.server.kill().await
    }
}

/// The command that serves a data directory on ports of the system's choice.
pub(crate) fn serve(data: &Path) -> Result<Command> {
    let mut command = Command::new(program()?);
    command
        .args(["serve", "--http", "127.0.0.1:0", "--rtmp", "127.0.0.1:0", "--data-dir"])
        .arg(data);
    Ok(command)
}

/// What `rivulet admin …` prints.
pub(super) async fn admin(data: &Path, words: &[&str]) -> Result<String> {
    let mut command = Command::new(program()?);
    let output = command.arg("admin").args(words).arg("--data-dir").arg(data).output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rivulet admin {} failed: {said}", words.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// Waits for `run.json`.
async fn urls(server: &mut Server, data: &Path, log: &Path) -> Result<Urls> {
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(data.join("run.json")).unwrap_or_default();
        if let Ok(urls) = serde_json::from_str(&text) {
            return Ok(urls);
        }
        let log = || std::fs::read_to_string(log).unwrap_or_default();
        server.check().with_context(log)?;
        ensure!(began.elapsed() < START_LIMIT, "run.json does not appear: {}", log());
        sleep(Duration::from_millis(1)).await;
    }
}

/// The host and port of a URL that names both.
fn address(url: &str) -> Result<SocketAddr> {
    let (_, address) = url.split_once("://").with_context(|| format!("{url} is not a URL"))?;
    address.parse().with_context(|| format!("{url} does not name an address"))
}
