//! What an RTMP player costs the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Cost, mebibytes, newest_segment, seconds};
use crate::link::{Playing, Target};
use crate::peer::{Kind, Peer, Setup};
use crate::publisher::Publishers;
use crate::sheet::{Key, Sheet};
use crate::source::Source;

/// Players must be served at least this share of the source's rate, or the cost means nothing.
const LEAST_SHARE: f64 = 0.95;
/// Players may be given nothing before the next keyframe: a group of pictures, and a little.
const KEYFRAME_WAIT: Duration = Duration::from_secs(3);
/// What the plain source sends, in bytes per second, sound and picture.
const SOURCE_BYTES_PER_SECOND: f64 = 2_670_000.0 / 8.0;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long, default_value_t = 200)]
    players: usize,
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each server is measured, in seconds.
    #[arg(long, default_value = "20", value_parser = seconds)]
    window: Duration,
    #[arg(long, default_value = "rivulet,nginx", value_delimiter = ',')]
    peers: Vec<Kind>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("fanout");
    for run in 0..args.runs {
        for kind in Kind::in_turn(&args.peers, run) {
            measure(&args, kind, &source, &mut sheet).await?;
        }
    }
    sheet.save()
}

async fn measure(args: &Args, kind: Kind, source: &Arc<Source>, sheet: &mut Sheet) -> Result<()> {
    let peer = Peer::start(kind, Setup::channels(1)).await?;
    let mut publishers = Publishers::start(Arc::clone(source), vec![peer.target(0)]);
    publishers.all_accepted().await?;
    newest_segment(&peer, 0).await?;
    let alone = Cost::over(&peer, args.window).await;
    let players = Players::open(&peer.play_target(0), args.players).await?;
    sleep(KEYFRAME_WAIT).await;
    let received = players.received();
    let served = Cost::over(&peer, args.window).await;
    let bytes = players.received() - received;
    players.stop().await?;
    let rate = bytes as f64 / args.players as f64 / served.window.as_secs_f64();
    ensure!(
        rate >= LEAST_SHARE * SOURCE_BYTES_PER_SECOND,
        "players got only {rate:.0} bytes per second"
    );
    let case = args.players.to_string();
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: kind.name(), metric, case: &case, unit }, value);
    };
    let more = Cost { cpu_seconds: served.cpu_seconds - alone.cpu_seconds, ..served };
    add("cpu per player-second", "µs", more.millis_per_second_each(args.players) * 1000.0);
    add("memory", "MiB", mebibytes(more.rss_bytes));
    publishers.stop()?;
    peer.stop().await
}

/// Players that receive until stopped.
struct Players {
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<()>>,
    received: Arc<AtomicU64>,
}

impl Players {
    async fn open(target: &Target, count: usize) -> Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let received = Arc::new(AtomicU64::new(0));
        for _ in 0..count {
            let playing = Playing::open(target).await?;
            tasks.spawn(drain(playing, Arc::clone(&received), stopped.clone()));
        }
        Ok(Self { stop, tasks, received })
    }

    /// Bytes of media all of them received so far.
    fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// An error says that one was cut off.
    async fn stop(mut self) -> Result<()> {
        self.stop.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(())
    }
}

async fn drain(
    mut playing: Playing,
    received: Arc<AtomicU64>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return Ok(()),
            bytes = playing.receive() => received.fetch_add(bytes?, Ordering::Relaxed),
        };
    }
}
