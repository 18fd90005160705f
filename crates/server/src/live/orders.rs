//! What channels say that ends a broadcast: a key that may not be used any more, a lock, the end of
//! the channel itself. Said here or by another process, it is obeyed.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::leash::Eviction;
use super::{Shared, lock};
use crate::channels::{Channel, News};
use crate::ids::{ChannelId, StreamKeyId};
use crate::telemetry;

/// What a publisher is told whose key may not be used any more.
pub(crate) const REVOKED: &str =
    "This stream key was disabled or removed: copy another from the channel's pages.";
/// What a publisher is told whose channel is gone.
const GONE: &str = "This channel was removed.";

pub(super) async fn run(
    shared: Arc<Shared>,
    mut news: broadcast::Receiver<News>,
    stopping: CancellationToken,
) {
    loop {
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = stopping.cancelled() => return,
        };
        match heard {
            Ok(News { id, channel }) => shared.obey(id, channel.as_deref()).await,
            Err(RecvError::Lagged(_)) => shared.obey_all().await,
            Err(RecvError::Closed) => return,
        }
    }
}

impl Shared {
    /// Ends what may not go on.
    async fn obey(&self, id: ChannelId, channel: Option<&Channel>) {
        let Some(key) = self.key_on_air(id) else { return };
        if let Some(why) = self.objection(key, channel).await {
            self.end(id, &why);
        }
    }

    /// Looks at every channel on air, for what they said was missed.
    async fn obey_all(&self) {
        let on_air: Vec<ChannelId> = {
            let entries = lock(&self.entries);
            entries.iter().filter(|(_, entry)| entry.on.is_some()).map(|(id, _)| *id).collect()
        };
        for id in on_air {
            match self.channels.by_id(id).await {
                Ok(channel) => self.obey(id, channel.as_ref()).await,
                Err(error) => cannot_look(&error),
            }
        }
    }

    /// The key that the broadcast of a channel is published with; the outer `None` when none is on.
    fn key_on_air(&self, id: ChannelId) -> Option<Option<StreamKeyId>> {
        lock(&self.entries).get(&id)?.on.as_ref().map(|on| on.key)
    }

    async fn objection(
        &self,
        key: Option<StreamKeyId>,
        channel: Option<&Channel>,
    ) -> Option<String> {
        let Some(channel) = channel else { return Some(GONE.to_owned()) };
        if let Some(lock) = &channel.lock {
            return Some(lock.to_string());
        }
        match self.channels.is_key_good(key?).await {
            Ok(true) => None,
            Ok(false) => Some(REVOKED.to_owned()),
            Err(error) => {
                cannot_look(&error);
                None
            }
        }
    }

    /// Ends a channel's broadcast at once. `false` when none was on.
    pub(super) fn end(&self, channel: ChannelId, why: &str) -> bool {
        let mut entries = lock(&self.entries);
        let Some(entry) = entries.get_mut(&channel) else { return false };
        let (phase, effects) = entry.current().ended();
        if effects.is_empty() {
            return false;
        }
        if let Some(on) = &entry.on {
            on.leash.evict(Eviction::Ended(why.to_owned()));
        }
        entry.settle(phase, &effects, self.clock.wall());
        drop(entries);
        tracing::info!(channel.id = %channel, "the broadcast was ended: {why}");
        self.wake();
        true
    }
}

fn cannot_look(error: &crate::channels::ChannelsError) {
    let error = telemetry::chain(error);
    tracing::error!(error, "it cannot be looked whether a broadcast may go on");
}
