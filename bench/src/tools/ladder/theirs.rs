//! The bare ffmpeg with our child's arguments, and Owncast's command line, each fed in real time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::process;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::commands::{self, pipes};
use super::judge::Recording;
use super::{BARE, Bench, CPU, OWNCAST, Run, WHOLE};
use crate::feeder::{Feeder, Form};
use crate::process::{Server, Spent};
use crate::scratch::Scratch;

/// How long a command may take until it has written something of each rung.
const BEGIN_LIMIT: Duration = Duration::from_secs(30);
/// Time between looks at files that grow.
const POLL: Duration = Duration::from_millis(50);
const READ_BYTES: usize = 64 * 1024;

impl Bench<'_> {
    pub(super) async fn bare(&mut self, run: &mut Run) -> Result<()> {
        let command = self.command.clone().context("our server's child was not seen yet")?;
        let scratch = Scratch::new()?;
        let fifos = make_fifos(scratch.path(), pipes(&command)).await?;
        let (mut drains, mut flowing) = (JoinSet::new(), Vec::new());
        for fifo in &fifos {
            // Open for writing as well, or it would be at its end before ffmpeg opens it.
            let reader = pipe::OpenOptions::new().read_write(true).open_receiver(fifo)?;
            let (flows, seen) = watch::channel(false);
            drains.spawn(drain(reader, flows));
            flowing.push(seen);
        }
        let mut fed = Fed::start(self, command.again(&fifos)?, Form::Pictures, scratch.path())?;
        for seen in &mut flowing {
            let began = tokio::time::timeout(BEGIN_LIMIT, seen.wait_for(|flows| *flows)).await;
            began.with_context(|| fed.said())??;
        }
        let millis = fed.cost(self).await?;
        fed.stop().await?;
        self.add(BARE, CPU, WHOLE, (millis, "ms"));
        run.bare = Some(millis);
        Ok(())
    }

    pub(super) async fn owncast(&mut self, files: &Scratch, run: &mut Run) -> Result<()> {
        let ours = self.command.clone().context("our server's child was not seen yet")?;
        let folder = files.path().join("owncast");
        std::fs::create_dir(&folder)?;
        let words = commands::owncast(&ours, &self.args.rungs, self.args.effort, &folder)?;
        let mut command = process::Command::new("nice");
        command.args(["-n", "5", ours.program()]).args(words);
        let mut fed = Fed::start(self, command, Form::Flv, &folder)?;
        let last = self.args.rungs.len();
        let began = Instant::now();
        while !folder.join(format!("{last}/stream.m3u8")).exists() {
            fed.server.check().with_context(|| fed.said())?;
            ensure!(began.elapsed() < BEGIN_LIMIT, "it writes nothing: {}", fed.said());
            sleep(POLL).await;
        }
        let millis = fed.cost(self).await?;
        fed.stop().await?;
        self.add(OWNCAST, CPU, WHOLE, (millis, "ms"));
        run.owncast = Some(recorded(&folder, last)?);
        Ok(())
    }
}

/// A command that is fed.
struct Fed {
    server: Server,
    feeder: Feeder,
    log: PathBuf,
}

impl Fed {
    fn start(
        bench: &Bench<'_>,
        mut command: process::Command,
        form: Form,
        folder: &Path,
    ) -> Result<Self> {
        let log = folder.join("log");
        let (server, stdin) = Server::start_fed(&mut command, &log)?;
        let feeder = Feeder::start(Arc::clone(&bench.source), form, stdin)?;
        Ok(Self { server, feeder, log })
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// CPU milliseconds per second over the window.
    async fn cost(&mut self, bench: &Bench<'_>) -> Result<f64> {
        sleep(bench.args.settle).await;
        let spent = |server: &Server| Spent::by(server.pid()).context("it has ended");
        let (before, began) = (spent(&self.server)?, Instant::now());
        sleep(bench.window()).await;
        self.server.check().with_context(|| self.said())?;
        let after = spent(&self.server)?;
        Ok((after.own - before.own) * 1000.0 / began.elapsed().as_secs_f64())
    }

    async fn stop(self) -> Result<()> {
        self.feeder
            .stop()
            .with_context(|| std::fs::read_to_string(&self.log).unwrap_or_default())?;
        self.server.stop().await
    }
}

async fn make_fifos(folder: &Path, count: usize) -> Result<Vec<PathBuf>> {
    let paths: Vec<PathBuf> = (0..count).map(|index| folder.join(index.to_string())).collect();
    let made = process::Command::new("mkfifo").args(&paths).status().await?;
    ensure!(made.success(), "mkfifo failed");
    Ok(paths)
}

/// Reads and forgets.
async fn drain(mut reader: pipe::Receiver, flows: watch::Sender<bool>) -> Result<()> {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let count = reader.read(&mut buffer).await?;
        flows.send_if_modified(|flows| !std::mem::replace(flows, count > 0));
    }
}

/// Each variant's segments, one after the other in one file: MPEG-TS allows that.
fn recorded(folder: &Path, last: usize) -> Result<Recording> {
    let mut files = Vec::new();
    for variant in 0..=last {
        let path = folder.join(format!("{variant}.ts"));
        let mut whole = Vec::new();
        for number in 0_u32.. {
            let segment = folder.join(format!("{variant}/stream-bench-{number}.ts"));
            let Ok(bytes) = std::fs::read(segment) else { break };
            whole.extend_from_slice(&bytes);
        }
        std::fs::write(&path, whole)?;
        files.push(path);
    }
    Ok(Recording { files, begins: Duration::ZERO })
}
