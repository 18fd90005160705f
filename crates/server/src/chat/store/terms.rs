//! The table `chat_term`.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};
use crate::access::words;
use crate::db::{DbError, Row};
use crate::ids::{ChannelId, ChatItemId};

words! {
    /// How a term is looked for.
    TermKind {
        /// As a word of its own.
        Word = "word",
        /// Within words too.
        Substring = "substring",
        /// `*` stands for any letters of the same word.
        Wildcard = "wildcard",
    }
}

words! {
    /// What becomes of a message with a term in it.
    TermAction {
        /// It waits for a moderator.
        Hold = "hold",
        /// It is not said.
        Block = "block",
    }
}

/// A term, as it is kept.
#[derive(Clone, Debug)]
pub(in crate::chat) struct KeptTerm {
    pub(in crate::chat) id: ChatItemId,
    pub(in crate::chat) pattern: String,
    pub(in crate::chat) kind: TermKind,
    pub(in crate::chat) action: TermAction,
    pub(in crate::chat) is_of_site: bool,
    pub(in crate::chat) by: String,
    pub(in crate::chat) at: WallClock,
}

impl Store {
    /// The terms of the site and of a channel.
    pub(in crate::chat) async fn terms(
        &self,
        channel: Option<ChannelId>,
        limit: usize,
    ) -> Result<Vec<KeptTerm>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_term WHERE channel_id IS NULL OR channel_id = $1 \
                 ORDER BY at, id LIMIT $2",
            )
            .bind(channel)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(term).collect::<Result<_, DbError>>()?)
    }

    pub(in crate::chat) async fn add_term(
        &self,
        channel: Option<ChannelId>,
        term: &KeptTerm,
    ) -> Result<(), ChatError> {
        self.db
            .command(
                "INSERT INTO chat_term (id, channel_id, pattern, kind, action, by_name, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(term.id)
            .bind(channel)
            .bind(&term.pattern)
            .bind(term.kind)
            .bind(term.action)
            .bind(&term.by)
            .bind(term.at)
            .execute()
            .await?;
        Ok(())
    }

    /// Removes a term of the site, or of a channel; whether it was there.
    pub(in crate::chat) async fn remove_term(
        &self,
        id: ChatItemId,
        channel: Option<ChannelId>,
    ) -> Result<bool, ChatError> {
        let removed = match channel {
            Some(channel) => self
                .db
                .command("DELETE FROM chat_term WHERE id = $1 AND channel_id = $2")
                .bind(id)
                .bind(channel),
            None => self
                .db
                .command("DELETE FROM chat_term WHERE id = $1 AND channel_id IS NULL")
                .bind(id),
        };
        Ok(removed.execute().await? > 0)
    }
}

fn term(row: &Row) -> Result<KeptTerm, DbError> {
    Ok(KeptTerm {
        id: row.get("id")?,
        pattern: row.get("pattern")?,
        kind: row.get("kind")?,
        action: row.get("action")?,
        is_of_site: row.get::<Option<ChannelId>>("channel_id")?.is_none(),
        by: row.get("by_name")?,
        at: row.get("at")?,
    })
}
