//! The task that owns the scheduler, and the one that tries the encoders.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::abilities::Encoder;
use super::gauge::{Gauge, Work};
use super::ladder::Cost;
use super::scheduler::{Effect, Event, Scheduler};
use super::{Assignment, Doing, Machine, Shared, probe};
use crate::ids::BroadcastId;

/// Messages that may wait for the scheduler; who has one more waits.
pub(super) const MAX_MESSAGES: usize = 256;

/// What the scheduler is told.
#[derive(Debug)]
pub(super) enum Message {
    /// Something happened. Answered once its effects are performed.
    Event(Event, oneshot::Sender<()>),
    /// Somebody will want something soon.
    Measure,
    /// A child has worked.
    Work(Work),
    /// The machine was measured.
    Measured(Cost),
}

/// Tries every encoder, one at a time.
pub(super) async fn probe(shared: Arc<Shared>) {
    let Some(ffmpeg) = &shared.ffmpeg else { return };
    let stopping = shared.tasks.stopping();
    for encoder in Encoder::ALL {
        let ability = tokio::select! {
            ability = probe::probe(ffmpeg, encoder) => ability,
            () = stopping.cancelled() => return,
        };
        tracing::debug!(%encoder, ?ability, "tried an encoder");
        shared.abilities.send_modify(|abilities| abilities.note(encoder, ability));
    }
}

/// Owns the scheduler until the server stops.
pub(super) async fn run(shared: Arc<Shared>, mut messages: mpsc::Receiver<Message>) {
    let stopping = shared.tasks.stopping();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut actor =
        Actor { shared, scheduler: Scheduler::default(), gauge: Gauge::new(cores), asked: false };
    loop {
        let next = actor.scheduler.next_change(actor.now());
        tokio::select! {
            message = messages.recv() => match message {
                Some(message) => actor.take(message),
                None => return,
            },
            () = actor.wait_until(next) => actor.handle(Event::Tick),
            () = stopping.cancelled() => return,
        }
    }
}

struct Actor {
    shared: Arc<Shared>,
    scheduler: Scheduler,
    gauge: Gauge,
    /// Whether the machine is being measured, or was.
    asked: bool,
}

impl Actor {
    fn now(&self) -> Instant {
        self.shared.clock.monotonic()
    }

    async fn wait_until(&self, at: Option<Instant>) {
        match at {
            Some(at) => sleep(at.saturating_duration_since(self.now())).await,
            None => std::future::pending().await,
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Event(event, done) => {
                if let Event::Ended { id, run, .. } = &event {
                    self.shared.withdraw(*id, Some(*run));
                }
                if matches!(event, Event::Wants { .. }) {
                    self.measure();
                }
                self.handle(event);
                // Who asked may be gone by now.
                let _ = done.send(());
            }
            Message::Measure => self.measure(),
            Message::Work(work) => {
                if let Some(capacity) = self.gauge.learn(work) {
                    self.handle(Event::Capacity(capacity));
                }
            }
            Message::Measured(capacity) => {
                tracing::info!(capacity = capacity.0, "measured how much this machine encodes");
                self.asked = true;
                self.gauge.set(capacity);
                self.handle(Event::Capacity(capacity));
            }
        }
    }

    /// Measures the machine once, when somebody wants something of it for the first time.
    fn measure(&mut self) {
        if std::mem::replace(&mut self.asked, true) {
            return;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Nobody waits for that: what is assumed is little.
        self.handle(Event::Capacity(probe::assumed(cores)));
        let shared = Arc::clone(&self.shared);
        self.shared.tasks.spawn("measuring", async move {
            let Some(ffmpeg) = &shared.ffmpeg else { return };
            let stopping = shared.tasks.stopping();
            let measured = tokio::select! {
                measured = probe::measure(ffmpeg, cores) => measured,
                () = stopping.cancelled() => return,
            };
            let capacity = measured.unwrap_or_else(|error| {
                let error = crate::telemetry::chain(&error);
                tracing::warn!(error, "this machine's speed cannot be measured; little is assumed");
                probe::assumed(cores)
            });
            // The scheduler is gone only when everything ends.
            let _ = shared.messages.send(Message::Measured(capacity)).await;
        });
    }

    fn handle(&mut self, event: Event) {
        let now = self.now();
        for effect in self.scheduler.handle(event, now, jitter()) {
            self.perform(effect);
        }
        let machine = Machine { capacity: self.scheduler.capacity(), used: self.scheduler.used() };
        self.shared.machine.send_if_modified(|known| std::mem::replace(known, machine) != machine);
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Start { id, run, rungs } => self.assign(id, Assignment { run, rungs }),
            Effect::Stop { id } => self.shared.withdraw(id, None),
            Effect::Tell { id, standing } => {
                self.shared.update(id, |activity| activity.doing = Doing::Scheduled(standing));
            }
        }
    }

    fn assign(&self, id: BroadcastId, assignment: Assignment) {
        if let Some(entry) = self.shared.entries().get(&id) {
            entry.orders.send_replace(Some(assignment));
        }
    }
}

/// A number from 0 to 1 that is unlike that of other servers and other moments.
fn jitter() -> f64 {
    crate::seal::entropy().map_or(0.0, |[byte, ..]: [u8; 32]| f64::from(byte) / 255.0)
}
