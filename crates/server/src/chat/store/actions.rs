//! The table `chat_action`.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};
use crate::chat::model::sanction::{ActionKind, Record, Sanction};
use crate::db::{DbError, Row, Transaction};
use crate::ids::{ChannelId, ChatActionId, ChatterId};

pub(in crate::chat) async fn insert(
    transaction: &mut Transaction,
    channel: ChannelId,
    record: &Record,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO chat_action (id, channel_id, kind, chatter_id, chatter_name, network, \
             reason, by_id, by_name, at, until, written_from) VALUES ($1, $2, $3, $4, $5, $6, $7, \
             $8, $9, $10, $11, $12)",
        )
        .bind(record.id)
        .bind(channel)
        .bind(record.kind)
        .bind(record.chatter)
        .bind(&record.chatter_name)
        .bind(record.network.map(|network| network.to_string()))
        .bind(&record.reason)
        .bind(record.by)
        .bind(&record.by_name)
        .bind(record.at)
        .bind(record.until)
        .bind(record.written_from.map(|network| network.to_string()))
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn undone(
    transaction: &mut Transaction,
    id: ChatActionId,
    (at, by): (WallClock, &str),
) -> Result<(), DbError> {
    let update = "UPDATE chat_action SET undone_at = $2, undone_by = $3 WHERE id = $1";
    transaction.query(update).bind(id).bind(at).bind(by).execute().await?;
    Ok(())
}

impl Store {
    /// What is in force in a room.
    pub(in crate::chat) async fn in_force(
        &self,
        channel: ChannelId,
        now: WallClock,
        limit: usize,
    ) -> Result<Vec<Sanction>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_action WHERE channel_id = $1 AND undone_at IS NULL \
                 AND kind IN ('ban', 'timeout') AND (until IS NULL OR until > $2) \
                 ORDER BY at DESC, id DESC LIMIT $3",
            )
            .bind(channel)
            .bind(now)
            .bind(limit)
            .all()
            .await?;
        let records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        Ok(records.iter().filter_map(Record::sanction).collect())
    }

    /// One of a room's actions.
    pub(in crate::chat) async fn action(
        &self,
        channel: ChannelId,
        id: ChatActionId,
    ) -> Result<Option<Record>, ChatError> {
        let row = self.db.query("SELECT * FROM chat_action WHERE channel_id = $1 AND id = $2");
        let row = row.bind(channel).bind(id).optional().await?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    /// The newest actions of a room before one of them, those about one person where that is asked.
    pub(in crate::chat) async fn actions(
        &self,
        channel: ChannelId,
        (before, about): (Option<ChatActionId>, Option<ChatterId>),
        limit: usize,
    ) -> Result<Vec<Record>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_action WHERE channel_id = $1 \
                 AND ($2 IS NULL OR id < $2) AND ($3 IS NULL OR chatter_id = $3) \
                 ORDER BY id DESC LIMIT $4",
            )
            .bind(channel)
            .bind(before)
            .bind(about)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(record).collect::<Result<_, DbError>>()?)
    }
}

fn record(row: &Row) -> Result<Record, DbError> {
    let network = |column: &'static str| {
        let network = row.get::<Option<String>>(column)?.map(|text| text.parse()).transpose();
        network.map_err(|_| DbError::Corrupt { what: column })
    };
    let undone_at = row.get::<Option<WallClock>>("undone_at")?;
    let undone_by = row.get::<Option<String>>("undone_by")?.unwrap_or_default();
    Ok(Record {
        id: row.get("id")?,
        kind: row.get::<ActionKind>("kind")?,
        chatter: row.get("chatter_id")?,
        chatter_name: row.get("chatter_name")?,
        network: network("network")?,
        written_from: network("written_from")?,
        reason: row.get("reason")?,
        by: row.get("by_id")?,
        by_name: row.get("by_name")?,
        at: row.get("at")?,
        until: row.get("until")?,
        undone: undone_at.map(|at| (at, undone_by)),
    })
}
