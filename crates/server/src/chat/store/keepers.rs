//! The table `chat_keeper`, and how somebody is forgotten.

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{ChatError, Line, Store, write};
use crate::audit::{Action, Actor};
use crate::channels::Channel;
use crate::chat::model::event::Fact;
use crate::db::{DbError, Transaction};
use crate::ids::{ChannelId, ChatterId};

/// People without an account who keep order in one room. Against a list without end.
const MAX_KEEPERS: u32 = 1000;

impl Store {
    /// Several statements that happen together or not at all.
    pub(in crate::chat) async fn begin(&self) -> Result<Transaction, ChatError> {
        Ok(self.db.begin().await?)
    }

    /// Whether somebody without an account keeps order in a room.
    pub(in crate::chat) async fn keeps_order(
        &self,
        channel: ChannelId,
        who: ChatterId,
    ) -> Result<bool, ChatError> {
        let one = "SELECT at FROM chat_keeper WHERE channel_id = $1 AND chatter_id = $2";
        Ok(self.db.query(one).bind(channel).bind(who).optional().await?.is_some())
    }

    /// Has somebody keep order in a room, or no longer.
    pub(in crate::chat) async fn set_keeper(
        &self,
        channel: &Channel,
        (who, name): (ChatterId, &str),
        (actor, does, at): (&Actor, bool, WallClock),
    ) -> Result<(), ChatError> {
        let mut transaction = self.db.begin().await?;
        if does {
            add(&mut transaction, (channel.id, who), (actor.name(), at)).await?;
        } else {
            remove(&mut transaction, (channel.id, who)).await?;
        }
        let became = Some(json!({ "chatter": name, "keeps_order": does }));
        let (channel, action) = (Some(channel), Action::ChatModerated);
        self.line(&mut transaction, Line { actor, channel, action, was: None, became }).await?;
        Ok(transaction.commit().await?)
    }

    /// Those who keep order in a room without having an account, in the order in which they came.
    pub(in crate::chat) async fn keepers(
        &self,
        channel: ChannelId,
    ) -> Result<Vec<ChatterId>, ChatError> {
        let all = "SELECT chatter_id FROM chat_keeper WHERE channel_id = $1 \
            ORDER BY at, chatter_id LIMIT $2";
        let rows = self.db.query(all).bind(channel).bind(MAX_KEEPERS).all().await?;
        Ok(rows.iter().map(|row| row.get("chatter_id")).collect::<Result<_, DbError>>()?)
    }
}

/// Has somebody keep order.
pub(in crate::chat) async fn add(
    transaction: &mut Transaction,
    (channel, who): (ChannelId, ChatterId),
    (by, at): (&str, WallClock),
) -> Result<(), DbError> {
    let insert = "INSERT INTO chat_keeper (channel_id, chatter_id, by_name, at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (channel_id, chatter_id) DO NOTHING";
    transaction.query(insert).bind(channel).bind(who).bind(by).bind(at).execute().await?;
    Ok(())
}

/// Has somebody keep order no longer.
pub(in crate::chat) async fn remove(
    transaction: &mut Transaction,
    (channel, who): (ChannelId, ChatterId),
) -> Result<(), DbError> {
    let remove = "DELETE FROM chat_keeper WHERE channel_id = $1 AND chatter_id = $2";
    transaction.query(remove).bind(channel).bind(who).execute().await?;
    Ok(())
}

/// Forgets who somebody was and what they said; that something was said there stays, for numbers
/// have no gaps. Which message it was stays too, so that answers to it do not say how it began.
pub(in crate::chat) async fn forget(
    transaction: &mut Transaction,
    who: ChatterId,
    at: WallClock,
) -> Result<(), DbError> {
    let nothing = Fact::Notice { html: String::new() };
    // Channel by channel, as the index is: the whole table may be years of chat.
    transaction
        .query(
            "UPDATE chat_event SET kind = $2, data = $3, text = '', about_id = NULL, \
             reply_to_id = NULL, chatter_id = NULL, request_key = NULL, hidden_at = $4, \
             hidden_by = NULL WHERE channel_id IN (SELECT id FROM channel) AND chatter_id = $1",
        )
        .bind(who)
        .bind(nothing.kind())
        .bind(write(&nothing))
        .bind(at)
        .execute()
        .await?;
    // Rooms that are open took it down themselves.
    let unpin = "UPDATE chat_room SET pinned = NULL WHERE lower(pinned) LIKE $1";
    let pinned = format!("%\"author\":{{\"id\":\"{who}\"%");
    transaction.query(unpin).bind(pinned).execute().await?;
    for remove in [
        "DELETE FROM chat_keeper WHERE chatter_id = $1",
        "DELETE FROM chat_vote WHERE chatter_id = $1",
        "DELETE FROM chat_held WHERE chatter_id = $1",
        "DELETE FROM chat_note WHERE chatter_id = $1",
        "DELETE FROM chat_case WHERE chatter_id = $1",
        "DELETE FROM chat_person WHERE id = $1",
    ] {
        transaction.query(remove).bind(who).execute().await?;
    }
    Ok(())
}
