//! The table `owncast_moved`: which rows of an Owncast database were taken over, and as what.

use rivulet_media::time::WallClock;

use super::{OwncastError, Store};
use crate::db::{DbError, Transaction};

/// A row that was looked at.
pub(in crate::owncast) struct Moved<'a> {
    /// The table.
    pub(in crate::owncast) source: &'a str,
    /// The row's own key in it.
    pub(in crate::owncast) key: &'a str,
    /// What it is here; `None` while it has no place here.
    pub(in crate::owncast) became: Option<&'a str>,
    /// The row as it was, sealed.
    pub(in crate::owncast) kept: Option<Vec<u8>>,
}

/// What is known of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::owncast) enum Known {
    /// It is here.
    Here(String),
    /// It is kept as it was.
    Kept,
}

impl Store {
    /// What is known of a row, if anything.
    pub(in crate::owncast) async fn moved(
        &self,
        (source, key): (&str, &str),
    ) -> Result<Option<Known>, OwncastError> {
        let one = "SELECT became FROM owncast_moved WHERE source = $1 AND row_key = $2";
        let row = self.db.query(one).bind(source).bind(key).optional().await?;
        let known = |became: Option<String>| became.map_or(Known::Kept, Known::Here);
        Ok(row.map(|row| row.get("became").map(known)).transpose()?)
    }
}

/// Forgets what is kept of whoever became this; that they were taken over stays known.
pub(in crate::owncast) async fn forget(
    transaction: &mut Transaction,
    became: &str,
) -> Result<(), DbError> {
    let forget = "UPDATE owncast_moved SET kept = NULL WHERE source = 'users' AND became = $1";
    transaction.query(forget).bind(became).execute().await?;
    Ok(())
}

/// Writes down what became of a row.
pub(in crate::owncast) async fn note(
    transaction: &mut Transaction,
    moved: Moved<'_>,
    at: WallClock,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO owncast_moved (source, row_key, became, kept, at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (source, row_key) DO UPDATE SET \
             became = excluded.became, kept = excluded.kept, at = excluded.at",
        )
        .bind(moved.source)
        .bind(moved.key)
        .bind(moved.became)
        .bind(moved.kept)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}
