//! The tables of the search index. They are derived: their names begin with `search`, so that
//! backups leave them out and nobody compares them between the engines.
//!
//! This is the one place where the SQL differs by engine.

use super::{postgres, sqlite};
use crate::db::{Db, DbError, Engine, Row, Transaction};
use crate::discovery::search::{Candidate, Entry, Key, Question};

/// The form of the index. One more whenever entries or tables mean something else: the index is
/// then made anew.
const FORM: i64 = 2;

/// Entries that are written in one transaction: others wait for it on SQLite.
pub(in crate::discovery) const MAX_BATCH: usize = 200;

/// A change to the index.
#[derive(Clone, Debug)]
pub(in crate::discovery) enum Write {
    Put(Entry),
    Remove(Key),
}

#[derive(Clone)]
pub(in crate::discovery) struct SearchStore {
    db: Db,
}

impl SearchStore {
    /// Makes the tables where there are none of this form.
    pub(in crate::discovery) async fn open(db: Db) -> Result<Self, DbError> {
        if form(&db).await? != Some(FORM) {
            match db.engine() {
                Engine::Sqlite => sqlite::make(&db).await?,
                Engine::Postgres => postgres::make(&db).await?,
            }
            let about = "INSERT INTO search_about (form) VALUES ($1)";
            db.command(about).bind(FORM).execute().await?;
        }
        Ok(Self { db })
    }

    /// What is in the index, and of what it was made.
    pub(in crate::discovery) async fn digests(&self) -> Result<Vec<(Key, i64)>, DbError> {
        let rows = self.db.query("SELECT kind, subject, digest FROM search_entry").all().await?;
        rows.iter().map(|row| Ok((key(row)?, row.get("digest")?))).collect()
    }

    /// Writes at most [`MAX_BATCH`] changes.
    pub(in crate::discovery) async fn write(&self, batch: &[Write]) -> Result<(), DbError> {
        let mut transaction = self.db.begin().await?;
        for write in batch.iter().take(MAX_BATCH) {
            match (write, self.db.engine()) {
                (Write::Put(entry), Engine::Sqlite) => sqlite::put(&mut transaction, entry).await?,
                (Write::Put(entry), Engine::Postgres) => {
                    postgres::put(&mut transaction, entry).await?;
                }
                (Write::Remove(key), Engine::Sqlite) => {
                    sqlite::remove(&mut transaction, key).await?;
                }
                (Write::Remove(key), Engine::Postgres) => remove(&mut transaction, key).await?,
            }
        }
        transaction.commit().await
    }

    /// Entries with all the words, the best first.
    pub(in crate::discovery) async fn exact(
        &self,
        question: &Question,
    ) -> Result<Vec<Candidate>, DbError> {
        let rows = match self.db.engine() {
            Engine::Sqlite => sqlite::exact(&self.db, question).await?,
            Engine::Postgres => postgres::exact(&self.db, question).await?,
        };
        let found =
            |row: &Row| Ok(Candidate { key: key(row)?, name: row.get("name")?, exact: true });
        rows.iter().map(found).collect()
    }
}

/// The form of the index that is there.
async fn form(db: &Db) -> Result<Option<i64>, DbError> {
    let exists = match db.engine() {
        Engine::Sqlite => "SELECT 1 AS one FROM sqlite_master WHERE name = 'search_about'",
        Engine::Postgres => {
            "SELECT 1 AS one FROM pg_class WHERE relname = 'search_about' \
             AND pg_table_is_visible(oid)"
        }
    };
    if db.query(exists).optional().await?.is_none() {
        return Ok(None);
    }
    let row = db.query("SELECT form FROM search_about").optional().await?;
    row.map(|row| row.get("form")).transpose()
}

pub(super) async fn remove(transaction: &mut Transaction, key: &Key) -> Result<(), DbError> {
    transaction
        .query("DELETE FROM search_entry WHERE kind = $1 AND subject = $2")
        .bind(key.kind)
        .bind(&key.subject)
        .execute()
        .await?;
    Ok(())
}

fn key(row: &Row) -> Result<Key, DbError> {
    Ok(Key { kind: row.get("kind")?, subject: row.get("subject")? })
}
