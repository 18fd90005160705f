//! The tables `channel` and `stream_key`.

use std::time::Duration;

use rivulet_media::time::WallClock;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Channel, ChannelsError, PublisherKey, Slug};
use crate::db::{Db, DbError};
use crate::ids::{ChannelId, StreamKeyId};
use crate::transcode::Wishes;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

pub(super) struct NewKey<'a> {
    pub(super) id: StreamKeyId,
    pub(super) channel: ChannelId,
    pub(super) label: &'a str,
    pub(super) fingerprint: String,
    pub(super) sealed: Vec<u8>,
    pub(super) created_at: WallClock,
}

pub(super) struct FoundKey {
    pub(super) key: PublisherKey,
    pub(super) fingerprint: String,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    pub(super) async fn primary(&self) -> Result<Option<Channel>, ChannelsError> {
        let row = sqlx::query("SELECT * FROM channel WHERE is_primary")
            .fetch_optional(self.db.reader())
            .await?;
        row.as_ref().map(channel).transpose()
    }

    pub(super) async fn by_id(&self, id: ChannelId) -> Result<Option<Channel>, ChannelsError> {
        let row = sqlx::query("SELECT * FROM channel WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await?;
        row.as_ref().map(channel).transpose()
    }

    pub(super) async fn by_slug(&self, slug: &Slug) -> Result<Option<Channel>, ChannelsError> {
        let row = sqlx::query("SELECT * FROM channel WHERE slug = $1")
            .bind(slug.as_str())
            .fetch_optional(self.db.reader())
            .await?;
        row.as_ref().map(channel).transpose()
    }

    pub(super) async fn list(&self) -> Result<Vec<Channel>, ChannelsError> {
        let rows = sqlx::query("SELECT * FROM channel ORDER BY is_primary DESC, slug")
            .fetch_all(self.db.reader())
            .await?;
        rows.iter().map(channel).collect()
    }

    pub(super) async fn insert(&self, channel: &Channel) -> Result<(), ChannelsError> {
        let inserted = sqlx::query(
            "INSERT INTO channel (id, slug, name, title, description, is_primary, latency_level, \
             reconnect_grace_ms, video, thumbnail_history, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(channel.id.to_string())
        .bind(channel.slug.as_str())
        .bind(&channel.name)
        .bind(&channel.title)
        .bind(&channel.description)
        .bind(channel.is_primary)
        .bind(i64::from(channel.latency_level))
        .bind(millis(channel.reconnect_grace))
        .bind(channel.video.to_json())
        .bind(channel.thumbnail_history)
        .bind(channel.created_at.as_unix_millis())
        .execute(self.db.writer())
        .await;
        match inserted {
            Ok(_) => Ok(()),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(ChannelsError::SlugTaken(channel.slug.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn update(&self, channel: &Channel) -> Result<(), ChannelsError> {
        sqlx::query(
            "UPDATE channel SET name = $2, title = $3, description = $4, latency_level = $5, \
             reconnect_grace_ms = $6, video = $7, thumbnail_history = $8 WHERE id = $1",
        )
        .bind(channel.id.to_string())
        .bind(&channel.name)
        .bind(&channel.title)
        .bind(&channel.description)
        .bind(i64::from(channel.latency_level))
        .bind(millis(channel.reconnect_grace))
        .bind(channel.video.to_json())
        .bind(channel.thumbnail_history)
        .execute(self.db.writer())
        .await?;
        Ok(())
    }

    /// The sealed keys of a channel, oldest first.
    pub(super) async fn keys(&self, channel: ChannelId) -> Result<Vec<Vec<u8>>, ChannelsError> {
        let keys = sqlx::query_scalar(
            "SELECT sealed FROM stream_key WHERE channel_id = $1 ORDER BY created_at, id",
        )
        .bind(channel.to_string())
        .fetch_all(self.db.reader())
        .await?;
        Ok(keys)
    }

    /// One sealed key of any channel.
    pub(super) async fn any_key(&self) -> Result<Option<Vec<u8>>, ChannelsError> {
        let key = sqlx::query_scalar("SELECT sealed FROM stream_key LIMIT 1");
        Ok(key.fetch_optional(self.db.reader()).await?)
    }

    pub(super) async fn insert_key(&self, key: &NewKey<'_>) -> Result<(), ChannelsError> {
        sqlx::query(
            "INSERT INTO stream_key (id, channel_id, label, fingerprint, sealed, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.id.to_string())
        .bind(key.channel.to_string())
        .bind(key.label)
        .bind(&key.fingerprint)
        .bind(&key.sealed)
        .bind(key.created_at.as_unix_millis())
        .execute(self.db.writer())
        .await?;
        Ok(())
    }

    pub(super) async fn find_key(
        &self,
        fingerprint: &str,
    ) -> Result<Option<FoundKey>, ChannelsError> {
        let row = sqlx::query(
            "SELECT id, channel_id, fingerprint FROM stream_key WHERE fingerprint = $1",
        )
        .bind(fingerprint)
        .fetch_optional(self.db.reader())
        .await?;
        row.map(|row| {
            let id = StreamKeyId::parse(row.try_get("id")?);
            let channel = ChannelId::parse(row.try_get("channel_id")?);
            let (Some(id), Some(channel)) = (id, channel) else {
                return Err(DbError::Corrupt { what: "a stream key" }.into());
            };
            let key = PublisherKey { id, channel };
            Ok(FoundKey { key, fingerprint: row.try_get("fingerprint")? })
        })
        .transpose()
    }

    pub(super) async fn touch_key(
        &self,
        key: StreamKeyId,
        at: WallClock,
    ) -> Result<(), ChannelsError> {
        sqlx::query("UPDATE stream_key SET last_used_at = $2 WHERE id = $1")
            .bind(key.to_string())
            .bind(at.as_unix_millis())
            .execute(self.db.writer())
            .await?;
        Ok(())
    }
}

fn channel(row: &SqliteRow) -> Result<Channel, ChannelsError> {
    let corrupt = || DbError::Corrupt { what: "a channel" };
    let grace: i64 = row.try_get("reconnect_grace_ms")?;
    let level: i64 = row.try_get("latency_level")?;
    Ok(Channel {
        id: ChannelId::parse(row.try_get("id")?).ok_or_else(corrupt)?,
        slug: Slug::parse(row.try_get("slug")?).map_err(|_| corrupt())?,
        name: row.try_get("name")?,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        is_primary: row.try_get("is_primary")?,
        latency_level: u8::try_from(level).map_err(|_| corrupt())?,
        reconnect_grace: Duration::from_millis(u64::try_from(grace).map_err(|_| corrupt())?),
        video: Wishes::parse(row.try_get("video")?).map_err(|_| corrupt())?,
        thumbnail_history: row.try_get("thumbnail_history")?,
        created_at: WallClock::from_unix_millis(row.try_get("created_at")?),
    })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
