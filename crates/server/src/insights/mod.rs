//! Stream health: facts from the encoder's stream and from players, judged by rules into sentences
//! with a remedy, now and over time.

mod report;
mod routes;

pub(crate) use routes::{described, routes};

use crate::channels::{Channel, Channels, ChannelsError, Slug};

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Insights {
    channels: Channels,
}

impl Insights {
    /// The room over the others.
    pub(crate) fn new(channels: Channels) -> Self {
        Self { channels }
    }

    /// The channel of that slug, or `primary`.
    async fn find(&self, name: &str) -> Result<Option<Channel>, ChannelsError> {
        if name == "primary" {
            return Ok(Some(self.channels.primary().await?));
        }
        match Slug::parse(name) {
            Ok(slug) => self.channels.by_slug(&slug).await,
            Err(_) => Ok(None),
        }
    }
}
