//! The table `chat_person`: everybody who came to write.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};
use crate::chat::model::who::{Kind, Speaker};
use crate::chat::words;
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

impl From<&Speaker> for Known {
    fn from(speaker: &Speaker) -> Self {
        Self {
            id: speaker.id,
            kind: speaker.kind,
            name: speaker.name.clone(),
            hue: speaker.hue,
            created_at: speaker.since,
            address: Some(speaker.from.to_string()),
        }
    }
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

    /// Whether a program that has spoken here is called so.
    pub(in crate::chat) async fn is_bots(
        &self,
        folded: &str,
        but: ChatterId,
    ) -> Result<bool, ChatError> {
        let row = self.db.query(
            "SELECT id FROM chat_person WHERE folded = $1 AND kind = $2 AND id <> $3 LIMIT 1",
        );
        let row = row.bind(folded).bind(Kind::Bot).bind(but).optional().await?;
        Ok(row.is_some())
    }

    /// Writes down what somebody is called.
    pub(in crate::chat) async fn call(
        &self,
        speaker: &Speaker,
        now: WallClock,
    ) -> Result<(), ChatError> {
        let mut transaction = self.db.begin().await?;
        call(&mut transaction, speaker, now).await?;
        Ok(transaction.commit().await?)
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
    speaker: &Speaker,
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
        .bind(words::fold(&speaker.name))
        .bind(speaker.hue)
        .bind(speaker.since)
        .bind(seen_at)
        .execute()
        .await?;
    Ok(())
}

/// Somebody is here. What a guest is called is kept already, and a socket that they left open knows
/// an older name; what others are called, their profile or token says.
pub(super) async fn see(
    transaction: &mut Transaction,
    speaker: &Speaker,
    now: WallClock,
) -> Result<(), DbError> {
    if speaker.kind != Kind::Guest {
        return call(transaction, speaker, now).await;
    }
    write(
        transaction,
        "INSERT INTO chat_person (id, kind, name, folded, hue, created_at, last_seen_at, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
         last_seen_at = excluded.last_seen_at, address = excluded.address",
        (speaker, now),
    )
    .await
}

/// Somebody is here, and this is what they are called.
pub(super) async fn call(
    transaction: &mut Transaction,
    speaker: &Speaker,
    now: WallClock,
) -> Result<(), DbError> {
    write(
        transaction,
        "INSERT INTO chat_person (id, kind, name, folded, hue, created_at, last_seen_at, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
         name = excluded.name, folded = excluded.folded, hue = excluded.hue, \
         last_seen_at = excluded.last_seen_at, address = excluded.address",
        (speaker, now),
    )
    .await
}

async fn write(
    transaction: &mut Transaction,
    sql: &'static str,
    (speaker, now): (&Speaker, WallClock),
) -> Result<(), DbError> {
    let write = transaction.query(sql).bind(speaker.id).bind(speaker.kind).bind(&speaker.name);
    let write = write.bind(words::fold(&speaker.name)).bind(speaker.hue).bind(speaker.since);
    write.bind(now).bind(speaker.from.to_string()).execute().await?;
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
