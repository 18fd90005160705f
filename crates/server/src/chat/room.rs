//! One room's task: takes commands as they come, commits all that wait at once, and shows them.
//!
//! Whatever is acknowledged is committed. While one batch is being committed the next gathers, so
//! that a busy room has large batches and a quiet one no delay. Should a commit fail, nobody is
//! told that it went well, and the room is read anew.

mod performing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::doors::{self, News};
use super::model::event::Event;
use super::model::refusal::Refusal;
use super::model::{Answer, Command, Effect, RoomState, decide};
use super::rooms::Shared;
use super::stage::{self, Stage};
use crate::channels::Channel;
use crate::live::Phase;

/// Commands that wait for one room: who comes when it is full is told to try again.
pub(super) const MAX_WAITING: usize = 4096;
/// Commands that are committed together.
const MAX_BATCH: usize = 256;
/// How often who came and went is told.
const TURN: Duration = Duration::from_secs(1);
/// How long what was committed waits for more to come, so that all of it goes in one frame: a write
/// costs the same whatever it carries, and there is one for each socket.
const FRAME: Duration = Duration::from_millis(20);
/// With frames further apart than this nothing would join, and nothing waits.
const QUIET: Duration = Duration::from_millis(30);
/// Turns that an empty room stays: five minutes.
const MAX_IDLE_TURNS: u32 = 300;

/// A room that somebody is in, or was just now.
pub(super) struct Room {
    pub(super) channel: Channel,
    pub(super) stage: Stage,
    state: Mutex<RoomState>,
    requests: mpsc::Sender<Request>,
}

/// A command and who waits for its outcome.
pub(super) struct Request {
    command: Command,
    reply: oneshot::Sender<Result<Done, Refusal>>,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) answer: Answer,
    /// The number of its first event.
    pub(super) seq: Option<u64>,
}

impl Room {
    pub(super) fn new(
        channel: Channel,
        (stage, state): (Stage, RoomState),
    ) -> (Self, mpsc::Receiver<Request>) {
        let (requests, waiting) = mpsc::channel(MAX_WAITING);
        (Self { channel, stage, state: Mutex::new(state), requests }, waiting)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, RoomState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the room do something; `Ok` when it is committed.
    pub(super) async fn ask(&self, command: Command) -> Result<Done, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.requests.try_send(Request { command, reply }).map_err(|_| Refusal::busy())?;
        answer.await.map_err(|_| Refusal::busy())?
    }
}

/// The task.
pub(super) struct Actor {
    pub(super) shared: Arc<Shared>,
    pub(super) room: Arc<Room>,
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) phase: watch::Receiver<Phase>,
    /// Committed and not yet shown.
    pub(super) unseen: Vec<Event>,
    /// When it has to be shown.
    pub(super) show_at: Instant,
    pub(super) shown_at: Instant,
}

impl Actor {
    /// Serves the room until nobody has needed it for a while, or the server stops.
    pub(super) async fn run(mut self) {
        let stopping = self.shared.tasks.stopping();
        let mut turn = interval(TURN);
        turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut idle = 0;
        let mut batch = Vec::new();
        loop {
            let show_at = tokio::time::Instant::from_std(self.show_at);
            tokio::select! {
                () = stopping.cancelled() => break,
                () = tokio::time::sleep_until(show_at), if !self.unseen.is_empty() => self.show().await,
                _ = self.requests.recv_many(&mut batch, MAX_BATCH) => {
                    self.serve(std::mem::take(&mut batch)).await;
                }
                changed = self.phase.changed() => {
                    let Ok(()) = changed else { break };
                    self.look_at_air();
                }
                _ = turn.tick() => {
                    self.turn().await;
                    idle = if self.room.stage.seats() > 0 { 0 } else { idle + 1 };
                    if idle > MAX_IDLE_TURNS && self.shared.forget(&self.room) {
                        return;
                    }
                }
            }
        }
        // What was taken in is answered, and kept.
        self.requests.close();
        while self.requests.recv_many(&mut batch, MAX_BATCH).await > 0 {
            self.serve(std::mem::take(&mut batch)).await;
        }
        self.show().await;
    }

    pub(super) fn look_at_air(&mut self) {
        let is_on = *self.phase.borrow_and_update() != Phase::Offline;
        let now = self.shared.clock.wall();
        // It has no effects, and cannot be refused.
        let _ = decide(&mut self.room.state(), Command::OnAir(is_on), now);
    }

    async fn turn(&mut self) {
        let wall = self.shared.clock.wall();
        let (arrivals, news) = self.room.stage.announce_presence((Instant::now(), wall));
        if let Some((news, showing)) = news {
            self.tell_others(|now| doors::told_of(&news, now));
            showing.deliver(&self.shared.tasks).await;
        }
        let limit = self.room.state().settings.auto_shield_joins;
        let is_crowd = limit > 0 && arrivals.0 >= usize::try_from(limit).unwrap_or(usize::MAX);
        if is_crowd {
            self.do_by_itself(Command::Crowd).await;
        }
        let now = self.shared.clock.wall();
        let lapses = self.room.state().lapses(now);
        if lapses {
            self.do_by_itself(Command::Lapse).await;
        }
        let tells = {
            let state = self.room.state();
            state.poll.as_ref().is_some_and(|poll| !state.is_counted || poll.closes_at <= now)
        };
        if tells {
            self.do_by_itself(Command::Tally { end: None }).await;
        }
    }

    async fn do_by_itself(&mut self, command: Command) {
        let (reply, _) = oneshot::channel();
        self.serve(vec![Request { command, reply }]).await;
    }

    /// Decides and commits a batch, answers, and shows it.
    async fn serve(&mut self, batch: Vec<Request>) {
        let now = self.shared.clock.wall();
        let mut effects = Vec::new();
        let mut waiting = Vec::with_capacity(batch.len());
        {
            let mut state = self.room.state();
            for Request { command, reply } in batch {
                match decide(&mut state, command, now) {
                    Ok(decision) => {
                        let appended = decision.effects.iter().position(is_event);
                        let first =
                            appended.map(|_| effects.iter().filter(|it| is_event(it)).count());
                        waiting.push((reply, decision.answer, first));
                        effects.extend(decision.effects);
                    }
                    // Who does not wait any more does not need to know.
                    Err(refusal) => drop(reply.send(Err(refusal))),
                }
            }
        }
        if effects.is_empty() {
            return answer(waiting, &[]);
        }
        let committed = self.commit(&effects, now).await;
        self.room.state().nothing_waits();
        match committed {
            Some(events) => {
                // First, for writing to thousands takes a while.
                answer(waiting, &events);
                if self.show_at <= Instant::now() {
                    self.show().await;
                }
            }
            None => waiting.into_iter().for_each(|(reply, ..)| {
                drop(reply.send(Err(Refusal::internal())));
            }),
        }
    }

    /// Commits, remembers and shows; `None` when it could not be kept.
    async fn commit(&mut self, effects: &[Effect], now: WallClock) -> Option<Vec<Event>> {
        let channel = &self.room.channel;
        let which = (channel.id, channel.slug.as_str());
        match self.shared.store.commit(which, effects, now).await {
            Ok(committed) => {
                self.remember(effects, &committed.events, now);
                let events = &committed.events;
                let emotes = self.room.stage.emotes();
                let told = |event: &Event| doors::told(event, &*emotes);
                self.tell_others(|_| events.iter().filter_map(told).collect());
                self.keep_for_showing(&committed.events);
                self.perform(effects, &committed.cleared).await;
                if effects.iter().any(changes_queue) {
                    self.shared.tell_queue(&self.room).await;
                }
                if effects.iter().any(|it| matches!(it, Effect::Unhide { .. })) {
                    self.look_again().await;
                }
                Some(committed.events)
            }
            Err(error) => {
                tracing::error!(error = crate::telemetry::chain(&error), "chat is not kept");
                match self.shared.state_of(&self.room.channel).await {
                    Ok(state) => self.room.state().read_anew(state),
                    Err(error) => {
                        tracing::error!(
                            error = crate::telemetry::chain(&error),
                            "chat is not read"
                        );
                    }
                }
                self.look_at_air();
                // It may have been kept all the same.
                self.look_again().await;
                None
            }
        }
    }

    /// Tells other rooms what happened, if any listens.
    fn tell_others(&self, documents: impl FnOnce(WallClock) -> Vec<Value>) {
        if self.shared.news.receiver_count() == 0 {
            return;
        }
        let channel = self.room.channel.id;
        for document in documents(self.shared.clock.wall()) {
            // Nobody may be there any more.
            let _ = self.shared.news.send(News { channel, document });
        }
    }

    fn remember(&self, effects: &[Effect], events: &[Event], now: WallClock) {
        let drafts = effects.iter().filter_map(|effect| match effect {
            Effect::Append(draft) => Some(draft),
            _ => None,
        });
        let mut state = self.room.state();
        for effect in effects {
            if let Effect::Hold(held) = effect {
                state.holds(held, now);
            }
        }
        for (draft, event) in drafts.zip(events) {
            state.said(draft, event.seq, now);
        }
    }

    /// What was hidden is there again, for those who come later.
    async fn look_again(&mut self) {
        self.show().await;
        match self.shared.store.newest(self.room.channel.id, stage::MAX_RECENT).await {
            Ok(events) => self.room.stage.replace(events),
            Err(error) => {
                tracing::error!(error = crate::telemetry::chain(&error), "chat is not read");
            }
        }
    }

    fn keep_for_showing(&mut self, events: &[Event]) {
        if self.unseen.is_empty() {
            let now = Instant::now();
            let is_quiet = now.saturating_duration_since(self.shown_at) >= QUIET;
            self.show_at = if is_quiet { now } else { now + FRAME };
        }
        self.unseen.extend(events.iter().cloned());
    }

    async fn show(&mut self) {
        if !self.unseen.is_empty() {
            self.shown_at = Instant::now();
            self.room
                .stage
                .show(std::mem::take(&mut self.unseen))
                .deliver(&self.shared.tasks)
                .await;
        }
    }
}

fn is_event(effect: &Effect) -> bool {
    matches!(effect, Effect::Append(_))
}

fn changes_queue(effect: &Effect) -> bool {
    matches!(effect, Effect::Hold(_) | Effect::Reviewed { .. })
}

type Waiting = (oneshot::Sender<Result<Done, Refusal>>, Answer, Option<usize>);

fn answer(waiting: Vec<Waiting>, events: &[Event]) {
    for (reply, answer, first) in waiting {
        let seq = match answer {
            Answer::Again { seq, .. } => Some(seq),
            _ => first.and_then(|first| events.get(first)).map(|event| event.seq),
        };
        // Who does not wait any more does not need to know.
        drop(reply.send(Ok(Done { answer, seq })));
    }
}
