//! The tables `chat_poll` and `chat_vote`.

use rivulet_media::time::WallClock;

use super::{ChatError, Store, read, write};
use crate::chat::model::poll::Poll;
use crate::db::{DbError, Transaction};
use crate::ids::{ChannelId, ChatterId, PollId};

pub(super) async fn open(
    transaction: &mut Transaction,
    channel: ChannelId,
    poll: &Poll,
) -> Result<(), DbError> {
    transaction
        .query(
            "INSERT INTO chat_poll (id, channel_id, question, choices, by_name, opened_at, \
             closes_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(poll.id)
        .bind(channel)
        .bind(&poll.question)
        .bind(write(&poll.choices))
        .bind(&poll.by)
        .bind(poll.opened_at)
        .bind(poll.closes_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn close(
    transaction: &mut Transaction,
    poll: PollId,
    at: WallClock,
) -> Result<(), DbError> {
    let update = "UPDATE chat_poll SET closed_at = $2 WHERE id = $1";
    transaction.query(update).bind(poll).bind(at).execute().await?;
    Ok(())
}

pub(super) async fn vote(
    transaction: &mut Transaction,
    poll: PollId,
    (by, choice): (ChatterId, usize),
    at: WallClock,
) -> Result<(), DbError> {
    let insert = "INSERT INTO chat_vote (poll_id, chatter_id, choice, at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (poll_id, chatter_id) \
        DO UPDATE SET choice = excluded.choice, at = excluded.at";
    transaction.query(insert).bind(poll).bind(by).bind(choice).bind(at).execute().await?;
    Ok(())
}

impl Store {
    /// The poll that is going on in a room, with its answers.
    pub(in crate::chat) async fn poll(
        &self,
        channel: ChannelId,
        limit: usize,
    ) -> Result<Option<Poll>, ChatError> {
        let row = self.db.query(
            "SELECT * FROM chat_poll WHERE channel_id = $1 AND closed_at IS NULL \
             ORDER BY opened_at DESC LIMIT 1",
        );
        let Some(row) = row.bind(channel).optional().await? else { return Ok(None) };
        let id: PollId = row.get("id")?;
        let votes = self.db.query("SELECT * FROM chat_vote WHERE poll_id = $1 LIMIT $2");
        let votes = votes.bind(id).bind(limit).all().await?;
        let votes = votes.iter().map(|row| Ok((row.get("chatter_id")?, row.get("choice")?)));
        Ok(Some(Poll {
            id,
            question: row.get("question")?,
            choices: read("choices", &row.get::<String>("choices")?)?,
            by: row.get("by_name")?,
            opened_at: row.get("opened_at")?,
            closes_at: row.get("closes_at")?,
            votes: votes.collect::<Result<_, DbError>>()?,
        }))
    }
}
