//! The task that lets time pass: ends broadcasts whose encoder stayed away, and writes down how far
//! each has come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;
use tokio_util::sync::CancellationToken;

use super::air::{Air, NewAir, Progress};
use super::model::{Period, Phase};
use super::store::Open;
use super::{LiveError, On, Shared, lock};
use crate::ids::BroadcastId;

/// How often progress is written that nobody tells of, such as how many are watching.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);

/// Channels whose segments begin within this time are written down together. A restarted server
/// goes on with the number after the last one that is written, without a margin: players look for
/// exactly that, and some wait for ever when it is left out.
const GATHER: Duration = Duration::from_millis(20);

/// A broadcast older than this is not taken up again: its viewers are gone.
const MAX_RESUME_AGE: Duration = Duration::from_secs(600);

pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    let mut saved: Vec<(BroadcastId, Progress)> = Vec::new();
    loop {
        let next = shared.next_deadline();
        tokio::select! {
            () = shared.changed.notified() => wait_until(Some(Instant::now() + GATHER)).await,
            () = wait_until(next) => {}
            () = stopping.cancelled() => break,
        }
        shared.pass_time();
        if let Err(error) = shared.write_down(&mut saved).await {
            tracing::error!(error = chain(&error), "broadcast progress cannot be saved");
        }
    }
    if let Err(error) = shared.write_down(&mut saved).await {
        tracing::error!(error = chain(&error), "broadcast progress cannot be saved");
    }
}

/// Broadcasts that were on air when the server stopped wait for their encoder; those of long ago
/// are ended as of their last sign of life.
pub(super) async fn restore(shared: &Arc<Shared>) -> Result<(), LiveError> {
    let now = shared.clock.wall();
    for open in shared.store.open().await? {
        let age_ms = now.as_unix_millis().saturating_sub(open.checkpoint_at.as_unix_millis());
        let channel = shared.channels.by_id(open.channel).await?;
        let recent = u128::try_from(age_ms).unwrap_or(0) <= MAX_RESUME_AGE.as_millis();
        match channel.filter(|channel| recent && !channel.reconnect_grace.is_zero()) {
            Some(channel) => {
                let grace = channel.reconnect_grace;
                let air = shared.resume(&open, channel.latency_level, grace);
                tracing::info!(
                    channel.id = %open.channel, broadcast.id = %open.period.broadcast,
                    "the broadcast goes on when its encoder is back"
                );
                shared.announce(&air).await;
            }
            None => shared.store.end(open.period.broadcast, open.checkpoint_at).await?,
        }
    }
    Ok(())
}

impl Shared {
    fn resume(&self, open: &Open, latency_level: u8, grace: Duration) -> Arc<Air> {
        let now = self.clock.monotonic();
        let (channel, period) = (open.channel, open.period);
        let taken_up = true;
        let (resume, changed) = (open.progress, Arc::clone(&self.changed));
        let new = NewAir { channel, latency_level, period, resume, taken_up, now, changed };
        let on = On::new(new);
        let air = Arc::clone(&on.air);
        let mut entries = lock(&self.entries);
        let entry = entries.entry(channel).or_default();
        entry.grace = grace;
        entry.on = Some(on);
        entry.phase.send_replace(Phase::Reconnecting { period, until: now + grace });
        drop(entries);
        self.changed.notify_one();
        air
    }

    /// When there is something to do next: a grace that runs out, or a checkpoint.
    fn next_deadline(&self) -> Option<Instant> {
        let entries = lock(&self.entries);
        let graces = entries.values().filter_map(|entry| entry.current().deadline());
        let busy = entries.values().any(|entry| entry.on.is_some() || !entry.ended.is_empty());
        let checkpoint = busy.then(|| self.clock.monotonic() + CHECKPOINT_EVERY);
        graces.chain(checkpoint).min()
    }

    fn pass_time(&self) {
        let (now, wall) = (self.clock.monotonic(), self.clock.wall());
        for (channel, entry) in lock(&self.entries).iter_mut() {
            let (phase, effects) = entry.current().tick(now);
            if !effects.is_empty() {
                tracing::info!(channel.id = %channel, "the encoder stayed away: off air");
            }
            entry.settle(phase, &effects, wall);
        }
    }

    /// Writes ends, and progress that differs from what was `saved`.
    async fn write_down(&self, saved: &mut Vec<(BroadcastId, Progress)>) -> Result<(), LiveError> {
        let (current, ended) = self.collect();
        let changed: Vec<_> = current.iter().filter(|it| !saved.contains(it)).copied().collect();
        if !changed.is_empty() {
            self.store.checkpoint(self.clock.wall(), &changed).await?;
        }
        *saved = current;
        for (period, at) in ended {
            self.store.end(period.broadcast, at).await?;
            self.forget_ended(period);
        }
        Ok(())
    }

    #[expect(clippy::type_complexity, reason = "two lists, read once")]
    fn collect(&self) -> (Vec<(BroadcastId, Progress)>, Vec<(Period, WallClock)>) {
        let entries = lock(&self.entries);
        let on = entries.values().filter_map(|entry| entry.on.as_ref());
        let current = on.map(|on| (on.air.period.broadcast, on.air.progress())).collect();
        let ended = entries.values().flat_map(|entry| entry.ended.iter().copied()).collect();
        (current, ended)
    }

    fn forget_ended(&self, period: Period) {
        for entry in lock(&self.entries).values_mut() {
            entry.ended.retain(|(ended, _)| *ended != period);
        }
    }
}

async fn wait_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

fn chain(error: &LiveError) -> String {
    crate::telemetry::chain(error)
}
