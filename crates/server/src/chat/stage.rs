//! What everybody in a room sees: the newest events, each encoded once, and who is there.
//!
//! A frame carries what was committed within 20 ms, and goes to everybody's line; who does not keep
//! up is told so and leaves.

mod clients;
mod line;
mod presence;
mod recent;
mod showing;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rivulet_media::time::WallClock;

pub(super) use clients::Client;
pub(super) use line::{Errand, Line, TooSlow};
pub(super) use presence::Arrivals;
pub(super) use showing::Showing;

use super::emotes::EmoteSet;
use super::model::event::{Event, Fact, Message, ReplyTo};
use super::model::sanction::Sanction;
use super::model::who::{Chatter, Speaker};
use super::model::{Pin, Told};
use super::wire::ours::{Queue, RoomDocument, ServerMessage};
use super::wire::{Dialect, ours, owncast};
use crate::clock::rfc3339;
use crate::http::TextFrame;
use crate::ids::{ChatterId, MessageId};
use presence::Presence;
use recent::{Recent, complete_after};
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
    /// In the order in which they came: so do they lie in memory, ours and the system's, and a
    /// thousand of them are walked through with every message.
    lines: BTreeMap<u64, Arc<Line>>,
    /// The same in a row, until somebody comes or goes.
    row: Option<Lines>,
    last_line: u64,
    /// What waits for those who keep order.
    queue: Queue,
    /// What Owncast's clients are told with the next frame.
    theirs: Vec<String>,
    recent: VecDeque<Recent>,
    /// Everything after this one is remembered.
    complete_after: u64,
    last_seq: u64,
    document: RoomDocument,
    presence: Presence,
    /// Sockets that speak Owncast's dialect.
    owncast: usize,
    emotes: Arc<EmoteSet>,
    /// What somebody new is shown, until something changes.
    history: Option<TextFrame>,
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
        let (presence, owncast, emotes, history, queue, theirs) = Default::default();
        let (lines, row, last_line) = Default::default();
        let inner = Inner {
            lines,
            row,
            last_line,
            queue,
            theirs,
            recent,
            complete_after,
            last_seq,
            document,
            presence,
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
        // Before the lock is taken: whoever comes meanwhile need not wait for it.
        let events: Vec<_> = events.into_iter().map(Recent::new).collect();
        let ours = TextFrame::new(&ours::frame(events.iter().map(|it| &*it.ours)));
        let mut inner = self.lock();
        let mut theirs = std::mem::take(&mut inner.theirs);
        for recent in events {
            inner.apply(&recent.event.fact);
            if inner.owncast > 0 {
                theirs.extend(inner.in_owncast(&recent.event));
            }
            inner.last_seq = recent.event.seq;
            if inner.recent.len() >= MAX_RECENT
                && let Some(oldest) = inner.recent.pop_front()
            {
                inner.complete_after = inner.complete_after.max(oldest.event.seq);
            }
            inner.recent.push_back(recent);
        }
        inner.history = None;
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
        self.lock().rewrite(change);
    }

    /// These messages are gone: nothing of them is shown to who comes later.
    pub(super) fn forget(&self, ids: &[String]) {
        self.lock().forget(ids);
    }

    pub(super) fn tell(&self, who: ChatterId, what: Told) {
        let what = Arc::new(what);
        self.lock().lines.values().for_each(|line| line.tell(who, &what));
    }

    /// What lets somebody in may be over, or anybody.
    pub(super) fn recheck(&self, who: Option<ChatterId>) {
        self.lock().lines.values().for_each(|line| line.recheck(who));
    }

    /// Something waits for those who keep order, or waits no longer.
    pub(super) fn set_queue(&self, queue: Queue) {
        let mut inner = self.lock();
        if inner.queue != queue {
            inner.queue = queue;
            inner.lines.values().for_each(|line| line.queue(queue));
        }
    }

    /// What waits for those who keep order.
    pub(super) fn queue(&self) -> Queue {
        self.lock().queue
    }

    /// These messages, all of somebody's, are gone; Owncast's clients are told which.
    pub(super) fn clear(&self, ids: &[String], now: WallClock) {
        let mut inner = self.lock();
        inner.forget(ids);
        if inner.owncast > 0 && !ids.is_empty() {
            let id = MessageId::generate().to_string();
            let gone = owncast::visibility(&id, &rfc3339(now), (ids, false));
            inner.theirs.push(gone.to_string());
        }
    }

    /// What Owncast's clients have yet to be told.
    pub(super) fn flush(&self) -> Option<Showing> {
        let mut inner = self.lock();
        let theirs = std::mem::take(&mut inner.theirs);
        if theirs.is_empty() {
            return None;
        }
        let owncast = Some(TextFrame::new(theirs.join("\n").as_bytes()));
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
        self.lock().presence.introduce(speaker);
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
        inner.row = None;
    }

    /// Who came and went since it was called last, for everybody to be told.
    pub(super) fn announce_presence(
        &self,
        (now, wall): (std::time::Instant, WallClock),
    ) -> (Arrivals, Option<(ours::Presence, Showing)>) {
        let mut inner = self.lock();
        let (news, arrivals) = inner.presence.turn(now);
        let Some(news) = news else { return (arrivals, None) };
        let owncast = (inner.owncast > 0).then(|| owncast::presence(&news, wall)).flatten();
        let ours = ServerMessage::Presence(news.clone()).to_bytes();
        let (ours, owncast) = (TextFrame::new(&ours), owncast.map(|it| TextFrame::new(&it)));
        let showing = Showing::new((Some(ours), owncast), inner.row());
        (arrivals, Some((news, showing)))
    }

    /// Who is there, as far as they said who they are.
    pub(super) fn people(&self) -> Vec<Chatter> {
        self.lock().presence.people()
    }

    /// Somebody who is there, though they may never have said anything, and from where.
    pub(super) fn person(&self, id: ChatterId) -> Option<Speaker> {
        self.lock().presence.person(id)
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

    /// What Owncast's clients are told of an event.
    fn in_owncast(&self, event: &Event) -> Vec<String> {
        let Fact::Edited { id, html, text } = &event.fact else {
            return owncast::encode(event, &*self.emotes).into_iter().collect();
        };
        let said = self.recent.iter().rev().find_map(|it| {
            let message = it.event.fact.message().filter(|message| message.id == *id)?;
            let (html, text) = (html.clone(), text.clone());
            let fact = Fact::Message(Box::new(Message { html, text, ..message.clone() }));
            Some(Event { fact, ..Event::clone(&it.event) })
        });
        said.map(|said| owncast::edited(&said, event, &*self.emotes)).unwrap_or_default()
    }

    fn rewrite(&mut self, change: impl Fn(&Message) -> Option<Option<Message>>) {
        self.history = None;
        let recent = std::mem::take(&mut self.recent);
        self.recent = recent.into_iter().filter_map(|recent| recent.rewritten(&change)).collect();
    }

    fn forget(&mut self, ids: &[String]) {
        let is_gone = |id: &str| ids.iter().any(|it| it == id);
        self.recent.retain(|recent| !recent.event.fact.about().is_some_and(is_gone));
        self.rewrite(|message| {
            if is_gone(&message.id) {
                return Some(None);
            }
            let reply = message.reply_to.as_ref().filter(|reply| is_gone(&reply.id))?;
            // How it began is nobody's to read either.
            let reply_to = Some(ReplyTo { excerpt: String::new(), ..reply.clone() });
            Some(Some(Message { reply_to, ..message.clone() }))
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

/// As everybody is shown it.
pub(super) fn pinned(pin: &Pin) -> ours::PinDocument {
    let until = pin.until.map(WallClock::from_unix_millis);
    ours::PinDocument {
        message: pin.message.clone(),
        by: pin.by.clone(),
        until: until.map(rfc3339),
    }
}
