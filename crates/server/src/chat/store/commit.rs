//! Everything that a batch of commands caused, in one transaction.

use rivulet_media::time::WallClock;

use super::{ChatError, Store, actions, held, people, polls, write};
use crate::audit::{Entry, Subject, SubjectKind};
use crate::chat::model::event::{Event, Fact};
use crate::chat::model::{Draft, Effect, Which};
use crate::db::{DbError, Transaction};
use crate::ids::{ChannelId, MessageId};

/// What a batch became.
pub(in crate::chat) struct Committed {
    /// What happened, in order.
    pub(in crate::chat) events: Vec<Event>,
}

/// A batch on its way.
struct Batch<'a> {
    store: &'a Store,
    transaction: Transaction,
    channel: ChannelId,
    name: &'a str,
    now: WallClock,
    seq: u64,
    events: Vec<Event>,
}

impl Store {
    /// Commits what was decided; it survives from here on.
    pub(in crate::chat) async fn commit(
        &self,
        (channel, name): (ChannelId, &str),
        effects: &[Effect],
        now: WallClock,
    ) -> Result<Committed, ChatError> {
        let appended = effects.iter().filter(|it| matches!(it, Effect::Append(_))).count();
        let mut transaction = self.db.begin().await?;
        let last: u64 = transaction
            .query(
                "UPDATE chat_room SET last_seq = last_seq + $2 WHERE channel_id = $1 \
                 RETURNING last_seq",
            )
            .bind(channel)
            .bind(appended)
            .one()
            .await?
            .get("last_seq")?;
        let seq = last.saturating_sub(u64::try_from(appended).unwrap_or_default());
        let mut batch =
            Batch { store: self, transaction, channel, name, now, seq, events: Vec::new() };
        for effect in effects {
            batch.perform(effect).await?;
        }
        batch.transaction.commit().await?;
        Ok(Committed { events: batch.events })
    }
}

impl Batch<'_> {
    async fn perform(&mut self, effect: &Effect) -> Result<(), DbError> {
        match effect {
            Effect::Append(draft) => self.append(draft).await,
            Effect::Hide { which, by } => self.hide(which, by).await,
            Effect::Unhide { by } => self.unhide(by).await,
            Effect::Rewrite { id, text, html } => self.rewrite(*id, text, html).await,
            Effect::Record(record) => {
                actions::insert(&mut self.transaction, self.channel, record).await
            }
            Effect::Undone { id, by } => {
                actions::undone(&mut self.transaction, *id, (self.now, by)).await
            }
            Effect::Settings(settings) => self.keep("settings", Some(write(settings))).await,
            Effect::Pin(pin) => self.keep("pinned", pin.as_ref().map(write)).await,
            Effect::Person { id, name, hue } => {
                people::change(&mut self.transaction, *id, (name.as_ref(), *hue)).await
            }
            Effect::OpenPoll(poll) => polls::open(&mut self.transaction, self.channel, poll).await,
            Effect::ClosePoll(id) => polls::close(&mut self.transaction, *id, self.now).await,
            Effect::Vote { poll, by, choice } => {
                polls::vote(&mut self.transaction, *poll, (*by, *choice), self.now).await
            }
            Effect::Hold(held) => held::insert(&mut self.transaction, self.channel, held).await,
            Effect::Reviewed { id, by, approved } => {
                held::reviewed(&mut self.transaction, *id, (self.now, by, *approved)).await
            }
            Effect::Log { .. } => self.log(effect).await,
            Effect::Tell(..) | Effect::Close(_) => Ok(()),
        }
    }

    async fn append(&mut self, draft: &Draft) -> Result<(), DbError> {
        self.seq += 1;
        let text = draft.fact.message().map_or("", |message| &message.text);
        self.transaction
            .query(
                "INSERT INTO chat_event (channel_id, seq, at, kind, message_id, about_id, \
                 chatter_id, text, request_key, data) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(self.channel)
            .bind(self.seq)
            .bind(self.now)
            .bind(draft.fact.kind())
            .bind(draft.message)
            .bind(draft.fact.edited())
            .bind(draft.chatter)
            .bind(text)
            .bind(draft.key.as_deref())
            .bind(write(&draft.fact))
            .execute()
            .await?;
        self.events.push(Event { seq: self.seq, at: self.now, fact: draft.fact.clone() });
        Ok(())
    }

    async fn hide(&mut self, which: &Which, by: &str) -> Result<(), DbError> {
        match which {
            Which::These(ids) => {
                for id in ids {
                    let hide = "UPDATE chat_event SET hidden_at = $3, hidden_by = $4 \
                        WHERE channel_id = $1 AND (message_id = $2 OR about_id = $2) \
                        AND hidden_at IS NULL";
                    let hide = self.transaction.query(hide).bind(self.channel).bind(*id);
                    hide.bind(self.now).bind(by).execute().await?;
                }
            }
            Which::All(chatter) => {
                let hide = "UPDATE chat_event SET hidden_at = $3, hidden_by = $4 \
                    WHERE channel_id = $1 AND chatter_id = $2 \
                    AND (message_id IS NOT NULL OR about_id IS NOT NULL) AND hidden_at IS NULL";
                let hide = self.transaction.query(hide).bind(self.channel).bind(*chatter);
                hide.bind(self.now).bind(by).execute().await?;
            }
        }
        Ok(())
    }

    async fn unhide(&mut self, by: &str) -> Result<(), DbError> {
        let unhide = "UPDATE chat_event SET hidden_at = NULL, hidden_by = NULL \
            WHERE channel_id = $1 AND hidden_by = $2";
        self.transaction.query(unhide).bind(self.channel).bind(by).execute().await?;
        Ok(())
    }

    async fn rewrite(&mut self, id: MessageId, text: &str, html: &str) -> Result<(), DbError> {
        let found = self.transaction.query(super::MESSAGE).bind(self.channel).bind(id);
        let Some(row) = found.optional().await? else { return Ok(()) };
        let mut message = super::message(&row)?;
        (message.text, message.html) = (text.to_owned(), html.to_owned());
        let update = "UPDATE chat_event SET text = $3, data = $4 \
            WHERE channel_id = $1 AND message_id = $2";
        let update = self.transaction.query(update).bind(self.channel).bind(id).bind(text);
        update.bind(write(&Fact::Message(Box::new(message)))).execute().await?;
        Ok(())
    }

    async fn keep(&mut self, what: &'static str, document: Option<String>) -> Result<(), DbError> {
        let update = match what {
            "pinned" => "UPDATE chat_room SET pinned = $2 WHERE channel_id = $1",
            _ => "UPDATE chat_room SET settings = $2 WHERE channel_id = $1",
        };
        self.transaction.query(update).bind(self.channel).bind(document).execute().await?;
        Ok(())
    }

    async fn log(&mut self, effect: &Effect) -> Result<(), DbError> {
        let Effect::Log { actor, action, was, became } = effect else { return Ok(()) };
        let subject = Subject::new(SubjectKind::Channel, self.channel, self.name);
        let (was, became) = (was.clone(), became.clone());
        let entry = Entry { actor, action: *action, subject, was, became };
        self.store.audit.record(&mut self.transaction, entry).await
    }
}
