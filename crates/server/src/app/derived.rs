//! What rooms derive from the rows of their tables.

use crate::db::{Db, DbError};

/// Derives anew what is not copied with a database, after it was restored or moved.
pub(crate) async fn fill_derived(db: &Db) -> Result<(), DbError> {
    // Rooms that own tables named `search…` clear and fill them here.
    db.analyze().await
}
