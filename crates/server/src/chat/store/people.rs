//! The table `chat_person`: everybody who came to write.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};
use crate::chat::model::who::{Kind, Speaker};
use crate::db::{DbError, Row, Transaction};
use crate::ids::{ChannelId, ChatterId};

/// Somebody who came to write.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Known {
    pub(in crate::chat) id: ChatterId,
    pub(in crate::chat) kind: Kind,
    pub(in crate::chat) name: String,
    pub(in crate::chat) hue: u16,
    pub(in crate::chat) created_at: WallClock,
    pub(in crate::chat) address: Option<String>,
}

impl Store {
    pub(in crate::chat) async fn person(&self, id: ChatterId) -> Result<Option<Known>, ChatError> {
        let row = self.db.query("SELECT * FROM chat_person WHERE id = $1");
        let row = row.bind(id).optional().await?;
        Ok(row.as_ref().map(known).transpose()?)
    }

    /// Those whose name holds a text, the last seen first.
    pub(in crate::chat) async fn people(
        &self,
        holds: &str,
        limit: usize,
    ) -> Result<Vec<Known>, ChatError> {
        let rows = self.db.query(
            "SELECT * FROM chat_person WHERE lower(name) LIKE $1 ESCAPE '\\' \
             ORDER BY last_seen_at DESC, id LIMIT $2",
        );
        let rows = rows.bind(super::pattern(holds)).bind(limit).all().await?;
        Ok(rows.iter().map(known).collect::<Result<_, DbError>>()?)
    }

    /// Those of this name, the last seen first.
    pub(in crate::chat) async fn people_called(
        &self,
        folded: &str,
        limit: usize,
    ) -> Result<Vec<Known>, ChatError> {
        let rows = self.db.query(
            "SELECT * FROM chat_person WHERE folded = $1 ORDER BY last_seen_at DESC LIMIT $2",
        );
        let rows = rows.bind(folded).bind(limit).all().await?;
        Ok(rows.iter().map(known).collect::<Result<_, DbError>>()?)
    }

    /// Writes down that somebody came.
    pub(in crate::chat) async fn see(
        &self,
        speaker: &Speaker,
        folded: &str,
        now: WallClock,
    ) -> Result<(), ChatError> {
        self.db
            .command(
                "INSERT INTO chat_person (id, kind, name, folded, hue, created_at, last_seen_at, \
                 address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
                 name = excluded.name, folded = excluded.folded, hue = excluded.hue, \
                 last_seen_at = excluded.last_seen_at, address = excluded.address",
            )
            .bind(speaker.id)
            .bind(speaker.kind)
            .bind(&speaker.name)
            .bind(folded)
            .bind(speaker.hue)
            .bind(speaker.since)
            .bind(now)
            .bind(speaker.from.to_string())
            .execute()
            .await?;
        Ok(())
    }

    /// Whether somebody said something in a room.
    pub(in crate::chat) async fn has_spoken(
        &self,
        channel: ChannelId,
        who: ChatterId,
    ) -> Result<bool, ChatError> {
        let row = self.db.query(
            "SELECT seq FROM chat_event WHERE channel_id = $1 AND chatter_id = $2 \
             AND message_id IS NOT NULL LIMIT 1",
        );
        Ok(row.bind(channel).bind(who).optional().await?.is_some())
    }
}

/// Writes down somebody whom another program knew. Where they wrote from, nobody says.
pub(in crate::chat) async fn insert(
    transaction: &mut Transaction,
    (speaker, folded): (&Speaker, &str),
    seen_at: WallClock,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO chat_person (id, kind, name, folded, hue, created_at, last_seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(speaker.id)
        .bind(speaker.kind)
        .bind(&speaker.name)
        .bind(folded)
        .bind(speaker.hue)
        .bind(speaker.since)
        .bind(seen_at)
        .execute()
        .await?;
    Ok(())
}

/// Somebody has another name or another colour.
pub(super) async fn change(
    transaction: &mut Transaction,
    id: ChatterId,
    (name, hue): (Option<&(String, String)>, Option<u16>),
) -> Result<(), DbError> {
    if let Some((name, folded)) = name {
        let update = "UPDATE chat_person SET name = $2, folded = $3 WHERE id = $1";
        transaction.query(update).bind(id).bind(name).bind(folded).execute().await?;
    }
    if let Some(hue) = hue {
        let update = "UPDATE chat_person SET hue = $2 WHERE id = $1";
        transaction.query(update).bind(id).bind(hue).execute().await?;
    }
    Ok(())
}

fn known(row: &Row) -> Result<Known, DbError> {
    Ok(Known {
        id: row.get("id")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        hue: row.get("hue")?,
        created_at: row.get("created_at")?,
        address: row.get("address")?,
    })
}
