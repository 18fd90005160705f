//! The rooms that are open, and how one is opened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipnet::IpNet;
use tokio::sync::{OnceCell, Semaphore, broadcast};

use super::doors::{MAX_BEHIND, News};
use super::emotes::EmoteSet;
use super::model::poll::MAX_VOTES;
use super::model::rules::no_terms;
use super::model::settings::Settings;
use super::model::{RoomState, Start};
use super::room::{Actor, Room};
use super::stage::{self, Stage};
use super::store::Store;
use super::text::terms::{MAX_TERMS, Terms};
use super::wire::ours::{MaySpeak, RoomDocument};
use super::{ChatError, Doors, moderation};
use crate::channels::Channel;
use crate::clock::Clock;
use crate::ids::ChannelId;
use crate::live::Phase;
use crate::tasks::Tasks;

/// Sockets of Owncast's dialect at one time; one more is told so.
const MAX_SOCKETS: usize = 20_000;
/// Keys of requests that are read when a room opens.
const MAX_KEYS: usize = 20_000;
/// Emotes that a room knows.
pub(super) const MAX_EMOTES: usize = 2000;
/// How long they count.
const KEYS: Duration = super::model::KEY_MEMORY;

/// What all rooms share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) doors: Doors,
    pub(super) clock: Clock,
    pub(super) tasks: Tasks,
    rooms: Mutex<HashMap<ChannelId, Arc<OnceCell<Arc<Room>>>>>,
    /// Seats taken from each network.
    pub(super) addresses: Mutex<HashMap<IpNet, usize>>,
    /// Places for sockets of Owncast's dialect.
    pub(super) sockets: Arc<Semaphore>,
    /// What happens, for other rooms.
    pub(super) news: broadcast::Sender<News>,
}

impl Shared {
    pub(super) fn new(store: Store, doors: Doors, (clock, tasks): (Clock, &Tasks)) -> Self {
        let (rooms, addresses) = Default::default();
        let (tasks, sockets) = (tasks.clone(), Arc::new(Semaphore::new(MAX_SOCKETS)));
        let news = broadcast::Sender::new(MAX_BEHIND);
        Self { store, doors, clock, tasks, rooms, addresses, sockets, news }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<ChannelId, Arc<OnceCell<Arc<Room>>>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The room of a channel, opened where it is not.
    pub(super) async fn room(self: &Arc<Self>, channel: &Channel) -> Result<Arc<Room>, ChatError> {
        let cell = Arc::clone(self.rooms().entry(channel.id).or_default());
        let opened = cell.get_or_try_init(|| self.open(channel.clone())).await?;
        Ok(Arc::clone(opened))
    }

    /// The room of a channel, if it is open.
    pub(super) fn open_room(&self, channel: ChannelId) -> Option<Arc<Room>> {
        self.rooms().get(&channel)?.get().cloned()
    }

    /// Forgets a room in which nothing happens; `false` when somebody came just now.
    pub(super) fn forget(&self, room: &Arc<Room>) -> bool {
        let mut rooms = self.rooms();
        let Some(cell) = rooms.get(&room.channel.id) else { return true };
        // Its own task and the list know the room; nobody else can come to while the list is held.
        if Arc::strong_count(cell) > 1 || Arc::strong_count(room) > 2 {
            return false;
        }
        rooms.remove(&room.channel.id);
        true
    }

    async fn open(self: &Arc<Self>, channel: Channel) -> Result<Arc<Room>, ChatError> {
        let phase = self.doors.live.watch(channel.id);
        let kept = self.store.open(channel.id).await?;
        let events = self.store.newest(channel.id, stage::MAX_RECENT).await?;
        let state = self.state_of(&channel).await?;
        let document = RoomDocument {
            modes: state.settings.modes(),
            may_speak: MaySpeak::of(Ok(())),
            pinned: state.pinned.as_ref().map(stage::pinned),
            poll: state.poll.as_ref().map(|poll| poll.document(false)),
            emotes_version: 0,
            last_seq: kept.last_seq,
        };
        let stage = Stage::new(events, kept.last_seq, document);
        let (room, requests) = Room::new(channel, (stage, state));
        room.stage.set_emotes(self.emotes(room.channel.id).await?);
        room.stage.set_queue(self.store.waiting(room.channel.id).await?);
        let room = Arc::new(room);
        let shared = Arc::clone(self);
        let (unseen, now) = (Vec::new(), Instant::now());
        let mut actor = Actor {
            shared,
            room: Arc::clone(&room),
            requests,
            phase,
            unseen,
            show_at: now,
            shown_at: now,
        };
        actor.look_at_air();
        self.tasks.spawn("chat room", actor.run());
        Ok(room)
    }

    /// What a room decides by, as it is kept.
    pub(super) async fn state_of(&self, channel: &Channel) -> Result<RoomState, ChatError> {
        let now = self.clock.wall();
        let kept = self.store.open(channel.id).await?;
        let keys = self.store.keys(channel.id, now - KEYS, MAX_KEYS).await?;
        let sanctions = self.store.in_force(channel.id, now, super::model::MAX_SANCTIONS).await?;
        let last = self.doors.live.last_broadcast(channel.id).await.ok().flatten();
        let is_on_air = *self.doors.live.watch(channel.id).borrow() != Phase::Offline;
        let terms = self.terms(channel.id).await?;
        Ok(RoomState::new(Start {
            settings: kept.settings,
            sanctions,
            pinned: kept.pinned,
            terms,
            poll: self.store.poll(channel.id, MAX_VOTES).await?,
            keys: (keys, MAX_KEYS),
            is_on_air,
            off_air_since: last.map(|past| past.ended_at),
        }))
    }

    /// Tells those who keep order what waits for them.
    pub(super) async fn tell_queue(&self, room: &Room) {
        match self.store.waiting(room.channel.id).await {
            Ok(queue) => room.stage.set_queue(queue),
            Err(error) => {
                let error = crate::telemetry::chain(&error);
                tracing::warn!(error, "moderators are not told what waits for them");
            }
        }
    }

    /// The words that may not be said in a room.
    pub(super) async fn terms(&self, channel: ChannelId) -> Result<Arc<Terms>, ChatError> {
        let kept = self.store.terms(Some(channel), MAX_TERMS).await?;
        let terms: Vec<_> = kept.iter().map(moderation::compiled).collect();
        // Each was compiled before it was kept.
        Ok(Terms::compile(&terms).map_or_else(|_| no_terms(), Arc::new))
    }

    /// The emotes that a room knows.
    pub(super) async fn emotes(&self, channel: ChannelId) -> Result<Arc<EmoteSet>, ChatError> {
        let emotes = self.store.emotes(Some(channel), MAX_EMOTES).await?;
        let version = u64::try_from(self.clock.wall().as_unix_millis()).unwrap_or_default();
        Ok(Arc::new(EmoteSet::new(emotes, version)))
    }

    /// The rooms that are open now.
    pub(super) fn open_rooms(&self) -> Vec<Arc<Room>> {
        self.rooms().values().filter_map(|cell| cell.get().cloned()).collect()
    }

    /// The rules of a room.
    pub(super) async fn settings(&self, channel: &Channel) -> Result<Settings, ChatError> {
        match self.open_room(channel.id) {
            Some(room) => Ok(room.state().settings.clone()),
            None => Ok(self.store.open(channel.id).await?.settings),
        }
    }
}
