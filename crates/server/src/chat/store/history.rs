//! What happened in a room, read again.

use rivulet_media::time::WallClock;

use super::{ChatError, Store, event, events, message, pattern, target};
use crate::chat::model::Target;
use crate::chat::model::event::{Event, Message};
use crate::db::{DbError, Row};
use crate::ids::{ChannelId, ChatActionId, ChatterId, MessageId};

/// No event has a higher number.
const NEWEST: u64 = i64::MAX.unsigned_abs();

/// What a moderator looks for.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Search {
    pub(in crate::chat) text: Option<String>,
    pub(in crate::chat) chatter: Option<ChatterId>,
    pub(in crate::chat) since: Option<WallClock>,
    pub(in crate::chat) until: Option<WallClock>,
    /// Older than this one.
    pub(in crate::chat) before: Option<u64>,
}

/// A message that was found, with its place.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Found {
    pub(in crate::chat) seq: u64,
    pub(in crate::chat) target: Target,
}

impl Store {
    /// The newest events that everybody may see, the oldest first.
    pub(in crate::chat) async fn newest(
        &self,
        channel: ChannelId,
        limit: usize,
    ) -> Result<Vec<Event>, ChatError> {
        let rows = self
            .db
            .query(events!(
                "WHERE channel_id = $1 AND hidden_at IS NULL ORDER BY seq DESC LIMIT $2"
            ))
            .bind(channel)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().rev().map(event).collect::<Result<_, DbError>>()?)
    }

    /// The newest messages before an event that everybody may see, the newest first.
    pub(in crate::chat) async fn messages_before(
        &self,
        channel: ChannelId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Event>, ChatError> {
        let rows = self
            .db
            .query(events!(
                "WHERE channel_id = $1 AND hidden_at IS NULL AND message_id IS NOT NULL \
                 AND seq < $2 ORDER BY seq DESC LIMIT $3"
            ))
            .bind(channel)
            .bind(before.unwrap_or(NEWEST))
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(event).collect::<Result<_, DbError>>()?)
    }

    /// The action that took a message away.
    pub(in crate::chat) async fn hider(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<ChatActionId>, ChatError> {
        let row = self.db.query(
            "SELECT hidden_by FROM chat_event WHERE channel_id = $1 AND message_id = $2 \
             AND hidden_by IS NOT NULL",
        );
        let row = row.bind(channel).bind(message).optional().await?;
        // Authors take back what they said too, and are no action.
        let by = row.map(|row| row.get::<String>("hidden_by")).transpose()?;
        Ok(by.as_deref().and_then(ChatActionId::parse))
    }

    /// The newest messages that an action took away, the oldest first.
    pub(in crate::chat) async fn hidden_by(
        &self,
        channel: ChannelId,
        action: ChatActionId,
        limit: usize,
    ) -> Result<Vec<Message>, ChatError> {
        let rows = self
            .db
            .query(events!(
                "WHERE channel_id = $1 AND hidden_by = $2 AND message_id IS NOT NULL \
                 ORDER BY seq DESC LIMIT $3"
            ))
            .bind(channel)
            .bind(action.to_string())
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().rev().map(message).collect::<Result<_, DbError>>()?)
    }

    /// The events after one that everybody may see, the oldest first.
    pub(in crate::chat) async fn events_after(
        &self,
        channel: ChannelId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Event>, ChatError> {
        let rows = self
            .db
            .query(events!(
                "WHERE channel_id = $1 AND seq > $2 AND hidden_at IS NULL ORDER BY seq LIMIT $3"
            ))
            .bind(channel)
            .bind(after)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(event).collect::<Result<_, DbError>>()?)
    }

    /// The newest messages that fit, hidden ones too.
    pub(in crate::chat) async fn search(
        &self,
        channel: ChannelId,
        search: &Search,
        limit: usize,
    ) -> Result<Vec<Found>, ChatError> {
        let rows = self
            .db
            .query(events!(
                "WHERE channel_id = $1 AND kind = 'message' \
                 AND ($2 IS NULL OR lower(text) LIKE $2 ESCAPE '\\') \
                 AND ($3 IS NULL OR chatter_id = $3) AND ($4 IS NULL OR at >= $4) \
                 AND ($5 IS NULL OR at < $5) AND seq < $6 \
                 ORDER BY seq DESC LIMIT $7"
            ))
            .bind(channel)
            .bind(search.text.as_deref().map(pattern))
            .bind(search.chatter)
            .bind(search.since)
            .bind(search.until)
            .bind(search.before.unwrap_or(NEWEST))
            .bind(limit)
            .all()
            .await?;
        let found = |row: &Row| Ok(Found { seq: row.get("seq")?, target: target(row)? });
        Ok(rows.iter().map(found).collect::<Result<_, DbError>>()?)
    }
}
