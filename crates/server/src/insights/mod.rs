//! How streams are and were: facts from the encoder and from players, judged by rules into sentences
//! with a remedy; and a ledger of figures, alerts and the log.
//!
//! Invariants: nothing here stands on the way of media; figures are written down by the minute, and
//! kept as long as the site's settings say, with no viewer among them but numbers of viewers;
//! no address and no name of a session is kept, only keyed hashes of them; whatever
//! players say costs the memory of a bounded table and never a broadcast; only those who may publish
//! to a channel, or sit at the server, read its health.

mod access;
mod actor;
mod alarms;
mod audience;
mod bare;
mod bookkeeper;
mod budget;
mod document;
mod error;
mod facts;
mod history;
mod kept;
mod ledger;
mod logs;
mod look;
mod machine;
mod metrics;
mod model;
mod moments;
mod players;
mod playing;
mod record;
mod report;
mod routes;
mod rules;
mod store;
mod telling;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ipnet::IpNet;
use tokio::sync::watch;

pub(crate) use alarms::Watched;
pub(crate) use bare::BareReport;
pub(crate) use document::Health;
pub(crate) use error::InsightsError;
pub(crate) use ledger::{Ledger, LedgerDoors};
pub(crate) use metrics::Form;
pub(crate) use moments::Moment;
pub(crate) use playing::{Playing, Source};
pub(crate) use routes::{described, described_ledger, ledger_routes, routes};

use crate::attempts::{Attempts, Prefix};
use crate::channels::Channels;
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::ids::ChannelId;
use crate::live::Live;
use crate::tasks::Tasks;
use crate::transcode::Transcode;
use actor::Sources;
use budget::{Budgets, ClientId};
use players::PlayerId;
use record::Record;

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Insights {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    pub(crate) transcode: Transcode,
    /// Who guessed keys lately, here and elsewhere.
    pub(crate) attempts: Attempts,
}

#[cfg(test)]
impl Doors {
    /// For tests of other rooms: nobody guessed keys, and there is no ffmpeg.
    pub(crate) fn without_ffmpeg(
        (channels, live, delivery): (Channels, Live, Delivery),
        clock: Clock,
        tasks: &Tasks,
    ) -> Self {
        let transcode = Transcode::new(crate::transcode::Means::default(), clock, tasks);
        Self { channels, live, delivery, transcode, attempts: Attempts::default() }
    }
}

struct Shared {
    channels: Channels,
    live: Live,
    delivery: Delivery,
    transcode: Transcode,
    attempts: Attempts,
    clock: Clock,
    trusted_proxies: Vec<IpNet>,
    /// Keyed with random bits, so that a hash says nothing about what it is of.
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// No more than there are channels, which the operator makes.
    records: HashMap<ChannelId, Record>,
    budgets: Budgets,
}

impl Insights {
    /// The room over the others; its actor runs among `tasks`.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        let Doors { channels, live, delivery, transcode, attempts } = doors;
        let sources = Sources { begins: live.begins(), told: delivery.told() };
        let shared = Arc::new(Shared {
            channels,
            live,
            delivery,
            transcode,
            attempts,
            clock,
            trusted_proxies: config.trusted_proxies.clone(),
            hasher: RandomState::new(),
            state: Mutex::default(),
        });
        tasks.spawn("insights", actor::run(Arc::clone(&shared), sources, tasks.stopping()));
        Self { shared }
    }

    /// How the channel's stream is, now and from now on.
    pub(crate) fn watch(&self, channel: ChannelId) -> watch::Receiver<Arc<Health>> {
        let now = self.shared.clock.monotonic();
        self.shared.with_record(channel, now, |record, _| record.watch())
    }
}

impl Shared {
    fn with_record<T>(
        &self,
        channel: ChannelId,
        now: Instant,
        work: impl FnOnce(&mut Record, &mut Budgets) -> T,
    ) -> T {
        let mut state = self.state();
        let State { records, budgets } = &mut *state;
        work(records.entry(channel).or_insert_with(|| Record::new(now)), budgets)
    }

    fn player(&self, session: &str) -> PlayerId {
        PlayerId(self.hasher.hash_one(session))
    }

    fn client(&self, address: IpAddr) -> ClientId {
        ClientId(self.hasher.hash_one(Prefix::of(address)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every statement leaves the tables whole, so a panic elsewhere does not spoil them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
