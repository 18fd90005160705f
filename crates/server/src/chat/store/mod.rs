//! The tables `chat_room` and `chat_event`, and what is written together with them.

mod actions;
mod cases;
mod commit;
mod emotes;
mod held;
mod history;
mod people;
mod polls;
mod terms;

use rivulet_media::time::WallClock;

pub(super) use cases::{Case, CaseKind, Note};
pub(super) use emotes::NewEmote;
pub(super) use history::Search;
pub(super) use people::Known;
pub(super) use terms::{KeptTerm, TermAction, TermKind};

use super::ChatError;
use super::model::event::{Event, Fact, Message};
use super::model::settings::Settings;
use super::model::{Pin, Target};
use crate::audit::Audit;
use crate::db::{Db, DbError, Row};
use crate::ids::{ChannelId, ChatterId, MessageId};

/// What reads a message together with who said it.
const MESSAGE: &str = "SELECT * FROM chat_event WHERE channel_id = $1 AND message_id = $2";

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

/// What somebody called a request: when, who, what and which message it became.
pub(super) type Key = (WallClock, ChatterId, String, u64, MessageId);

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

    /// What somebody called requests since `since`, the oldest first.
    pub(super) async fn keys(
        &self,
        channel: ChannelId,
        since: WallClock,
        limit: usize,
    ) -> Result<Vec<Key>, ChatError> {
        let rows = self
            .db
            .query(
                "SELECT at, chatter_id, request_key, seq, message_id FROM chat_event \
                 WHERE channel_id = $1 AND at >= $2 AND request_key IS NOT NULL \
                 ORDER BY seq DESC LIMIT $3",
            )
            .bind(channel)
            .bind(since)
            .bind(limit)
            .all()
            .await?;
        let key = |row: &Row| {
            Ok((
                row.get("at")?,
                row.get("chatter_id")?,
                row.get("request_key")?,
                row.get("seq")?,
                row.get("message_id")?,
            ))
        };
        Ok(rows.iter().rev().map(key).collect::<Result<_, DbError>>()?)
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
    let fact = read("data", &row.get::<String>("data")?)?;
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

/// A text that is looked for, in the form of `LIKE … ESCAPE '\'`.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
