//! What can go wrong in this room.

use crate::db::DbError;
use crate::merge_patch::PatchError;

/// An error of the site room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SiteError {
    #[error(transparent)]
    Patch(#[from] PatchError),
    #[error("`{field}` must be {range}")]
    OutOfRange { field: &'static str, range: &'static str },
    #[error("settings storage")]
    Db(#[from] DbError),
}
