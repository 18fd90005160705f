//! The task that notices when a planned stream begins.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use rivulet_media::time::WallClock;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::model::{self, LINK_WINDOW, Link, Occurrence};
use super::{Schedule, ScheduleError};
use crate::ids::{BroadcastId, ChannelId};
use crate::live::Air;
use crate::telemetry;

/// Broadcasts that are looked up at the same time. One more, while the database does not answer,
/// stays without its plan: nobody who goes live waits for this.
const MAX_LINKING: usize = 64;

/// A broadcast that begins.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) channel: ChannelId,
    pub(super) broadcast: BroadcastId,
    pub(super) at: WallClock,
}

pub(super) async fn run(
    schedule: Schedule,
    mut begins: mpsc::Receiver<Arc<Air>>,
    stopping: CancellationToken,
) {
    let mut linking = FuturesUnordered::new();
    loop {
        tokio::select! {
            air = begins.recv() => match air {
                Some(air) if linking.len() < MAX_LINKING => linking.push(note(&schedule, &air)),
                Some(air) => tracing::warn!(
                    broadcast.id = %air.period.broadcast,
                    "a broadcast is not compared with the schedule: too many begin at once"
                ),
                None => return,
            },
            Some(()) = linking.next(), if !linking.is_empty() => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// Links a broadcast that begins; the schedule is not worth more than a line in the log.
fn note<'a>(schedule: &'a Schedule, air: &Air) -> impl Future<Output = ()> + use<'a> {
    let (broadcast, at) = (air.period.broadcast, air.period.started_at);
    let begun = Begun { channel: air.channel, broadcast, at };
    async move {
        match schedule.link(begun).await {
            Ok(Some(link)) => tracing::info!(
                channel.id = %begun.channel, broadcast.id = %broadcast, stream.id = %link.stream,
                "a planned stream begins"
            ),
            Ok(None) => {}
            Err(error) => tracing::warn!(
                broadcast.id = %broadcast, error = telemetry::chain(&error),
                "a broadcast could not be compared with the schedule"
            ),
        }
    }
}

impl Schedule {
    /// Notes which occurrence a broadcast is, if it is one.
    pub(super) async fn link(&self, begun: Begun) -> Result<Option<Link>, ScheduleError> {
        // One more millisecond, for a window does not hold its end.
        let end = model::later(begun.at, LINK_WINDOW + std::time::Duration::from_millis(1));
        let window = model::earlier(begun.at, LINK_WINDOW)..end;
        let streams = self.of_channel(begun.channel, &window).await?;
        let near: Vec<Occurrence<'_>> =
            streams.iter().flat_map(|stream| stream.occurrences(&window)).collect();
        let Some(it) = model::nearest(&near, begun.at) else { return Ok(None) };
        let (stream, occurrence, starts_at) = (it.stream.id, it.name, it.starts_at);
        let link = Link { broadcast: begun.broadcast, stream, occurrence, starts_at };
        self.store.link(&link, it.title).await?;
        Ok(Some(link))
    }
}
