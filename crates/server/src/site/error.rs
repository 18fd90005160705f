//! What can go wrong in this room.

use crate::db::DbError;

/// An error of the site room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SiteError {
    #[error("there is no setting `{unknown}`; did you mean `{nearest}`?")]
    Unknown { unknown: String, nearest: String },
    #[error("settings are changed with a JSON object")]
    NoObject,
    #[error("`{field}` does not fit: {reason}")]
    Unreadable { field: String, reason: String },
    #[error("`{field}` must be {range}")]
    OutOfRange { field: &'static str, range: &'static str },
    #[error("settings storage")]
    Db(#[from] DbError),
}
