//! What can go wrong with the queue itself.

use crate::db::DbError;

/// An error of the queue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobsError {
    #[error("what a job of kind `{kind}` needs to know is too much for the queue")]
    TooLarge { kind: &'static str },
    #[error("what a job needs to know cannot be written down")]
    Payload(#[source] serde_json::Error),
    #[error("job storage")]
    Db(#[from] DbError),
}
