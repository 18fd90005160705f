//! What everybody in a room sees: the newest events, each encoded once, and who is there.
//!
//! Those who read hold a cursor into one ring of frames and no queue of their own; who falls out of
//! the ring is told so and leaves. A frame carries what was committed within 20 ms.

mod presence;
mod recent;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rivulet_media::time::WallClock;
use tokio::sync::broadcast;

pub(super) use presence::Arrivals;

use super::emotes::EmoteSet;
use super::model::event::{Event, Fact, Message, ReplyTo};
use super::model::sanction::Sanction;
use super::model::who::{Chatter, Speaker};
use super::model::{Pin, Told};
use super::wire::ours::{Queue, RoomDocument, ServerMessage};
use super::wire::{Dialect, ours, owncast};
use crate::clock::rfc3339;
use crate::ids::{ChatterId, MessageId};
use presence::Presence;
use recent::{Recent, complete_after};

/// Events that a room remembers, and that who reconnects may have missed.
pub(super) const MAX_RECENT: usize = 500;
/// Messages that somebody new is shown.
pub(super) const HISTORY: usize = 50;
/// Frames that who is slow may be behind: more than two seconds of them.
const MAX_BEHIND: usize = 128;
/// What concerns some of them that may wait for one who is slow.
const MAX_PRIVATE: usize = 256;

/// Something on its way to sockets.
#[derive(Clone)]
pub(super) enum Frame {
    /// To everybody.
    All { ours: Bytes, owncast: Option<Bytes> },
    /// To clients of Owncast alone.
    Theirs(Bytes),
}

/// Something on its way to some of those who are there. They have a ring of their own: whatever a
/// moderator's program does to many people one after the other, nobody else falls behind by it, and
/// who falls behind here asks how things are instead.
#[derive(Clone)]
pub(super) enum Private {
    /// To one person.
    One { who: ChatterId, what: Arc<Told> },
    /// Some have to leave.
    Close(Arc<Sanction>),
    /// What lets somebody in may be over, or anybody.
    Recheck(Option<ChatterId>),
    /// To those who keep order.
    Queue(Queue),
}

/// What is listened to.
pub(super) struct Ears {
    /// What everybody hears; not for those who only speak.
    pub(super) frames: Option<broadcast::Receiver<Frame>>,
    pub(super) private: broadcast::Receiver<Private>,
}

/// The stage of one room.
pub(super) struct Stage {
    inner: Mutex<Inner>,
}

struct Inner {
    frames: broadcast::Sender<Frame>,
    private: broadcast::Sender<Private>,
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
    history: Option<Bytes>,
}

/// What somebody who comes gets first.
pub(super) struct Entry {
    pub(super) document: RoomDocument,
    pub(super) resumed: bool,
    /// Events that happened before, as a whole message.
    pub(super) events: Bytes,
    pub(super) present: ours::Present,
}

impl Stage {
    /// The stage of a room in which this happened last.
    pub(super) fn new(events: Vec<Event>, last_seq: u64, document: RoomDocument) -> Self {
        let (frames, _) = broadcast::channel(MAX_BEHIND);
        let complete_after = complete_after(&events);
        let recent = events.into_iter().map(Recent::new).collect();
        let (presence, owncast, emotes, history, queue, theirs) = Default::default();
        let inner = Inner {
            frames,
            private: broadcast::channel(MAX_PRIVATE).0,
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

    /// Shows what was committed.
    pub(super) fn show(&self, events: Vec<Event>) {
        let mut inner = self.lock();
        let mut texts = Vec::with_capacity(events.len());
        let mut theirs = std::mem::take(&mut inner.theirs);
        for event in events {
            inner.apply(&event.fact);
            if inner.owncast > 0 {
                theirs.extend(inner.in_owncast(&event));
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
        let ours = ours::frame(texts.iter().map(|text| &**text));
        let owncast = (!theirs.is_empty()).then(|| Bytes::from(theirs.join("\n")));
        inner.send(Frame::All { ours, owncast });
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
        self.lock().whisper(Private::One { who, what: Arc::new(what) });
    }

    /// What lets somebody in may be over, or anybody.
    pub(super) fn recheck(&self, who: Option<ChatterId>) {
        self.lock().whisper(Private::Recheck(who));
    }

    /// Something waits for those who keep order, or waits no longer.
    pub(super) fn set_queue(&self, queue: Queue) {
        let mut inner = self.lock();
        if inner.queue != queue {
            inner.queue = queue;
            inner.whisper(Private::Queue(queue));
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

    /// Tells Owncast's clients what waits for them.
    pub(super) fn flush(&self) {
        let mut inner = self.lock();
        let theirs = std::mem::take(&mut inner.theirs);
        if !theirs.is_empty() {
            inner.send(Frame::Theirs(Bytes::from(theirs.join("\n"))));
        }
    }

    pub(super) fn close(&self, sanction: Sanction) {
        self.lock().whisper(Private::Close(Arc::new(sanction)));
    }

    /// Somebody comes who has seen everything up to `after`.
    pub(super) fn enter(
        &self,
        after: Option<u64>,
        (dialect, hears): (Dialect, bool),
    ) -> (Ears, Entry) {
        let mut inner = self.lock();
        let resumed =
            after.is_some_and(|after| after >= inner.complete_after && after <= inner.last_seq);
        let events = match after.filter(|_| resumed) {
            Some(after) => {
                let missed = inner.recent.iter().filter(|it| it.event.seq > after);
                ours::frame(missed.map(|it| &*it.ours))
            }
            None => inner.history(),
        };
        inner.presence.count_in();
        inner.owncast += usize::from(dialect == Dialect::Owncast);
        let document = RoomDocument { last_seq: inner.last_seq, ..inner.document.clone() };
        let frames = hears.then(|| inner.frames.subscribe());
        let ears = Ears { frames, private: inner.private.subscribe() };
        let present = inner.presence.document();
        (ears, Entry { document, resumed, events, present })
    }

    /// Whoever sits there has said who they are.
    pub(super) fn introduce(&self, speaker: &Speaker) {
        self.lock().presence.introduce(speaker);
    }

    /// Somebody is called something else.
    pub(super) fn reintroduce(&self, id: ChatterId, chatter: Chatter) {
        self.lock().presence.reintroduce(id, chatter);
    }

    pub(super) fn leave(&self, who: Option<ChatterId>, dialect: Dialect) {
        let mut inner = self.lock();
        inner.presence.count_out(who);
        inner.owncast -= usize::from(dialect == Dialect::Owncast);
    }

    /// Tells everybody who came and went since it was called last.
    pub(super) fn announce_presence(
        &self,
        (now, wall): (std::time::Instant, WallClock),
    ) -> (Arrivals, Option<ours::Presence>) {
        let mut inner = self.lock();
        let (news, arrivals) = inner.presence.turn(now);
        let Some(news) = news else { return (arrivals, None) };
        let owncast = (inner.owncast > 0).then(|| owncast::presence(&news, wall)).flatten();
        let ours = ServerMessage::Presence(news.clone()).to_bytes();
        inner.send(Frame::All { ours, owncast });
        (arrivals, Some(news))
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
    fn send(&self, frame: Frame) {
        // Nobody may be there.
        let _ = self.frames.send(frame);
    }

    fn whisper(&self, private: Private) {
        // Nobody may be there.
        let _ = self.private.send(private);
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

    fn history(&mut self) -> Bytes {
        let recent = &self.recent;
        let made = self.history.get_or_insert_with(|| {
            let messages = recent.iter().rev().filter(|it| it.event.fact.message().is_some());
            let mut newest: Vec<_> = messages.take(HISTORY).map(|it| &*it.ours).collect();
            newest.reverse();
            ours::frame(newest.into_iter())
        });
        made.clone()
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
