//! Broadcasts that are over, with what they were planned as.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::{Schedule, ScheduleError};
use crate::channels::Channel;
use crate::ids::{BroadcastId, ScheduledStreamId};
use crate::live::{Finished, Mark};

/// A broadcast that is over.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) id: BroadcastId,
    pub(super) started_at: WallClock,
    pub(super) ended_at: WallClock,
    pub(super) peak_viewers: u64,
    /// Of the stream that it was planned as, or what the channel said last while it was on.
    pub(super) title: Option<String>,
    /// What it was planned as.
    pub(super) stream: Option<ScheduledStreamId>,
}

impl Past {
    pub(super) fn duration(&self) -> Duration {
        let ms = self.ended_at.as_unix_millis().saturating_sub(self.started_at.as_unix_millis());
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }

    /// Its place among others.
    pub(super) fn mark(&self) -> Mark {
        Mark { started_at: self.started_at, id: self.id }
    }
}

impl Schedule {
    /// The broadcasts of a channel that are over, newest first, from those after `after` on.
    pub(super) async fn history(
        &self,
        channel: &Channel,
        after: Option<Mark>,
        limit: usize,
    ) -> Result<Vec<Past>, ScheduleError> {
        let finished = self.live.history(channel.id, after, limit).await?;
        let ids = || finished.iter().map(|it| it.id);
        let Some(range) = ids().min().zip(ids().max()) else { return Ok(Vec::new()) };
        let planned = self.store.planned(channel.id, range, super::MAX_LINKS).await?;
        let newest = finished.iter().map(|it| it.ended_at).max().unwrap_or(self.clock.wall());
        let said = self.channels.titles(channel.id, newest).await?;
        let past = |it: &Finished| {
            let plan = planned.iter().find(|plan| plan.broadcast == it.id);
            let said = said.iter().find(|(at, _)| *at <= it.ended_at);
            let said = said.map(|(_, title)| title).filter(|title| !title.is_empty());
            Past {
                id: it.id,
                started_at: it.started_at,
                ended_at: it.ended_at,
                peak_viewers: it.peak_viewers,
                title: plan.map(|plan| &plan.title).or(said).cloned(),
                stream: plan.map(|plan| plan.stream),
            }
        };
        Ok(finished.iter().map(past).collect())
    }
}
