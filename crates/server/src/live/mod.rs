//! Is this channel on air? The state of every channel, and the fan-out of every broadcast.
//!
//! Invariants: a channel has at most one publisher; a broadcast begins once and ends once, however
//! often its encoder reconnects or the server restarts; media sequence numbers of a channel never
//! go back, not even from one broadcast to the next nor by a crash; going live waits for no write to
//! the disk.

mod actor;
mod air;
mod entry;
mod error;
mod leash;
mod model;
mod orders;
mod publication;
mod records;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::sync::{Notify, mpsc, watch};

pub(crate) use air::{Air, Listener};
pub(crate) use error::LiveError;
pub(crate) use leash::Eviction;
pub(crate) use model::{Period, Phase};
pub(crate) use orders::REVOKED;
pub(crate) use publication::Publication;
pub(crate) use routes::{described, routes};

use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::{BroadcastId, ChannelId, SessionId, StreamKeyId};
use crate::tasks::Tasks;
use crate::transcode::{Job, Tap, Transcode};
use air::{NewAir, Progress};
use entry::{Entry, On};
use model::{Arrival, Effect};
use store::Store;

/// Broadcasts that may have begun without a listener having taken notice; a publisher waits at the
/// door while this many are pending.
const MAX_PENDING_BEGINS: usize = 64;

/// Room left on a timeline between two publishers of one broadcast, so that the last frame of the
/// first keeps a duration.
const REJOIN_GAP: Duration = Duration::from_millis(100);

/// A broadcast that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    /// When it began.
    pub(crate) started_at: WallClock,
    /// When it ended.
    pub(crate) ended_at: WallClock,
}

/// A broadcast that is over, with its figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished {
    pub(crate) id: BroadcastId,
    pub(crate) started_at: WallClock,
    pub(crate) ended_at: WallClock,
    /// The most who watched at one time.
    pub(crate) peak_viewers: u64,
}

/// The most who watched a channel at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Peaks {
    /// During the broadcast that is on, or the last one since the server was started.
    pub(crate) session: u64,
    /// Ever.
    pub(crate) overall: u64,
}

/// The place of a broadcast among those of its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) started_at: WallClock,
    pub(crate) id: BroadcastId,
}

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Live {
    shared: Arc<Shared>,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) channels: Channels,
    /// Makes further renditions of every broadcast.
    pub(crate) transcode: Transcode,
}

#[cfg(test)]
impl Doors {
    /// For tests of other rooms: there is no ffmpeg.
    pub(crate) fn without_ffmpeg(db: Db, channels: Channels, clock: Clock, tasks: &Tasks) -> Self {
        Self {
            db,
            channels,
            transcode: Transcode::new(crate::transcode::Means::default(), clock, tasks),
        }
    }
}

struct Shared {
    store: Store,
    channels: Channels,
    transcode: Transcode,
    clock: Clock,
    entries: Mutex<HashMap<ChannelId, Entry>>,
    listeners: Mutex<Vec<mpsc::Sender<Arc<Air>>>>,
    /// Wakes the actor: there is a new deadline.
    changed: Notify,
    /// Wakes the one who writes: something began or ended.
    unwritten: Arc<Notify>,
}

impl Live {
    /// The room; its actors run among `tasks`.
    pub(crate) fn new(doors: Doors, clock: Clock, tasks: &Tasks) -> Self {
        let Doors { db, channels, transcode } = doors;
        let shared = Arc::new(Shared {
            store: Store::new(db),
            channels,
            transcode,
            clock,
            entries: Mutex::default(),
            listeners: Mutex::default(),
            changed: Notify::new(),
            unwritten: Arc::default(),
        });
        tasks.spawn("live", actor::run(Arc::clone(&shared), tasks.stopping()));
        let news = shared.channels.news();
        tasks.spawn("live orders", orders::run(Arc::clone(&shared), news, tasks.stopping()));
        tasks.spawn("live records", records::run(Arc::clone(&shared), tasks.stopping()));
        Self { shared }
    }

    /// The broadcasts that begin from now on.
    pub(crate) fn begins(&self) -> mpsc::Receiver<Arc<Air>> {
        let (sender, receiver) = mpsc::channel(MAX_PENDING_BEGINS);
        lock(&self.shared.listeners).push(sender);
        receiver
    }

    /// Takes up the broadcasts that were on air when the server stopped.
    pub(crate) async fn restore(&self) -> Result<(), LiveError> {
        actor::restore(&self.shared).await
    }

    /// What the channel is doing, now and from now on.
    pub(crate) fn watch(&self, channel: ChannelId) -> watch::Receiver<Phase> {
        lock(&self.shared.entries).entry(channel).or_default().phase.subscribe()
    }

    /// The fan-out of the channel's broadcast, when one is on.
    pub(crate) fn on_air(&self, channel: ChannelId) -> Option<Arc<Air>> {
        let entries = lock(&self.shared.entries);
        entries.get(&channel)?.on.as_ref().map(|on| Arc::clone(&on.air))
    }

    /// The channel's newest broadcast that is over.
    pub(crate) async fn last_broadcast(
        &self,
        channel: ChannelId,
    ) -> Result<Option<Past>, LiveError> {
        self.shared.store.last_ended(channel).await
    }

    /// When a broadcast of the channel began and, when it is over, ended.
    pub(crate) async fn period(
        &self,
        channel: ChannelId,
        broadcast: BroadcastId,
    ) -> Result<Option<(WallClock, Option<WallClock>)>, LiveError> {
        self.shared.store.period(channel, broadcast).await
    }

    /// The channel's broadcasts that are over, newest first: at most `limit` of those after `after`.
    pub(crate) async fn history(
        &self,
        channel: ChannelId,
        after: Option<Mark>,
        limit: usize,
    ) -> Result<Vec<Finished>, LiveError> {
        self.shared.store.history(channel, after, limit).await
    }

    /// The most who watched the channel at one time.
    pub(crate) async fn peaks(&self, channel: ChannelId) -> Result<Peaks, LiveError> {
        let newest = lock(&self.shared.entries).get(&channel).and_then(|it| it.newest.clone());
        let session = newest.map_or(0, |air| air.progress().peak_viewers);
        let overall = self.shared.store.peak(channel).await?.max(session);
        Ok(Peaks { session, overall })
    }

    /// Ends the channel's broadcast at once, and tells its publisher why. `false` when none was on.
    pub(crate) fn end(&self, channel: ChannelId, why: &str) -> bool {
        self.shared.end(channel, why)
    }

    /// Puts a publisher on air who showed a right key.
    pub(crate) async fn admit(
        &self,
        channel: &Channel,
        key: Option<StreamKeyId>,
    ) -> Result<Publication, LiveError> {
        let shared = &self.shared;
        let resume = match shared.unused(channel.id) {
            Some(progress) => progress,
            None => shared.store.next_progress(channel.id).await?,
        };
        let session = SessionId::generate();
        let (publication, begun) = shared.arrive((channel, key), session, resume)?;
        if let Some(air) = begun {
            shared.announce(&air).await;
        }
        Ok(publication)
    }
}

impl Shared {
    /// The numbers that the channel has not used yet, unless only the database knows them.
    fn unused(&self, channel: ChannelId) -> Option<Progress> {
        lock(&self.entries).get(&channel)?.unused()
    }

    fn wake(&self) {
        self.changed.notify_one();
        self.unwritten.notify_one();
    }

    /// Puts `session` on air, and returns the broadcast that it begins, if it does.
    fn arrive(
        self: &Arc<Self>,
        (channel, key): (&Channel, Option<StreamKeyId>),
        session: SessionId,
        resume: Progress,
    ) -> Result<(Publication, Option<Arc<Air>>), LiveError> {
        let (now, started_at) = (self.clock.monotonic(), self.clock.wall());
        let fresh = Period { broadcast: BroadcastId::generate(), started_at };
        let mut entries = lock(&self.entries);
        let entry = entries.entry(channel.id).or_default();
        let incumbent_silent_for =
            entry.on.as_ref().map_or(Duration::MAX, |on| on.air.silent_for(now));
        let arrival = Arrival { session, fresh, incumbent_silent_for };
        let (phase, effects) =
            entry.current().publisher_arrived(arrival).map_err(|model::Busy| LiveError::Busy)?;

        let begins = effects.contains(&Effect::Begin(fresh));
        if begins {
            // Another broadcast may have come and gone since `resume` was read.
            let resume = entry.unused().unwrap_or(resume);
            let latency_level = channel.latency_level;
            let (period, taken_up) = (fresh, None);
            let unwritten = Arc::clone(&self.unwritten);
            let id = channel.id;
            let new =
                NewAir { channel: id, latency_level, period, resume, taken_up, now, unwritten };
            let on = On::new(new);
            self.transcode(&on.air, channel);
            entry.on = Some(on);
            self.unwritten.notify_one();
        }
        entry.grace = channel.reconnect_grace;
        let on = entry.on.as_mut().expect("a channel that is not offline has a broadcast");
        let seat = on.take_over(effects.contains(&Effect::Rejoin));
        on.key = key;
        on.air.heard_at(now);
        let air = Arc::clone(&on.air);
        let begun = begins.then(|| Arc::clone(&air));
        let (shared, leash) = (Arc::clone(self), Arc::clone(&on.leash));
        entry.newest = Some(Arc::clone(&air));
        entry.phase.send_replace(phase);
        Ok((Publication { shared, air, leash, seat, session, begins }, begun))
    }

    /// Has further renditions made of a broadcast.
    fn transcode(&self, air: &Arc<Air>, channel: &Channel) {
        let tap = Arc::clone(air) as Arc<dyn Tap>;
        let wishes = channel.video.clone();
        let job = Job { broadcast: air.period.broadcast, channel: channel.id, wishes, tap };
        air.set_rungs(self.transcode.begin(job));
    }

    /// Tells every listener of a broadcast, waiting for those who are behind.
    async fn announce(&self, air: &Arc<Air>) {
        let listeners = lock(&self.listeners).clone();
        for listener in listeners {
            // A listener that is gone is shutting down.
            let _ = listener.send(Arc::clone(air)).await;
        }
    }

    fn leave(&self, channel: ChannelId, session: SessionId) {
        let now = self.clock.monotonic();
        let mut entries = lock(&self.entries);
        if let Some(entry) = entries.get_mut(&channel) {
            let (phase, effects) = entry.current().publisher_left(session, now, entry.grace);
            entry.settle(phase, &effects, self.clock.wall());
        }
        drop(entries);
        self.wake();
    }
}

/// What these locks guard is consistent between statements, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
