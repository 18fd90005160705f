//! The tables `channel_picture`, `channel_image`, `storyboard` and `storyboard_picture`.

use rivulet_media::time::WallClock;

use super::StillsError;
use super::pictures::Spot;
use crate::db::{Db, DbError, Row, Transaction};
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
        let row = self.db.query("SELECT id FROM channel_picture WHERE channel_id = $1");
        let row = row.bind(channel).optional().await?;
        Ok(row.map(|row| row.get("id")).transpose()?)
    }

    pub(super) async fn picture_ids(&self) -> Result<Vec<PictureId>, StillsError> {
        let rows = self.db.query("SELECT id FROM channel_picture").all().await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
    }

    pub(super) async fn picture(
        &self,
        channel: ChannelId,
    ) -> Result<Option<(PictureId, Vec<u8>)>, StillsError> {
        let row = self
            .db
            .query("SELECT id, jpeg FROM channel_picture WHERE channel_id = $1")
            .bind(channel)
            .optional()
            .await?;
        row.map(|row| Ok((row.get("id")?, row.get("jpeg")?))).transpose()
    }

    pub(super) async fn begin(&self) -> Result<Transaction, StillsError> {
        Ok(self.db.begin().await?)
    }

    /// A channel's avatar or banner.
    pub(super) async fn image(
        &self,
        channel: ChannelId,
        spot: Spot,
    ) -> Result<Option<Vec<u8>>, StillsError> {
        let image = "SELECT jpeg FROM channel_image WHERE channel_id = $1 AND kind = $2";
        let row = self.db.query(image).bind(channel).bind(spot.name()).optional().await?;
        Ok(row.map(|row| row.get("jpeg")).transpose()?)
    }

    /// Which avatar and banner a channel has, by their names.
    pub(super) async fn images(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<(String, PictureId)>, StillsError> {
        let images = "SELECT kind, id FROM channel_image WHERE channel_id = $1";
        let rows = self.db.query(images).bind(channel).all().await?;
        rows.iter().map(|row| Ok((row.get("kind")?, row.get("id")?))).collect()
    }

    pub(super) async fn board(&self, broadcast: BroadcastId) -> Result<Option<Board>, StillsError> {
        let row = self
            .db
            .query("SELECT * FROM storyboard WHERE broadcast_id = $1")
            .bind(broadcast)
            .optional()
            .await?;
        Ok(row.as_ref().map(board).transpose()?)
    }

    /// The offsets of a storyboard's pictures, in milliseconds, in order.
    pub(super) async fn offsets(&self, broadcast: BroadcastId) -> Result<Vec<u64>, StillsError> {
        let rows = self.db.query(
            "SELECT offset_ms FROM storyboard_picture WHERE broadcast_id = $1 ORDER BY offset_ms",
        )
        .bind(broadcast)
        .all().await?;
        Ok(rows.iter().map(|row| row.get("offset_ms")).collect::<Result<_, _>>()?)
    }

    /// Adds a picture to a storyboard, which is made with its first one. A picture of the same
    /// offset is replaced.
    pub(super) async fn add(
        &self,
        board: &Board,
        offset_ms: u64,
        size_bytes: usize,
    ) -> Result<(), StillsError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "INSERT INTO storyboard (broadcast_id, channel_id, started_at, every_ms) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (broadcast_id) DO UPDATE SET \
             every_ms = excluded.every_ms",
            )
            .bind(board.broadcast)
            .bind(board.channel)
            .bind(board.started_at)
            .bind(board.every_ms)
            .execute()
            .await?;
        transaction
            .query(
                "INSERT INTO storyboard_picture (broadcast_id, offset_ms, size_bytes) \
             VALUES ($1, $2, $3) ON CONFLICT (broadcast_id, offset_ms) DO UPDATE SET \
             size_bytes = excluded.size_bytes",
            )
            .bind(board.broadcast)
            .bind(offset_ms)
            .bind(size_bytes)
            .execute()
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
        let mut transaction = self.db.begin().await?;
        for offset in offsets {
            transaction
                .query("DELETE FROM storyboard_picture WHERE broadcast_id = $1 AND offset_ms = $2")
                .bind(broadcast)
                .bind(*offset)
                .execute()
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Every storyboard and what it takes, newest first.
    pub(super) async fn sizes(&self) -> Result<Vec<BoardSize>, StillsError> {
        let rows = self.db.query(
            "SELECT storyboard.broadcast_id, channel_id, CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS bytes \
             FROM storyboard LEFT JOIN storyboard_picture \
             ON storyboard_picture.broadcast_id = storyboard.broadcast_id \
             GROUP BY storyboard.broadcast_id, channel_id, started_at \
             ORDER BY started_at DESC, storyboard.broadcast_id DESC",
        )
        .all().await?;
        rows.iter()
            .map(|row| {
                Ok(BoardSize {
                    broadcast: row.get("broadcast_id")?,
                    channel: row.get("channel_id")?,
                    bytes: row.get("bytes")?,
                })
            })
            .collect()
    }

    pub(super) async fn remove_board(&self, broadcast: BroadcastId) -> Result<(), StillsError> {
        self.db
            .command("DELETE FROM storyboard WHERE broadcast_id = $1")
            .bind(broadcast)
            .execute()
            .await?;
        Ok(())
    }
}

pub(super) async fn set_picture(
    transaction: &mut Transaction,
    (channel, spot): (ChannelId, Spot),
    (id, jpeg): (PictureId, &[u8]),
    at: WallClock,
) -> Result<(), StillsError> {
    let statement = match spot {
        Spot::Picture => transaction.query(
            "INSERT INTO channel_picture (channel_id, id, jpeg, changed_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (channel_id) DO UPDATE SET \
             id = excluded.id, jpeg = excluded.jpeg, changed_at = excluded.changed_at",
        ),
        Spot::Avatar | Spot::Banner => transaction.query(
            "INSERT INTO channel_image (channel_id, id, jpeg, changed_at, kind) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (channel_id, kind) DO UPDATE SET \
             id = excluded.id, jpeg = excluded.jpeg, changed_at = excluded.changed_at",
        ),
    };
    let statement = statement.bind(channel).bind(id).bind(jpeg).bind(at);
    let statement = if spot == Spot::Picture { statement } else { statement.bind(spot.name()) };
    statement.execute().await?;
    Ok(())
}

/// `false` when there was none.
pub(super) async fn remove_picture(
    transaction: &mut Transaction,
    (channel, spot): (ChannelId, Spot),
) -> Result<bool, StillsError> {
    let statement = match spot {
        Spot::Picture => {
            transaction.query("DELETE FROM channel_picture WHERE channel_id = $1").bind(channel)
        }
        Spot::Avatar | Spot::Banner => transaction
            .query("DELETE FROM channel_image WHERE channel_id = $1 AND kind = $2")
            .bind(channel)
            .bind(spot.name()),
    };
    Ok(statement.execute().await? > 0)
}

fn board(row: &Row) -> Result<Board, DbError> {
    Ok(Board {
        broadcast: row.get("broadcast_id")?,
        channel: row.get("channel_id")?,
        started_at: row.get("started_at")?,
        every_ms: row.get("every_ms")?,
    })
}
