//! Chat: what a delivery costs, how soon it comes, what is lost; how much is taken in, how large a
//! crowd may be, and what happens to others when somebody floods the room.
//!
//! A delivery is one message that one socket got, however many came in a frame. Messages carry the
//! moment they were sent and a number, so nothing of the server's takes part in the measurement.

mod crowds;
mod dialect;
mod floods;
mod history;
mod people;
mod rates;
mod talk;
mod tally;

use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::seconds;
use crate::peer::{Kind, Peer, Setup};
use crate::process::Spent;
use crate::sheet::{Key, Sheet};

use dialect::Dialect;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What clients speak: ours, or Owncast's, both to our server.
    #[arg(long, default_value = "ours")]
    dialect: Dialect,
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "rates,sizes,most,durable,crowd,floods,history"
    )]
    what: Vec<What>,
    /// Messages per second, one case each.
    #[arg(long, value_delimiter = ',', default_value = "29,50,100,200,400,800")]
    rates: Vec<u32>,
    /// Sockets in the room.
    #[arg(long, default_value_t = 1000)]
    receivers: usize,
    /// People who send as fast as people may, for `durable`.
    #[arg(long, default_value_t = 2000)]
    senders: usize,
    /// Idle sockets, for `crowd`.
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
    /// Sockets of one room, for `sizes`.
    #[arg(long, value_delimiter = ',', default_value = "10,100,1000,3000,10000")]
    sizes: Vec<usize>,
    /// How often the server is killed, for `history`.
    #[arg(long, default_value_t = 10)]
    kills: usize,
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each case is measured, in seconds.
    #[arg(long, default_value = "30", value_parser = seconds)]
    window: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Cost, delay and losses at given rates.
    Rates,
    /// The same at one rate, in rooms of all sizes.
    Sizes,
    /// Most deliveries per second before the delay grows.
    Most,
    /// Messages per second that are acknowledged.
    Durable,
    /// Idle sockets: a storm that comes, what they weigh, all leaving at once.
    Crowd,
    /// One who floods, and everybody else.
    Floods,
    /// What is left of what was acknowledged when servers and clients are killed.
    History,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    raise_files()?;
    let mut sheet = Sheet::new(args.dialect.tool());
    for _ in 0..args.runs {
        for what in &args.what {
            match what {
                What::Rates => rates::each(&args, &mut sheet).await?,
                What::Sizes => rates::sizes(&args, &mut sheet).await?,
                What::Most => rates::most(&args, &mut sheet).await?,
                What::Durable => rates::durable(&args, &mut sheet).await?,
                What::Crowd => crowds::measure(&args, &mut sheet).await?,
                What::History => history::measure(&args, &mut sheet).await?,
                What::Floods => floods::measure(&args, &mut sheet).await?,
            }
        }
        sheet.save()?;
    }
    Ok(())
}

/// A server with one room that is open.
async fn start() -> Result<Peer> {
    start_with(Setup::channels(1)).await
}

async fn start_with(setup: Setup) -> Result<Peer> {
    let peer = Peer::start(Kind::Rivulet, setup).await?;
    // Owncast's dialect knows the primary channel alone.
    let opened = people::open_rooms(peer.http(), peer.data(), &["bench000", "primary"]);
    opened.await.context("the room cannot be opened")?;
    Ok(peer)
}

/// What is measured of one case.
struct Case<'a> {
    sheet: &'a mut Sheet,
    name: String,
}

impl Case<'_> {
    fn add(&mut self, metric: &str, unit: &str, value: f64) {
        let key = Key { subject: Kind::Rivulet.name(), metric, case: &self.name, unit };
        self.sheet.add(key, value);
    }
}

/// CPU seconds of this tool so far. Where it uses a whole core, it is what is slow.
fn own_cpu_seconds() -> f64 {
    Spent::by(std::process::id()).map_or(0.0, |spent| spent.own)
}

/// Every socket is an open file.
fn raise_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).context("the limit of open files cannot be raised")
}
