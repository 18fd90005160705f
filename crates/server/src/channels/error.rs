//! What can go wrong in this room.

use crate::db::DbError;
use crate::seal::SealError;

/// An error of the channels room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChannelsError {
    #[error(
        "`{0}` is not a channel name: use 1 to 40 lower-case letters, digits, `-` or `_`, \
         beginning with a letter or digit"
    )]
    BadSlug(String),
    #[error("a channel named `{0}` exists already")]
    SlugTaken(String),
    #[error("a stream key has 8 to 256 printable ASCII characters without spaces or any of `/?&#`")]
    BadKey,
    #[error("that stream key belongs to another channel")]
    KeyTaken,
    #[error("{field} must be {range}")]
    OutOfRange { field: &'static str, range: &'static str },
    #[error("there is no primary channel: start the server once to make it")]
    NoPrimary,
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("channel storage")]
    Db(#[from] DbError),
}
