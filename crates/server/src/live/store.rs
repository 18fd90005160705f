//! The table `broadcast`.

use rivulet_media::time::WallClock;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::air::{Air, Progress};
use super::model::Period;
use super::{LiveError, Past};
use crate::db::{Db, DbError};
use crate::ids::{BroadcastId, ChannelId};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// A broadcast that no end was written for.
pub(super) struct Open {
    pub(super) channel: ChannelId,
    pub(super) period: Period,
    pub(super) progress: Progress,
    pub(super) checkpoint_at: WallClock,
}

/// What is written of a broadcast.
pub(super) struct Record {
    pub(super) channel: ChannelId,
    pub(super) period: Period,
    pub(super) progress: Progress,
    pub(super) ended_at: Option<WallClock>,
}

impl Record {
    pub(super) fn of(air: &Air, ended_at: Option<WallClock>) -> Self {
        let progress = air.progress();
        Self { channel: air.channel, period: air.period, progress, ended_at }
    }
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Writes broadcasts as they are at `at`, known ones and new ones, all or none.
    pub(super) async fn save(&self, at: WallClock, records: &[Record]) -> Result<(), LiveError> {
        let mut transaction = self.db.writer().begin().await?;
        for record in records {
            sqlx::query(
                "INSERT INTO broadcast (id, channel_id, started_at, ended_at, next_sequence, \
                 discontinuity_sequence, checkpoint_at, peak_viewers) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, \
                 next_sequence = excluded.next_sequence, \
                 discontinuity_sequence = excluded.discontinuity_sequence, \
                 checkpoint_at = excluded.checkpoint_at, peak_viewers = excluded.peak_viewers",
            )
            .bind(record.period.broadcast.to_string())
            .bind(record.channel.to_string())
            .bind(record.period.started_at.as_unix_millis())
            .bind(record.ended_at.map(WallClock::as_unix_millis))
            .bind(count(record.progress.next_sequence))
            .bind(count(record.progress.discontinuity_sequence))
            .bind(at.as_unix_millis())
            .bind(count(record.progress.peak_viewers))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn end(&self, broadcast: BroadcastId, at: WallClock) -> Result<(), LiveError> {
        sqlx::query("UPDATE broadcast SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(broadcast.to_string())
            .bind(at.as_unix_millis())
            .execute(self.db.writer())
            .await?;
        Ok(())
    }

    pub(super) async fn open(&self) -> Result<Vec<Open>, LiveError> {
        let rows =
            sqlx::query("SELECT * FROM broadcast WHERE ended_at IS NULL ORDER BY started_at")
                .fetch_all(self.db.reader())
                .await?;
        rows.iter().map(open).collect()
    }

    /// Where a new broadcast of the channel begins, so that no sequence number comes twice.
    pub(super) async fn next_progress(&self, channel: ChannelId) -> Result<Progress, LiveError> {
        let row = sqlx::query(
            "SELECT * FROM broadcast WHERE channel_id = $1 ORDER BY next_sequence DESC LIMIT 1",
        )
        .bind(channel.to_string())
        .fetch_optional(self.db.reader())
        .await?;
        let Some(row) = row else { return Ok(Progress::default()) };
        Ok(progress(&row)?.for_the_next_broadcast())
    }

    pub(super) async fn last_ended(&self, channel: ChannelId) -> Result<Option<Past>, LiveError> {
        let row = sqlx::query(
            "SELECT started_at, ended_at FROM broadcast WHERE channel_id = $1 \
             AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 1",
        )
        .bind(channel.to_string())
        .fetch_optional(self.db.reader())
        .await?;
        row.map(|row| {
            Ok(Past {
                started_at: WallClock::from_unix_millis(row.try_get("started_at")?),
                ended_at: WallClock::from_unix_millis(row.try_get("ended_at")?),
            })
        })
        .transpose()
    }
}

fn open(row: &SqliteRow) -> Result<Open, LiveError> {
    let corrupt = || DbError::Corrupt { what: "a broadcast" };
    let period = Period {
        broadcast: BroadcastId::parse(row.try_get("id")?).ok_or_else(corrupt)?,
        started_at: WallClock::from_unix_millis(row.try_get("started_at")?),
    };
    Ok(Open {
        channel: ChannelId::parse(row.try_get("channel_id")?).ok_or_else(corrupt)?,
        period,
        progress: progress(row)?,
        checkpoint_at: WallClock::from_unix_millis(row.try_get("checkpoint_at")?),
    })
}

fn progress(row: &SqliteRow) -> Result<Progress, LiveError> {
    let column = |name| -> Result<u64, LiveError> {
        let value: i64 = row.try_get(name)?;
        Ok(u64::try_from(value).map_err(|_| DbError::Corrupt { what: "a broadcast" })?)
    };
    Ok(Progress {
        next_sequence: column("next_sequence")?,
        discontinuity_sequence: column("discontinuity_sequence")?,
        peak_viewers: column("peak_viewers")?,
    })
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
