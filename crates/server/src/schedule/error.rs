//! What can go wrong in this room.

use super::model::{MAX_CHANNEL_EXCEPTIONS, MAX_EXCEPTIONS, MAX_STREAMS};
use super::recurrence::{RuleError, SeriesError};
use crate::api::{ApiError, Code};
use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::live::LiveError;

/// An error of the schedule room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScheduleError {
    #[error("there is no such stream on this channel's schedule")]
    NoStream,
    #[error(
        "the stream has no occurrence `{0}`: name it by the time that its rule gives it, such as 2026-11-22T20:00:00"
    )]
    NoOccurrence(String),
    #[error("this stream happens once: change the stream itself")]
    HappensOnce,
    #[error("{field} must be {must}")]
    Field { field: &'static str, must: &'static str },
    #[error("`{0}` is no zone of the IANA database: write it as Europe/Berlin, or UTC")]
    Zone(String),
    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error(transparent)]
    Series(#[from] SeriesError),
    #[error("a channel plans at most {MAX_STREAMS} streams: remove one first")]
    TooManyStreams,
    #[error(
        "a stream has at most {MAX_EXCEPTIONS} occurrences that are cancelled or moved, and a channel \
         {MAX_CHANNEL_EXCEPTIONS}: plan it anew"
    )]
    TooManyExceptions,
    #[error("somebody else changed the stream meanwhile: look at it again")]
    Changed,
    #[error("the schedule could not be worked out")]
    Broken,
    #[error("what is on air")]
    Live(#[from] LiveError),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("schedule storage")]
    Db(#[from] DbError),
}

impl From<ScheduleError> for ApiError {
    fn from(error: ScheduleError) -> Self {
        use ScheduleError as E;
        let code = match &error {
            E::NoStream | E::NoOccurrence(_) => Code::NotFound,
            E::HappensOnce | E::Changed => Code::Conflict,
            E::TooManyStreams | E::TooManyExceptions => Code::Full,
            E::Field { .. } | E::Zone(_) | E::Rule(_) | E::Series(_) => Code::Invalid,
            E::Broken | E::Live(_) | E::Channels(_) | E::Db(_) => return Self::internal(&error),
        };
        Self::with_detail(code, error.to_string())
    }
}
