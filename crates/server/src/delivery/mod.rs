//! From frames to viewers: packaging of every broadcast, its live window, and the requests for it.
//!
//! Invariants: everything is served from memory, by reference; a published segment never changes;
//! a slow viewer holds references and nothing else; a broadcast that ended stays watchable for
//! a while (the setting `afterglow`), then its window is gone; from then on players get the channel's
//! offline clip, which another room makes.

mod about;
mod body;
mod excerpt;
mod info;
mod line;
mod offline;
mod packaging;
mod rendition;
mod routes;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod told;
mod viewers;
mod waiting;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use ipnet::IpNet;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub(crate) use about::Crowd;
pub(crate) use excerpt::Wanted;
pub(crate) use info::MediaInfo;
pub(crate) use offline::{Clip, OfflineShow};
pub(crate) use routes::routes;
pub(crate) use told::Told;

use crate::channels::{Channel, Channels, News};
use crate::clock::Clock;
use crate::config::Config;
use crate::geo::{Country, Geo};
use crate::ids::ChannelId;
use crate::live::Live;
use crate::seal::{Keyring, SealError};
use crate::tasks::Tasks;
use stream::Stream;

/// The cookie that tells browsers apart.
pub(crate) const VIEWER_COOKIE: &str = "rivulet_viewer";

/// How often viewers who left are forgotten.
const VIEWERS_EVERY: Duration = Duration::from_secs(2);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Delivery {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    /// Signs the cookies that tell browsers apart.
    pub(crate) keyring: Arc<Keyring>,
    /// Knows where viewers are, or not.
    pub(crate) geo: Geo,
}

/// Somebody who watches.
pub(crate) struct Watching {
    /// Means nothing elsewhere.
    pub(crate) name: u64,
    pub(crate) watched_for: Duration,
    /// What kind of browser or player it is.
    pub(crate) player: &'static str,
    pub(crate) country: Option<Country>,
}

struct Shared {
    channels: Channels,
    live: Live,
    keyring: Arc<Keyring>,
    geo: Geo,
    clock: Clock,
    tasks: Tasks,
    trusted_proxies: Vec<IpNet>,
    /// How long the playlist of a broadcast that is over stands.
    afterglow: Duration,
    /// What channels show that are not on air.
    offline: OnceLock<Arc<dyn OfflineShow>>,
    /// What each channel sends, from the moment somebody asked or it began.
    media: Mutex<HashMap<ChannelId, watch::Sender<Option<MediaInfo>>>>,
    streams: ArcSwap<Streams>,
    /// Who listens to what players tell.
    told: ArcSwapOption<mpsc::Sender<Told>>,
}

/// The channels that are or were on air. Read by every request, changed when a broadcast begins.
#[derive(Clone, Default)]
struct Streams {
    primary: Option<Arc<Stream>>,
    by_slug: HashMap<String, Arc<Stream>>,
    by_id: HashMap<ChannelId, Arc<Stream>>,
}

impl Delivery {
    /// The room; its work runs among `tasks`.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        let Doors { channels, live, keyring, geo } = doors;
        let begins = live.begins();
        let shared = Arc::new(Shared {
            channels,
            live,
            keyring,
            geo,
            clock,
            tasks: tasks.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            afterglow: config.afterglow,
            offline: OnceLock::new(),
            media: Mutex::default(),
            streams: ArcSwap::default(),
            told: ArcSwapOption::empty(),
        });
        tasks.spawn("channel names", follow_names(Arc::clone(&shared), tasks.stopping()));
        tasks.spawn("delivery", packaging::run(Arc::clone(&shared), begins));
        tasks.spawn("viewers", forget_viewers(Arc::clone(&shared), tasks.stopping()));
        Self { shared }
    }

    /// What the channel sends, now and from now on; `None` while there is nothing to watch.
    pub(crate) fn watch(&self, channel: ChannelId) -> watch::Receiver<Option<MediaInfo>> {
        self.shared.media(channel).subscribe()
    }

    /// The value of a cookie for a browser that has none: it identifies nobody.
    pub(crate) fn new_viewer(&self) -> Result<String, SealError> {
        self.shared.keyring.mint()
    }

    /// Some of those who watch the channel, the longest first.
    pub(crate) fn some_viewers(&self, channel: ChannelId, at_most: usize) -> Vec<Watching> {
        let now = self.shared.clock.monotonic();
        let streams = self.shared.streams.load();
        let some = streams.by_id.get(&channel).map(|stream| stream.viewers.some(at_most));
        let some = some.unwrap_or_default().into_iter();
        some.map(|(name, since, about)| Watching {
            name,
            watched_for: now.saturating_duration_since(since),
            player: about.player.as_str(),
            country: about.country,
        })
        .collect()
    }

    /// How many of those who watch the channel are of which kind.
    pub(crate) fn crowd(&self, channel: ChannelId) -> Crowd {
        let streams = self.shared.streams.load();
        streams.by_id.get(&channel).map(|stream| stream.viewers.crowd()).unwrap_or_default()
    }

    /// How many are watching the channel.
    pub(crate) fn viewers(&self, channel: ChannelId) -> u64 {
        let streams = self.shared.streams.load();
        streams.by_id.get(&channel).map_or(0, |stream| stream.viewers.count())
    }
}

impl Shared {
    fn media(&self, channel: ChannelId) -> watch::Sender<Option<MediaInfo>> {
        let mut media = self.media.lock().unwrap_or_else(PoisonError::into_inner);
        media.entry(channel).or_insert_with(|| watch::Sender::new(None)).clone()
    }

    /// Puts a channel's stream under the name that the channel has; one that is gone goes.
    fn name(&self, id: ChannelId, channel: Option<&Channel>) {
        let streams = self.streams.load();
        let Some(stream) = streams.by_id.get(&id) else { return };
        let slug = channel.map(|channel| channel.slug.to_string());
        let found = slug.as_ref().and_then(|slug| streams.by_slug.get(slug));
        let is_there = found.is_some_and(|found| found.channel == id);
        if is_there {
            return;
        }
        let stream = Arc::clone(stream);
        self.streams.rcu(|streams| {
            let mut streams = Streams::clone(streams);
            streams.by_slug.retain(|_, other| other.channel != id);
            match &slug {
                Some(slug) => {
                    streams.by_slug.insert(slug.clone(), Arc::clone(&stream));
                }
                None => {
                    streams.by_id.remove(&id);
                }
            }
            streams
        });
    }

    async fn name_all(&self) {
        let ids: Vec<ChannelId> = self.streams.load().by_id.keys().copied().collect();
        for id in ids {
            match self.channels.by_id(id).await {
                Ok(channel) => self.name(id, channel.as_ref()),
                Err(error) => {
                    let error = crate::telemetry::chain(&error);
                    tracing::error!(error, "a channel's name cannot be read");
                }
            }
        }
    }

    /// The channel's stream, made when it goes on air for the first time.
    fn stream(&self, channel: &Channel) -> Arc<Stream> {
        if let Some(stream) = self.streams.load().by_id.get(&channel.id) {
            return Arc::clone(stream);
        }
        let stream =
            Arc::new(Stream::new(channel.id, self.media(channel.id), self.tasks.stopping()));
        self.streams.rcu(|streams| {
            let mut streams = Streams::clone(streams);
            if channel.is_primary {
                streams.primary = Some(Arc::clone(&stream));
            }
            streams.by_slug.insert(channel.slug.to_string(), Arc::clone(&stream));
            streams.by_id.insert(channel.id, Arc::clone(&stream));
            streams
        });
        stream
    }
}

/// Keeps streams under the names that their channels have.
async fn follow_names(shared: Arc<Shared>, stopping: CancellationToken) {
    let mut news = shared.channels.news();
    loop {
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = stopping.cancelled() => return,
        };
        match heard {
            Ok(News { id, channel }) => shared.name(id, channel.as_deref()),
            Err(RecvError::Lagged(_)) => shared.name_all().await,
            Err(RecvError::Closed) => return,
        }
    }
}

async fn forget_viewers(shared: Arc<Shared>, stopping: CancellationToken) {
    let mut ticks = interval(VIEWERS_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stopping.cancelled() => return,
        }
        let now = shared.clock.monotonic();
        for stream in shared.streams.load().by_id.values() {
            stream.viewers.prune(now);
        }
    }
}
