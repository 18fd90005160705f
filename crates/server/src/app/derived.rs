//! What rooms derive from the rows of their tables.

use crate::db::{Db, DbError};

/// Derives anew what is not copied with a database, after it was restored or moved.
pub(crate) async fn fill_derived(db: &Db) -> Result<(), DbError> {
    // `discovery` compares its search index with the channels whenever the server starts.
    db.analyze().await
}
