//! What clients called their requests: in `chat_event` and `chat_held`.

use rivulet_media::time::WallClock;

use super::{ChatError, Store};
use crate::chat::model::{KeptKey, Known};
use crate::db::{DbError, Row};
use crate::ids::{ChannelId, ChatterId};

impl Store {
    /// What somebody called requests since `since`, the oldest first, the newest `limit` of them.
    pub(in crate::chat) async fn keys(
        &self,
        channel: ChannelId,
        since: WallClock,
        limit: usize,
    ) -> Result<Vec<KeptKey>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT at, chatter_id, request_key, seq, message_id, about_id FROM chat_event \
                 WHERE channel_id = $1 AND at >= $2 AND request_key IS NOT NULL \
                 ORDER BY seq DESC LIMIT $3",
            )
            .bind(channel)
            .bind(since)
            .bind(limit)
            .all()
            .await?;
        let held = self.db.query(
            "SELECT at, chatter_id, request_key FROM chat_held WHERE channel_id = $1 \
             AND at >= $2 AND request_key IS NOT NULL ORDER BY at DESC LIMIT $3",
        );
        let held = held.bind(channel).bind(since).bind(limit).all().await?;
        let key = |row: &Row, known| {
            Ok((row.get("at")?, row.get("chatter_id")?, row.get("request_key")?, known))
        };
        let done = rows.iter().map(|row| key(row, done(row)?));
        let held = held.iter().map(|row| key(row, Known::Held));
        let mut keys: Vec<KeptKey> = done.chain(held).collect::<Result<_, DbError>>()?;
        keys.sort_by_key(|key| key.0);
        Ok(keys)
    }

    /// What became of somebody's request since `since`.
    pub(in crate::chat) async fn known(
        &self,
        channel: ChannelId,
        (who, key): (ChatterId, &str),
        since: WallClock,
    ) -> Result<Option<Known>, ChatError> {
        let row = self.db.query(
            "SELECT seq, message_id, about_id FROM chat_event WHERE channel_id = $1 \
             AND chatter_id = $2 AND request_key = $3 AND at >= $4 ORDER BY seq DESC LIMIT 1",
        );
        let row = row.bind(channel).bind(who).bind(key).bind(since).optional().await?;
        if let Some(row) = row {
            return Ok(Some(done(&row)?));
        }
        let row = self.db.query(
            "SELECT id FROM chat_held WHERE channel_id = $1 AND chatter_id = $2 \
             AND request_key = $3 AND at >= $4 LIMIT 1",
        );
        let row = row.bind(channel).bind(who).bind(key).bind(since).optional().await?;
        Ok(row.map(|_| Known::Held))
    }
}

fn done(row: &Row) -> Result<Known, DbError> {
    let id = match row.get("message_id")? {
        None => row.get("about_id")?,
        id => id,
    };
    Ok(Known::Done { seq: row.get("seq")?, id })
}
