//! The tables `chat_room` and `chat_event`, and what is written together with them.

pub(super) mod actions;
mod cases;
mod commit;
mod emotes;
mod forgetting;
mod held;
mod history;
pub(super) mod keepers;
mod keys;
mod lines;
pub(super) mod people;
mod polls;
mod terms;

use rivulet_media::time::WallClock;
use unicode_normalization::UnicodeNormalization as _;

pub(super) use cases::{Case, CaseKind, Note};
pub(super) use emotes::NewEmote;
pub(super) use history::Search;
pub(super) use lines::Line;
pub(super) use people::Known;
pub(super) use terms::{KeptTerm, TermAction, TermKind};

use super::ChatError;
use super::model::event::{Event, Fact, Message};
use super::model::settings::Settings;
use super::model::{Pin, Target};
use crate::audit::Audit;
use crate::db::{Db, DbError, Row, Transaction};
use crate::ids::{ChannelId, ChatActionId, ChatterId, MessageId};

/// Reads events, each with whether the message that it answers was taken away.
macro_rules! events {
    ($which:literal) => {
        concat!(
            "SELECT event.*, (SELECT answered.hidden_at FROM chat_event answered \
             WHERE answered.message_id = event.reply_to_id) AS answered_hidden_at \
             FROM chat_event event ",
            $which
        )
    };
}

use events;

/// What reads a message together with who said it.
const MESSAGE: &str = events!("WHERE channel_id = $1 AND message_id = $2 AND kind = 'message'");

#[derive(Clone)]
pub(super) struct Store {
    db: Db,
    audit: Audit,
}

/// What is kept of a room.
pub(super) struct Kept {
    pub(super) last_seq: u64,
    pub(super) settings: Settings,
    pub(super) pinned: Option<Pin>,
}

impl Store {
    pub(super) fn new(db: Db, audit: Audit) -> Self {
        Self { db, audit }
    }

    /// How many people there are, and how many events there were.
    pub(super) async fn totals(&self) -> Result<(u64, u64), ChatError> {
        let people = self.db.query("SELECT COUNT(*) AS people FROM chat_person").one().await?;
        let events = "SELECT CAST(COALESCE(SUM(last_seq), 0) AS BIGINT) AS events FROM chat_room";
        let events = self.db.query(events).one().await?;
        Ok((people.get("people")?, events.get("events")?))
    }

    /// What is kept of a room, which is made where there is none.
    pub(super) async fn open(&self, channel: ChannelId) -> Result<Kept, ChatError> {
        self.db
            .command(
                "INSERT INTO chat_room (channel_id, last_seq, settings) VALUES ($1, 0, '{}') \
                 ON CONFLICT (channel_id) DO NOTHING",
            )
            .bind(channel)
            .execute()
            .await?;
        let row = self.db.query("SELECT * FROM chat_room WHERE channel_id = $1");
        let row = row.bind(channel).one().await?;
        let pinned = row.get::<Option<String>>("pinned")?;
        Ok(Kept {
            last_seq: row.get("last_seq")?,
            settings: read("settings", &row.get::<String>("settings")?)?,
            pinned: pinned.map(|pinned| read("pinned", &pinned)).transpose()?,
        })
    }

    /// A message that somebody wants to do something to.
    pub(super) async fn target(
        &self,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<Option<Target>, ChatError> {
        let row = self.db.query(MESSAGE).bind(channel).bind(id).optional().await?;
        Ok(row.as_ref().map(target).transpose()?)
    }
}

/// Something that was said in another program's chat.
pub(super) struct OldEvent {
    pub(super) id: MessageId,
    pub(super) by: ChatterId,
    pub(super) at: WallClock,
    /// Since when it is hidden, and by which action.
    pub(super) hidden: Option<(WallClock, ChatActionId)>,
    pub(super) fact: Fact,
}

/// Writes it after everything else that there is in a room.
pub(super) async fn append_old(
    transaction: &mut Transaction,
    channel: ChannelId,
    event: &OldEvent,
) -> Result<(), DbError> {
    let open = "INSERT INTO chat_room (channel_id, last_seq, settings) VALUES ($1, 0, '{}') \
        ON CONFLICT (channel_id) DO NOTHING";
    transaction.query(open).bind(channel).execute().await?;
    let next =
        "UPDATE chat_room SET last_seq = last_seq + 1 WHERE channel_id = $1 RETURNING last_seq";
    let seq: u64 = transaction.query(next).bind(channel).one().await?.get("last_seq")?;
    let text = event.fact.message().map_or("", |message| &message.text);
    transaction
        .query(
            "INSERT INTO chat_event (channel_id, seq, at, kind, message_id, chatter_id, text, data, \
             hidden_at, hidden_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(channel)
        .bind(seq)
        .bind(event.at)
        .bind(event.fact.kind())
        .bind(event.id)
        .bind(event.by)
        .bind(text)
        .bind(write(&event.fact))
        .bind(event.hidden.map(|(at, _)| at))
        .bind(event.hidden.map(|(_, by)| by.to_string()))
        .execute()
        .await?;
    Ok(())
}

fn target(row: &Row) -> Result<Target, DbError> {
    Ok(Target {
        id: row.get("message_id")?,
        author: row.get("chatter_id")?,
        at: row.get("at")?,
        hidden: row.get::<Option<WallClock>>("hidden_at")?.is_some(),
        message: message(row)?,
    })
}

fn event(row: &Row) -> Result<Event, DbError> {
    let mut fact = read("data", &row.get::<String>("data")?)?;
    let is_gone = row.get::<Option<WallClock>>("answered_hidden_at")?.is_some();
    if let (true, Fact::Message(message)) = (is_gone, &mut fact)
        && let Some(reply) = &mut message.reply_to
    {
        // How a message began that was taken away is nobody's to read.
        reply.excerpt.clear();
    }
    Ok(Event { seq: row.get("seq")?, at: row.get("at")?, fact })
}

fn message(row: &Row) -> Result<Message, DbError> {
    match event(row)?.fact {
        Fact::Message(message) => Ok(*message),
        _ => Err(DbError::Corrupt { what: "data" }),
    }
}

fn read<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::Corrupt { what })
}

fn write<T: serde::Serialize>(document: &T) -> String {
    serde_json::to_string(document).expect("a document of texts and numbers is JSON")
}

/// A text as it is searched: SQLite knows upper and lower case of ASCII alone.
fn searched(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// A text that is looked for, in the form of `LIKE … ESCAPE '\'`.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in searched(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
