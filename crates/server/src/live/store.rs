//! The table `broadcast`.

use rivulet_media::time::WallClock;

use super::air::{Air, Progress};
use super::model::Period;
use super::{Finished, LiveError, Mark, Past};
use crate::db::{Db, DbError, Row};
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

    /// Writes broadcasts as they are at `at`, known ones and new ones, all or none. Those of channels
    /// that were deleted went with them.
    pub(super) async fn save(&self, at: WallClock, records: &[Record]) -> Result<(), LiveError> {
        let mut transaction = self.db.begin().await?;
        for record in records {
            transaction
                .query(
                    "INSERT INTO broadcast (id, channel_id, started_at, ended_at, next_sequence, \
                 discontinuity_sequence, checkpoint_at, peak_viewers) \
                 SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
                 WHERE EXISTS (SELECT 1 FROM channel WHERE id = $2) \
                 ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, \
                 next_sequence = excluded.next_sequence, \
                 discontinuity_sequence = excluded.discontinuity_sequence, \
                 checkpoint_at = excluded.checkpoint_at, peak_viewers = excluded.peak_viewers",
                )
                .bind(record.period.broadcast)
                .bind(record.channel)
                .bind(record.period.started_at)
                .bind(record.ended_at)
                .bind(record.progress.next_sequence)
                .bind(record.progress.discontinuity_sequence)
                .bind(at)
                .bind(record.progress.peak_viewers)
                .execute()
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn end(&self, broadcast: BroadcastId, at: WallClock) -> Result<(), LiveError> {
        self.db
            .command("UPDATE broadcast SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(broadcast)
            .bind(at)
            .execute()
            .await?;
        Ok(())
    }

    pub(super) async fn open(&self) -> Result<Vec<Open>, LiveError> {
        let rows = self
            .db
            .query("SELECT * FROM broadcast WHERE ended_at IS NULL ORDER BY started_at")
            .all()
            .await?;
        Ok(rows.iter().map(open).collect::<Result<_, _>>()?)
    }

    /// The most who watched the channel at one time, as far as it is written.
    pub(super) async fn peak(&self, channel: ChannelId) -> Result<u64, LiveError> {
        let peak = "SELECT COALESCE(MAX(peak_viewers), 0) AS peak FROM broadcast \
                    WHERE channel_id = $1";
        Ok(self.db.query(peak).bind(channel).one().await?.get("peak")?)
    }

    /// Where a new broadcast of the channel begins, so that no sequence number comes twice.
    pub(super) async fn next_progress(&self, channel: ChannelId) -> Result<Progress, LiveError> {
        let row = self
            .db
            .query(
                "SELECT * FROM broadcast WHERE channel_id = $1 ORDER BY next_sequence DESC LIMIT 1",
            )
            .bind(channel)
            .optional()
            .await?;
        let Some(row) = row else { return Ok(Progress::default()) };
        Ok(progress(&row)?.for_the_next_broadcast())
    }

    /// Broadcasts that are over, newest first, from those after `after` on.
    /// When a broadcast of the channel began and ended.
    pub(super) async fn period(
        &self,
        channel: ChannelId,
        broadcast: BroadcastId,
    ) -> Result<Option<(WallClock, Option<WallClock>)>, LiveError> {
        let sql = "SELECT started_at, ended_at FROM broadcast WHERE id = $1 AND channel_id = $2";
        let row = self.db.query(sql).bind(broadcast).bind(channel).optional().await?;
        row.map(|row| Ok((row.get("started_at")?, row.get("ended_at")?))).transpose()
    }

    pub(super) async fn history(
        &self,
        channel: ChannelId,
        after: Option<Mark>,
        limit: usize,
    ) -> Result<Vec<Finished>, LiveError> {
        let query = match after {
            None => self
                .db
                .query(
                    "SELECT id, started_at, ended_at, peak_viewers FROM broadcast \
                     WHERE channel_id = $1 AND ended_at IS NOT NULL \
                     ORDER BY started_at DESC, id DESC LIMIT $2",
                )
                .bind(channel),
            Some(after) => self
                .db
                .query(
                    "SELECT id, started_at, ended_at, peak_viewers FROM broadcast \
                     WHERE channel_id = $1 AND ended_at IS NOT NULL \
                     AND (started_at < $2 OR (started_at = $3 AND id < $4)) \
                     ORDER BY started_at DESC, id DESC LIMIT $5",
                )
                .bind(channel)
                .bind(after.started_at)
                .bind(after.started_at)
                .bind(after.id),
        };
        let rows = query.bind(limit).all().await?;
        Ok(rows.iter().map(finished).collect::<Result<_, _>>()?)
    }

    pub(super) async fn last_ended(&self, channel: ChannelId) -> Result<Option<Past>, LiveError> {
        let row = self
            .db
            .query(
                "SELECT started_at, ended_at FROM broadcast WHERE channel_id = $1 \
             AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 1",
            )
            .bind(channel)
            .optional()
            .await?;
        row.map(|row| {
            Ok(Past { started_at: row.get("started_at")?, ended_at: row.get("ended_at")? })
        })
        .transpose()
    }
}

fn open(row: &Row) -> Result<Open, DbError> {
    Ok(Open {
        channel: row.get("channel_id")?,
        period: Period { broadcast: row.get("id")?, started_at: row.get("started_at")? },
        progress: progress(row)?,
        checkpoint_at: row.get("checkpoint_at")?,
    })
}

fn finished(row: &Row) -> Result<Finished, DbError> {
    Ok(Finished {
        id: row.get("id")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        peak_viewers: row.get("peak_viewers")?,
    })
}

fn progress(row: &Row) -> Result<Progress, DbError> {
    Ok(Progress {
        next_sequence: row.get("next_sequence")?,
        discontinuity_sequence: row.get("discontinuity_sequence")?,
        peak_viewers: row.get("peak_viewers")?,
    })
}
