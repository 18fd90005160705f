//! What can go wrong in this room.

use crate::db::DbError;
use crate::merge_patch::PatchError;
use crate::seal::SealError;
use crate::site::SiteError;

/// An error of the channels room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChannelsError {
    #[error(
        "`{0}` is not a channel name: use 1 to 40 lower-case letters, digits, `-` or `_`, \
         beginning with a letter or digit"
    )]
    BadSlug(String),
    #[error("the name `{0}` is reserved: choose another")]
    SlugReserved(String),
    #[error("a channel named `{0}` exists already")]
    SlugTaken(String),
    #[error("`{0}` was another channel's name until lately, and still leads there: choose another")]
    SlugProtected(String),
    #[error("a stream key has 8 to 256 printable ASCII characters without spaces or any of `/?&#`")]
    BadKey,
    #[error("that stream key belongs to another channel")]
    KeyTaken,
    #[error("there is no such stream key")]
    NoKey,
    #[error("a channel has at most 20 stream keys: remove one first")]
    TooManyKeys,
    #[error("a channel has at most 100 members: remove one first")]
    TooManyMembers,
    #[error("there is no such member")]
    NoMember,
    #[error("a channel keeps an owner: make somebody else one first")]
    LastOwner,
    #[error("one account may own {0} channels here, and has them already")]
    TooManyChannels(u32),
    #[error("the site has no category `{0}`")]
    NoCategory(String),
    #[error("a category named `{0}` exists already")]
    CategoryTaken(String),
    #[error("the site has at most 500 categories: remove one first")]
    TooManyCategories,
    #[error("the primary channel cannot be removed")]
    PrimaryStays,
    #[error("there is no such channel any more")]
    Gone,
    #[error("`renditions` does not fit: {0}")]
    Renditions(String),
    #[error("{field} must be {range}")]
    OutOfRange { field: &'static str, range: &'static str },
    #[error("there is no primary channel: start the server once to make it")]
    NoPrimary,
    #[error(transparent)]
    Patch(#[from] PatchError),
    #[error(transparent)]
    Value(#[from] SiteError),
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("channel storage")]
    Db(#[from] DbError),
}
