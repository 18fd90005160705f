//! Messages at given rates to everybody in a room; as many as go; and as many as are kept.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::{Instant, sleep};

use super::people::{crowd, talkers};
use super::talk::{Moments, Outcome, Plan, talk};
use super::{Args, Case, own_cpu_seconds, start, start_with};
use crate::peer::Setup;
use crate::sheet::{Key, Sheet};
use crate::tools::Cost;

/// What Owncast 0.1.3 needed for the same: messages per second, CPU seconds per million deliveries and
/// milliseconds (p99). Measured once on a quiet machine of two cores; quoted, not measured here.
const QUOTED: [(u32, f64, f64); 6] = [
    (29, 12.9, 27.0),
    (50, 11.1, 36.0),
    (100, 7.6, 56.0),
    (200, 5.3, 88.0),
    (400, 3.1, 155.0),
    (800, 2.2, 4870.0),
];
const QUOTED_RECEIVERS: usize = 1000;
const OWNCAST: &str = "owncast 0.1.3, quoted";
/// How often one person speaks, each second: people may do a little more.
const PACE: f64 = 1.2;
/// The same where as much as may be is asked of everybody.
const FULL_PACE: f64 = 1.5;
/// The same for what is kept.
const TALKATIVE: f64 = 1.6;
/// Entering at once, so that the listen queue is not what is measured.
const AT_ONCE: usize = 100;
/// When a server that was just started, and entered by everybody, is at rest.
const SETTLE: Duration = Duration::from_secs(5);
/// Delay above which a room is too full.
const LATE_MS: f64 = 500.0;
/// Each step is so much more than the last.
const STEP: f64 = 1.25;
/// Where the steps begin, in messages per second.
const FIRST_STEP: f64 = 400.0;
/// Messages per second in rooms of all sizes: ten people in the smallest can say so many.
const SIZES_RATE: f64 = 10.0;

/// Each rate by itself, each on a fresh server.
pub(super) async fn each(args: &Args, sheet: &mut Sheet) -> Result<()> {
    for &rate in &args.rates {
        let speakers = speakers(args.receivers, f64::from(rate), PACE);
        for moments in [Moments::InTurn, Moments::AsTheyPlease] {
            let talk = (f64::from(rate), speakers, moments);
            let measured = converse(args, talk, args.receivers).await?;
            let name = match moments {
                Moments::InTurn => format!("{rate}/s"),
                Moments::AsTheyPlease => format!("{rate}/s, as they please"),
            };
            say(&mut Case { sheet, name }, &measured)?;
        }
        quote(args, rate, sheet);
    }
    Ok(())
}

/// Puts Owncast's number beside ours, where there is one for the same work.
fn quote(args: &Args, rate: u32, sheet: &mut Sheet) {
    let quoted = QUOTED.iter().find(|(at, ..)| *at == rate && args.receivers == QUOTED_RECEIVERS);
    let Some((_, cpu, late)) = quoted else { return };
    let case = format!("{rate}/s");
    let key = |metric, unit| Key { subject: OWNCAST, metric, case: &case, unit };
    sheet.add(key("cpu per million deliveries", "s"), *cpu);
    sheet.add(key("delay, p99", "ms"), *late);
}

/// One rate in rooms of several sizes.
pub(super) async fn sizes(args: &Args, sheet: &mut Sheet) -> Result<()> {
    for &sockets in &args.sizes {
        let speakers = speakers(sockets, SIZES_RATE, PACE);
        let measured = converse(args, (SIZES_RATE, speakers, Moments::InTurn), sockets).await?;
        let name = format!("{sockets} sockets, {SIZES_RATE}/s");
        say(&mut Case { sheet, name }, &measured)?;
    }
    Ok(())
}

/// Higher and higher rates until what is said comes late.
pub(super) async fn most(args: &Args, sheet: &mut Sheet) -> Result<()> {
    let (mut rate, mut best) = (FIRST_STEP, 0.0);
    loop {
        let speakers = speakers(args.receivers, rate, FULL_PACE);
        if speakers as f64 * FULL_PACE < rate {
            break;
        }
        let measured = converse(args, (rate, speakers, Moments::InTurn), args.receivers).await?;
        let late = measured.outcome.delays.percentile_ms(99.0).context("nothing came")?;
        let each_second = measured.deliveries_per_second();
        println!("  {rate:.0}/s: {each_second:.0} deliveries/s, p99 {late:.0} ms");
        if late > LATE_MS || measured.outcome.lost > 0 {
            break;
        }
        best = f64::max(best, each_second);
        rate *= STEP;
    }
    let mut case = Case { sheet, name: format!("{} sockets", args.receivers) };
    case.add("most deliveries before p99 is late", "1/s", best);
    Ok(())
}

/// As much as people may say, of many people in one room.
pub(super) async fn durable(args: &Args, sheet: &mut Sheet) -> Result<()> {
    let rate = args.senders as f64 * TALKATIVE;
    let peer = start_with(Setup::channels(1).on_disk()).await?;
    // Were they told what all others say, the network would be what is measured.
    let sockets = talkers(peer.http(), args.dialect, (args.senders, AT_ONCE)).await?;
    let speakers = args.senders;
    let plan = Plan {
        dialect: args.dialect,
        moments: Moments::InTurn,
        rate,
        speakers,
        window: args.window,
    };
    let outcome = talk(sockets, plan).await?;
    peer.stop().await?;
    let mut case = Case { sheet, name: format!("{} senders", args.senders) };
    let seconds = args.window.as_secs_f64();
    case.add("durable messages", "1/s", outcome.in_time as f64 / seconds);
    case.add("refused", "", outcome.refused as f64);
    case.add("sockets closed", "", outcome.closed.len() as f64);
    Ok(())
}

struct Measured {
    outcome: Outcome,
    cost: Cost,
    own_cpu_seconds: f64,
}

impl Measured {
    fn deliveries_per_second(&self) -> f64 {
        self.outcome.delays.count() as f64 / self.outcome.took.as_secs_f64().max(0.001)
    }
}

async fn converse(
    args: &Args,
    (rate, speakers, moments): (f64, usize, Moments),
    sockets: usize,
) -> Result<Measured> {
    let peer = start().await?;
    let sockets = crowd(peer.http(), args.dialect, (sockets, speakers, AT_ONCE)).await?;
    // What starting and entering cost is no part of what a delivery costs.
    sleep(SETTLE).await;
    let (before, began, own) = (peer.usage(), Instant::now(), own_cpu_seconds());
    let plan = Plan { dialect: args.dialect, moments, rate, speakers, window: args.window };
    let outcome = talk(sockets, plan).await?;
    let cost = Cost::since(&peer, before.cpu_seconds, began);
    let own_cpu_seconds = own_cpu_seconds() - own;
    peer.stop().await?;
    for (why, count) in reasons(&outcome.closed) {
        println!("  {count} sockets closed: {why}");
    }
    Ok(Measured { outcome, cost, own_cpu_seconds })
}

fn say(case: &mut Case<'_>, measured: &Measured) -> Result<()> {
    let Measured { outcome, cost, own_cpu_seconds } = measured;
    ensure!(outcome.accepted > 0, "of {} messages none was accepted", outcome.said);
    let delay = |percent| outcome.delays.percentile_ms(percent).context("nothing came");
    let millions = outcome.delays.count() as f64 / 1e6;
    case.add("cpu per million deliveries", "s", cost.cpu_seconds / millions);
    case.add("delay, p50", "ms", delay(50.0)?);
    case.add("delay, p99", "ms", delay(99.0)?);
    case.add("deliveries", "1/s", measured.deliveries_per_second());
    case.add(
        "messages not accepted",
        "",
        (outcome.said - outcome.accepted.min(outcome.said)) as f64,
    );
    case.add("deliveries lost or repeated", "", (outcome.lost + outcome.repeated) as f64);
    case.add("load tool's own cpu", "%", own_cpu_seconds * 100.0 / cost.window.as_secs_f64());
    Ok(())
}

/// So many that nobody speaks faster than people may, of those who are there.
fn speakers(sockets: usize, rate: f64, pace: f64) -> usize {
    ((rate / pace).ceil() as usize).min(sockets)
}

fn reasons(closed: &[String]) -> BTreeMap<&str, usize> {
    let mut reasons = BTreeMap::new();
    for why in closed {
        *reasons.entry(why.as_str()).or_default() += 1;
    }
    reasons
}
