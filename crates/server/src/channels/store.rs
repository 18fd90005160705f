//! The tables `channel` and `stream_key`.

use rivulet_media::time::WallClock;

use super::{Channel, ChannelsError, PublisherKey, Slug};
use crate::db::{Db, DbError, Row};
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
        let row = self.db.query("SELECT * FROM channel WHERE is_primary").optional().await?;
        Ok(row.as_ref().map(channel).transpose()?)
    }

    pub(super) async fn by_id(&self, id: ChannelId) -> Result<Option<Channel>, ChannelsError> {
        let row = self.db.query("SELECT * FROM channel WHERE id = $1").bind(id).optional().await?;
        Ok(row.as_ref().map(channel).transpose()?)
    }

    pub(super) async fn by_slug(&self, slug: &Slug) -> Result<Option<Channel>, ChannelsError> {
        let row = self
            .db
            .query("SELECT * FROM channel WHERE slug = $1")
            .bind(slug.as_str())
            .optional()
            .await?;
        Ok(row.as_ref().map(channel).transpose()?)
    }

    pub(super) async fn list(&self) -> Result<Vec<Channel>, ChannelsError> {
        let rows =
            self.db.query("SELECT * FROM channel ORDER BY is_primary DESC, slug").all().await?;
        Ok(rows.iter().map(channel).collect::<Result<_, _>>()?)
    }

    pub(super) async fn insert(&self, channel: &Channel) -> Result<(), ChannelsError> {
        let inserted = self.db.command(
            "INSERT INTO channel (id, slug, name, title, description, is_primary, latency_level, \
             reconnect_grace_ms, video, thumbnail_history, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(channel.id)
        .bind(channel.slug.as_str())
        .bind(&channel.name)
        .bind(&channel.title)
        .bind(&channel.description)
        .bind(channel.is_primary)
        .bind(channel.latency_level)
        .bind(channel.reconnect_grace)
        .bind(channel.video.to_json())
        .bind(channel.thumbnail_history)
        .bind(channel.created_at)
        .execute().await;
        match inserted {
            Ok(_) => Ok(()),
            Err(error) if error.is_taken() => {
                Err(ChannelsError::SlugTaken(channel.slug.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn update(&self, channel: &Channel) -> Result<(), ChannelsError> {
        self.db
            .command(
                "UPDATE channel SET name = $2, title = $3, description = $4, latency_level = $5, \
             reconnect_grace_ms = $6, video = $7, thumbnail_history = $8 WHERE id = $1",
            )
            .bind(channel.id)
            .bind(&channel.name)
            .bind(&channel.title)
            .bind(&channel.description)
            .bind(channel.latency_level)
            .bind(channel.reconnect_grace)
            .bind(channel.video.to_json())
            .bind(channel.thumbnail_history)
            .execute()
            .await?;
        Ok(())
    }

    /// The sealed keys of a channel, oldest first.
    pub(super) async fn keys(&self, channel: ChannelId) -> Result<Vec<Vec<u8>>, ChannelsError> {
        let keys = self
            .db
            .query("SELECT sealed FROM stream_key WHERE channel_id = $1 ORDER BY created_at, id")
            .bind(channel)
            .all()
            .await?;
        Ok(keys.iter().map(|row| row.get("sealed")).collect::<Result<_, _>>()?)
    }

    /// One sealed key of any channel.
    pub(super) async fn any_key(&self) -> Result<Option<Vec<u8>>, ChannelsError> {
        let key = self.db.query("SELECT sealed FROM stream_key LIMIT 1").optional().await?;
        Ok(key.map(|row| row.get("sealed")).transpose()?)
    }

    pub(super) async fn insert_key(&self, key: &NewKey<'_>) -> Result<(), ChannelsError> {
        self.db
            .command(
                "INSERT INTO stream_key (id, channel_id, label, fingerprint, sealed, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(key.id)
            .bind(key.channel)
            .bind(key.label)
            .bind(&key.fingerprint)
            .bind(&key.sealed)
            .bind(key.created_at)
            .execute()
            .await?;
        Ok(())
    }

    pub(super) async fn find_key(
        &self,
        fingerprint: &str,
    ) -> Result<Option<FoundKey>, ChannelsError> {
        let row = self
            .db
            .query("SELECT id, channel_id, fingerprint FROM stream_key WHERE fingerprint = $1")
            .bind(fingerprint)
            .optional()
            .await?;
        row.map(|row| {
            let key = PublisherKey { id: row.get("id")?, channel: row.get("channel_id")? };
            Ok(FoundKey { key, fingerprint: row.get("fingerprint")? })
        })
        .transpose()
    }

    pub(super) async fn touch_key(
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

fn channel(row: &Row) -> Result<Channel, DbError> {
    let video = Wishes::parse(&row.get::<String>("video")?);
    Ok(Channel {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        title: row.get("title")?,
        description: row.get("description")?,
        is_primary: row.get("is_primary")?,
        latency_level: row.get("latency_level")?,
        reconnect_grace: row.get("reconnect_grace_ms")?,
        video: video.map_err(|_| DbError::Corrupt { what: "video" })?,
        thumbnail_history: row.get("thumbnail_history")?,
        created_at: row.get("created_at")?,
    })
}
