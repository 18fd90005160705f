//! Who makes pictures: takes them from the queue and gives them to ffmpeg.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use rivulet_media::time::WallClock;

use super::model::{Kind, Step, Task};
use super::store::Board;
use super::{Shared, Still, StillsError, recipes, storyboards, wanted};
use crate::ids::BroadcastId;
use crate::live::Period;
use crate::telemetry;
use crate::transcode::Ffmpeg;

pub(super) async fn run(shared: Arc<Shared>) {
    let stopping = shared.tasks.stopping();
    loop {
        let step = shared.state().queue.next(shared.clock.monotonic());
        let until = match step {
            Step::Make(task) => {
                let turn = Turn { shared: Arc::clone(&shared), task };
                shared.tasks.spawn("still", turn.make());
                continue;
            }
            Step::Wait(until) => Some(until),
            Step::Idle => None,
        };
        tokio::select! {
            () = shared.changed.notified() => {}
            () = wait_until(until) => {}
            () = stopping.cancelled() => return,
        }
    }
}

pub(super) async fn wait_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

/// A picture that is being made. Dropping it makes room for the next, whatever became of it.
struct Turn {
    shared: Arc<Shared>,
    task: Task,
}

/// A picture and the broadcast it is of.
struct Made {
    period: Period,
    /// When the pictured part arrived.
    arrived: WallClock,
    bytes: Bytes,
}

impl Turn {
    async fn make(self) {
        let stopping = self.shared.tasks.stopping();
        let made = tokio::select! {
            made = self.attempt() => made,
            () = stopping.cancelled() => return,
        };
        let failed = made.is_err();
        match made {
            Ok(Some(made)) => self.finish(made).await,
            // The broadcast ended meanwhile.
            Ok(None) => {}
            Err(error) => {
                let (channel, kind) = (self.task.channel, self.task.kind);
                let error = telemetry::chain(&error);
                tracing::warn!(channel.id = %channel, ?kind, error, "a picture was not made");
            }
        }
        let mut state = self.shared.state();
        let slot = state.slots.entry(self.task).or_default();
        slot.failed_at = failed.then(|| self.shared.clock.monotonic());
        slot.attempts.send_modify(|attempts| *attempts += 1);
    }

    async fn attempt(&self) -> Result<Option<Made>, StillsError> {
        let Task { channel, kind } = self.task;
        let Some(air) = self.shared.live.on_air(channel) else { return Ok(None) };
        let excerpt = self.shared.delivery.excerpt(channel, wanted(kind));
        // The window may still be that of the broadcast before.
        let excerpt = excerpt.filter(|excerpt| excerpt.arrived >= air.period.started_at);
        let (Some(excerpt), Some(ffmpeg)) = (excerpt, &self.shared.ffmpeg) else { return Ok(None) };
        let (period, arrived) = (air.period, excerpt.arrived);
        if let Some(bytes) = self.same(period.broadcast, arrived) {
            return Ok(Some(Made { period, arrived, bytes }));
        }
        let bytes = draw(ffmpeg, kind, excerpt.pieces).await?;
        tracing::debug!(channel.id = %channel, ?kind, bytes = bytes.len(), "made a picture");
        Ok(Some(Made { period, arrived, bytes }))
    }

    /// The picture there is, if nothing new has arrived: the encoder is gone for a while.
    fn same(&self, broadcast: BroadcastId, arrived: WallClock) -> Option<Bytes> {
        let state = self.shared.state();
        let still = state.slots.get(&self.task)?.still.as_ref()?;
        let same = still.broadcast == broadcast && still.arrived == arrived;
        same.then(|| still.bytes.clone())
    }

    async fn finish(&self, made: Made) {
        if self.task.kind == Kind::Storyboard {
            self.keep(&made).await;
            return;
        }
        let Made { period: Period { broadcast, .. }, arrived, bytes } = made;
        let made_at = self.shared.clock.monotonic();
        let mut state = self.shared.state();
        let slot = state.slots.entry(self.task).or_default();
        slot.still = Some(Arc::new(Still { bytes, broadcast, arrived, made_at }));
    }

    async fn keep(&self, made: &Made) {
        let Period { broadcast, started_at } = made.period;
        let every_ms = storyboards::first_distance_ms();
        let board = Board { broadcast, channel: self.task.channel, started_at, every_ms };
        let offset_ms = storyboards::offset_ms(made.period, made.arrived);
        let kept = self.shared.storyboards.keep(board, offset_ms, &made.bytes).await;
        if let Err(error) = kept {
            let error = telemetry::chain(&error);
            tracing::warn!(broadcast.id = %broadcast, error, "a storyboard has a picture less");
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.shared.state().queue.done(self.task);
        self.shared.changed.notify_one();
    }
}

async fn draw(ffmpeg: &Ffmpeg, kind: Kind, pieces: Vec<Bytes>) -> Result<Bytes, StillsError> {
    let made = ffmpeg.once(&recipes::still(kind), pieces, recipes::limits(kind)).await?;
    if made.is_empty() { Err(StillsError::Nothing) } else { Ok(made.into()) }
}

impl Shared {
    /// Lets go of what was made of broadcasts that are over.
    pub(super) fn forget_ended(&self) {
        let on_air = |task: &Task| -> Option<BroadcastId> {
            Some(self.live.on_air(task.channel)?.period.broadcast)
        };
        self.state().slots.retain(|task, slot| {
            let on_air = on_air(task);
            let still = slot.still.as_ref().map(|still| still.broadcast);
            on_air.is_some() && (still.is_none() || still == on_air)
        });
    }
}
