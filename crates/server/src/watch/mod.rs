//! What a watch page needs: the channel's status as a document, and a socket that pushes changes.
//!
//! This room decides nothing: it puts what the others know into one shape. Invariant: a page that
//! holds the socket never needs to ask again.

mod document;
mod page;
mod routes;
mod socket;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use routes::{described, routes};

use crate::channels::{Channel, Channels, Slug};
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::{Delivery, MediaInfo};
use crate::live::{Live, LiveError, Phase};
use crate::tasks::Tasks;
use crate::web::Web;
use document::Status;

/// Sockets open at one time; one more is asked to come back later.
const MAX_SOCKETS: usize = 20_000;

/// How long an encoder that is back takes until there is something to watch, at most: the longest
/// segment, and a second.
const FIRST_SEGMENT: Duration = Duration::from_secs(7);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Watch {
    channels: Channels,
    live: Live,
    delivery: Delivery,
    web: Web,
    clock: Clock,
    tasks: Tasks,
    public_url: Option<Arc<str>>,
    sockets: Arc<tokio::sync::Semaphore>,
}

/// The rooms this one puts together.
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    pub(crate) delivery: Delivery,
    pub(crate) web: Web,
}

impl Watch {
    /// The room over the others.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        Self {
            channels: doors.channels,
            live: doors.live,
            delivery: doors.delivery,
            web: doors.web,
            clock,
            tasks: tasks.clone(),
            public_url: config.public_url.as_deref().map(Arc::from),
            sockets: Arc::new(tokio::sync::Semaphore::new(MAX_SOCKETS)),
        }
    }

    /// The channel a page asks for: a slug, or `primary`.
    async fn find(&self, name: &str) -> Result<Option<Channel>, LiveError> {
        if name == "primary" {
            return Ok(Some(self.channels.primary().await?));
        }
        match Slug::parse(name) {
            Ok(slug) => Ok(self.channels.by_slug(&slug).await?),
            Err(_) => Ok(None),
        }
    }

    /// Whether the channel's viewers wait for a broadcast that they were watching already.
    fn is_awaited(&self, channel: &Channel) -> bool {
        self.live.on_air(channel.id).is_some_and(|air| air.taken_up)
    }

    /// What the channel is doing now.
    async fn status(&self, channel: &Channel) -> Result<Status, LiveError> {
        let phase = *self.live.watch(channel.id).borrow();
        let media = self.delivery.watch(channel.id).borrow().clone();
        self.status_of(channel, phase, media).await
    }

    /// On air means watchable: until the first segment stands, the channel is still offline, or
    /// still interrupted if its viewers have been waiting since the server was started anew.
    async fn status_of(
        &self,
        channel: &Channel,
        phase: Phase,
        media: Option<MediaInfo>,
    ) -> Result<Status, LiveError> {
        let viewers = self.delivery.viewers(channel.id);
        Ok(match (phase, media) {
            (Phase::OnAir { period, .. }, Some(media)) => Status::live(period, viewers, media),
            (Phase::Reconnecting { period, until }, media) => {
                let remaining = until.saturating_duration_since(self.clock.monotonic());
                Status::interrupted(period, viewers, self.clock.wall(), remaining, media)
            }
            (Phase::OnAir { period, .. }, None) if self.is_awaited(channel) => {
                Status::interrupted(period, viewers, self.clock.wall(), FIRST_SEGMENT, None)
            }
            (Phase::Offline | Phase::OnAir { .. }, _) => {
                Status::offline(self.live.last_broadcast(channel.id).await?)
            }
        })
    }
}
