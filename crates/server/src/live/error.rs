//! What can go wrong in this room.

use crate::channels::ChannelsError;
use crate::db::DbError;

/// Why a publisher is not put on air.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LiveError {
    #[error("another encoder is publishing to this channel; stop it first")]
    Busy,
    #[error("channel settings")]
    Channels(#[from] ChannelsError),
    #[error("broadcast storage")]
    Db(#[from] DbError),
}
