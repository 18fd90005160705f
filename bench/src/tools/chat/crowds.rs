//! A crowd that comes all at once, sits there, and leaves all at once.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep};

use super::people::crowd;
use super::talk::{Moments, Plan, talk};
use super::{Args, Case, start};
use crate::sheet::Sheet;

/// Who stays when everybody leaves, and how much they say each second.
const STAY: usize = 100;
const RATE: f64 = 20.0;
/// Entering at the same time.
const AT_ONCE: usize = 1000;
/// How long those who stay talk before everybody leaves.
const BEFORE: Duration = Duration::from_secs(2);
/// How long a server may take to lie still.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn measure(args: &Args, sheet: &mut Sheet) -> Result<()> {
    let peer = start().await?;
    let mut case = Case { sheet, name: format!("{} sockets", args.sockets) };
    // The room is awake and its caches are warm before anybody is weighed.
    let stay = crowd(peer.http(), args.dialect, (STAY, STAY, STAY)).await?;
    sleep(SETTLE).await;
    let before = peer.usage();
    let began = Instant::now();
    let sockets = crowd(peer.http(), args.dialect, (args.sockets, 0, AT_ONCE)).await?;
    case.add("everybody is in after", "s", began.elapsed().as_secs_f64());
    sleep(SETTLE).await;
    let after = peer.usage();
    let each = (after.rss_bytes as f64 - before.rss_bytes as f64) / args.sockets as f64;
    case.add("memory per idle socket", "kB", each / 1000.0);
    let busy = peer.usage().cpu_seconds;
    sleep(SETTLE).await;
    let idle = (peer.usage().cpu_seconds - busy) / SETTLE.as_secs_f64();
    case.add("cpu while nobody speaks", "%", idle * 100.0);
    leave(args, (stay, sockets), &mut case).await?;
    peer.stop().await.context("the server did not survive that everybody left")
}

/// Those who stay talk while the others leave.
async fn leave(
    args: &Args,
    (stay, sockets): (Vec<crate::websocket::Socket>, Vec<crate::websocket::Socket>),
    case: &mut Case<'_>,
) -> Result<()> {
    let plan = Plan {
        dialect: args.dialect,
        moments: Moments::InTurn,
        rate: RATE,
        speakers: STAY,
        window: BEFORE + args.window,
    };
    let leaving = async {
        sleep(BEFORE).await;
        drop(sockets);
    };
    let (outcome, ()) = tokio::join!(talk(stay, plan), leaving);
    let outcome = outcome?;
    let late = outcome.delays.percentile_ms(99.0).context("nothing came")?;
    case.add("delay while everybody leaves, p99", "ms", late);
    case.add(
        "longest delay while everybody leaves",
        "ms",
        outcome.delays.percentile_ms(100.0).context("nothing came")?,
    );
    case.add("deliveries lost while everybody leaves", "", outcome.lost as f64);
    case.add("sockets closed while everybody leaves", "", outcome.closed.len() as f64);
    Ok(())
}
