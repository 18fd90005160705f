//! Everything that a batch of commands caused, in one transaction.

use rivulet_media::time::WallClock;

use super::{ChatError, Store, actions, held, people, polls, read, write};
use crate::audit::{Entry, Subject, SubjectKind};
use crate::chat::model::event::{Event, Fact};
use crate::chat::model::{Draft, Effect, Which};
use crate::db::{DbError, Transaction};
use crate::ids::{ChannelId, ChatterId, MessageId};

/// Messages that are named when all of somebody's go: more than any page shows.
const MAX_CLEARED: usize = 1000;
/// Events that tell of messages which are there again, that are looked through: what somebody took
/// back longer ago is not taken away anew.
const MAX_RESTORED: usize = 500;

/// What a batch became.
pub(in crate::chat) struct Committed {
    /// What happened, in order.
    pub(in crate::chat) events: Vec<Event>,
    /// Whose messages were all taken away, and the newest of them.
    pub(in crate::chat) cleared: Vec<(ChatterId, Vec<String>)>,
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
    cleared: Vec<(ChatterId, Vec<String>)>,
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
        let (events, cleared) = Default::default();
        let mut batch =
            Batch { store: self, transaction, channel, name, now, seq, events, cleared };
        for effect in effects {
            batch.perform(effect).await?;
        }
        batch.transaction.commit().await?;
        Ok(Committed { events: batch.events, cleared: batch.cleared })
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
            Effect::See(who) => people::see(&mut self.transaction, who, self.now).await,
            Effect::Call(who) => people::call(&mut self.transaction, who, self.now).await,
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
        let message = draft.fact.message();
        let text = message.map(|message| super::searched(&message.text)).unwrap_or_default();
        let answers = message.and_then(|message| message.reply_to.as_ref());
        self.transaction
            .query(
                "INSERT INTO chat_event (channel_id, seq, at, kind, message_id, about_id, \
                 chatter_id, text, request_key, data, reply_to_id) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(self.channel)
            .bind(self.seq)
            .bind(self.now)
            .bind(draft.fact.kind())
            .bind(draft.message)
            .bind(draft.fact.about())
            .bind(draft.chatter)
            .bind(text)
            .bind(draft.key.as_deref())
            .bind(write(&draft.fact))
            .bind(answers.map(|answered| &*answered.id))
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
                self.note_cleared(*chatter).await?;
                let hide = "UPDATE chat_event SET hidden_at = $3, hidden_by = $4 \
                    WHERE channel_id = $1 AND chatter_id = $2 \
                    AND (message_id IS NOT NULL OR about_id IS NOT NULL) AND hidden_at IS NULL";
                let hide = self.transaction.query(hide).bind(self.channel).bind(*chatter);
                hide.bind(self.now).bind(by).execute().await?;
            }
        }
        self.take_from_restored(which).await
    }

    /// Which messages those are that go together with all of somebody's: the newest of them.
    async fn note_cleared(&mut self, chatter: ChatterId) -> Result<(), DbError> {
        let rows = self.transaction.query(
            "SELECT message_id FROM chat_event WHERE channel_id = $1 AND chatter_id = $2 \
             AND message_id IS NOT NULL AND hidden_at IS NULL ORDER BY seq DESC LIMIT $3",
        );
        let rows = rows.bind(self.channel).bind(chatter).bind(MAX_CLEARED).all().await?;
        let ids = rows.iter().map(|row| row.get("message_id"));
        self.cleared.push((chatter, ids.collect::<Result<_, _>>()?));
        Ok(())
    }

    /// What was there again and is taken away a second time stands in no event either.
    async fn take_from_restored(&mut self, which: &Which) -> Result<(), DbError> {
        let rows = self.transaction.query(
            "SELECT seq, data FROM chat_event WHERE channel_id = $1 AND kind = 'restored' \
             ORDER BY seq DESC LIMIT $2",
        );
        let rows = rows.bind(self.channel).bind(MAX_RESTORED).all().await?;
        for row in rows {
            let fact = read("data", &row.get::<String>("data")?)?;
            let Fact::Restored { mut messages } = fact else { continue };
            let were = messages.len();
            messages.retain(|message| !which.is(message));
            if messages.len() < were {
                let update = "UPDATE chat_event SET data = $3 WHERE channel_id = $1 AND seq = $2";
                let update = self.transaction.query(update).bind(self.channel);
                let update = update.bind(row.get::<u64>("seq")?);
                update.bind(write(&Fact::Restored { messages })).execute().await?;
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
        // As it is kept: what is left out when it is read stays.
        let fact = read("data", &row.get::<String>("data")?)?;
        let Fact::Message(mut message) = fact else { return Ok(()) };
        (message.text, message.html) = (text.to_owned(), html.to_owned());
        let update = "UPDATE chat_event SET text = $3, data = $4 \
            WHERE channel_id = $1 AND message_id = $2";
        let update = self.transaction.query(update).bind(self.channel).bind(id);
        let update = update.bind(super::searched(text));
        update.bind(write(&Fact::Message(message))).execute().await?;
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
