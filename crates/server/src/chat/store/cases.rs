//! The tables `chat_case` – reports of messages and appeals against actions – and `chat_note`.

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{ChatError, Line, Store};
use crate::access::words;
use crate::audit::{Action, Actor};
use crate::channels::Channel;
use crate::db::{DbError, Row};
use crate::ids::{ChannelId, ChatItemId, ChatterId};

words! {
    /// What moderators are asked to look at.
    CaseKind {
        /// A message that somebody finds wrong.
        Report = "report",
        /// An action that whom it is against finds wrong.
        Appeal = "appeal",
    }
}

/// What moderators are asked to look at.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Case {
    pub(in crate::chat) id: ChatItemId,
    pub(in crate::chat) kind: CaseKind,
    /// The message or the action.
    pub(in crate::chat) subject: String,
    pub(in crate::chat) chatter: ChatterId,
    pub(in crate::chat) chatter_name: String,
    pub(in crate::chat) text: String,
    pub(in crate::chat) at: WallClock,
}

/// What became of it.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Outcome {
    pub(in crate::chat) at: WallClock,
    pub(in crate::chat) granted: bool,
    pub(in crate::chat) answer: String,
}

/// What moderators keep about somebody.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Note {
    pub(in crate::chat) id: ChatItemId,
    pub(in crate::chat) text: String,
    pub(in crate::chat) by: String,
    pub(in crate::chat) at: WallClock,
}

impl Store {
    /// Asks moderators; once for each subject and person.
    pub(in crate::chat) async fn open_case(
        &self,
        channel: ChannelId,
        case: &Case,
    ) -> Result<(), ChatError> {
        self.db
            .command(
                "INSERT INTO chat_case (id, channel_id, kind, subject_id, chatter_id, \
                 chatter_name, text, at, answer, granted) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', FALSE) \
                 ON CONFLICT (kind, subject_id, chatter_id) DO NOTHING",
            )
            .bind(case.id)
            .bind(channel)
            .bind(case.kind)
            .bind(&case.subject)
            .bind(case.chatter)
            .bind(&case.chatter_name)
            .bind(&case.text)
            .bind(case.at)
            .execute()
            .await?;
        Ok(())
    }

    /// What moderators have not looked at yet, the oldest first.
    pub(in crate::chat) async fn open_cases(
        &self,
        channel: ChannelId,
        limit: usize,
    ) -> Result<Vec<Case>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_case WHERE channel_id = $1 AND decided_at IS NULL \
                 ORDER BY at, id LIMIT $2",
            )
            .bind(channel)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.iter().map(case).collect::<Result<_, DbError>>()?)
    }

    /// What somebody asked moderators to look at, the newest first.
    pub(in crate::chat) async fn cases_of(
        &self,
        channel: ChannelId,
        who: ChatterId,
        limit: usize,
    ) -> Result<Vec<(Case, Option<Outcome>)>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_case WHERE channel_id = $1 AND chatter_id = $2 \
                 ORDER BY at DESC, id DESC LIMIT $3",
            )
            .bind(channel)
            .bind(who)
            .bind(limit)
            .all()
            .await?;
        Ok(rows
            .iter()
            .map(|row| Ok((case(row)?, outcome(row)?)))
            .collect::<Result<_, DbError>>()?)
    }

    /// One that nobody has decided; decided from here on. `None` when there is none.
    pub(in crate::chat) async fn decide_case(
        &self,
        (channel, id): (ChannelId, ChatItemId),
        (by, at): (&str, WallClock),
        (granted, answer): (bool, &str),
    ) -> Result<Option<Case>, ChatError> {
        let row = self.db.command(
            "UPDATE chat_case SET decided_at = $3, decided_by = $4, granted = $5, answer = $6 \
             WHERE channel_id = $1 AND id = $2 AND decided_at IS NULL RETURNING *",
        );
        let row = row.bind(channel).bind(id).bind(at).bind(by).bind(granted).bind(answer);
        Ok(row.optional().await?.as_ref().map(case).transpose()?)
    }

    /// What moderators keep about somebody, the newest first.
    pub(in crate::chat) async fn notes(
        &self,
        channel: ChannelId,
        who: ChatterId,
        limit: usize,
    ) -> Result<Vec<Note>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT * FROM chat_note WHERE channel_id = $1 AND chatter_id = $2 \
                 ORDER BY at DESC, id DESC LIMIT $3",
            )
            .bind(channel)
            .bind(who)
            .bind(limit)
            .all()
            .await?;
        let note = |row: &Row| {
            let (id, text) = (row.get("id")?, row.get("text")?);
            Ok(Note { id, text, by: row.get("by_name")?, at: row.get("at")? })
        };
        Ok(rows.iter().map(note).collect::<Result<_, DbError>>()?)
    }

    pub(in crate::chat) async fn add_note(
        &self,
        channel: &Channel,
        (who, name): (ChatterId, &str),
        (note, actor): (&Note, &Actor),
    ) -> Result<(), ChatError> {
        let mut transaction = self.db.begin().await?;
        transaction
            .query(
                "INSERT INTO chat_note (id, channel_id, chatter_id, text, by_name, at) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(note.id)
            .bind(channel.id)
            .bind(who)
            .bind(&note.text)
            .bind(&note.by)
            .bind(note.at)
            .execute()
            .await?;
        // What the note says is for those who keep order, not for the log.
        let became = Some(json!({ "person": name }));
        let (channel, action) = (Some(channel), Action::ChatNotes);
        self.line(&mut transaction, Line { actor, channel, action, was: None, became }).await?;
        Ok(transaction.commit().await?)
    }
}

fn outcome(row: &Row) -> Result<Option<Outcome>, DbError> {
    let Some(at) = row.get("decided_at")? else { return Ok(None) };
    Ok(Some(Outcome { at, granted: row.get("granted")?, answer: row.get("answer")? }))
}

fn case(row: &Row) -> Result<Case, DbError> {
    Ok(Case {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject_id")?,
        chatter: row.get("chatter_id")?,
        chatter_name: row.get("chatter_name")?,
        text: row.get("text")?,
        at: row.get("at")?,
    })
}
