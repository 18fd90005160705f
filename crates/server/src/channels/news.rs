//! What has changed, told to the rooms below: to this process before a change is acknowledged, and
//! to others within [`LOOK_EVERY`].

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, broadcast};
use tokio::time::{MissedTickBehavior, interval};

use super::{Channel, Channels, ChannelsError};
use crate::ids::ChannelId;
use crate::tasks::Tasks;
use crate::telemetry;

/// Changes that somebody may be behind. Who loses some is told so, and looks at everything anew.
const MAX_BEHIND: usize = 256;

/// How often it is looked whether another process has changed a channel.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// A channel, or its keys, are not what they were.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) id: ChannelId,
    /// As it is now; `None` when it is gone.
    pub(crate) channel: Option<Arc<Channel>>,
}

/// Where news comes from.
pub(super) struct Desk {
    sender: broadcast::Sender<News>,
    /// The last change that was told of; `None` until somebody has looked for the first time.
    seen: Mutex<Option<u64>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(MAX_BEHIND), seen: Mutex::default() }
    }
}

impl Channels {
    /// Changes from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<News> {
        self.desk.sender.subscribe()
    }

    /// From now on notices what other processes change. Nodes that share a bus may call
    /// [`Self::look`] sooner.
    pub(crate) fn keep_up(&self, tasks: &Tasks) {
        let (channels, stopping) = (self.clone(), tasks.stopping());
        tasks.spawn("channel news", async move {
            let mut ticks = interval(LOOK_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = stopping.cancelled() => return,
                }
                if let Err(error) = channels.look().await {
                    let error = telemetry::chain(&error);
                    tracing::warn!(error, "changes of channels cannot be looked at; trying again");
                }
            }
        });
    }

    /// Tells of what has changed since the last look.
    pub(crate) async fn look(&self) -> Result<(), ChannelsError> {
        let mut seen = self.desk.seen.lock().await;
        let Some(since) = *seen else {
            *seen = Some(self.store.newest_change().await?);
            return Ok(());
        };
        for (id, version) in self.store.changes_since(since).await? {
            let channel = self.store.by_id(id).await?.map(Arc::new);
            // An error means that nobody listens.
            let _ = self.desk.sender.send(News { id, channel });
            *seen = Some(version);
        }
        Ok(())
    }

    /// Tells of a change that was committed. What cannot be looked at now is told by the next look.
    pub(super) async fn tell(&self) {
        if let Err(error) = self.look().await {
            let error = telemetry::chain(&error);
            tracing::warn!(error, "a channel's change is told a moment later");
        }
    }
}
