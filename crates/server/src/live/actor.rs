//! The task that lets time pass: ends broadcasts whose encoder stayed away.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;
use tokio_util::sync::CancellationToken;

use super::air::{Air, NewAir};
use super::entry::On;
use super::model::Phase;
use super::store::Open;
use super::{LiveError, Shared, lock};
use crate::channels::Channel;
use crate::ids::ChannelId;

/// A broadcast older than this is not taken up again: its viewers are gone.
const MAX_RESUME_AGE: Duration = Duration::from_secs(600);

pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    loop {
        let next = shared.next_deadline();
        tokio::select! {
            () = shared.changed.notified() => {}
            () = wait_until(next) => {}
            () = stopping.cancelled() => return,
        }
        shared.pass_time();
    }
}

/// Broadcasts that were on air when the server stopped wait for their encoder; those of long ago
/// are ended as of their last sign of life.
pub(super) async fn restore(shared: &Arc<Shared>) -> Result<(), LiveError> {
    let now = shared.clock.wall();
    let (newest, superseded) = newest_of_each_channel(shared.store.open().await?);
    for open in superseded {
        shared.store.end(open.period.broadcast, open.checkpoint_at).await?;
    }
    for open in newest {
        let age = since(open.checkpoint_at, now);
        let channel = shared.channels.by_id(open.channel).await?;
        let recent = age <= MAX_RESUME_AGE;
        let goes_on = |channel: &Channel| {
            recent && channel.lock.is_none() && !channel.reconnect_grace.is_zero()
        };
        match channel.filter(goes_on) {
            Some(channel) => {
                let grace = channel.reconnect_grace;
                let air = shared.resume(&open, channel.latency_level, grace);
                shared.transcode(&air, &channel);
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

/// A channel goes on with its newest broadcast. `open` is sorted by when they began; the second
/// list holds the others.
fn newest_of_each_channel(open: Vec<Open>) -> (Vec<Open>, Vec<Open>) {
    let mut newest: HashMap<ChannelId, Open> = HashMap::new();
    let superseded = open.into_iter().filter_map(|open| newest.insert(open.channel, open));
    let superseded = superseded.collect();
    (newest.into_values().collect(), superseded)
}

fn since(then: WallClock, now: WallClock) -> Duration {
    let ms = now.as_unix_millis().saturating_sub(then.as_unix_millis());
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

impl Shared {
    fn resume(&self, open: &Open, latency_level: u8, grace: Duration) -> Arc<Air> {
        let now = self.clock.monotonic();
        // With the very next number: players wait for that one, and some do not take another. It is
        // the next one: packagers list no number that is not written down.
        let resume = open.progress;
        let (channel, period) = (open.channel, open.period);
        let taken_up = Some(since(period.started_at, open.checkpoint_at));
        let unwritten = Arc::clone(&self.unwritten);
        let new = NewAir { channel, latency_level, period, resume, taken_up, now, unwritten };
        let on = On::new(new);
        let air = Arc::clone(&on.air);
        let mut entries = lock(&self.entries);
        let entry = entries.entry(channel).or_default();
        entry.grace = grace;
        entry.on = Some(on);
        entry.newest = Some(Arc::clone(&air));
        entry.phase.send_replace(Phase::Reconnecting { period, until: now + grace });
        drop(entries);
        self.wake();
        air
    }

    /// When the next grace runs out.
    fn next_deadline(&self) -> Option<Instant> {
        let entries = lock(&self.entries);
        entries.values().filter_map(|entry| entry.current().deadline()).min()
    }

    fn pass_time(&self) {
        let (now, wall) = (self.clock.monotonic(), self.clock.wall());
        for (channel, entry) in lock(&self.entries).iter_mut() {
            let (phase, effects) = entry.current().tick(now);
            if !effects.is_empty() {
                tracing::info!(channel.id = %channel, "the encoder stayed away: off air");
                self.unwritten.notify_one();
            }
            entry.settle(phase, &effects, wall);
        }
    }
}

async fn wait_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::super::air::Progress;
    use super::super::model::Period;
    use super::*;
    use crate::ids::BroadcastId;

    fn open(channel: ChannelId, at: i64) -> Open {
        let at = WallClock::from_unix_millis(at);
        let period = Period { broadcast: BroadcastId::generate(), started_at: at };
        Open { channel, period, progress: Progress::default(), checkpoint_at: at }
    }

    #[test]
    fn a_channel_goes_on_with_its_newest_broadcast_alone() {
        let (one, two) = (ChannelId::generate(), ChannelId::generate());
        let (newest, superseded) =
            newest_of_each_channel(vec![open(one, 1), open(two, 2), open(one, 3), open(one, 4)]);
        let mut resumed: Vec<_> =
            newest.iter().map(|it| (it.period.started_at.as_unix_millis(), it.channel)).collect();
        resumed.sort_by_key(|(at, _)| *at);
        assert_eq!(resumed, [(2, two), (4, one)]);
        let ended = superseded.iter().map(|it| it.period.started_at.as_unix_millis());
        assert_eq!(ended.collect::<Vec<_>>(), [1, 3]);
    }
}
