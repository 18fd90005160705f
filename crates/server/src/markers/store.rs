//! The table `broadcast_marker`. Changes are functions of a transaction, so that the audit log's line
//! is part of it.

use super::model::Marker;
use super::{Place, model};
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::{BroadcastId, ChannelId};

/// Broadcasts with markers that one answer lists, the newest.
const MAX_MARKED: usize = 1_000;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

/// How many markers a broadcast has.
pub(super) struct Marked {
    pub(super) broadcast: BroadcastId,
    pub(super) markers: u64,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// A transaction that is alone with the markers: there are so many of a broadcast and no more.
    pub(super) async fn begin(&self) -> Result<Transaction, DbError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone("markers").await?;
        Ok(transaction)
    }

    pub(super) async fn list(
        &self,
        channel: ChannelId,
        broadcast: BroadcastId,
    ) -> Result<Vec<Marker>, DbError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM broadcast_marker WHERE channel_id = $1 AND broadcast_id = $2 \
                 ORDER BY position_ms, id LIMIT $3",
            )
            .bind(channel)
            .bind(broadcast)
            .bind(model::MAX_MARKERS)
            .all()
            .await?;
        rows.iter().map(marker).collect()
    }

    pub(super) async fn marked(&self, channel: ChannelId) -> Result<Vec<Marked>, DbError> {
        let rows = self
            .db
            .query(
                "SELECT broadcast_id, COUNT(*) AS markers FROM broadcast_marker \
                 WHERE channel_id = $1 GROUP BY broadcast_id ORDER BY broadcast_id DESC LIMIT $2",
            )
            .bind(channel)
            .bind(MAX_MARKED)
            .all()
            .await?;
        let marked = |row: &Row| {
            Ok(Marked { broadcast: row.get("broadcast_id")?, markers: row.get("markers")? })
        };
        rows.iter().map(marked).collect()
    }
}

/// How many markers the broadcast of this one has.
pub(super) async fn count(transaction: &mut Transaction, of: &Marker) -> Result<u64, DbError> {
    let count = "SELECT COUNT(*) AS count FROM broadcast_marker \
                 WHERE channel_id = $1 AND broadcast_id = $2";
    transaction.query(count).bind(of.channel).bind(of.broadcast).one().await?.get("count")
}

pub(super) async fn insert(transaction: &mut Transaction, marker: &Marker) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO broadcast_marker (id, channel_id, broadcast_id, at, position_ms, text, \
             made_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(marker.id)
        .bind(marker.channel)
        .bind(marker.broadcast)
        .bind(marker.at)
        .bind(marker.position)
        .bind(&marker.text)
        .bind(&marker.made_by)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn load(
    transaction: &mut Transaction,
    place: Place,
) -> Result<Option<Marker>, DbError> {
    let row = transaction
        .query(
            "SELECT * FROM broadcast_marker WHERE id = $1 AND channel_id = $2 AND broadcast_id = $3",
        )
        .bind(place.marker)
        .bind(place.channel)
        .bind(place.broadcast)
        .optional()
        .await?;
    row.as_ref().map(marker).transpose()
}

/// Writes what it says.
pub(super) async fn update(transaction: &mut Transaction, marker: &Marker) -> Result<(), DbError> {
    let update = "UPDATE broadcast_marker SET text = $2 WHERE id = $1";
    transaction.query(update).bind(marker.id).bind(&marker.text).execute().await?;
    Ok(())
}

pub(super) async fn remove(transaction: &mut Transaction, place: Place) -> Result<(), DbError> {
    let remove = "DELETE FROM broadcast_marker WHERE id = $1";
    transaction.query(remove).bind(place.marker).execute().await?;
    Ok(())
}

fn marker(row: &Row) -> Result<Marker, DbError> {
    Ok(Marker {
        id: row.get("id")?,
        channel: row.get("channel_id")?,
        broadcast: row.get("broadcast_id")?,
        at: row.get("at")?,
        position: row.get("position_ms")?,
        text: row.get("text")?,
        made_by: row.get("made_by")?,
    })
}
