//! The table `chat_held`: messages that wait for a moderator.

use rivulet_media::time::WallClock;

use super::{ChatError, Store, read, write};
use crate::chat::model::Held;
use crate::chat::wire::ours::Queue;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{ChannelId, MessageId};

pub(super) async fn insert(
    transaction: &mut Transaction,
    channel: ChannelId,
    held: &Held,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO chat_held (id, channel_id, chatter_id, author, text, reason, at, request_key, \
             approved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE)",
        )
        .bind(held.id)
        .bind(channel)
        .bind(held.chatter)
        .bind(write(&held.message))
        .bind(&held.message.text)
        .bind(&held.reason)
        .bind(held.at)
        .bind(held.key.as_deref())
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn reviewed(
    transaction: &mut Transaction,
    id: MessageId,
    (at, by, approved): (WallClock, &str, bool),
) -> Result<(), DbError> {
    let update =
        "UPDATE chat_held SET decided_at = $2, decided_by = $3, approved = $4 WHERE id = $1";
    transaction.query(update).bind(id).bind(at).bind(by).bind(approved).execute().await?;
    Ok(())
}

impl Store {
    /// The messages that wait longest.
    pub(in crate::chat) async fn held(
        &self,
        channel: ChannelId,
        limit: usize,
    ) -> Result<Vec<Held>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_held WHERE channel_id = $1 AND decided_at IS NULL \
                 ORDER BY at, id LIMIT $2",
            )
            .bind(channel)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(held).collect::<Result<_, DbError>>()?)
    }

    /// How much waits for those who keep order.
    pub(in crate::chat) async fn waiting(&self, channel: ChannelId) -> Result<Queue, ChatError> {
        let row = self.db.query(
            "SELECT (SELECT COUNT(*) FROM chat_held \
             WHERE channel_id = $1 AND decided_at IS NULL) AS held, \
             (SELECT COUNT(*) FROM chat_case \
             WHERE channel_id = $1 AND decided_at IS NULL) AS cases",
        );
        let row = row.bind(channel).one().await?;
        Ok(Queue { held: row.get("held")?, cases: row.get("cases")? })
    }

    /// One that waits.
    pub(in crate::chat) async fn one_held(
        &self,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<Option<Held>, ChatError> {
        let row = self.db.query(
            "SELECT * FROM chat_held WHERE channel_id = $1 AND id = $2 AND decided_at IS NULL",
        );
        let row = row.bind(channel).bind(id).optional().await?;
        Ok(row.as_ref().map(held).transpose()?)
    }
}

fn held(row: &Row) -> Result<Held, DbError> {
    Ok(Held {
        id: row.get("id")?,
        chatter: row.get("chatter_id")?,
        message: read("author", &row.get::<String>("author")?)?,
        reason: row.get("reason")?,
        at: row.get("at")?,
        key: None,
    })
}
