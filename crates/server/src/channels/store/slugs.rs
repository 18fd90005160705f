//! The table `channel_slug_history`, and the names in `channel`.

use rivulet_media::time::WallClock;

use super::super::slugs::Former;
use super::super::{Channel, ChannelsError, Slug};
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::ChannelId;

const FORMER: &str = "SELECT channel_id, left_at FROM channel_slug_history WHERE slug = $1";

impl Store {
    /// Who had a name that nobody has now.
    pub(in crate::channels) async fn former(
        &self,
        slug: &Slug,
    ) -> Result<Option<Former>, ChannelsError> {
        let row = self.db.query(FORMER).bind(slug.as_str()).optional().await?;
        Ok(row.as_ref().map(read).transpose()?)
    }
}

pub(in crate::channels) async fn former(
    transaction: &mut Transaction,
    slug: &Slug,
) -> Result<Option<Former>, ChannelsError> {
    let row = transaction.query(FORMER).bind(slug.as_str()).optional().await?;
    Ok(row.as_ref().map(read).transpose()?)
}

pub(in crate::channels) async fn is_taken(
    transaction: &mut Transaction,
    slug: &Slug,
) -> Result<bool, ChannelsError> {
    let taken = transaction.query("SELECT id FROM channel WHERE slug = $1").bind(slug.as_str());
    Ok(taken.optional().await?.is_some())
}

pub(in crate::channels) async fn rename(
    transaction: &mut Transaction,
    channel: ChannelId,
    slug: &Slug,
) -> Result<(), ChannelsError> {
    transaction
        .query("UPDATE channel SET slug = $2 WHERE id = $1")
        .bind(channel)
        .bind(slug.as_str())
        .execute()
        .await?;
    Ok(())
}

/// Nobody had this name.
pub(in crate::channels) async fn forget(
    transaction: &mut Transaction,
    slug: &Slug,
) -> Result<(), ChannelsError> {
    transaction
        .query("DELETE FROM channel_slug_history WHERE slug = $1")
        .bind(slug.as_str())
        .execute()
        .await?;
    Ok(())
}

/// Notes that a channel gave its name up, and forgets those before its newest ones.
pub(in crate::channels) async fn leave(
    transaction: &mut Transaction,
    channel: &Channel,
    at: WallClock,
    keep: u32,
) -> Result<(), ChannelsError> {
    transaction
        .query("INSERT INTO channel_slug_history (slug, channel_id, left_at) VALUES ($1, $2, $3)")
        .bind(channel.slug.as_str())
        .bind(channel.id)
        .bind(at)
        .execute()
        .await?;
    transaction
        .query(
            "DELETE FROM channel_slug_history WHERE channel_id = $1 AND slug NOT IN (SELECT slug \
             FROM channel_slug_history WHERE channel_id = $1 ORDER BY left_at DESC, slug LIMIT $2)",
        )
        .bind(channel.id)
        .bind(keep)
        .execute()
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Former, DbError> {
    Ok(Former { channel: row.get("channel_id")?, left_at: row.get("left_at")? })
}
