//! The room's tables. Reading goes through [`Store`]; changes are functions of a transaction, so
//! that the audit log's line is part of it.

pub(super) mod categories;
pub(super) mod keys;
pub(super) mod members;
pub(super) mod panels;
pub(super) mod slugs;

use rivulet_media::time::WallClock;

use super::{Channel, ChannelsError, Lock, Slug};
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::ChannelId;
use crate::site::Tag;
use crate::transcode::Wishes;

/// Hidden channels that somebody who lists leaves out at once: their ids have 36 KiB.
const MAX_HIDDEN: usize = 1_000;
/// Channels that one statement looks up.
const IDS_AT_ONCE: usize = 20;
/// Changes that are read at one time.
const CHANGES_AT_ONCE: u32 = 1000;

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
}

impl Store {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    /// A transaction that is alone with the channels: changes are told in their order, and what may
    /// be so many is counted by one at a time.
    pub(super) async fn begin(&self) -> Result<Transaction, ChannelsError> {
        let mut transaction = self.db.begin().await?;
        transaction.alone("channels").await?;
        Ok(transaction)
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

    /// What the channel said was on, up to `until`, the newest first.
    pub(super) async fn titles(
        &self,
        id: ChannelId,
        until: WallClock,
    ) -> Result<Vec<(WallClock, String)>, ChannelsError> {
        let rows = self
            .db
            .query(
                "SELECT at, title FROM channel_title WHERE channel_id = $1 AND at <= $2 \
                 ORDER BY at DESC, version DESC",
            )
            .bind(id)
            .bind(until)
            .all()
            .await?;
        let title = |row: &Row| Ok((row.get("at")?, row.get("title")?));
        Ok(rows.iter().map(title).collect::<Result<_, DbError>>()?)
    }

    pub(super) async fn list(&self) -> Result<Vec<Channel>, ChannelsError> {
        let rows =
            self.db.query("SELECT * FROM channel ORDER BY is_primary DESC, slug").all().await?;
        Ok(rows.iter().map(channel).collect::<Result<_, _>>()?)
    }

    pub(super) async fn hidden(&self) -> Result<Vec<ChannelId>, ChannelsError> {
        let sql = "SELECT id FROM channel WHERE hidden ORDER BY id LIMIT $1";
        let rows = self.db.query(sql).bind(MAX_HIDDEN).all().await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
    }

    pub(super) async fn those(&self, ids: &[ChannelId]) -> Result<Vec<Channel>, ChannelsError> {
        let mut channels = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            let mut query = self.db.query(
                "SELECT * FROM channel WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
                 $12, $13, $14, $15, $16, $17, $18, $19, $20)",
            );
            for at in 0..IDS_AT_ONCE {
                query = query.bind(some.get(at).map_or_else(String::new, ToString::to_string));
            }
            let rows = query.all().await?;
            channels.extend(rows.iter().map(channel).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(channels)
    }

    pub(super) async fn tags(&self, id: ChannelId) -> Result<Vec<Tag>, ChannelsError> {
        let rows = self
            .db
            .query("SELECT tag FROM channel_tag WHERE channel_id = $1 ORDER BY position")
            .bind(id)
            .all()
            .await?;
        Ok(rows.iter().map(|row| row.get("tag")).collect::<Result<_, _>>()?)
    }

    pub(super) async fn all_tags(&self) -> Result<Vec<(ChannelId, Tag)>, ChannelsError> {
        let all = "SELECT channel_id, tag FROM channel_tag ORDER BY channel_id, position";
        let rows = self.db.query(all).all().await?;
        Ok(rows
            .iter()
            .map(|row| Ok((row.get("channel_id")?, row.get("tag")?)))
            .collect::<Result<_, DbError>>()?)
    }

    pub(super) async fn newest_change(&self) -> Result<u64, ChannelsError> {
        let newest = "SELECT COALESCE(MAX(version), 0) AS version FROM channel_change";
        Ok(self.db.query(newest).one().await?.get("version")?)
    }

    /// What has changed since, in order, with the version of each change.
    pub(super) async fn changes_since(
        &self,
        version: u64,
    ) -> Result<Vec<(ChannelId, u64)>, ChannelsError> {
        let rows = self
            .db
            .query(
                "SELECT channel_id, version FROM channel_change WHERE version > $1 \
                 ORDER BY version LIMIT $2",
            )
            .bind(version)
            .bind(CHANGES_AT_ONCE)
            .all()
            .await?;
        rows.iter().map(|row| Ok((row.get("channel_id")?, row.get("version")?))).collect()
    }
}

/// The channel as it is now.
pub(super) async fn load(
    transaction: &mut Transaction,
    id: ChannelId,
) -> Result<Channel, ChannelsError> {
    let row = transaction.query("SELECT * FROM channel WHERE id = $1").bind(id).optional().await?;
    Ok(channel(&row.ok_or(ChannelsError::Gone)?)?)
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    channel: &Channel,
) -> Result<(), ChannelsError> {
    let inserted = transaction
        .query(
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
        .execute()
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if error.is_taken() => Err(ChannelsError::SlugTaken(channel.slug.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Writes everything but the slug and the tags.
pub(super) async fn update(
    transaction: &mut Transaction,
    channel: &Channel,
) -> Result<(), ChannelsError> {
    let links = serde_json::to_string(&channel.links).expect("links are texts");
    transaction
        .query(
            "UPDATE channel SET name = $2, title = $3, description = $4, latency_level = $5, \
             reconnect_grace_ms = $6, video = $7, thumbnail_history = $8, category_id = $9, \
             language = $10, mature = $11, links = $12, accent = $13, hidden = $14, \
             locked_at = $15, locked_by = $16, shows_followers = $17 WHERE id = $1",
        )
        .bind(channel.id)
        .bind(&channel.name)
        .bind(&channel.title)
        .bind(&channel.description)
        .bind(channel.latency_level)
        .bind(channel.reconnect_grace)
        .bind(channel.video.to_json())
        .bind(channel.thumbnail_history)
        .bind(channel.category)
        .bind(channel.language.clone())
        .bind(channel.mature)
        .bind(links)
        .bind(channel.accent.clone())
        .bind(channel.hidden)
        .bind(channel.lock.as_ref().map(|lock| lock.at))
        .bind(channel.lock.as_ref().map(|lock| lock.by.as_str()))
        .bind(channel.shows_followers)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn remove(
    transaction: &mut Transaction,
    id: ChannelId,
) -> Result<(), ChannelsError> {
    transaction.query("DELETE FROM channel WHERE id = $1").bind(id).execute().await?;
    Ok(())
}

/// Notes that a channel was changed; gives the version of the change.
pub(super) async fn touch(
    transaction: &mut Transaction,
    id: ChannelId,
) -> Result<u64, ChannelsError> {
    let next = "SELECT COALESCE(MAX(version), 0) + 1 AS version FROM channel_change";
    let version: u64 = transaction.query(next).one().await?.get("version")?;
    transaction
        .query(
            "INSERT INTO channel_change (channel_id, version) VALUES ($1, $2) \
             ON CONFLICT (channel_id) DO UPDATE SET version = excluded.version",
        )
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(version)
}

pub(super) async fn tags(
    transaction: &mut Transaction,
    id: ChannelId,
) -> Result<Vec<Tag>, ChannelsError> {
    let rows = transaction
        .query("SELECT tag FROM channel_tag WHERE channel_id = $1 ORDER BY position")
        .bind(id)
        .all()
        .await?;
    Ok(rows.iter().map(|row| row.get("tag")).collect::<Result<_, _>>()?)
}

pub(super) async fn set_tags(
    transaction: &mut Transaction,
    id: ChannelId,
    tags: &[Tag],
) -> Result<(), ChannelsError> {
    transaction.query("DELETE FROM channel_tag WHERE channel_id = $1").bind(id).execute().await?;
    for (position, tag) in tags.iter().enumerate() {
        transaction
            .query("INSERT INTO channel_tag (channel_id, tag, position) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(tag.to_string())
            .bind(position)
            .execute()
            .await?;
    }
    Ok(())
}

/// Notes what the channel says is on, and forgets what is older than so many others.
pub(super) async fn note_title(
    transaction: &mut Transaction,
    channel: &Channel,
    (version, at): (u64, WallClock),
    keep: u32,
) -> Result<(), ChannelsError> {
    transaction
        .query(
            "INSERT INTO channel_title (channel_id, version, at, title, category_id) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(channel.id)
        .bind(version)
        .bind(at)
        .bind(&channel.title)
        .bind(channel.category)
        .execute()
        .await?;
    transaction
        .query(
            "DELETE FROM channel_title WHERE channel_id = $1 AND version <= (SELECT version \
             FROM channel_title WHERE channel_id = $1 ORDER BY version DESC LIMIT 1 OFFSET $2)",
        )
        .bind(channel.id)
        .bind(keep)
        .execute()
        .await?;
    Ok(())
}

fn channel(row: &Row) -> Result<Channel, DbError> {
    let video = Wishes::parse(&row.get::<String>("video")?);
    let links = serde_json::from_str(&row.get::<String>("links")?);
    let at: Option<WallClock> = row.get("locked_at")?;
    let by: Option<String> = row.get("locked_by")?;
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
        category: row.get("category_id")?,
        language: row.get("language")?,
        mature: row.get("mature")?,
        links: links.map_err(|_| DbError::Corrupt { what: "links" })?,
        accent: row.get("accent")?,
        shows_followers: row.get("shows_followers")?,
        hidden: row.get("hidden")?,
        lock: at.map(|at| Lock { at, by: by.unwrap_or_default() }),
        created_at: row.get("created_at")?,
    })
}
