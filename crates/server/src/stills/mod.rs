//! Pictures of channels: thumbnails, animated previews and storyboards of broadcasts, the owner's
//! own picture, and the clip that players get while a channel is not on air; and pictures of people.
//!
//! Invariants: making a picture never delays what viewers watch, nor the request for it: who asks is
//! given what is there, and a new one is made for the next; nothing is made of a channel that nobody
//! looks at, unless its setting `thumbnail_history` asks for a storyboard; all channels together
//! start at most [`model::MAX_PER_MINUTE`] processes a minute, in turn; without ffmpeg, or with a
//! full disk, pictures are missing and nothing else is.
//!
//! The room does not listen to frames. What it needs is in memory already: the newest parts and
//! segments of every broadcast's window, which `delivery` lends by reference at the moment of the
//! making. Listening would wake somebody for each of the thousands of frames between two pictures.
//!
//! A picture costs 60 to 90 ms of processor time, mostly ffmpeg's own start. One a minute would be
//! 1.0 to 1.5 ms for each second of a broadcast, about as much as everything else that a broadcast
//! with its own quality costs: that is why storyboards are made for those who ask for them only.

mod actor;
mod clips;
mod error;
mod files;
mod image;
mod model;
mod pictures;
mod recipes;
mod routes;
mod store;
mod storyboards;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rivulet_media::time::WallClock;
use tokio::sync::{Notify, watch};

pub(crate) use error::StillsError;
pub(crate) use pictures::{MAX_PICTURE_BYTES, Pictures, Spot};
pub(crate) use routes::{described, routes};

use crate::accounts::Accounts;
use crate::audit::Actor;
use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::delivery::{Delivery, Wanted};
use crate::ids::BroadcastId;
use crate::live::Live;
use crate::tasks::Tasks;
use crate::transcode::Ffmpeg;
use clips::Clips;
use model::{Kind, Queue, Task, Verdict};
use pictures::Key;
use store::Store;
use storyboards::Storyboards;

/// How long the first request for a picture waits for it; then it is told that there is none.
const FIRST_PATIENCE: Duration = Duration::from_secs(4);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Stills {
    shared: Arc<Shared>,
}

/// The rooms this one enters, and what else it is built from.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) accounts: Accounts,
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    /// `None` where there is no ffmpeg.
    pub(crate) ffmpeg: Option<Ffmpeg>,
}

#[cfg(test)]
impl Doors {
    /// Of a site where nobody has an account and nothing can be drawn.
    pub(crate) fn without_ffmpeg(
        db: Db,
        keyring: Arc<crate::seal::Keyring>,
        (config, clock): (&Config, Clock),
        (channels, live, delivery): (Channels, Live, Delivery),
    ) -> Self {
        let policy = crate::accounts::Policy::default();
        let doors = crate::accounts::Doors::without_mail(db.clone(), keyring, clock, policy);
        let accounts = Accounts::new(doors, config, 1).unwrap();
        Self { db, accounts, channels, live, delivery, ffmpeg: None }
    }
}

/// Where pictures of a channel are. Changed ones are somewhere else.
pub(crate) struct Images {
    pub(crate) avatar: Option<String>,
    pub(crate) banner: Option<String>,
}

struct Shared {
    accounts: Accounts,
    channels: Channels,
    live: Live,
    delivery: Delivery,
    ffmpeg: Option<Ffmpeg>,
    pictures: Pictures,
    storyboards: Storyboards,
    clock: Clock,
    tasks: Tasks,
    state: Mutex<State>,
    /// Wakes the one who makes: there is something to make, or room for it.
    changed: Notify,
}

#[derive(Default)]
struct State {
    queue: Queue,
    /// One for each kind of picture of each channel that was asked for while on air.
    slots: HashMap<Task, Slot>,
}

/// A picture, and the making of it.
struct Slot {
    still: Option<Arc<Still>>,
    /// Counts makings that are over, well or not.
    attempts: watch::Sender<u64>,
    failed_at: Option<Instant>,
}

/// A picture of a broadcast.
struct Still {
    bytes: Bytes,
    broadcast: BroadcastId,
    /// When what it shows arrived.
    arrived: WallClock,
    made_at: Instant,
}

impl Stills {
    /// The room over the others; its work runs among `tasks`.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        let Doors { db, accounts, channels, live, delivery, ffmpeg } = doors;
        let folder = folder(&config.data_dir);
        let store = Store::new(db.clone());
        let pictures = Pictures::new(db, ffmpeg.clone(), clock);
        let clips = Clips::new(pictures.clone(), ffmpeg.clone(), folder.clone(), clock);
        delivery.show_offline(Arc::new(clips));
        let begins = live.begins();
        let shared = Arc::new(Shared {
            accounts,
            channels,
            live,
            delivery,
            ffmpeg,
            pictures,
            storyboards: Storyboards::new(store, folder),
            clock,
            tasks: tasks.clone(),
            state: Mutex::default(),
            changed: Notify::new(),
        });
        tasks.spawn("stills", actor::run(Arc::clone(&shared)));
        tasks.spawn("storyboards", storyboards::run(Arc::clone(&shared), begins));
        Self { shared }
    }

    /// Where the picture is that the channel's owner gave it. A changed one is somewhere else, so
    /// that nobody shows the former one from a cache.
    pub(crate) async fn own_picture(
        &self,
        channel: &Channel,
    ) -> Result<Option<String>, StillsError> {
        Ok(match self.shared.pictures.key(channel.id).await? {
            Key::Default => None,
            Key::Own(id) => Some(format!("/api/v1/channels/{}/picture.jpg?{id}", channel.slug)),
        })
    }

    /// The channel's avatar, or its picture where it has none: a JPEG.
    pub(crate) async fn avatar(&self, channel: &Channel) -> Result<Bytes, StillsError> {
        let pictures = &self.shared.pictures;
        match pictures.image(channel.id, Spot::Avatar).await? {
            Some(jpeg) => Ok(jpeg),
            None => Ok(pictures.of(channel.id).await?.jpeg),
        }
    }

    /// Gives the channel the avatar in a file's bytes.
    pub(crate) async fn set_avatar(
        &self,
        actor: &Actor,
        channel: &Channel,
        bytes: Vec<u8>,
    ) -> Result<(), StillsError> {
        self.shared.pictures.set(actor, (channel, Spot::Avatar), bytes).await
    }

    /// Where a channel's avatar and banner are, if it has them.
    pub(crate) async fn images(&self, channel: &Channel) -> Result<Images, StillsError> {
        let found = self.shared.pictures.images(channel.id).await?;
        let url = |spot: Spot| {
            let (name, id) = found.iter().find(|(name, _)| name == spot.name())?;
            Some(format!("/api/v1/channels/{}/{name}.jpg?{id}", channel.slug))
        };
        Ok(Images { avatar: url(Spot::Avatar), banner: url(Spot::Banner) })
    }

    /// The newest picture of a channel on air.
    async fn still(&self, task: Task) -> Option<Bytes> {
        let shared = &self.shared;
        let broadcast = shared.live.on_air(task.channel)?.period.broadcast;
        shared.ffmpeg.as_ref()?;
        let (verdict, mut attempts) = shared.look(task, broadcast);
        match verdict {
            Verdict::Serve => {}
            Verdict::Renew => shared.want(task),
            Verdict::Wait => {
                shared.want(task);
                // What comes of it is looked at below, in time or not.
                let _ = tokio::time::timeout(FIRST_PATIENCE, attempts.changed()).await;
            }
        }
        let state = shared.state();
        let still = state.slots.get(&task)?.still.as_ref()?;
        (still.broadcast == broadcast).then(|| still.bytes.clone())
    }
}

impl Shared {
    /// What to do about a picture that somebody asks for, and the makings of it.
    fn look(&self, task: Task, broadcast: BroadcastId) -> (Verdict, watch::Receiver<u64>) {
        let now = self.clock.monotonic();
        let mut state = self.state();
        let slot = state.slots.entry(task).or_default();
        let still = slot.still.as_ref().filter(|still| still.broadcast == broadcast);
        let since = |then: Instant| now.saturating_duration_since(then);
        let age = still.map(|still| since(still.made_at));
        let verdict = model::judge(task.kind, age, slot.failed_at.map(since));
        (verdict, slot.attempts.subscribe())
    }

    /// Puts a picture into the queue, if there is something to make it of.
    fn want(&self, task: Task) {
        if self.state().queue.has(task) {
            return;
        }
        // Looked at before the queue grows, so that a broadcast without pictures takes nobody's turn.
        if self.delivery.excerpt(task.channel, wanted(task.kind)).is_none() {
            return;
        }
        self.state().queue.want(task);
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every method leaves the state whole, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self { still: None, attempts: watch::Sender::new(0), failed_at: None }
    }
}

/// What of a broadcast a picture is made of.
fn wanted(kind: Kind) -> Wanted {
    match kind {
        Kind::Thumbnail | Kind::Small | Kind::Storyboard => Wanted::Keyframe,
        Kind::Gif | Kind::Webp => Wanted::Moment(Duration::from_secs(1)),
    }
}

/// Where this room keeps its files.
fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("stills")
}
