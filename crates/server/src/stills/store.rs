//! The tables `channel_picture`, `storyboard` and `storyboard_picture`.

use rivulet_media::time::WallClock;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::StillsError;
use crate::db::{Db, DbError};
use crate::ids::{BroadcastId, ChannelId, PictureId};

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// A broadcast's storyboard, without its pictures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Board {
    pub(super) broadcast: BroadcastId,
    pub(super) channel: ChannelId,
    pub(super) started_at: WallClock,
    pub(super) every_ms: u64,
}

/// What all pictures of a storyboard take.
pub(super) struct BoardSize {
    pub(super) broadcast: BroadcastId,
    pub(super) channel: ChannelId,
    pub(super) bytes: u64,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    pub(super) async fn picture_id(
        &self,
        channel: ChannelId,
    ) -> Result<Option<PictureId>, StillsError> {
        let id: Option<String> =
            sqlx::query_scalar("SELECT id FROM channel_picture WHERE channel_id = $1")
                .bind(channel.to_string())
                .fetch_optional(self.db.reader())
                .await?;
        id.map(|id| PictureId::parse(&id).ok_or_else(|| corrupt("a picture"))).transpose()
    }

    pub(super) async fn picture_ids(&self) -> Result<Vec<PictureId>, StillsError> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM channel_picture")
            .fetch_all(self.db.reader())
            .await?;
        ids.iter().map(|id| PictureId::parse(id).ok_or_else(|| corrupt("a picture"))).collect()
    }

    pub(super) async fn picture(
        &self,
        channel: ChannelId,
    ) -> Result<Option<(PictureId, Vec<u8>)>, StillsError> {
        let row = sqlx::query("SELECT id, jpeg FROM channel_picture WHERE channel_id = $1")
            .bind(channel.to_string())
            .fetch_optional(self.db.reader())
            .await?;
        row.map(|row| {
            let id = PictureId::parse(row.try_get("id")?).ok_or_else(|| corrupt("a picture"))?;
            Ok((id, row.try_get("jpeg")?))
        })
        .transpose()
    }

    pub(super) async fn set_picture(
        &self,
        channel: ChannelId,
        id: PictureId,
        jpeg: &[u8],
        at: WallClock,
    ) -> Result<(), StillsError> {
        sqlx::query(
            "INSERT INTO channel_picture (channel_id, id, jpeg, changed_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (channel_id) DO UPDATE SET \
             id = excluded.id, jpeg = excluded.jpeg, changed_at = excluded.changed_at",
        )
        .bind(channel.to_string())
        .bind(id.to_string())
        .bind(jpeg)
        .bind(at.as_unix_millis())
        .execute(self.db.writer())
        .await?;
        Ok(())
    }

    pub(super) async fn remove_picture(&self, channel: ChannelId) -> Result<(), StillsError> {
        sqlx::query("DELETE FROM channel_picture WHERE channel_id = $1")
            .bind(channel.to_string())
            .execute(self.db.writer())
            .await?;
        Ok(())
    }

    pub(super) async fn board(&self, broadcast: BroadcastId) -> Result<Option<Board>, StillsError> {
        let row = sqlx::query("SELECT * FROM storyboard WHERE broadcast_id = $1")
            .bind(broadcast.to_string())
            .fetch_optional(self.db.reader())
            .await?;
        row.as_ref().map(board).transpose()
    }

    /// The offsets of a storyboard's pictures, in milliseconds, in order.
    pub(super) async fn offsets(&self, broadcast: BroadcastId) -> Result<Vec<u64>, StillsError> {
        let offsets: Vec<i64> = sqlx::query_scalar(
            "SELECT offset_ms FROM storyboard_picture WHERE broadcast_id = $1 ORDER BY offset_ms",
        )
        .bind(broadcast.to_string())
        .fetch_all(self.db.reader())
        .await?;
        offsets.into_iter().map(|it| unsigned(it, "a storyboard")).collect()
    }

    /// Adds a picture to a storyboard, which is made with its first one. A picture of the same
    /// offset is replaced.
    pub(super) async fn add(
        &self,
        board: &Board,
        offset_ms: u64,
        size_bytes: usize,
    ) -> Result<(), StillsError> {
        let mut transaction = self.db.writer().begin().await?;
        sqlx::query(
            "INSERT INTO storyboard (broadcast_id, channel_id, started_at, every_ms) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (broadcast_id) DO UPDATE SET \
             every_ms = excluded.every_ms",
        )
        .bind(board.broadcast.to_string())
        .bind(board.channel.to_string())
        .bind(board.started_at.as_unix_millis())
        .bind(signed(board.every_ms))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO storyboard_picture (broadcast_id, offset_ms, size_bytes) \
             VALUES ($1, $2, $3) ON CONFLICT (broadcast_id, offset_ms) DO UPDATE SET \
             size_bytes = excluded.size_bytes",
        )
        .bind(board.broadcast.to_string())
        .bind(signed(offset_ms))
        .bind(i64::try_from(size_bytes).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes pictures out of a storyboard.
    pub(super) async fn take_out(
        &self,
        broadcast: BroadcastId,
        offsets: &[u64],
    ) -> Result<(), StillsError> {
        let mut transaction = self.db.writer().begin().await?;
        for offset in offsets {
            sqlx::query(
                "DELETE FROM storyboard_picture WHERE broadcast_id = $1 AND offset_ms = $2",
            )
            .bind(broadcast.to_string())
            .bind(signed(*offset))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Every storyboard and what it takes, newest first.
    pub(super) async fn sizes(&self) -> Result<Vec<BoardSize>, StillsError> {
        let rows = sqlx::query(
            "SELECT storyboard.broadcast_id, channel_id, COALESCE(SUM(size_bytes), 0) AS bytes \
             FROM storyboard LEFT JOIN storyboard_picture \
             ON storyboard_picture.broadcast_id = storyboard.broadcast_id \
             GROUP BY storyboard.broadcast_id, channel_id, started_at \
             ORDER BY started_at DESC, storyboard.broadcast_id DESC",
        )
        .fetch_all(self.db.reader())
        .await?;
        rows.iter()
            .map(|row| {
                let (broadcast, channel) = ids(row)?;
                let bytes = unsigned(row.try_get("bytes")?, "a storyboard")?;
                Ok(BoardSize { broadcast, channel, bytes })
            })
            .collect()
    }

    pub(super) async fn remove_board(&self, broadcast: BroadcastId) -> Result<(), StillsError> {
        sqlx::query("DELETE FROM storyboard WHERE broadcast_id = $1")
            .bind(broadcast.to_string())
            .execute(self.db.writer())
            .await?;
        Ok(())
    }
}

fn board(row: &SqliteRow) -> Result<Board, StillsError> {
    let (broadcast, channel) = ids(row)?;
    Ok(Board {
        broadcast,
        channel,
        started_at: WallClock::from_unix_millis(row.try_get("started_at")?),
        every_ms: unsigned(row.try_get("every_ms")?, "a storyboard")?,
    })
}

fn ids(row: &SqliteRow) -> Result<(BroadcastId, ChannelId), StillsError> {
    let broadcast = BroadcastId::parse(row.try_get("broadcast_id")?);
    let channel = ChannelId::parse(row.try_get("channel_id")?);
    broadcast.zip(channel).ok_or_else(|| corrupt("a storyboard"))
}

fn corrupt(what: &'static str) -> StillsError {
    DbError::Corrupt { what }.into()
}

fn unsigned(value: i64, what: &'static str) -> Result<u64, StillsError> {
    u64::try_from(value).map_err(|_| corrupt(what))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
