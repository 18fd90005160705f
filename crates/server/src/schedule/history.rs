//! Broadcasts that are over, with what they were planned as.

use super::{Schedule, ScheduleError};
use crate::channels::Channel;
use crate::ids::BroadcastId;
use crate::live::{Finished, Mark};
use rivulet_media::time::WallClock;

/// A broadcast that is over.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) id: BroadcastId,
    pub(super) started_at: WallClock,
    pub(super) ended_at: WallClock,
    pub(super) peak_viewers: u64,
    /// Of the stream that it was planned as.
    pub(super) title: Option<String>,
    pub(super) stream: Option<String>,
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
        let Some((newest, oldest)) = finished.first().zip(finished.last()) else {
            return Ok(Vec::new());
        };
        let planned = self.store.planned(channel.id, (oldest.id, newest.id), limit).await?;
        let past = |it: &Finished| {
            let plan = planned.iter().find(|plan| plan.broadcast == it.id);
            Past {
                id: it.id,
                started_at: it.started_at,
                ended_at: it.ended_at,
                peak_viewers: it.peak_viewers,
                title: plan.map(|plan| plan.title.clone()),
                stream: plan.map(|plan| plan.stream.to_string()),
            }
        };
        Ok(finished.iter().map(past).collect())
    }
}
