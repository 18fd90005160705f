//! The table `stream_key`.

use rivulet_media::time::WallClock;

use super::super::{ChannelsError, PublisherKey, StreamKey};
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::{ChannelId, StreamKeyId};

/// The secret half of a key.
pub(in crate::channels) struct Sealed {
    pub(in crate::channels) fingerprint: String,
    pub(in crate::channels) sealed: Vec<u8>,
}

pub(in crate::channels) struct FoundKey {
    pub(in crate::channels) key: PublisherKey,
    pub(in crate::channels) fingerprint: String,
}

impl Store {
    pub(in crate::channels) async fn keys(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<StreamKey>, ChannelsError> {
        let keys = "SELECT * FROM stream_key WHERE channel_id = $1 ORDER BY created_at, id";
        let rows = self.db.query(keys).bind(channel).all().await?;
        Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
    }

    /// The sealed keys of a channel that may be used, oldest first.
    pub(in crate::channels) async fn sealed_keys(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<Vec<u8>>, ChannelsError> {
        let rows = self
            .db
            .query(
                "SELECT sealed FROM stream_key WHERE channel_id = $1 AND disabled_at IS NULL \
                 ORDER BY created_at, id",
            )
            .bind(channel)
            .all()
            .await?;
        Ok(rows.iter().map(|row| row.get("sealed")).collect::<Result<_, _>>()?)
    }

    /// One sealed key of any channel.
    pub(in crate::channels) async fn any_key(&self) -> Result<Option<Vec<u8>>, ChannelsError> {
        let key = self.db.query("SELECT sealed FROM stream_key LIMIT 1").optional().await?;
        Ok(key.map(|row| row.get("sealed")).transpose()?)
    }

    pub(in crate::channels) async fn find_key(
        &self,
        fingerprint: &str,
    ) -> Result<Option<FoundKey>, ChannelsError> {
        let row = self
            .db
            .query("SELECT * FROM stream_key WHERE fingerprint = $1")
            .bind(fingerprint)
            .optional()
            .await?;
        row.map(|row| {
            let disabled_at: Option<WallClock> = row.get("disabled_at")?;
            let key = PublisherKey {
                id: row.get("id")?,
                channel: row.get("channel_id")?,
                is_disabled: disabled_at.is_some(),
            };
            Ok(FoundKey { key, fingerprint: row.get("fingerprint")? })
        })
        .transpose()
    }

    pub(in crate::channels) async fn is_key_good(
        &self,
        id: StreamKeyId,
    ) -> Result<bool, ChannelsError> {
        let good = "SELECT id FROM stream_key WHERE id = $1 AND disabled_at IS NULL";
        Ok(self.db.query(good).bind(id).optional().await?.is_some())
    }

    pub(in crate::channels) async fn touch_key(
        &self,
        key: StreamKeyId,
        at: WallClock,
    ) -> Result<(), ChannelsError> {
        self.db
            .command("UPDATE stream_key SET last_used_at = $2 WHERE id = $1")
            .bind(key)
            .bind(at)
            .execute()
            .await?;
        Ok(())
    }
}

pub(in crate::channels) async fn list(
    transaction: &mut Transaction,
    channel: ChannelId,
) -> Result<Vec<StreamKey>, ChannelsError> {
    let keys = "SELECT * FROM stream_key WHERE channel_id = $1 ORDER BY created_at, id";
    let rows = transaction.query(keys).bind(channel).all().await?;
    Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
}

/// A key of the channel, and its sealed secret.
pub(in crate::channels) async fn find(
    transaction: &mut Transaction,
    channel: ChannelId,
    id: StreamKeyId,
) -> Result<(StreamKey, Vec<u8>), ChannelsError> {
    let row = transaction
        .query("SELECT * FROM stream_key WHERE id = $1 AND channel_id = $2")
        .bind(id)
        .bind(channel)
        .optional()
        .await?
        .ok_or(ChannelsError::NoKey)?;
    Ok((key(&row)?, row.get("sealed")?))
}

pub(in crate::channels) async fn insert(
    transaction: &mut Transaction,
    channel: ChannelId,
    key: &StreamKey,
    sealed: &Sealed,
) -> Result<(), ChannelsError> {
    transaction
        .query(
            "INSERT INTO stream_key (id, channel_id, label, fingerprint, sealed, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.id)
        .bind(channel)
        .bind(&key.label)
        .bind(&sealed.fingerprint)
        .bind(&sealed.sealed)
        .bind(key.created_at)
        .execute()
        .await?;
    Ok(())
}

pub(in crate::channels) async fn update(
    transaction: &mut Transaction,
    key: &StreamKey,
) -> Result<(), ChannelsError> {
    transaction
        .query("UPDATE stream_key SET label = $2, disabled_at = $3 WHERE id = $1")
        .bind(key.id)
        .bind(&key.label)
        .bind(key.disabled_at)
        .execute()
        .await?;
    Ok(())
}

pub(in crate::channels) async fn remove(
    transaction: &mut Transaction,
    id: StreamKeyId,
) -> Result<(), ChannelsError> {
    transaction.query("DELETE FROM stream_key WHERE id = $1").bind(id).execute().await?;
    Ok(())
}

fn key(row: &Row) -> Result<StreamKey, DbError> {
    Ok(StreamKey {
        id: row.get("id")?,
        label: row.get("label")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        disabled_at: row.get("disabled_at")?,
    })
}
