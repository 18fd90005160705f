//! The table `channel_panel`.

use super::super::{ChannelsError, Panel};
use super::Store;
use crate::db::{DbError, Row, Transaction};
use crate::ids::ChannelId;

const LIST: &str = "SELECT * FROM channel_panel WHERE channel_id = $1 ORDER BY position";

impl Store {
    pub(in crate::channels) async fn panels(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<Panel>, ChannelsError> {
        let rows = self.db.query(LIST).bind(channel).all().await?;
        Ok(rows.iter().map(panel).collect::<Result<_, _>>()?)
    }
}

pub(in crate::channels) async fn list(
    transaction: &mut Transaction,
    channel: ChannelId,
) -> Result<Vec<Panel>, ChannelsError> {
    let rows = transaction.query(LIST).bind(channel).all().await?;
    Ok(rows.iter().map(panel).collect::<Result<_, _>>()?)
}

pub(in crate::channels) async fn replace(
    transaction: &mut Transaction,
    channel: ChannelId,
    panels: &[Panel],
) -> Result<(), ChannelsError> {
    transaction
        .query("DELETE FROM channel_panel WHERE channel_id = $1")
        .bind(channel)
        .execute()
        .await?;
    for (position, panel) in panels.iter().enumerate() {
        transaction
            .query(
                "INSERT INTO channel_panel (id, channel_id, position, title, markdown, link) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(panel.id)
            .bind(channel)
            .bind(position)
            .bind(&panel.title)
            .bind(&panel.markdown)
            .bind(panel.link.as_deref())
            .execute()
            .await?;
    }
    Ok(())
}

fn panel(row: &Row) -> Result<Panel, DbError> {
    Ok(Panel {
        id: row.get("id")?,
        title: row.get("title")?,
        markdown: row.get("markdown")?,
        link: row.get("link")?,
    })
}
