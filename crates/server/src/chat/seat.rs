//! One socket's place in a room: the line on which it is told what happens, and whoever sits there.

mod answering;
mod entering;
mod owncast;
mod pace;

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::model::Told;
use super::model::refusal::{Reason, Refusal};
use super::model::sanction::Whom;
use super::model::who::Speaker;
use super::room::Room;
use super::stage::{Entry, Errand, Seated, TooSlow};
use super::wire::Dialect;
use super::wire::ours::{MaySpeak, Queue, ServerMessage, Welcome, You};
use super::{Chat, ChatError};
use crate::access::{Caller, Via};
use crate::attempts::Prefix;
use crate::http::{Outlet, TextFrame, Why, is_too_long};
use crate::ids::ChatterId;
pub(crate) use pace::Pace;

/// How long what is known of somebody – that they are signed in, their roles, their name – is
/// believed. Whatever ends in this process is known at once; another one may have ended it.
const FRESH: Duration = Duration::from_secs(5);

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
    fn new(code: &'static str, detail: &str) -> Self {
        Self { code, detail: detail.to_owned() }
    }

    /// What a socket is told that could not be read, where that can be told.
    pub(crate) fn unreadable(error: &(dyn Error + 'static)) -> Option<Self> {
        let detail = "that is too long for one message: send less at once";
        is_too_long(error).then(|| Self::new("too_long", detail))
    }

    /// As a socket of ours says it.
    pub(crate) fn to_bytes(&self) -> Bytes {
        ServerMessage::ChatClosed { code: self.code, detail: self.detail.clone() }.to_bytes()
    }

    /// Whether the socket itself must go, whatever else it carries.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.code, "too_slow" | "flood")
    }
}

impl From<&Ended> for Why {
    fn from(ended: &Ended) -> Self {
        match ended.code {
            "flood" | "banned" => Self::Policy,
            "too_long" => Self::TooLong,
            _ => Self::Again,
        }
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
    /// What is to be told before anything else.
    first: VecDeque<TextFrame>,
    sitter: Option<Sitter>,
    /// What proved who sits there.
    via: Via,
    due: Due,
    place: Place,
    pace: Pace,
    /// Whether it is told what others say.
    hears: bool,
    /// When a client of Owncast's spoke last, and until when it is not heard.
    spoke_at: Option<Instant>,
    blocked_until: Option<Instant>,
}

/// What is to be looked at before anything else is told: whoever waits for the next text may stop
/// waiting in the middle of it.
#[derive(Default)]
struct Due {
    /// Whoever sits there may not be let in any more.
    recheck: bool,
    /// They are told how things are with them.
    you: bool,
    /// They are told what waits for those who keep order.
    queue: Option<Queue>,
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
        loop {
            if let Some(frame) = self.first.pop_front() {
                return Ok(Next::Send(frame));
            }
            self.settle().await?;
            if !self.first.is_empty() {
                continue;
            }
            match self.place.seated.line.next().await {
                Ok(Errand::Send(frame)) => return Ok(Next::Send(frame)),
                Ok(Errand::Flush) => return Ok(Next::Flush),
                Ok(Errand::Tell(what)) => {
                    let told = self.told(&what);
                    self.first.extend(told.map(|text| TextFrame::new(&text)));
                }
                Ok(Errand::Close(sanction)) => {
                    // Who keeps order is sent away by name alone.
                    let by_name = self.place.who.map(Whom::Person) == Some(sanction.whom.clone());
                    if by_name || !self.keeps_order() {
                        return Err(Ended::new("banned", &sanction.reason));
                    }
                }
                Ok(Errand::Recheck) => self.due.recheck = true,
                Ok(Errand::Queue(queue)) => self.is_to_hear_of(queue),
                Err(TooSlow) => {
                    tracing::info!("a connection to chat is let go: it is too slow for its room");
                    let detail = "the connection is too slow for this room: come again";
                    return Err(Ended::new("too_slow", detail));
                }
            }
        }
    }

    /// Those who keep order are told what waits for them, once it is known that they still do.
    fn is_to_hear_of(&mut self, queue: Queue) {
        let hears = self.place.dialect == Dialect::Ours && self.hears;
        if hears && self.keeps_order() {
            let known_at = self.sitter.as_ref().map(|sitter| sitter.known_at);
            self.due.recheck |= known_at.is_some_and(|at| at.elapsed() > FRESH);
            self.due.queue = Some(queue);
        }
    }

    /// Looks at what is due.
    async fn settle(&mut self) -> Result<(), Ended> {
        if self.due.recheck {
            // On the heap: few are looked at again, and all wait here.
            match Box::pin(self.read_again()).await {
                Ok(()) => self.due.recheck = false,
                Err(ChatError::SignedOut) => return Err(signed_out()),
                Err(error) => {
                    // Logged there; before they do anything it is tried again.
                    error.refusal();
                    self.due.recheck = false;
                    self.due.queue = None;
                }
            }
        }
        if std::mem::take(&mut self.due.you) {
            let you = match self.place.dialect {
                Dialect::Ours => self.you().map(|you| you.to_bytes()),
                Dialect::Owncast => None,
            };
            self.first.extend(you.map(|text| TextFrame::new(&text)));
        }
        if let Some(queue) = self.due.queue.take()
            && self.keeps_order()
        {
            self.first.push_back(TextFrame::new(&ServerMessage::Queue(queue).to_bytes()));
        }
        Ok(())
    }

    fn keeps_order(&self) -> bool {
        self.sitter.as_ref().is_some_and(|sitter| sitter.speaker.is_moderator())
    }

    /// What whoever sits there is told of themself.
    fn told(&mut self, what: &Told) -> Option<Bytes> {
        if let Told::KeepsOrder(does) = what {
            self.may_keep_order(*does);
        }
        if self.place.dialect == Dialect::Owncast {
            return self.told_in_owncast(what);
        }
        match what {
            Told::Sanctions | Told::KeepsOrder(_) => self.you().map(|you| you.to_bytes()),
            Told::Warned { reason } => {
                Some(ServerMessage::Warned { reason: reason.clone() }.to_bytes())
            }
            Told::Answered(answered) => {
                Some(ServerMessage::Answered((**answered).clone()).to_bytes())
            }
        }
    }

    fn introduce(&mut self, speaker: Speaker) {
        self.room.stage.introduce(&speaker);
        let line = &self.place.seated.line;
        line.is_of(speaker.id);
        line.keeps_order(speaker.is_moderator());
        self.place.who = Some(speaker.id);
        self.sitter = Some(Sitter { speaker: Arc::new(speaker), known_at: Instant::now() });
    }

    /// What the socket is told first.
    fn welcome(&mut self, entry: Entry) {
        let Entry { mut document, resumed, events, present } = entry;
        document.may_speak = self.may_speak();
        let you = self.sitter.as_ref().map(|sitter| sitter.speaker.chatter());
        let welcome = Welcome { you, room: document, resumed, present };
        let welcome = ServerMessage::ChatWelcome(Box::new(welcome)).to_bytes();
        self.first.push_back(TextFrame::new(&welcome));
        self.first.extend(self.hears.then_some(events));
        self.is_to_hear_of(self.room.stage.queue());
    }

    fn may_speak(&self) -> MaySpeak {
        match &self.sitter {
            None => MaySpeak::of(Err(nobody())),
            Some(sitter) => {
                let may = self.room.state().may_write(&sitter.speaker, self.chat.now());
                MaySpeak::of(may)
            }
        }
    }

    fn you(&self) -> Option<ServerMessage> {
        let chatter = self.sitter.as_ref()?.speaker.chatter();
        Some(ServerMessage::You(Box::new(You { chatter, may_speak: self.may_speak() })))
    }

    /// Whoever sits there, as they are now.
    async fn speaker(&mut self) -> Result<Arc<Speaker>, ChatError> {
        let sitter = self.sitter.as_ref().ok_or_else(nobody)?;
        if sitter.known_at.elapsed() > FRESH {
            self.read_again().await?;
        }
        Ok(Arc::clone(&self.sitter.as_ref().ok_or_else(nobody)?.speaker))
    }

    /// Reads anew who sits there.
    ///
    /// # Errors
    /// [`ChatError::SignedOut`] when nothing lets them in any more.
    async fn read_again(&mut self) -> Result<(), ChatError> {
        let Some(sitter) = &self.sitter else { return Ok(()) };
        let known = Arc::clone(&sitter.speaker);
        let now = self.chat.again(&self.room.channel, (&known, &self.via)).await?;
        let now = now.ok_or(ChatError::SignedOut)?;
        if now.chatter() != known.chatter() {
            self.room.stage.reintroduce(now.id, now.chatter());
            self.due.you = true;
        }
        self.place.seated.line.keeps_order(now.is_moderator());
        self.sitter = Some(Sitter { speaker: Arc::new(now), known_at: Instant::now() });
        Ok(())
    }

    fn is_now(&mut self, speaker: Speaker) {
        self.room.stage.reintroduce(speaker.id, speaker.chatter());
        if let Some(sitter) = &mut self.sitter {
            sitter.speaker = Arc::new(speaker);
        }
    }
}

fn signed_out() -> Ended {
    Ended::new("signed_out", "you are signed out: load the page anew")
}

fn nobody() -> Refusal {
    Refusal::new(Reason::ReadOnly, "sign in, or say hello as a guest, to write here")
}
