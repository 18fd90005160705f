//! The table `idempotency`: which requests were done, and what was answered.

use rivulet_media::time::WallClock;

use crate::db::{Db, DbError};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// Whose key it is. The key is a keyed hash: clients may have put anything into it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) caller: String,
    pub(super) key: String,
}

/// What is known of a key.
#[derive(Debug)]
pub(super) struct Known {
    /// A keyed hash of the request.
    pub(super) request: String,
    pub(super) began_at: WallClock,
    /// The sealed answer, once there is one.
    pub(super) answer: Option<Vec<u8>>,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Notes that a request is being done; what is known already where one has been.
    pub(super) async fn begin(
        &self,
        entry: &Entry,
        request: &str,
        now: WallClock,
    ) -> Result<Option<Known>, DbError> {
        let sql = "INSERT INTO idempotency (caller, request_key, request, began_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (caller, request_key) DO NOTHING";
        let statement = self.db.command(sql).bind(&entry.caller).bind(&entry.key);
        if statement.bind(request).bind(now).execute().await? > 0 {
            return Ok(None);
        }
        let sql = "SELECT request, began_at, answer FROM idempotency \
             WHERE caller = $1 AND request_key = $2";
        let row = self.db.query(sql).bind(&entry.caller).bind(&entry.key).optional().await?;
        // Should it have gone in between, the next attempt is the first.
        let Some(row) = row else {
            return Ok(Some(Known { request: request.to_owned(), began_at: now, answer: None }));
        };
        let (request, began_at) = (row.get("request")?, row.get("began_at")?);
        Ok(Some(Known { request, began_at, answer: row.get("answer")? }))
    }

    /// Begins again what was begun then and never ended. `false` when somebody else does.
    pub(super) async fn begin_again(
        &self,
        entry: &Entry,
        began_at: WallClock,
        now: WallClock,
    ) -> Result<bool, DbError> {
        let sql = "UPDATE idempotency SET began_at = $4 WHERE caller = $1 AND request_key = $2 \
             AND began_at = $3 AND answer IS NULL";
        let statement = self.db.command(sql).bind(&entry.caller).bind(&entry.key);
        Ok(statement.bind(began_at).bind(now).execute().await? > 0)
    }

    /// Keeps what was answered.
    pub(super) async fn end(&self, entry: &Entry, answer: Vec<u8>) -> Result<(), DbError> {
        let sql = "UPDATE idempotency SET answer = $3 WHERE caller = $1 AND request_key = $2";
        let statement = self.db.command(sql).bind(&entry.caller).bind(&entry.key);
        statement.bind(answer).execute().await?;
        Ok(())
    }

    /// The request changed nothing, so it may come again.
    pub(super) async fn forget(&self, entry: &Entry) -> Result<(), DbError> {
        let sql = "DELETE FROM idempotency WHERE caller = $1 AND request_key = $2";
        self.db.command(sql).bind(&entry.caller).bind(&entry.key).execute().await?;
        Ok(())
    }

    /// Forgets everything from before then.
    pub(super) async fn forget_before(&self, then: WallClock) -> Result<u64, DbError> {
        self.db.command("DELETE FROM idempotency WHERE began_at < $1").bind(then).execute().await
    }
}
