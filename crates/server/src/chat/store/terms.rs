//! The table `chat_term`.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::{ChatError, Line, Store};
use crate::access::words;
use crate::audit::{Action, Actor};
use crate::channels::Channel;
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

impl KeptTerm {
    /// As the audit log has it.
    fn told(&self) -> Value {
        json!({ "term": self.pattern, "kind": self.kind, "action": self.action })
    }
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
        channel: Option<&Channel>,
        term: &KeptTerm,
        actor: &Actor,
    ) -> Result<(), ChatError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "INSERT INTO chat_term (id, channel_id, pattern, kind, action, by_name, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(term.id)
            .bind(channel.map(|channel| channel.id))
            .bind(&term.pattern)
            .bind(term.kind)
            .bind(term.action)
            .bind(&term.by)
            .bind(term.at)
            .execute()
            .await?;
        let became = Some(term.told());
        let action = Action::ChatTerms;
        self.line(&mut transaction, Line { actor, channel, action, was: None, became }).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a term of the site, or of a channel; whether it was there.
    pub(in crate::chat) async fn remove_term(
        &self,
        id: ChatItemId,
        channel: Option<&Channel>,
        actor: &Actor,
    ) -> Result<bool, ChatError> {
        let mut transaction = self.db.begin().await?;
        let removed = match channel {
            Some(channel) => transaction
                .query("DELETE FROM chat_term WHERE id = $1 AND channel_id = $2 RETURNING *")
                .bind(id)
                .bind(channel.id),
            None => transaction
                .query("DELETE FROM chat_term WHERE id = $1 AND channel_id IS NULL RETURNING *")
                .bind(id),
        };
        let Some(row) = removed.optional().await? else { return Ok(false) };
        let was = Some(term(&row)?.told());
        let action = Action::ChatTerms;
        self.line(&mut transaction, Line { actor, channel, action, was, became: None }).await?;
        transaction.commit().await?;
        Ok(true)
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
