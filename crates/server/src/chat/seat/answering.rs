//! What a socket of ours asks for, and what it is answered.
//!
//! Whatever costs something is looked at only once it is known that whoever asks may ask now.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::{Ended, Seat, signed_out};
use crate::chat::model::event::ReplyTo;
use crate::chat::model::refusal::{Reason, Refusal};
use crate::chat::model::who::Speaker;
use crate::chat::model::{Answer, Command, KEY_MEMORY, Known, Say, Target};
use crate::chat::room::Done;
use crate::chat::wire::ours::{self, ClientMessage, ServerMessage};
use crate::chat::{ChatError, words};
use crate::ids::{MessageId, PollId};

impl Seat {
    /// Hears what the socket says; the answers to it.
    ///
    /// # Errors
    /// When it says so much that it must go, or nothing lets it in any more.
    pub(crate) async fn hear(&mut self, text: &str) -> Result<Vec<Bytes>, Ended> {
        self.place.seated.line.hold();
        let message = match self.pace.step(Instant::now())? {
            true => ours::parse(text),
            false => Err(Refusal::new(Reason::Flood, "that is too much at once")),
        };
        let key = message.as_ref().map(|it| it.key().to_owned()).unwrap_or_default();
        let answered = match message {
            Ok(message) => self.obey(message).await,
            Err(refusal) => Err(refusal.into()),
        };
        let answers = match answered {
            Ok(answers) => answers,
            Err(ChatError::SignedOut) => return Err(signed_out()),
            Err(error) => vec![ServerMessage::refused(&key, error.refusal())],
        };
        Ok(answers.iter().map(ServerMessage::to_bytes).collect())
    }

    async fn obey(&mut self, message: ClientMessage) -> Result<Vec<ServerMessage>, ChatError> {
        if let ClientMessage::Hello { guest } = message {
            return self.hello(&guest).await;
        }
        let by = self.speaker().await?;
        let key = message.key().to_owned();
        let done = match message {
            ClientMessage::Hello { .. } => return Ok(Vec::new()),
            ClientMessage::Say { text, reply_to, .. } => {
                self.say(&by, (Some(key.clone()), &text), reply_to).await?
            }
            ClientMessage::Edit { id, text, .. } => self.edit(by, &key, (&id, &text)).await?,
            ClientMessage::Delete { id, .. } => self.delete(by, &key, &id).await?,
            ClientMessage::Rename { name, .. } => {
                let done = self.rename(by, (Some(key.clone()), &name)).await?;
                return Ok([vec![ack(key, &done)], self.you().into_iter().collect()].concat());
            }
            ClientMessage::Colour { hue, .. } => {
                let done = self.colour(by, hue).await?;
                return Ok([vec![ack(key, &done)], self.you().into_iter().collect()].concat());
            }
            ClientMessage::Vote { poll, choice, .. } => {
                self.errand(&by)?;
                let poll = PollId::parse(&poll).ok_or(ChatError::NoSuch("poll"))?;
                self.ask(Command::Vote { by, poll, choice }).await?
            }
        };
        Ok(vec![ack(key, &done)])
    }

    async fn hello(&mut self, token: &str) -> Result<Vec<ServerMessage>, ChatError> {
        if self.sitter.is_none() {
            let from = self.place.from;
            let guest = self.chat.guest(&self.room.channel, (token, from)).await?;
            let unknown = "nobody has this token: ask for another at /api/v1/guests";
            let guest = guest.ok_or_else(|| Refusal::new(Reason::ReadOnly, unknown))?;
            self.introduce(guest);
        }
        Ok(self.you().into_iter().collect())
    }

    pub(super) async fn say(
        &mut self,
        by: &Arc<Speaker>,
        (key, text): (Option<String>, &str),
        reply_to: Option<String>,
    ) -> Result<Done, ChatError> {
        if let Some(done) = self.made_before(by, key.as_deref()).await? {
            return Ok(done);
        }
        self.room.state().may_begin(by, key.as_deref(), self.chat.now())?;
        let (words, style) = words::read(text, &*self.room.stage.emotes())?;
        let reply_to = match reply_to {
            Some(id) => Some(self.replied(&id).await?),
            None => None,
        };
        let by = Arc::clone(by);
        let say = Say { by, key, words, style, reply_to };
        let done = self.ask(Command::Say(Box::new(say))).await?;
        self.place.seated.line.spoke();
        if done.answer != Answer::Held {
            self.has_spoken();
        }
        Ok(done)
    }

    /// Who has spoken here is nobody new: what is done about others from the same address does not
    /// reach them, from this moment on.
    fn has_spoken(&mut self) {
        if let Some(sitter) = &mut self.sitter
            && !sitter.speaker.has_spoken
        {
            Arc::make_mut(&mut sitter.speaker).has_spoken = true;
        }
    }

    async fn edit(
        &self,
        by: Arc<Speaker>,
        key: &str,
        (id, text): (&str, &str),
    ) -> Result<Done, ChatError> {
        if let Some(done) = self.made_before(&by, Some(key)).await? {
            return Ok(done);
        }
        self.room.state().may_begin(&by, Some(key), self.chat.now())?;
        self.errand(&by)?;
        let target = self.target(id).await?;
        let (words, _) = words::read(text, &*self.room.stage.emotes())?;
        self.ask(Command::Edit { by, target, words, key: Some(key.to_owned()) }).await
    }

    async fn delete(&self, by: Arc<Speaker>, key: &str, id: &str) -> Result<Done, ChatError> {
        if let Some(done) = self.made_before(&by, Some(key)).await? {
            return Ok(done);
        }
        self.errand(&by)?;
        let target = self.target(id).await?;
        self.ask(Command::Remove { by, target, key: Some(key.to_owned()) }).await
    }

    /// What became of a request that memory has forgotten already.
    async fn made_before(
        &self,
        by: &Speaker,
        key: Option<&str>,
    ) -> Result<Option<Done>, ChatError> {
        let now = self.chat.now();
        let Some(key) = key.filter(|_| !self.room.state().knows_all_keys(now)) else {
            return Ok(None);
        };
        let (store, channel) = (&self.chat.shared.store, self.room.channel.id);
        let known = store.known(channel, (by.id, key), now - KEY_MEMORY).await?;
        Ok(known.map(|known| match known {
            Known::Done { seq, id } => Done { answer: Answer::Again { seq, id }, seq: Some(seq) },
            Known::Held => Done { answer: Answer::Held, seq: None },
        }))
    }

    /// Something beside writing, which costs something all the same.
    fn errand(&self, by: &Speaker) -> Result<(), ChatError> {
        Ok(self.room.state().may_run(by, self.chat.now())?)
    }

    async fn replied(&self, id: &str) -> Result<ReplyTo, ChatError> {
        let message = match self.room.stage.message(id) {
            Some(message) => message,
            None => {
                let target = self.target(id).await?;
                let seen = (!target.hidden).then_some(target.message);
                seen.ok_or_else(|| Refusal::not_found("message"))?
            }
        };
        Ok(ReplyTo {
            excerpt: words::excerpt(&message.text),
            author_name: message.author.name,
            id: message.id,
        })
    }

    async fn target(&self, id: &str) -> Result<Target, ChatError> {
        let id = MessageId::parse(id).ok_or(ChatError::NoSuch("message"))?;
        let found = self.chat.shared.store.target(self.room.channel.id, id).await?;
        found.ok_or(ChatError::NoSuch("message"))
    }

    /// The room decides; what it has agreed to stands in the profile too.
    pub(super) async fn rename(
        &mut self,
        by: Arc<Speaker>,
        (key, typed): (Option<String>, &str),
    ) -> Result<Done, ChatError> {
        self.errand(&by)?;
        let name = self.chat.free_name(&by, typed).await?;
        let speaker = Speaker { name: name.clone(), ..Speaker::clone(&by) };
        let done = self.ask(Command::Rename { by, name, key }).await?;
        self.chat.keep_name(&speaker).await?;
        self.is_now(speaker);
        Ok(done)
    }

    pub(super) async fn colour(&mut self, by: Arc<Speaker>, hue: u16) -> Result<Done, ChatError> {
        self.errand(&by)?;
        let speaker = Speaker { hue: hue % 360, ..Speaker::clone(&by) };
        let done = self.ask(Command::Colour { by, hue }).await?;
        self.chat.keep_hue(&speaker).await?;
        self.is_now(speaker);
        Ok(done)
    }

    async fn ask(&self, command: Command) -> Result<Done, ChatError> {
        Ok(self.room.ask(command).await?)
    }
}

fn ack(key: String, done: &Done) -> ServerMessage {
    let id = match done.answer {
        Answer::Held => return ServerMessage::Held { key },
        Answer::Done { id } | Answer::Again { id, .. } => id,
        Answer::Acted(_) | Answer::Settings(_) => None,
    };
    ServerMessage::Ack { key, seq: done.seq, id: id.map(|id| id.to_string()) }
}
