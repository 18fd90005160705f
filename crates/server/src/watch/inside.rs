//! What a page hears that is opened by somebody who works on the channel, and asked for it.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::Watch;
use crate::http::Gone;
use crate::ids::ChannelId;
use crate::insights::Health;

/// The ways on which it is told.
pub(super) struct Inside {
    channel: ChannelId,
    /// How the channel's stream is, whenever that is looked at.
    health: watch::Receiver<Arc<Health>>,
    /// Channels of which markers have changed.
    markers: broadcast::Receiver<ChannelId>,
}

/// What there is to tell.
pub(super) enum Inner {
    Health,
    Markers,
}

impl Inside {
    /// On the heap: most pages have none.
    pub(super) fn of(watch: &Watch, channel: ChannelId) -> Box<Self> {
        let (health, markers) = (watch.insights.watch(channel), watch.markers.news());
        Box::new(Self { channel, health, markers })
    }

    /// How the stream is now.
    pub(super) fn health(&mut self) -> Health {
        Health::clone(&self.health.borrow_and_update())
    }

    /// Waits for the next thing to tell.
    async fn next(&mut self) -> Result<Inner, Gone> {
        loop {
            tokio::select! {
                changed = self.health.changed() => {
                    return changed.map(|()| Inner::Health).map_err(|_| Gone);
                }
                channel = self.markers.recv() => match channel {
                    Ok(channel) if channel != self.channel => {}
                    // What was missed may have been about this one.
                    Ok(_) | Err(RecvError::Lagged(_)) => return Ok(Inner::Markers),
                    Err(RecvError::Closed) => return Err(Gone),
                },
            }
        }
    }
}

/// The next thing to tell; never for those who did not ask.
pub(super) async fn next(inside: &mut Option<Box<Inside>>) -> Result<Inner, Gone> {
    match inside {
        // On the heap as well: every other page would keep a place for it.
        Some(inside) => Box::pin(inside.next()).await,
        None => std::future::pending().await,
    }
}
