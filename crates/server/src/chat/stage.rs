//! What everybody in a room sees: the newest events, each encoded once, and who is there.
//!
//! A frame carries what was committed within 20 ms, and goes to everybody's line; who does not keep
//! up is told so and leaves.

mod clients;
mod line;
mod presence;
mod showing;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rivulet_media::time::WallClock;

pub(super) use clients::Client;
pub(super) use line::{Errand, Line, TooSlow};
pub(super) use presence::Arrivals;
pub(super) use showing::Showing;

use super::emotes::EmoteSet;
use super::model::event::{Event, Fact, Message};
use super::model::sanction::Sanction;
use super::model::who::{Chatter, Speaker};
use super::model::{Pin, Told};
use super::wire::ours::{RoomDocument, ServerMessage};
use super::wire::{Dialect, ours, owncast};
use crate::clock::rfc3339;
use crate::http::TextFrame;
use crate::ids::{ChatterId, MessageId};
use clients::Clients;
use presence::Presence;
use showing::Lines;

/// Events that a room remembers, and that who reconnects may have missed.
pub(super) const MAX_RECENT: usize = 500;
/// Messages that somebody new is shown.
pub(super) const HISTORY: usize = 50;
/// The stage of one room.
pub(super) struct Stage {
    inner: Mutex<Inner>,
}

struct Inner {
    lines: HashMap<u64, Arc<Line>>,
    /// The same in a row, until somebody comes or goes.
    row: Option<Lines>,
    last_line: u64,
    recent: VecDeque<Recent>,
    /// Everything after this one is remembered.
    complete_after: u64,
    last_seq: u64,
    document: RoomDocument,
    presence: Presence,
    clients: Clients,
    /// Sockets that speak Owncast's dialect.
    owncast: usize,
    emotes: Arc<EmoteSet>,
    /// What somebody new is shown, until something changes.
    history: Option<TextFrame>,
}

struct Recent {
    event: Arc<Event>,
    /// The event as our clients read it.
    ours: Arc<str>,
}

/// A place among those who are shown what happens.
pub(super) struct Seated {
    pub(super) number: u64,
    pub(super) line: Arc<Line>,
}

/// What somebody who comes gets first.
pub(super) struct Entry {
    pub(super) document: RoomDocument,
    pub(super) resumed: bool,
    /// Events that happened before, as a whole message.
    pub(super) events: TextFrame,
    pub(super) present: ours::Present,
}

impl Stage {
    /// The stage of a room in which this happened last.
    pub(super) fn new(events: Vec<Event>, last_seq: u64, document: RoomDocument) -> Self {
        let complete_after = complete_after(&events);
        let recent = events.into_iter().map(Recent::new).collect();
        let (presence, clients, owncast, emotes, history) = Default::default();
        let (lines, row, last_line) = Default::default();
        let inner = Inner {
            lines,
            row,
            last_line,
            recent,
            complete_after,
            last_seq,
            document,
            presence,
            clients,
            owncast,
            emotes,
            history,
        };
        Self { inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what was committed, for everybody to be shown.
    pub(super) fn show(&self, events: Vec<Event>) -> Showing {
        let mut inner = self.lock();
        let mut texts = Vec::with_capacity(events.len());
        let mut theirs = Vec::new();
        for event in events {
            inner.apply(&event.fact);
            if inner.owncast > 0 {
                theirs.extend(owncast::encode(&event, &*inner.emotes));
            }
            inner.last_seq = event.seq;
            let recent = Recent::new(event);
            texts.push(Arc::clone(&recent.ours));
            if inner.recent.len() >= MAX_RECENT
                && let Some(oldest) = inner.recent.pop_front()
            {
                inner.complete_after = inner.complete_after.max(oldest.event.seq);
            }
            inner.recent.push_back(recent);
        }
        inner.history = None;
        let ours = TextFrame::new(&ours::frame(texts.iter().map(|text| &**text)));
        let owncast = (!theirs.is_empty()).then(|| TextFrame::new(theirs.join("\n").as_bytes()));
        Showing::new((Some(ours), owncast), inner.row())
    }

    /// There are other emotes.
    pub(super) fn set_emotes(&self, emotes: Arc<EmoteSet>) {
        let mut inner = self.lock();
        inner.document.emotes_version = emotes.version;
        inner.emotes = emotes;
    }

    /// The emotes as they are.
    pub(super) fn emotes(&self) -> Arc<EmoteSet> {
        Arc::clone(&self.lock().emotes)
    }

    /// What happened last, read again.
    pub(super) fn replace(&self, events: Vec<Event>) {
        let mut inner = self.lock();
        inner.history = None;
        inner.complete_after = complete_after(&events);
        inner.recent = events.into_iter().map(Recent::new).collect();
    }

    /// Messages are seen no longer, or have another text: who comes later is shown what is.
    pub(super) fn rewrite(&self, change: impl Fn(&Message) -> Option<Option<Message>>) {
        let mut inner = self.lock();
        inner.history = None;
        let recent = std::mem::take(&mut inner.recent);
        inner.recent = recent.into_iter().filter_map(|recent| recent.rewritten(&change)).collect();
    }

    /// These messages are gone: nothing of them is shown to who comes later.
    pub(super) fn forget(&self, ids: &[String]) {
        self.lock().forget(ids);
    }

    pub(super) fn tell(&self, who: ChatterId, what: Told) {
        let what = Arc::new(what);
        self.lock().lines.values().for_each(|line| line.tell(who, &what));
    }

    /// Somebody's messages are gone; Owncast's clients are told which.
    pub(super) fn clear(&self, who: &str, now: WallClock) -> Option<Showing> {
        let mut inner = self.lock();
        let messages = inner.recent.iter().filter_map(|it| it.event.fact.message());
        let theirs = messages.filter(|message| message.author.id == who);
        let ids: Vec<_> = theirs.map(|message| message.id.clone()).collect();
        inner.forget(&ids);
        let pin = inner.document.pinned.take();
        inner.document.pinned = pin.filter(|pin| pin.message.author.id != who);
        if inner.owncast == 0 || ids.is_empty() {
            return None;
        }
        let id = MessageId::generate().to_string();
        let gone = owncast::visibility(&id, &rfc3339(now), (&ids, false));
        let owncast = Some(TextFrame::new(gone.to_string().as_bytes()));
        Some(Showing::new((None, owncast), inner.row()))
    }

    pub(super) fn close(&self, sanction: Sanction) {
        let sanction = Arc::new(sanction);
        self.lock().lines.values().for_each(|line| line.close(&sanction));
    }

    /// Somebody comes who has seen everything up to `after`.
    pub(super) fn enter(&self, after: Option<u64>, line: Line) -> (Seated, Entry) {
        let mut inner = self.lock();
        let resumed =
            after.is_some_and(|after| after >= inner.complete_after && after <= inner.last_seq);
        let events = match after.filter(|_| resumed) {
            Some(after) => {
                let missed = inner.recent.iter().filter(|it| it.event.seq > after);
                TextFrame::new(&ours::frame(missed.map(|it| &*it.ours)))
            }
            None => inner.history(),
        };
        inner.presence.count_in();
        inner.owncast += usize::from(line.dialect == Dialect::Owncast);
        let document = RoomDocument { last_seq: inner.last_seq, ..inner.document.clone() };
        let present = inner.presence.document();
        (inner.seat(line), Entry { document, resumed, events, present })
    }

    /// Whoever sits there has said who they are.
    pub(super) fn introduce(&self, speaker: &Speaker) {
        self.lock().presence.introduce(speaker.id, speaker.chatter());
    }

    /// Somebody is called something else.
    pub(super) fn reintroduce(&self, id: ChatterId, chatter: Chatter) {
        self.lock().presence.reintroduce(id, chatter);
    }

    pub(super) fn leave(&self, who: Option<ChatterId>, seated: &Seated) {
        let mut inner = self.lock();
        inner.presence.count_out(who);
        inner.owncast -= usize::from(seated.line.dialect == Dialect::Owncast);
        inner.lines.remove(&seated.number);
        inner.clients.stand_up(seated.number);
        inner.row = None;
    }

    /// Who came and went since it was called last, for everybody to be told.
    pub(super) fn announce_presence(
        &self,
        now: std::time::Instant,
    ) -> (Arrivals, Option<(ours::Presence, Showing)>) {
        let mut inner = self.lock();
        let (news, arrivals) = inner.presence.turn(now);
        let Some(news) = news else { return (arrivals, None) };
        let owncast = (inner.owncast > 0).then(|| owncast::presence(&news)).flatten();
        let ours = ServerMessage::Presence(news.clone()).to_bytes();
        let (ours, owncast) = (TextFrame::new(&ours), owncast.map(|it| TextFrame::new(&it)));
        let showing = Showing::new((Some(ours), owncast), inner.row());
        (arrivals, Some((news, showing)))
    }

    /// Who is there, as far as they said who they are.
    pub(super) fn people(&self) -> Vec<Chatter> {
        self.lock().presence.people()
    }

    /// How many are there.
    pub(super) fn seats(&self) -> usize {
        self.lock().presence.sockets()
    }

    /// The newest messages, the oldest first.
    pub(super) fn messages(&self) -> Vec<Arc<Event>> {
        let inner = self.lock();
        let messages = inner.recent.iter().filter(|it| it.event.fact.message().is_some());
        let mut newest: Vec<_> =
            messages.rev().take(HISTORY).map(|it| Arc::clone(&it.event)).collect();
        newest.reverse();
        newest
    }

    /// A message that everybody may see, if it is one of the newest.
    pub(super) fn message(&self, id: &str) -> Option<Message> {
        let inner = self.lock();
        let messages = inner.recent.iter().rev().filter_map(|it| it.event.fact.message());
        messages.into_iter().find(|message| message.id == id).cloned()
    }
}

/// After which event these are everything.
fn complete_after(events: &[Event]) -> u64 {
    events.first().filter(|_| events.len() >= MAX_RECENT).map_or(0, |first| first.seq)
}

impl Inner {
    fn seat(&mut self, line: Line) -> Seated {
        self.last_line += 1;
        let (number, line) = (self.last_line, Arc::new(line));
        self.lines.insert(number, Arc::clone(&line));
        self.row = None;
        Seated { number, line }
    }

    /// Those who are shown what others say.
    fn row(&mut self) -> Lines {
        let lines = &self.lines;
        let row = self.row.get_or_insert_with(|| {
            lines.values().filter(|line| line.hears).map(Arc::clone).collect()
        });
        Arc::clone(row)
    }

    fn forget(&mut self, ids: &[String]) {
        self.history = None;
        self.recent.retain(|recent| {
            let fact = &recent.event.fact;
            let id = fact.message().map(|message| message.id.as_str()).or_else(|| fact.edited());
            !id.is_some_and(|id| ids.iter().any(|it| it == id))
        });
        let pin = self.document.pinned.take();
        self.document.pinned = pin.filter(|pin| !ids.contains(&pin.message.id));
    }

    fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::Mode(modes) => self.document.modes = modes.clone(),
            Fact::Pinned { message, by, until } => {
                self.document.pinned = message.as_ref().map(|message| ours::PinDocument {
                    message: Message::clone(message),
                    by: by.clone(),
                    until: until.clone(),
                });
            }
            Fact::Poll(poll) => {
                self.document.poll = Some(poll.clone()).filter(|poll| !poll.closed);
            }
            _ => {}
        }
    }

    fn history(&mut self) -> TextFrame {
        let recent = &self.recent;
        let made = self.history.get_or_insert_with(|| {
            let messages = recent.iter().rev().filter(|it| it.event.fact.message().is_some());
            let mut newest: Vec<_> = messages.take(HISTORY).map(|it| &*it.ours).collect();
            newest.reverse();
            TextFrame::new(&ours::frame(newest.into_iter()))
        });
        made.clone()
    }
}

impl Recent {
    fn new(event: Event) -> Self {
        let ours = ours::event(&event).into();
        Self { event: Arc::new(event), ours }
    }

    fn rewritten(self, change: &impl Fn(&Message) -> Option<Option<Message>>) -> Option<Self> {
        let Some(message) = self.event.fact.message() else { return Some(self) };
        match change(message) {
            None => Some(self),
            Some(None) => None,
            Some(Some(message)) => {
                let fact = Fact::Message(Box::new(message));
                Some(Self::new(Event { fact, ..Event::clone(&self.event) }))
            }
        }
    }
}

/// As everybody is shown it.
pub(super) fn pinned(pin: &Pin) -> ours::PinDocument {
    let until = pin.until.map(rivulet_media::time::WallClock::from_unix_millis);
    ours::PinDocument {
        message: pin.message.clone(),
        by: pin.by.clone(),
        until: until.map(crate::clock::rfc3339),
    }
}
