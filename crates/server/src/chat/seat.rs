//! One socket's place in a room: a cursor into what happens, and whoever sits there.

mod entering;
mod owncast;
mod pace;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::model::event::ReplyTo;
use super::model::refusal::{Reason, Refusal};
use super::model::who::{Kind, Speaker};
use super::model::{Answer, Command, Say, Target, Told};
use super::room::{Done, Room};
use super::stage::{Entry, Errand, Seated, TooSlow};
use super::wire::Dialect;
use super::wire::ours::{self, ClientMessage, MaySpeak, ServerMessage, Welcome, You};
use super::{Chat, ChatError, words};
use crate::access::Caller;
use crate::attempts::Prefix;
use crate::http::{Outlet, TextFrame};
use crate::ids::{AccountId, ChatterId, MessageId, PollId};
use pace::Pace;

/// How long what is known of somebody's roles is believed.
const FRESH: Duration = Duration::from_secs(30);

/// Who comes.
pub(crate) struct Visitor {
    /// As the request's gate found out.
    pub(crate) caller: Caller,
    /// What the socket speaks.
    pub(super) dialect: Dialect,
    /// The connection's way out, where it has one of its own.
    pub(super) outlet: Option<Arc<Outlet>>,
    /// Whether it is told what others say.
    pub(super) hears: bool,
}

impl Visitor {
    /// Somebody on our own socket.
    pub(crate) fn new(caller: Caller, outlet: Option<Arc<Outlet>>) -> Self {
        Self { caller, dialect: Dialect::Ours, outlet, hears: true }
    }

    /// Somebody who talks and is not told what others say: answers to themself alone.
    pub(crate) fn who_only_talks(self) -> Self {
        Self { hears: false, ..self }
    }
}

/// Why a seat is no longer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// As a word.
    pub(crate) code: &'static str,
    /// In words.
    pub(crate) detail: String,
}

impl Ended {
    /// As a socket of ours says it.
    pub(crate) fn to_bytes(&self) -> Bytes {
        ServerMessage::ChatClosed { code: self.code, detail: self.detail.clone() }.to_bytes()
    }

    /// Whether the socket itself must go, whatever else it carries.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.code, "too_slow" | "flood")
    }
}

/// What a socket has to do for chat.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// Send this.
    Send(TextFrame),
    /// Wait until the system has what it was given.
    Flush,
}

/// A place in a room.
pub(crate) struct Seat {
    chat: Chat,
    room: Arc<Room>,
    /// What it begins with.
    first: VecDeque<TextFrame>,
    sitter: Option<Sitter>,
    place: Place,
    pace: Pace,
}

/// Where somebody sits; free again when dropped.
struct Place {
    chat: Chat,
    room: Arc<Room>,
    from: Prefix,
    dialect: Dialect,
    seated: Seated,
    who: Option<ChatterId>,
}

/// Whoever sits there.
struct Sitter {
    speaker: Arc<Speaker>,
    known_at: Instant,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.stage.leave(self.who, &self.seated);
        self.chat.count_out(self.from);
    }
}

impl Seat {
    /// What the socket has to do next, which it has done when it asks again. What is not taken now
    /// is taken by the next call.
    ///
    /// # Errors
    /// When there will be nothing any more.
    pub(crate) async fn next(&mut self) -> Result<Next, Ended> {
        if let Some(frame) = self.first.pop_front() {
            return Ok(Next::Send(frame));
        }
        loop {
            match self.place.seated.line.next().await {
                Ok(Errand::Send(frame)) => return Ok(Next::Send(frame)),
                Ok(Errand::Flush) => return Ok(Next::Flush),
                Ok(Errand::Tell(what)) => {
                    if let Some(text) = self.told(&what) {
                        return Ok(Next::Send(TextFrame::new(&text)));
                    }
                }
                Ok(Errand::Close(sanction)) => {
                    return Err(Ended { code: "banned", detail: sanction.reason.clone() });
                }
                Err(TooSlow) => {
                    let detail = "the connection is too slow for this room: come again".to_owned();
                    return Err(Ended { code: "too_slow", detail });
                }
            }
        }
    }

    /// What whoever sits there is told of themself.
    fn told(&mut self, what: &Told) -> Option<Bytes> {
        if let Told::KeepsOrder(does) = what {
            self.keeps_order(*does);
        }
        if self.place.dialect == Dialect::Owncast {
            return self.told_in_owncast(what);
        }
        match what {
            Told::Sanctions | Told::KeepsOrder(_) => self.you().map(|you| you.to_bytes()),
            Told::Warned { reason } => {
                Some(ServerMessage::Warned { reason: reason.clone() }.to_bytes())
            }
        }
    }

    fn introduce(&mut self, speaker: Speaker) {
        self.room.stage.introduce(&speaker);
        self.room.stage.is_whose(self.place.seated.number, speaker.id);
        self.place.seated.line.is_of(speaker.id);
        self.place.who = Some(speaker.id);
        self.sitter = Some(Sitter { speaker: Arc::new(speaker), known_at: Instant::now() });
    }

    fn welcome(&self, entry: Entry) -> (TextFrame, TextFrame) {
        let Entry { mut document, resumed, events, present } = entry;
        document.may_speak = self.may_speak();
        let you = self.sitter.as_ref().map(|sitter| sitter.speaker.chatter());
        let welcome = Welcome { you, room: document, resumed, present };
        (TextFrame::new(&ServerMessage::ChatWelcome(Box::new(welcome)).to_bytes()), events)
    }

    fn may_speak(&self) -> MaySpeak {
        let Some(sitter) = &self.sitter else {
            let detail = "sign in, or say hello as a guest, to write here";
            return MaySpeak::of(Err(Refusal::new(Reason::ReadOnly, detail)));
        };
        MaySpeak::of(self.room.state().may_write(&sitter.speaker, self.chat.now()))
    }

    fn you(&self) -> Option<ServerMessage> {
        let chatter = self.sitter.as_ref()?.speaker.chatter();
        Some(ServerMessage::You(Box::new(You { chatter, may_speak: self.may_speak() })))
    }

    /// Hears what the socket says; the answers to it.
    ///
    /// # Errors
    /// When it says so much that it must go.
    pub(crate) async fn hear(&mut self, text: &str) -> Result<Vec<Bytes>, Ended> {
        self.place.seated.line.hold();
        let message = match self.pace.step(Instant::now())? {
            true => ours::parse(text),
            false => Err(Refusal::new(Reason::Flood, "that is too much at once")),
        };
        let key = message.as_ref().map(|it| it.key().to_owned()).unwrap_or_default();
        let answered = match message {
            Ok(message) => self.obey(message).await.map_err(ChatError::refusal),
            Err(refusal) => Err(refusal),
        };
        let answers = match answered {
            Ok(answers) => answers,
            Err(refusal) => vec![ServerMessage::refused(&key, refusal)],
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
            ClientMessage::Edit { id, text, .. } => {
                let target = self.target(&id).await?;
                let (words, _) = words::read(&text, &*self.room.stage.emotes())?;
                self.ask(Command::Edit { by, target, words }).await?
            }
            ClientMessage::Delete { id, .. } => {
                let target = self.target(&id).await?;
                self.ask(Command::Remove { by, target }).await?
            }
            ClientMessage::Rename { name, .. } => {
                let done = self.rename(by, &name).await?;
                return Ok([vec![ack(key, &done)], self.you().into_iter().collect()].concat());
            }
            ClientMessage::Colour { hue, .. } => {
                let done = self.colour(by, hue).await?;
                return Ok([vec![ack(key, &done)], self.you().into_iter().collect()].concat());
            }
            ClientMessage::Vote { poll, choice, .. } => {
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

    /// Whoever sits there, as they are now.
    async fn speaker(&mut self) -> Result<Arc<Speaker>, ChatError> {
        let Some(sitter) = &mut self.sitter else {
            let detail = "sign in, or say hello as a guest, to write here";
            return Err(Refusal::new(Reason::ReadOnly, detail).into());
        };
        let account = AccountId::parse(&sitter.speaker.id.to_string())
            .filter(|_| sitter.speaker.kind == Kind::Account);
        if let Some(id) = account
            && sitter.known_at.elapsed() > FRESH
        {
            let speaker = self.chat.account(&self.room.channel, id, self.place.from).await?;
            *sitter = Sitter { speaker: Arc::new(speaker), known_at: Instant::now() };
        }
        Ok(Arc::clone(&sitter.speaker))
    }

    async fn say(
        &self,
        by: &Arc<Speaker>,
        (key, text): (Option<String>, &str),
        reply_to: Option<String>,
    ) -> Result<Done, ChatError> {
        let (words, style) = words::read(text, &*self.room.stage.emotes())?;
        let reply_to = match reply_to {
            Some(id) => Some(self.replied(&id).await?),
            None => None,
        };
        let by = Arc::clone(by);
        let done =
            self.ask(Command::Say(Box::new(Say { by, key, words, style, reply_to }))).await?;
        self.room.stage.spoke(self.place.seated.number);
        Ok(done)
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

    async fn rename(&mut self, by: Arc<Speaker>, typed: &str) -> Result<Done, ChatError> {
        let (name, folded) = self.chat.choose_name(&by, typed).await?;
        let speaker = Speaker { name: name.clone(), ..Speaker::clone(&by) };
        let done = self.ask(Command::Rename { by, name, folded }).await?;
        self.is_now(speaker);
        Ok(done)
    }

    async fn colour(&mut self, by: Arc<Speaker>, hue: u16) -> Result<Done, ChatError> {
        self.chat.choose_hue(&by, hue).await?;
        let speaker = Speaker { hue: hue % 360, ..Speaker::clone(&by) };
        let done = self.ask(Command::Colour { by, hue }).await?;
        self.is_now(speaker);
        Ok(done)
    }

    fn is_now(&mut self, speaker: Speaker) {
        self.room.stage.reintroduce(speaker.id, speaker.chatter());
        if let Some(sitter) = &mut self.sitter {
            sitter.speaker = Arc::new(speaker);
        }
    }

    async fn ask(&self, command: Command) -> Result<Done, ChatError> {
        Ok(self.room.ask(command).await?)
    }
}

fn ack(key: String, done: &Done) -> ServerMessage {
    let id = match done.answer {
        Answer::Held => return ServerMessage::Held { key },
        Answer::Done { id } => id,
        Answer::Again { id, .. } => Some(id),
        Answer::Acted(_) => None,
    };
    ServerMessage::Ack { key, seq: done.seq, id: id.map(|id| id.to_string()) }
}
