//! The table `chat_emote`.

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{ChatError, Line, Store};
use crate::audit::{Action, Actor};
use crate::channels::Channel;
use crate::chat::emotes::Emote;
use crate::db::{DbError, Row};
use crate::ids::{ChannelId, EmoteId};

/// An emote on its way in.
pub(in crate::chat) struct NewEmote<'a> {
    pub(in crate::chat) emote: Emote,
    pub(in crate::chat) channel: Option<&'a Channel>,
    pub(in crate::chat) picture: &'a [u8],
    pub(in crate::chat) by: &'a Actor,
    pub(in crate::chat) at: WallClock,
}

impl Store {
    /// The emotes of the site and then those of a channel, at most so many.
    pub(in crate::chat) async fn emotes(
        &self,
        channel: Option<ChannelId>,
        limit: usize,
    ) -> Result<Vec<Emote>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT id, channel_id, name, width, height, animated, media_type \
                 FROM chat_emote WHERE channel_id IS NULL OR channel_id = $1 \
                 ORDER BY CASE WHEN channel_id IS NULL THEN 0 ELSE 1 END, name LIMIT $2",
            )
            .bind(channel)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(emote).collect::<Result<_, DbError>>()?)
    }

    /// The picture of an emote, and of which type it is.
    pub(in crate::chat) async fn picture(
        &self,
        id: EmoteId,
    ) -> Result<Option<(String, Vec<u8>)>, ChatError> {
        let row = self.db.query("SELECT media_type, picture FROM chat_emote WHERE id = $1");
        let row = row.bind(id).optional().await?;
        let picture = |row: Row| Ok((row.get("media_type")?, row.get("picture")?));
        Ok(row.map(picture).transpose().map_err(|error: DbError| error)?)
    }

    /// Adds an emote; an error where another of its place has the name.
    pub(in crate::chat) async fn add_emote(&self, new: &NewEmote<'_>) -> Result<(), ChatError> {
        let emote = &new.emote;
        let place = new.channel.map(|channel| channel.id.to_string()).unwrap_or_default();
        let place = format!("{place}:{}", emote.name.to_lowercase());
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "INSERT INTO chat_emote (id, channel_id, name, place, width, height, animated, \
                 media_type, picture, by_name, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(emote.id)
            .bind(new.channel.map(|channel| channel.id))
            .bind(&emote.name)
            .bind(place)
            .bind(emote.width)
            .bind(emote.height)
            .bind(emote.animated)
            .bind(&emote.media_type)
            .bind(new.picture)
            .bind(new.by.name())
            .bind(new.at)
            .execute()
            .await
            .map_err(|error| match error.is_taken() {
                true => ChatError::Taken("emote"),
                false => error.into(),
            })?;
        let became = Some(json!({ "emote": emote.name }));
        let (actor, channel, action) = (new.by, new.channel, Action::ChatEmotes);
        self.line(&mut transaction, Line { actor, channel, action, was: None, became }).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes an emote of the site, or of a channel; whether it was there.
    pub(in crate::chat) async fn remove_emote(
        &self,
        id: EmoteId,
        channel: Option<&Channel>,
        actor: &Actor,
    ) -> Result<bool, ChatError> {
        let mut transaction = self.db.begin().await?;
        let removed = match channel {
            Some(channel) => transaction
                .query("DELETE FROM chat_emote WHERE id = $1 AND channel_id = $2 RETURNING name")
                .bind(id)
                .bind(channel.id),
            None => transaction
                .query("DELETE FROM chat_emote WHERE id = $1 AND channel_id IS NULL RETURNING name")
                .bind(id),
        };
        let Some(row) = removed.optional().await? else { return Ok(false) };
        let was = Some(json!({ "emote": row.get::<String>("name")? }));
        let action = Action::ChatEmotes;
        self.line(&mut transaction, Line { actor, channel, action, was, became: None }).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn emote(row: &Row) -> Result<Emote, DbError> {
    Ok(Emote {
        id: row.get("id")?,
        name: row.get("name")?,
        width: row.get("width")?,
        height: row.get("height")?,
        animated: row.get("animated")?,
        media_type: row.get("media_type")?,
        is_of_site: row.get::<Option<ChannelId>>("channel_id")?.is_none(),
    })
}
