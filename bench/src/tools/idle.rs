//! A server that nobody uses: how soon it answers, what it costs to keep.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{Cost, mebibytes, seconds};
use crate::peer::{Kind, Peer, Setup};
use crate::sheet::{Key, Sheet};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long it is left alone, in seconds.
    #[arg(long, default_value = "30", value_parser = seconds)]
    window: Duration,
    /// How long before, in seconds: what a server does in the background after its start.
    #[arg(long, default_value = "10", value_parser = seconds)]
    settle: Duration,
    #[arg(long, default_value = "rivulet,nginx", value_delimiter = ',')]
    peers: Vec<Kind>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let mut sheet = Sheet::new("idle");
    for run in 0..args.runs {
        for kind in Kind::in_turn(&args.peers, run) {
            measure(&args, kind, &mut sheet).await?;
        }
    }
    sheet.save()
}

async fn measure(args: &Args, kind: Kind, sheet: &mut Sheet) -> Result<()> {
    let peer = Peer::start(kind, Setup::channels(0)).await?;
    sleep(args.settle).await;
    let cost = Cost::over(&peer, args.window).await;
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: kind.name(), metric, case: "first start", unit }, value);
    };
    add("ready after start", "ms", peer.ready_after().as_secs_f64() * 1000.0);
    add("memory", "MiB", mebibytes(cost.rss_bytes));
    add("cpu", "% of a core", cost.millis_per_second_each(1) / 10.0);
    peer.stop().await
}
