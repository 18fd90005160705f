//! A server's side of one connection, up to the media messages.
//!
//! The owner of the socket gives it what was read and the time ([`Session::receive`]), does what it
//! wants done ([`Session::poll`]), and wakes it at [`Session::deadline`]. Media is read over, not
//! kept, until the owner has accepted the publisher.
//!
//! A connection whose other side is in memory, until it is decided who may publish:
//!
//! ```
//! use std::time::Instant;
//!
//! use rivulet_media::rtmp::handshake::Opening;
//! use rivulet_media::rtmp::server::{Event, Limits, Output, Session};
//! use rivulet_media::rtmp::{Entropy, StreamUrl, client};
//!
//! // Who owns the sockets has better entropy.
//! let (ours, theirs) = (Entropy::new([1; 32]), Entropy::new([2; 32]));
//! let url = StreamUrl::parse("rtmp://localhost/live/the-key").ok_or("no such URL")?;
//! let mut encoder = client::Session::new(url, client::Role::Publish, Opening::Simple, theirs);
//! let mut session = Session::new(Limits::default(), ours, Instant::now());
//! let mut accepted = false;
//! while !accepted {
//!     while let Some(client::Output::Transmit(bytes)) = encoder.poll() {
//!         session.receive(Instant::now(), &bytes)?;
//!         while let Some(output) = session.poll() {
//!             match output {
//!                 Output::Transmit(bytes) => encoder.receive(&bytes)?,
//!                 Output::Event(Event::Publish(request)) => {
//!                     accepted = request.key.expose() == "the-key";
//!                     session.accept_publish()?;
//!                 }
//!                 Output::Event(_) => {}
//!             }
//!         }
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod command;
mod event;
mod limits;
mod reply;

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use bytes::Bytes;

use super::amf0::{self, Value};
use super::chunk::MediaPolicy;
use super::entropy::Entropy;
use super::error::Error;
use super::handshake::{self, Step};
use super::link::Link;
use super::message::{MediaKind, MediaMessage, Message, PLAY_STREAM_ID, UserControl};
use super::metadata::Metadata;

pub use event::{Connected, Event, Output, PlayRequest, PublishRequest, Refusal, Withdrawn};
pub use limits::Limits;
use reply::{Level, on_status};

/// Events that may wait for their owner. Against an input of a thousand messages of one byte.
const MAX_EVENTS: usize = 16 * 1024;

/// One connection, as a server sees it.
#[derive(Debug)]
pub struct Session {
    limits: Limits,
    entropy: Entropy,
    state: State,
    client: Client,
    /// When the current wait began: for the handshake, a command, or media.
    waiting_since: Instant,
    /// The time of the last call that had one.
    now: Instant,
    link: Link,
    events: VecDeque<Event>,
    /// Requests to publish or play that came, and those of them that the owner has seen.
    asked: u64,
    shown: u64,
    /// Commands since the connection began or a stream was last accepted.
    commands: usize,
    /// Control messages, counted alike.
    control_messages: usize,
    media_bytes: u64,
}

#[derive(Debug)]
enum State {
    Handshaking(handshake::Server),
    /// `connect` has not come.
    Unconnected,
    /// Neither `publish` nor `play` has come.
    Idle,
    /// The owner decides.
    Deciding(Asked),
    Publishing(StreamId),
    Playing,
    /// What is left to do is to send, and to close.
    Closing,
}

/// What the peer has said about itself in `connect` and later.
#[derive(Default)]
struct Client {
    app: String,
    /// Media streams it has created: bit n stands for stream n + 1.
    streams: u8,
    /// It sent `FCPublish` and expects `onFCPublish`.
    expects_fc_publish: bool,
}

/// The application is left out: people paste stream keys into it.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("streams", &self.streams).finish_non_exhaustive()
    }
}

type StreamId = u32;

#[derive(Clone, Copy, Debug)]
enum Asked {
    Publish(StreamId),
    Play(StreamId),
}

impl Session {
    /// A connection that has just been opened.
    #[must_use]
    pub fn new(limits: Limits, entropy: Entropy, now: Instant) -> Self {
        Self {
            limits,
            entropy,
            state: State::Handshaking(handshake::Server::default()),
            client: Client::default(),
            waiting_since: now,
            now,
            link: Link::new(limits.chunk),
            events: VecDeque::new(),
            asked: 0,
            shown: 0,
            commands: 0,
            control_messages: 0,
            media_bytes: 0,
        }
    }

    /// Takes bytes that came from the peer. Call [`Session::poll`] until it returns `None` before
    /// the next call.
    ///
    /// # Errors
    /// The peer violates the protocol or a limit. Send what `poll` still returns, then close.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) -> Result<(), Error> {
        self.now = now;
        let mut input = bytes;
        while let State::Handshaking(handshake) = &mut self.state {
            match handshake.receive(&mut input, &mut self.entropy)? {
                Step::Incomplete => return Ok(()),
                Step::Answer(bytes) => self.link.send_raw(&bytes),
                Step::Done => self.greet(),
            }
        }
        while !self.is_closing() {
            let Some(message) = self.link.next(&mut input)? else { break };
            self.message(message)?;
            if self.events.len() > MAX_EVENTS {
                return Err(Error::Flooded);
            }
        }
        if self.link.discarded_bytes() > self.limits.max_early_media_bytes {
            return Err(Error::TooMuchEarlyMedia(self.limits.max_early_media_bytes));
        }
        self.count_control_messages()?;
        if matches!(self.state, State::Unconnected | State::Idle) {
            self.link.answer_at_least();
        }
        Ok(())
    }

    /// An accepted peer may send as many as it likes: it proved something, or is sent far more.
    fn count_control_messages(&mut self) -> Result<(), Error> {
        let came = self.link.take_control_messages();
        if self.is_accepted() {
            return Ok(());
        }
        self.control_messages += came;
        if self.control_messages > self.limits.max_control_messages {
            return Err(Error::TooManyControlMessages(self.limits.max_control_messages));
        }
        Ok(())
    }

    const fn is_accepted(&self) -> bool {
        matches!(self.state, State::Publishing(_) | State::Playing)
    }

    /// What the peer asks for, if that is what the owner answers: the owner has seen this request,
    /// and not only one that was withdrawn since.
    const fn awaits_answer(&self) -> Option<Asked> {
        match self.state {
            State::Deciding(asked) if self.shown == self.asked => Some(asked),
            _ => None,
        }
    }

    fn ask(&mut self, request: Event) {
        self.asked += 1;
        self.events.push_back(request);
    }

    fn accept(&mut self, state: State) {
        self.commands = 0;
        self.control_messages = 0;
        self.wait_in(state);
    }

    /// What to do next; `None` until the session is given something again.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(bytes) = self.poll_transmit() {
            return Some(Output::Transmit(bytes));
        }
        let event = self.events.pop_front()?;
        self.shown += u64::from(event.is_request());
        Some(Output::Event(event))
    }

    /// What to send now, and no event: for an owner that is dealing with one.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.link.transmit()
    }

    /// When to call [`Session::handle_timeout`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let wait = match self.state {
            State::Handshaking(_) => self.limits.handshake_timeout,
            State::Unconnected | State::Idle => self.limits.command_timeout,
            State::Publishing(_) => self.limits.publisher_silence,
            State::Deciding(_) | State::Playing | State::Closing => return None,
        };
        Some(self.waiting_since + wait)
    }

    /// Fails if the deadline has passed.
    ///
    /// # Errors
    /// The peer let it pass.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.now = now;
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        Err(match self.state {
            State::Handshaking(_) => Error::HandshakeTimeout(self.limits.handshake_timeout),
            State::Publishing(_) => Error::PublisherSilent(self.limits.publisher_silence),
            _ => Error::CommandTimeout(self.limits.command_timeout),
        })
    }

    /// Whether the session is over: the owner sends what [`Session::poll`] returns, then closes.
    #[must_use]
    pub const fn is_closing(&self) -> bool {
        matches!(self.state, State::Closing)
    }

    /// Bytes of media received from an accepted publisher.
    #[must_use]
    pub const fn media_bytes(&self) -> u64 {
        self.media_bytes
    }

    /// Bytes of media that came without leave and were read over.
    #[must_use]
    pub const fn discarded_bytes(&self) -> u64 {
        self.link.discarded_bytes()
    }

    /// Bytes held for messages that have not ended, and for answers not yet sent.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.link.buffered_bytes()
    }

    /// Lets the peer publish: its media arrives as events from now on. Like every answer, it is
    /// to the request that [`Session::poll`] returned last.
    ///
    /// # Errors
    /// It no longer asks to.
    pub fn accept_publish(&mut self) -> Result<(), Withdrawn> {
        let Some(Asked::Publish(stream_id)) = self.awaits_answer() else { return Err(Withdrawn) };
        let started = "NetStream.Publish.Start";
        if self.client.expects_fc_publish {
            let status = reply::status_object(Level::Status, started, "Publishing.");
            self.link.send_command(0, &reply::notice("onFCPublish", status));
        }
        self.link.send_user_control(UserControl::StreamBegin(stream_id));
        self.link.send_command(stream_id, &on_status(Level::Status, started, "Publishing."));
        self.link.set_media_policy(MediaPolicy::Keep);
        self.accept(State::Publishing(stream_id));
        Ok(())
    }

    /// Tells a peer that asks to publish, or publishes, that it may not. The session is closing
    /// afterwards.
    ///
    /// # Errors
    /// It neither asks to nor does.
    pub fn reject_publish(&mut self, refusal: Refusal, description: &str) -> Result<(), Withdrawn> {
        let stream_id = match (&self.state, self.awaits_answer()) {
            (State::Publishing(stream_id), _) => *stream_id,
            (_, Some(Asked::Publish(stream_id))) => stream_id,
            _ => return Err(Withdrawn),
        };
        self.refuse(stream_id, refusal.publish_code(), description);
        Ok(())
    }

    /// Lets the peer play. What it is sent afterwards, the owner encodes with
    /// [`super::encode_media`]: first `metadata` if the stream has some (sent here), then the
    /// codec configurations, then frames from a keyframe on.
    ///
    /// # Errors
    /// It no longer asks to.
    pub fn accept_play(&mut self, metadata: Option<&Metadata>) -> Result<(), Withdrawn> {
        let Some(Asked::Play(_)) = self.awaits_answer() else { return Err(Withdrawn) };
        self.link.send_user_control(UserControl::StreamBegin(PLAY_STREAM_ID));
        for (code, description) in
            [("NetStream.Play.Reset", "Playing."), ("NetStream.Play.Start", "Playing.")]
        {
            self.link.send_command(PLAY_STREAM_ID, &on_status(Level::Status, code, description));
        }
        let access =
            [Value::string("|RtmpSampleAccess"), Value::Boolean(true), Value::Boolean(true)];
        self.send_data(amf0::encode(&access).into());
        if let Some(metadata) = metadata {
            self.send_data(metadata.payload.clone());
        }
        self.accept(State::Playing);
        Ok(())
    }

    /// Tells a peer that asks to play, or plays, that it may not. The session is closing
    /// afterwards.
    ///
    /// # Errors
    /// It neither asks to nor does.
    pub fn reject_play(&mut self, refusal: Refusal, description: &str) -> Result<(), Withdrawn> {
        let stream_id = match (&self.state, self.awaits_answer()) {
            (State::Playing, _) => PLAY_STREAM_ID,
            (_, Some(Asked::Play(stream_id))) => stream_id,
            _ => return Err(Withdrawn),
        };
        self.refuse(stream_id, refusal.play_code(), description);
        Ok(())
    }

    /// Tells a player that the stream is over. The session is closing afterwards.
    ///
    /// # Errors
    /// The peer does not play.
    pub fn finish_play(&mut self) -> Result<(), Withdrawn> {
        let State::Playing = self.state else { return Err(Withdrawn) };
        self.link.send_user_control(UserControl::StreamEof(PLAY_STREAM_ID));
        let code = "NetStream.Play.UnpublishNotify";
        let notice = on_status(Level::Status, code, "The stream is over.");
        self.link.send_command(PLAY_STREAM_ID, &notice);
        self.state = State::Closing;
        Ok(())
    }

    /// Says at once what could wait for `connect`, for the reason given at
    /// [`Link::answer_at_least`].
    fn greet(&mut self) {
        self.link.send_window();
        self.link.send_peer_bandwidth();
        self.link.send_chunk_size();
        self.wait_in(State::Unconnected);
    }

    fn send_data(&mut self, payload: Bytes) {
        let message = MediaMessage { kind: MediaKind::Data, timestamp: 0, payload };
        self.link.send_media(&message, PLAY_STREAM_ID);
    }

    fn refuse(&mut self, stream_id: StreamId, code: &str, description: &str) {
        self.link.send_command(stream_id, &on_status(Level::Error, code, description));
        self.state = State::Closing;
    }

    fn wait_in(&mut self, state: State) {
        self.state = state;
        self.waiting_since = self.now;
    }

    fn message(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Command(stream_id, command) => self.command(stream_id, command)?,
            Message::Media(media) => self.media(media),
            Message::Aggregate(parts) => parts.into_iter().for_each(|part| self.media(part)),
            _ => {}
        }
        Ok(())
    }

    fn media(&mut self, media: MediaMessage) {
        // A message that began before the stream ended may arrive after.
        let State::Publishing(_) = self.state else { return };
        self.waiting_since = self.now;
        self.media_bytes += media.payload.len() as u64;
        if media.payload.is_empty() {
            return;
        }
        let metadata = match media.kind {
            MediaKind::Data => Metadata::parse(&media.payload),
            MediaKind::Audio | MediaKind::Video => None,
        };
        self.events.push_back(metadata.map_or(Event::Media(media), Event::Metadata));
    }
}
