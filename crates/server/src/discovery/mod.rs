//! Discovery: what there is to watch – the directory, categories, tags, search – and what people
//! follow.
//!
//! Invariants: lists of channels are made from memory, and neither a list nor going live waits for
//! the search index; what is hidden is in no list; what people type is words, never syntax; a kept
//! count of followers is what counting them would give.

mod catalogue;
mod cursor;
mod document;
mod error;
mod feed;
mod finding;
mod follows;
mod index;
mod listing;
mod model;
mod page;
mod routes;
mod search;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rivulet_media::time::WallClock;
use tokio::sync::{Semaphore, watch};

pub(crate) use error::DiscoveryError;
pub(crate) use listing::Listing;
pub(crate) use routes::{described, routes};

use crate::accounts::Accounts;
use crate::attempts::Limits;
use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, READERS};
use crate::delivery::{Delivery, MediaInfo};
use crate::ids::{AccountId, ChannelId};
use crate::live::{Live, Period, Phase};
use crate::site::Site;
use crate::tasks::Tasks;
use crate::web::Web;
use catalogue::Catalogue;
use feed::Sources;
use index::Dirty;
use model::{OnAir, OnAirNow};
use store::Store;
use store::search::SearchStore;

/// Searches at one time. More wait for one of these: the database has other work too, and some of
/// its readers must be left for that. What is done in memory is done without one.
const MAX_SEARCHES: u8 = 2;
const _: () = assert!(MAX_SEARCHES < READERS);
/// Searches that wait for their turn; one more is asked to come back later.
const MAX_WAITING_SEARCHES: usize = 200;

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Discovery {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) accounts: Accounts,
    pub(crate) channels: Channels,
    pub(crate) site: Site,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    pub(crate) web: Web,
}

#[cfg(test)]
impl Doors {
    /// Doors of rooms that a test has opened, and of accounts in the same database.
    pub(crate) fn for_tests(
        (db, keyring, config): (Db, Arc<crate::seal::Keyring>, &Config),
        (channels, site, live, delivery): (Channels, Site, Live, Delivery),
    ) -> Self {
        let accounts = Accounts::for_tests(db.clone(), keyring, config);
        Self { db, accounts, channels, site, live, delivery, web: Web::load() }
    }
}

struct Shared {
    store: Store,
    search: SearchStore,
    accounts: Accounts,
    channels: Channels,
    site: Site,
    live: Live,
    delivery: Delivery,
    web: Web,
    clock: Clock,
    public_url: Option<Arc<str>>,
    catalogue: RwLock<Catalogue>,
    on_air: Mutex<HashMap<ChannelId, Watching>>,
    dirty: Dirty,
    limits: Limits,
    searches: Semaphore,
    waiting_searches: Semaphore,
}

/// A broadcast, and where to see how it goes.
struct Watching {
    period: Period,
    phase: watch::Receiver<Phase>,
    media: watch::Receiver<Option<MediaInfo>>,
}

impl Discovery {
    /// The room, with every channel loaded; its tasks run among `tasks`. Broadcasts that are taken
    /// up later are noticed.
    ///
    /// # Errors
    /// When the database cannot be read, or the index not be made.
    pub(crate) async fn open(
        doors: Doors,
        config: &Config,
        clock: Clock,
        tasks: &Tasks,
    ) -> Result<Self, DiscoveryError> {
        let sources = Sources { begins: doors.live.begins(), news: doors.channels.news() };
        let shared = Arc::new(Shared::open(doors, config, clock).await?);
        shared.load().await?;
        tasks.spawn("discovery", feed::run(Arc::clone(&shared), sources, tasks.stopping()));
        tasks.spawn("search index", index::run(Arc::clone(&shared), tasks.stopping()));
        Ok(Self { shared })
    }

    /// How many follow a channel.
    pub(crate) async fn followers(&self, channel: &Channel) -> Result<u64, DiscoveryError> {
        Ok(self.shared.store.count(channel.id).await?)
    }

    /// Since when an account follows a channel, if it does.
    pub(crate) async fn follows_since(
        &self,
        account: AccountId,
        channel: ChannelId,
    ) -> Result<Option<WallClock>, DiscoveryError> {
        let follow = self.shared.store.does_follow(account, channel).await?;
        Ok(follow.map(|follow| follow.followed_at))
    }
}

impl Shared {
    async fn open(doors: Doors, config: &Config, clock: Clock) -> Result<Self, DiscoveryError> {
        let Doors { db, accounts, channels, site, live, delivery, web } = doors;
        Ok(Self {
            store: Store::new(db.clone()),
            search: SearchStore::open(db).await?,
            accounts,
            channels,
            site,
            live,
            delivery,
            web,
            clock,
            public_url: config.public_url.as_deref().map(Arc::from),
            catalogue: RwLock::default(),
            on_air: Mutex::default(),
            dirty: Dirty::default(),
            limits: Limits::default(),
            searches: Semaphore::new(usize::from(MAX_SEARCHES)),
            waiting_searches: Semaphore::new(MAX_WAITING_SEARCHES),
        })
    }

    /// Who is on air now: on air means watchable, as on the channel's own page.
    fn now(&self) -> OnAirNow {
        let hides = self.site.settings().settings.hides_viewers;
        let on_air = self.on_air();
        let watchable = on_air
            .iter()
            .filter(|(_, it)| *it.phase.borrow() != Phase::Offline && it.media.borrow().is_some());
        watchable
            .map(|(id, it)| {
                let viewers = if hides { 0 } else { self.delivery.viewers(*id) };
                (*id, OnAir { started_at: it.period.started_at, viewers })
            })
            .collect()
    }

    // What these locks guard is whole between statements, so a panic elsewhere does not spoil it.

    fn catalogue(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn catalogue_mut(&self) -> RwLockWriteGuard<'_, Catalogue> {
        self.catalogue.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn on_air(&self) -> MutexGuard<'_, HashMap<ChannelId, Watching>> {
        self.on_air.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
