//! The table `job`. Ground-floor queues hold their own SQL.
//!
//! A job that runs has a lease, and `due_at` is when that is over: so there is one rule for what may
//! be taken, and one index for it.

use rivulet_media::time::WallClock;

use super::{Figures, Parked};
use crate::db::{Db, DbError, Engine, Row, Transaction};
use crate::ids::{JobId, LeaseId};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

pub(super) struct NewJob {
    pub(super) id: JobId,
    pub(super) kind: &'static str,
    pub(super) key: Option<String>,
    pub(super) payload: String,
    pub(super) due_at: WallClock,
    pub(super) created_at: WallClock,
}

/// A job that is ours until its lease is over.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) id: JobId,
    pub(super) lease: LeaseId,
    pub(super) payload: String,
    /// This one included.
    pub(super) attempts: u32,
}

/// What is wanted: jobs of `kind` that are due `now`, for `lease` until then.
#[derive(Clone, Copy)]
pub(super) struct Take {
    pub(super) kind: &'static str,
    pub(super) now: WallClock,
    pub(super) lease: LeaseId,
    pub(super) until: WallClock,
    pub(super) at_most: usize,
}

/// SQLite has one writer, so nobody else can be taking the same rows.
const TAKE_SQLITE: &str = "UPDATE job SET lease = $1, due_at = $2, attempts = attempts + 1 \
     WHERE id IN (SELECT id FROM job WHERE kind = $3 AND due_at <= $4 AND parked_at IS NULL \
     ORDER BY due_at, id LIMIT $5) RETURNING id, payload, attempts";

/// Rows that another node is taking at this moment are passed over.
const TAKE_POSTGRES: &str = "UPDATE job SET lease = $1, due_at = $2, attempts = attempts + 1 \
     WHERE id IN (SELECT id FROM job WHERE kind = $3 AND due_at <= $4 AND parked_at IS NULL \
     ORDER BY due_at, id LIMIT $5 FOR UPDATE SKIP LOCKED) RETURNING id, payload, attempts";

/// One that is running is marked to be done once more; one that is parked gets another chance.
pub(super) async fn insert(transaction: &mut Transaction, new: NewJob) -> Result<(), DbError> {
    let sql = "INSERT INTO job (id, kind, unique_key, payload, due_at, attempts, reason, \
         created_at) VALUES ($1, $2, $3, $4, $5, 0, '', $6) \
         ON CONFLICT (kind, unique_key) DO UPDATE SET payload = excluded.payload, \
         due_at = CASE WHEN job.lease IS NULL \
         AND (job.parked_at IS NOT NULL OR excluded.due_at < job.due_at) \
         THEN excluded.due_at ELSE job.due_at END, \
         again_at = CASE WHEN job.lease IS NULL THEN NULL \
         WHEN job.again_at < excluded.due_at THEN job.again_at ELSE excluded.due_at END, \
         attempts = CASE WHEN job.parked_at IS NULL THEN job.attempts ELSE 0 END, \
         parked_at = NULL";
    let statement = transaction.query(sql).bind(new.id).bind(new.kind).bind(new.key);
    statement.bind(new.payload).bind(new.due_at).bind(new.created_at).execute().await?;
    Ok(())
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    pub(super) async fn begin(&self) -> Result<Transaction, DbError> {
        self.db.begin().await
    }

    /// On SQLite this node is the only one, so whatever runs at its start was cut off. It need not
    /// wait for its lease.
    pub(super) async fn take_over(&self, now: WallClock) -> Result<(), DbError> {
        if self.db.engine() == Engine::Sqlite {
            let sql = "UPDATE job SET lease = NULL, due_at = $1 WHERE lease IS NOT NULL";
            self.db.command(sql).bind(now).execute().await?;
        }
        Ok(())
    }

    /// When the next job of a kind may be taken.
    pub(super) async fn next_due(&self, kind: &'static str) -> Result<Option<WallClock>, DbError> {
        let sql = "SELECT due_at FROM job WHERE kind = $1 AND parked_at IS NULL \
             ORDER BY due_at LIMIT 1";
        let row = self.db.query(sql).bind(kind).optional().await?;
        row.map(|row| row.get("due_at")).transpose()
    }

    /// Takes what is due, the longest due first.
    pub(super) async fn take(&self, take: Take) -> Result<Vec<Claim>, DbError> {
        let sql = match self.db.engine() {
            Engine::Sqlite => TAKE_SQLITE,
            Engine::Postgres => TAKE_POSTGRES,
        };
        let statement = self.db.command(sql).bind(take.lease).bind(take.until).bind(take.kind);
        let rows = statement.bind(take.now).bind(take.at_most).all().await?;
        let claim = |row: &Row| {
            Ok(Claim {
                id: row.get("id")?,
                lease: take.lease,
                payload: row.get("payload")?,
                attempts: row.get("attempts")?,
            })
        };
        rows.iter().map(claim).collect()
    }

    /// Keeps a job for longer. `false` when it is ours no more.
    pub(super) async fn renew(&self, claim: &Claim, until: WallClock) -> Result<bool, DbError> {
        let sql = "UPDATE job SET due_at = $3 WHERE id = $1 AND lease = $2";
        let statement = self.db.command(sql).bind(claim.id).bind(claim.lease).bind(until);
        Ok(statement.execute().await? > 0)
    }

    /// It is done: it goes, unless it is wanted once more.
    pub(super) async fn finish(&self, claim: &Claim) -> Result<(), DbError> {
        let sql = "DELETE FROM job WHERE id = $1 AND lease = $2 AND again_at IS NULL";
        let gone = self.db.command(sql).bind(claim.id).bind(claim.lease).execute().await?;
        if gone == 0 {
            let sql = "UPDATE job SET lease = NULL, due_at = again_at, again_at = NULL, \
                 attempts = 0, reason = '' WHERE id = $1 AND lease = $2 AND again_at IS NOT NULL";
            self.db.command(sql).bind(claim.id).bind(claim.lease).execute().await?;
        }
        Ok(())
    }

    /// It failed, and is tried again at `due_at`.
    pub(super) async fn retry_later(
        &self,
        claim: &Claim,
        due_at: WallClock,
        reason: &str,
    ) -> Result<(), DbError> {
        let sql = "UPDATE job SET lease = NULL, due_at = $3, again_at = NULL, reason = $4 \
             WHERE id = $1 AND lease = $2";
        let statement = self.db.command(sql).bind(claim.id).bind(claim.lease).bind(due_at);
        statement.bind(reason).execute().await?;
        Ok(())
    }

    /// It was interrupted, and that attempt does not count.
    pub(super) async fn give_back(&self, claim: &Claim, now: WallClock) -> Result<(), DbError> {
        let sql = "UPDATE job SET lease = NULL, due_at = $3, attempts = attempts - 1 \
             WHERE id = $1 AND lease = $2";
        self.db.command(sql).bind(claim.id).bind(claim.lease).bind(now).execute().await?;
        Ok(())
    }

    /// It is given up, unless it is wanted once more: then that is its next chance.
    pub(super) async fn park(
        &self,
        claim: &Claim,
        now: WallClock,
        reason: &str,
    ) -> Result<(), DbError> {
        let sql = "UPDATE job SET lease = NULL, reason = $4, \
             parked_at = CASE WHEN again_at IS NULL THEN $3 END, \
             attempts = CASE WHEN again_at IS NULL THEN attempts ELSE 0 END, \
             due_at = CASE WHEN again_at IS NULL THEN due_at ELSE again_at END, again_at = NULL \
             WHERE id = $1 AND lease = $2";
        let statement = self.db.command(sql).bind(claim.id).bind(claim.lease).bind(now);
        statement.bind(reason).execute().await?;
        Ok(())
    }

    pub(super) async fn figures(&self) -> Result<Vec<Figures>, DbError> {
        let sql = "SELECT kind, COUNT(*) AS jobs, COUNT(lease) AS running, \
             COUNT(parked_at) AS parked FROM job GROUP BY kind ORDER BY kind";
        let rows = self.db.query(sql).all().await?;
        let figures = |row: &Row| {
            let (running, parked) = (row.get("running")?, row.get("parked")?);
            let waiting = row.get::<u64>("jobs")?.saturating_sub(running + parked);
            Ok(Figures { kind: row.get("kind")?, waiting, running, parked })
        };
        rows.iter().map(figures).collect()
    }

    pub(super) async fn parked(&self, at_most: usize) -> Result<Vec<Parked>, DbError> {
        let sql = "SELECT id, kind, attempts, reason, created_at, parked_at FROM job \
             WHERE parked_at IS NOT NULL ORDER BY parked_at DESC, id DESC LIMIT $1";
        let rows = self.db.query(sql).bind(at_most).all().await?;
        let parked = |row: &Row| {
            Ok(Parked {
                id: row.get("id")?,
                kind: row.get("kind")?,
                attempts: row.get("attempts")?,
                reason: row.get("reason")?,
                created_at: row.get("created_at")?,
                parked_at: row.get("parked_at")?,
            })
        };
        rows.iter().map(parked).collect()
    }

    pub(super) async fn retry(&self, id: JobId, now: WallClock) -> Result<bool, DbError> {
        let sql = "UPDATE job SET parked_at = NULL, attempts = 0, due_at = $2 \
             WHERE id = $1 AND parked_at IS NOT NULL";
        Ok(self.db.command(sql).bind(id).bind(now).execute().await? > 0)
    }

    pub(super) async fn discard(&self, id: JobId) -> Result<bool, DbError> {
        let sql = "DELETE FROM job WHERE id = $1 AND parked_at IS NOT NULL";
        Ok(self.db.command(sql).bind(id).execute().await? > 0)
    }

    /// Forgets what was parked before then.
    pub(super) async fn forget_parked(&self, before: WallClock) -> Result<u64, DbError> {
        let sql = "DELETE FROM job WHERE parked_at < $1";
        self.db.command(sql).bind(before).execute().await
    }
}
