//! Further renditions of a broadcast, encoded by ffmpeg in a process of its own.
//!
//! * The passthrough rendition never comes here: losing ffmpeg costs its rungs and nothing else.
//! * A child process ends with the server, however the server ends, and is always reaped.
//! * A rung's frames keep the source's timestamps, and its keyframes are where the source's are.
//!
//! [`ladder`](ladder::ladder) decides what there should be, [`scheduler`] who gets how much of this
//! machine, [`broadcast`] runs one broadcast's children.

mod abilities;
mod actor;
mod arguments;
mod broadcast;
mod child;
mod error;
mod ffmpeg;
mod fit;
mod gauge;
mod ladder;
mod level;
mod outlet;
mod owncast;
mod probe;
mod remark;
mod routes;
mod said;
mod scheduler;
#[cfg(test)]
mod tests;
mod vitals;
mod wishes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use abilities::{Abilities, Ability, Encoder};
pub(crate) use child::Feed;
pub(crate) use error::FfmpegError;
pub(crate) use ffmpeg::{Descendant, Ffmpeg, OnceLimits};
pub(crate) use ladder::{Cost, Ladder, Passthrough, Rung};
pub(crate) use outlet::RungEvent;
pub(crate) use owncast::{Variant, variants, wishes};
pub(crate) use remark::Remark;
pub(crate) use routes::{described, routes};
pub(crate) use scheduler::{Standing, Why};
pub(crate) use wishes::{Preset, Wishes};

use crate::clock::Clock;
use crate::config::Share;
use crate::ids::{BroadcastId, ChannelId};
use crate::tasks::Tasks;
use actor::Message;
use broadcast::Begun;
use outlet::Outlet;
use scheduler::Event;

/// Where a broadcast's packets can be heard.
pub(crate) trait Tap: Send + Sync {
    /// Listens from now on: the configurations in force, then what comes. `None` when the broadcast
    /// is over.
    fn listen(&self) -> Option<Feed>;

    /// Changes with every configuration that comes, and closes when the broadcast is over: for those
    /// who need not hear the packets. `None` when it is over already.
    fn configured(&self) -> Option<watch::Receiver<()>>;
}

/// A broadcast to make rungs of.
pub(crate) struct Job {
    pub(crate) broadcast: BroadcastId,
    pub(crate) channel: ChannelId,
    /// What its owner wishes for.
    pub(crate) wishes: Wishes,
    pub(crate) tap: Arc<dyn Tap>,
}

/// What is done for a broadcast.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    /// Its channel.
    pub(crate) channel: ChannelId,
    /// What it should have.
    pub(crate) ladder: Option<Arc<Ladder>>,
    /// What happens now.
    pub(crate) doing: Doing,
    /// How its child is, while one runs.
    pub(crate) health: Option<Health>,
}

/// What happens for a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Its first group of pictures is awaited.
    Measuring,
    /// Nothing is to be encoded; the ladder's remarks say why, where it is not by wish.
    Nothing,
    /// It is for the scheduler to say.
    Scheduled(Standing),
}

/// How a child is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Health {
    pub(crate) pid: u32,
    /// Pictures made so far, of all rungs.
    pub(crate) frames: u64,
    /// Seconds of media made in a second.
    pub(crate) speed: f64,
    /// How far its newest picture is behind the source.
    pub(crate) lag: Duration,
    /// Processor time it has used.
    pub(crate) cpu: Duration,
    pub(crate) memory_bytes: u64,
    /// Packets that its packager did not take in time.
    pub(crate) dropped: u64,
}

/// How much of this machine is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Machine {
    /// All there is; `None` until it was measured, which happens when it is first needed.
    pub(crate) capacity: Option<Cost>,
    /// What is given to broadcasts.
    pub(crate) used: Cost,
}

/// What there is to encode with.
#[derive(Clone, Default)]
pub(crate) struct Means {
    /// `None` on a machine without one.
    pub(crate) ffmpeg: Option<Ffmpeg>,
    /// How much of the machine broadcasts may take.
    pub(crate) share: Share,
}

/// The rungs that a broadcast's child is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Assignment {
    run: u64,
    rungs: Vec<u8>,
}

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Transcode {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None` on a machine without one.
    ffmpeg: Option<Ffmpeg>,
    share: Share,
    clock: Clock,
    tasks: Tasks,
    messages: mpsc::Sender<Message>,
    abilities: watch::Sender<Abilities>,
    machine: watch::Sender<Machine>,
    entries: Mutex<HashMap<BroadcastId, Entry>>,
}

/// A broadcast, as others see it.
struct Entry {
    orders: watch::Sender<Option<Assignment>>,
    activity: watch::Sender<Activity>,
}

impl Transcode {
    /// The room; `tasks` are those of a thread of their own, for rungs must not slow down the
    /// thread that media runs on.
    pub(crate) fn new(means: Means, clock: Clock, tasks: &Tasks) -> Self {
        let Means { ffmpeg, share } = means;
        let (messages, heard) = mpsc::channel(actor::MAX_MESSAGES);
        let abilities = match &ffmpeg {
            Some(ffmpeg) => {
                tracing::info!(ffmpeg = %ffmpeg.program().display(), "found ffmpeg");
                Abilities::of_ffmpeg()
            }
            None => {
                tracing::info!("no ffmpeg: broadcasts have their own quality only");
                Abilities::default()
            }
        };
        let shared = Arc::new(Shared {
            ffmpeg,
            share,
            clock,
            tasks: tasks.clone(),
            messages,
            abilities: watch::Sender::new(abilities),
            machine: watch::Sender::default(),
            entries: Mutex::default(),
        });
        tasks.spawn("transcode", actor::run(Arc::clone(&shared), heard));
        tasks.spawn("probing", actor::probe(Arc::clone(&shared)));
        Self { shared }
    }

    /// Makes rungs of a broadcast until it is over, or until nobody takes them. Who does not take
    /// them in time loses what does not fit, and nobody else does.
    pub(crate) fn begin(&self, job: Job) -> mpsc::Receiver<RungEvent> {
        let (events, taken) = mpsc::channel(outlet::MAX_WAITING_EVENTS);
        let orders = watch::Sender::new(None);
        let heard = orders.subscribe();
        let (channel, ladder, health) = (job.channel, None, None);
        let activity =
            watch::Sender::new(Activity { channel, ladder, doing: Doing::Measuring, health });
        self.shared.entries().insert(job.broadcast, Entry { orders, activity });
        // Before anything else: what the encoder sends from now on waits for us.
        let feed = job.tap.listen();
        let begun = Begun { job, feed, outlet: Outlet::new(events), orders: heard };
        self.shared.tasks.spawn("rungs", broadcast::run(Arc::clone(&self.shared), begun));
        taken
    }

    /// What is done for a broadcast, and whenever that changes. `None` when it is over.
    pub(crate) fn state(&self, broadcast: BroadcastId) -> Option<watch::Receiver<Activity>> {
        self.shared.entries().get(&broadcast).map(|entry| entry.activity.subscribe())
    }

    /// What is done for every broadcast, oldest first.
    pub(crate) fn states(&self) -> Vec<(BroadcastId, Activity)> {
        let entries = self.shared.entries();
        let of = |(id, entry): (&BroadcastId, &Entry)| (*id, entry.activity.borrow().clone());
        let mut states: Vec<_> = entries.iter().map(of).collect();
        states.sort_by_key(|(id, _)| *id);
        states
    }

    /// What this machine can do, as far as it is known by now.
    pub(crate) fn abilities(&self) -> Abilities {
        self.shared.abilities.borrow().clone()
    }

    /// How much of this machine is used.
    pub(crate) fn machine(&self) -> Machine {
        *self.shared.machine.borrow()
    }
}

/// What an ffmpeg can do here; for those who look once.
pub(crate) async fn tried(ffmpeg: &Ffmpeg) -> Abilities {
    let mut abilities = Abilities::of_ffmpeg();
    for encoder in Encoder::ALL {
        abilities.note(encoder, probe::probe(ffmpeg, encoder).await);
    }
    abilities
}

impl Shared {
    /// Tells the scheduler, and waits until it has acted.
    async fn tell(&self, event: Event) {
        let (done, acted) = oneshot::channel();
        // It is gone only when everything ends.
        if self.messages.send(Message::Event(event, done)).await.is_ok() {
            let _ = acted.await;
        }
    }

    fn update(&self, id: BroadcastId, change: impl FnOnce(&mut Activity)) {
        if let Some(entry) = self.entries().get(&id) {
            entry.activity.send_modify(change);
        }
    }

    /// Takes an assignment back; that of one run, or whichever there is.
    fn withdraw(&self, id: BroadcastId, run: Option<u64>) {
        if let Some(entry) = self.entries().get(&id) {
            entry.orders.send_if_modified(|order| {
                let meant = |order: &mut Assignment| run.is_none_or(|run| order.run == run);
                order.take_if(meant).is_some()
            });
        }
    }

    /// What this lock guards stays consistent at every step, so a panic elsewhere does not spoil it.
    fn entries(&self) -> MutexGuard<'_, HashMap<BroadcastId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
