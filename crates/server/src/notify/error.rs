//! What can go wrong in this room.

use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::jobs::JobsError;
use crate::live::LiveError;
use crate::outbound::OutboundError;
use crate::seal::SealError;

/// An error of the room of news.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifyError {
    #[error("a webhook is told of at least one event")]
    NoEvents,
    #[error("a webhook's secret has 8 to 256 characters")]
    BadSecret,
    #[error("a webhook's address has at most 2000 characters")]
    LongUrl,
    #[error("a site has at most 50 webhooks: remove one first")]
    TooMany,
    #[error("there is no such channel")]
    NoChannel,
    #[error("webhooks are told of the primary channel alone")]
    NotPrimary,
    #[error("nothing is on air to announce: begin to stream first")]
    NotOnAir,
    #[error(transparent)]
    Target(#[from] OutboundError),
    #[error("jobs")]
    Jobs(#[from] JobsError),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("broadcasts")]
    Live(#[from] LiveError),
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("webhook storage")]
    Db(#[from] DbError),
}

impl NotifyError {
    /// Whether the answer is no, and the fault not ours.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NoEvents
                | Self::BadSecret
                | Self::LongUrl
                | Self::TooMany
                | Self::NoChannel
                | Self::NotPrimary
                | Self::NotOnAir
                | Self::Target(_)
        )
    }
}
