//! What can go wrong with what is kept.

use crate::channels::ChannelsError;
use crate::chat::ChatError;
use crate::db::DbError;
use crate::jobs::JobsError;
use crate::notify::NotifyError;

/// An error of what is kept of figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InsightsError {
    #[error("storage of figures")]
    Db(#[from] DbError),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("chat")]
    Chat(#[from] ChatError),
    #[error("jobs")]
    Jobs(#[from] JobsError),
    #[error("webhooks")]
    Notify(#[from] NotifyError),
}
