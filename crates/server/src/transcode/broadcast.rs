//! One broadcast: its source is measured, its ladder decided, its children run one after another.

mod turn;

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rivulet_media::frame::{Packet, TrackConfig};
use rivulet_media::hls::{Measured, Measuring};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::actor::Message;
use super::arguments::Order;
use super::child::{self, Ended, Feed, Progress, Report, RungPackets, picture};
use super::gauge::Work;
use super::ladder::{Ladder, Source, ladder};
use super::outlet::Outlet;
use super::said::complaint;
use super::scheduler::{Ending, Event, Plan};
use super::wishes::VideoWish;
use super::{Abilities, Assignment, Doing, Ffmpeg, Health, Job, Shared};
use turn::Turn;

/// Reports of a child that may wait for this task, which does little with each; then the child does.
const MAX_REPORTS: usize = 64;
/// Packets kept while a broadcast waits for the scheduler, and for how long: its rungs begin where
/// it began. With more, or later, they begin at a later keyframe.
const MAX_KEPT: usize = 16 * 1024;
const KEEPS: Duration = Duration::from_secs(4);
/// A child that ran for so long has shown that its encoder can do what is asked of it.
const LASTED: Duration = Duration::from_secs(600);

/// Serves a broadcast until it is over, or until nobody takes its rungs.
pub(super) async fn run(shared: Arc<Shared>, Begun { job, mut feed, outlet, orders }: Begun) {
    let id = job.broadcast;
    let stopping = shared.tasks.stopping();
    if job.wishes.variants.iter().any(|wish| wish.video != VideoWish::Passthrough) {
        // Should it be full, the wish itself says it once more.
        let _ = shared.messages.try_send(Message::Measure);
    }
    let mut line = Line { shared, job, outlet, orders, stopping };
    while let Some(first) = feed.take()
        && let Some((measured, packets)) = line.measure(first).await
    {
        match line.serve(measured, packets).await {
            Next::Again | Next::Wait => feed = line.job.tap.listen(),
            Next::Over => break,
        }
    }
    line.shared.tell(Event::Gone { id }).await;
    line.shared.entries().remove(&id);
}

/// A broadcast that begins.
pub(super) struct Begun {
    pub(super) job: Job,
    /// From its very beginning on; `None` when it is over already.
    pub(super) feed: Option<Feed>,
    pub(super) outlet: Outlet,
    pub(super) orders: watch::Receiver<Option<Assignment>>,
}

/// What follows on something.
enum Next {
    /// The source is another: it is measured again.
    Again,
    /// As before; the scheduler says when.
    Wait,
    /// The broadcast is over, or nobody takes its rungs.
    Over,
}

/// A broadcast's way from packets to rungs.
struct Line {
    shared: Arc<Shared>,
    job: Job,
    outlet: Outlet,
    orders: watch::Receiver<Option<Assignment>>,
    stopping: CancellationToken,
}

impl Line {
    /// Waits for the first group of pictures. `None` when the broadcast is over before.
    async fn measure(&self, feed: Feed) -> Option<(Measured, broadcast::Receiver<Packet>)> {
        self.shared.update(self.job.broadcast, |activity| activity.doing = Doing::Measuring);
        let Feed { configs, mut packets } = feed;
        let mut measuring = Measuring::default();
        let mut ready = configs.iter().any(|packet| measuring.take(packet));
        while !ready {
            let received = tokio::select! {
                received = packets.recv() => received,
                () = self.stopping.cancelled() => return None,
            };
            ready = match received {
                Ok(packet) => measuring.take(&packet),
                Err(RecvError::Lagged(_)) => measuring.take(&Packet::Discontinuity),
                Err(RecvError::Closed) => return None,
            };
        }
        Some((measuring.finish(), packets))
    }

    /// Makes rungs of a source until it changes.
    async fn serve(&mut self, measured: Measured, packets: broadcast::Receiver<Packet>) -> Next {
        let Some(abilities) = self.abilities().await else { return Next::Over };
        let Measured { video, audio, frame_rate, bitrate, packets: kept } = measured;
        let source = Source { video, audio, frame_rate, bitrate };
        let ladder = Arc::new(ladder(&source, &self.job.wishes, &abilities));
        for remark in &ladder.remarks {
            tracing::info!(broadcast.id = %self.job.broadcast, "{remark}");
        }
        self.ask(&ladder).await;
        let assigned = self.orders.borrow().as_ref().map(|order| order.rungs.clone());
        tokio::select! {
            () = self.outlet.ladder(Arc::clone(&ladder), assigned.unwrap_or_default()) => {}
            () = self.stopping.cancelled() => return Next::Over,
        }
        if ladder.rungs.is_empty() {
            // Most broadcasts are like this. A task that is woken by every packet of theirs would
            // cost more than to package them.
            drop(packets);
            return self.idle(&source).await;
        }
        let mut waiting = Waiting { packets, kept: Some(kept), since: self.now() };
        loop {
            let assignment = match self.wait(&source, &mut waiting).await {
                Ok(assignment) => assignment,
                Err(next) => return next,
            };
            let Some(feed) = waiting.feed(self) else { return Next::Over };
            let turn = Turn::new(&source, &ladder, assignment, self.now());
            match self.encode(turn, feed).await {
                Next::Wait => {}
                next => return next,
            }
            let Some(Feed { packets, .. }) = self.job.tap.listen() else { return Next::Over };
            waiting = Waiting { packets, kept: None, since: self.now() };
        }
    }

    /// What this machine can do, once that is known.
    async fn abilities(&self) -> Option<Abilities> {
        let mut abilities = self.shared.abilities.subscribe();
        tokio::select! {
            known = abilities.wait_for(Abilities::are_known) => known.ok().map(|known| known.clone()),
            () = self.stopping.cancelled() => None,
        }
    }

    /// Tells the scheduler what there is to do.
    async fn ask(&self, ladder: &Arc<Ladder>) {
        let id = self.job.broadcast;
        let nothing = ladder.rungs.is_empty();
        self.shared.update(id, |activity| {
            activity.ladder = Some(Arc::clone(ladder));
            if nothing {
                activity.doing = Doing::Nothing;
            }
        });
        let event = match nothing {
            true => Event::Gone { id },
            false => Event::Wants { id, plan: Plan::of(ladder) },
        };
        self.shared.tell(event).await;
    }

    /// Waits until the source is another.
    async fn idle(&self, source: &Source) -> Next {
        let Some(mut configured) = self.job.tap.configured() else { return Next::Over };
        loop {
            let Some(Feed { configs, .. }) = self.job.tap.listen() else { return Next::Over };
            if configs.iter().any(|packet| is_other(source, packet)) {
                return Next::Again;
            }
            tokio::select! {
                changed = configured.changed() => if changed.is_err() { return Next::Over },
                () = self.outlet.closed() => return Next::Over,
                () = self.stopping.cancelled() => return Next::Over,
            }
        }
    }

    /// Waits for the scheduler's word, and listens to the source meanwhile.
    async fn wait(&mut self, source: &Source, waiting: &mut Waiting) -> Result<Assignment, Next> {
        loop {
            if let Some(assignment) = self.orders.borrow_and_update().clone() {
                return Ok(assignment);
            }
            let received = tokio::select! {
                changed = self.orders.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return Err(Next::Over),
                },
                received = waiting.packets.recv() => received,
                () = self.outlet.closed() => return Err(Next::Over),
                () = self.stopping.cancelled() => return Err(Next::Over),
            };
            match received {
                Ok(packet) if is_other(source, &packet) => return Err(Next::Again),
                Ok(packet) => waiting.keep(packet, self.now()),
                Err(RecvError::Lagged(_)) => waiting.kept = None,
                Err(RecvError::Closed) => return Err(Next::Over),
            }
        }
    }

    /// Runs one child to its end.
    async fn encode(&mut self, mut turn: Turn, feed: Feed) -> Next {
        let (Some(ffmpeg), Some(order)) = (self.shared.ffmpeg.clone(), turn.order.take()) else {
            return Next::Over;
        };
        let (report, mut reports) = mpsc::channel(MAX_REPORTS);
        let stop = self.stopping.child_token();
        let mut child = pin!(run_child(ffmpeg, order, feed, report, stop.clone()));
        let mut by_order = false;
        let ended = loop {
            tokio::select! {
                Some(report) = reports.recv() => self.take(&mut turn, report).await,
                ended = &mut child => break ended,
                changed = self.orders.changed(), if !stop.is_cancelled() => {
                    let still = self.orders.borrow_and_update().as_ref().map(|order| order.run);
                    if changed.is_err() || still != Some(turn.run) {
                        by_order = true;
                        stop.cancel();
                    }
                }
                () = self.outlet.closed(), if !stop.is_cancelled() => stop.cancel(),
            }
        };
        while let Ok(report) = reports.try_recv() {
            self.take(&mut turn, report).await;
        }
        self.shared.update(self.job.broadcast, |activity| activity.health = None);
        self.conclude(&turn, ended, by_order).await
    }

    /// What the end of a child means.
    async fn conclude(&mut self, turn: &Turn, ended: Ended, by_order: bool) -> Next {
        let (id, run) = (self.job.broadcast, turn.run);
        if turn.started && self.now().saturating_duration_since(turn.began) >= LASTED {
            self.forgive(turn);
        }
        let why: Arc<str> = match ended {
            // The source has ended: what came last was handed on.
            Ended::Stopped if !by_order => return Next::Over,
            Ended::Stopped => {
                self.outlet.lose_all();
                return Next::Wait;
            }
            Ended::Reconfigured => {
                self.outlet.lose_all();
                self.shared.tell(Event::Ended { id, run, how: Ending::Reconfigured }).await;
                return Next::Again;
            }
            Ended::Exited { code: Some(code), said } => {
                self.blame(turn, &said, &format!("ffmpeg ended by itself ({code})"))
            }
            // Most often by the kernel, which was out of memory.
            Ended::Exited { code: None, said } => self.blame(turn, &said, "ffmpeg was killed"),
            Ended::Hung { said } => self.blame(turn, &said, "ffmpeg did nothing any more"),
            Ended::NotStarted(error) => crate::telemetry::chain(&error).into(),
        };
        self.outlet.lose_all();
        tracing::warn!(broadcast.id = %id, %why, "encoding was interrupted; it goes on soon");
        self.shared.tell(Event::Ended { id, run, how: Ending::Failed(why) }).await;
        let abilities = self.shared.abilities.borrow();
        // With an encoder that is of no use any more there is another ladder.
        if turn.hardware.is_none_or(|encoder| abilities.works(encoder)) {
            Next::Wait
        } else {
            Next::Again
        }
    }

    /// Says why a child failed, and holds it against its hardware.
    fn blame(&self, turn: &Turn, said: &[String], otherwise: &str) -> Arc<str> {
        let why = complaint(said.iter().map(String::as_str)).unwrap_or(otherwise);
        if let Some(encoder) = turn.hardware {
            self.shared.abilities.send_modify(|abilities| abilities.blame(encoder, why));
            if !self.shared.abilities.borrow().works(encoder) {
                tracing::warn!(%encoder, why, "this encoder fails in broadcasts and is not used");
            }
        }
        why.into()
    }

    fn forgive(&self, turn: &Turn) {
        if let Some(encoder) = turn.hardware {
            self.shared.abilities.send_modify(|abilities| abilities.forgive(encoder));
        }
    }

    /// Hands on what a child says.
    async fn take(&mut self, turn: &mut Turn, report: Report) {
        let (id, run) = (self.job.broadcast, turn.run);
        match report {
            Report::Started { pid } => turn.pid = pid,
            Report::Resumes { from } => {
                for number in &turn.numbers {
                    self.outlet.resumes(*number, from);
                }
            }
            Report::Packets(rungs) => {
                // Sound that is passed on comes from the source, and is no sign of the child.
                let mut made = rungs.iter().flat_map(|rung| &rung.packets);
                let begins = !turn.started && made.any(|it| picture(it).is_some());
                for RungPackets { number, packets } in rungs {
                    self.outlet.packets(number, packets);
                }
                if begins {
                    turn.started = true;
                    self.shared.tell(Event::Started { id, run }).await;
                }
            }
            Report::Skipped { packets } => {
                tracing::warn!(
                    broadcast.id = %id, lost = packets,
                    "encoding is behind the source; this machine is overloaded"
                );
                self.outlet.lose_all();
                self.shared.tell(Event::Overrun { id, run }).await;
            }
            Report::Progress(progress) => self.progress(turn, progress).await,
        }
    }

    async fn progress(&self, turn: &mut Turn, progress: Progress) {
        let (id, run, now) = (self.job.broadcast, turn.run, self.now());
        let Progress { frames, speed, lag, cpu, memory_bytes } = progress;
        let (pid, dropped) = (turn.pid, self.outlet.dropped());
        let health = Health { pid, frames, speed, lag, cpu, memory_bytes, dropped };
        self.shared.update(id, |activity| activity.health = Some(health));
        let before = std::mem::replace(&mut turn.looked, (now, cpu));
        let work = Work {
            cost: turn.cost,
            age: now.saturating_duration_since(turn.began),
            wall: now.saturating_duration_since(before.0),
            cpu: cpu.saturating_sub(before.1),
            speed,
        };
        // One look more or less teaches nothing.
        let _ = self.shared.messages.try_send(Message::Work(work));
        self.shared.tell(Event::Progress { id, run, lag }).await;
    }

    fn now(&self) -> Instant {
        self.shared.clock.monotonic()
    }
}

/// A child borrows its ffmpeg; this one keeps it.
async fn run_child(
    ffmpeg: Ffmpeg,
    order: Order,
    feed: Feed,
    report: mpsc::Sender<Report>,
    stop: CancellationToken,
) -> Ended {
    child::run(&ffmpeg, order, feed, report, stop).await
}

/// What is heard while there is no child.
struct Waiting {
    packets: broadcast::Receiver<Packet>,
    /// From the source's first keyframe on, while it is not too much.
    kept: Option<Vec<Packet>>,
    since: Instant,
}

impl Waiting {
    fn keep(&mut self, packet: Packet, now: Instant) {
        let late = now.saturating_duration_since(self.since) > KEEPS;
        match &mut self.kept {
            Some(kept) if !late && kept.len() < MAX_KEPT => kept.push(packet),
            kept => *kept = None,
        }
    }

    /// What a child begins with: what was kept, or the next keyframe.
    fn feed(&mut self, line: &Line) -> Option<Feed> {
        let fresh = line.job.tap.listen();
        match self.kept.take() {
            Some(kept) => {
                let next = fresh.map_or_else(|| self.packets.resubscribe(), |feed| feed.packets);
                let packets = std::mem::replace(&mut self.packets, next);
                Some(Feed { configs: kept, packets })
            }
            None => fresh,
        }
    }
}

/// Whether a packet says that the source is another.
fn is_other(source: &Source, packet: &Packet) -> bool {
    match packet {
        Packet::Config(TrackConfig::Video(config)) => source.video.as_ref() != Some(config),
        Packet::Config(TrackConfig::Audio(config)) => source.audio.as_ref() != Some(config),
        Packet::Frame(_) | Packet::Discontinuity => false,
    }
}
