//! What can go wrong in this room.

use super::model::{MAX_MARKERS, MAX_TEXT_LEN};
use crate::api::{ApiError, Code};
use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::live::LiveError;

/// An error of the markers room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MarkersError {
    #[error("only a broadcast that is on can be marked: set markers while the channel is on air")]
    NotOnAir,
    #[error("the channel had no such broadcast")]
    NoBroadcast,
    #[error("the broadcast has no such marker")]
    NoMarker,
    #[error("a broadcast has at most {MAX_MARKERS} markers: remove one first")]
    Full,
    #[error("`text` must be at most {MAX_TEXT_LEN} characters")]
    Text,
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("what is on air")]
    Live(#[from] LiveError),
    #[error("marker storage")]
    Db(#[from] DbError),
}

impl From<MarkersError> for ApiError {
    fn from(error: MarkersError) -> Self {
        use MarkersError as E;
        let code = match &error {
            E::NotOnAir => Code::NotOnAir,
            E::NoBroadcast | E::NoMarker => Code::NotFound,
            E::Full => Code::Full,
            E::Text => Code::Invalid,
            E::Channels(_) | E::Live(_) | E::Db(_) => return Self::internal(&error),
        };
        Self::with_detail(code, error.to_string())
    }
}
