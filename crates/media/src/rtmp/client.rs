//! A client's side of one connection: publishes a stream, or plays one.
//!
//! Requests are sent as early as the protocol allows: three round trips from the first byte to the
//! first frame.

use std::collections::VecDeque;

use bytes::Bytes;

use super::address::StreamUrl;
use super::amf0::Value;
use super::chunk::{Limits, MediaPolicy};
use super::enhanced::client_properties;
use super::entropy::Entropy;
use super::error::Error;
use super::handshake::{self, Opening, Step};
use super::link::Link;
use super::message::{Command, MediaMessage, Message, UserControl};

/// Events that may wait for their owner. Against a server that floods its player.
const MAX_EVENTS: usize = 16 * 1024;

const CONNECT: f64 = 1.0;
const CREATE_STREAM: f64 = 4.0;

/// What to do with the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Send it.
    Publish,
    /// Receive it.
    Play,
}

/// What a session wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send these bytes to the server.
    Transmit(Bytes),
    /// Something happened.
    Event(Event),
}

/// Something the server did.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The stream may be sent, or is going to be received.
    Started,
    /// The server refuses. The session is over.
    Refused {
        /// Such as `NetStream.Publish.BadName`.
        code: String,
        /// For people.
        description: String,
    },
    /// Media of the stream that is played.
    Media(MediaMessage),
    /// The stream is over.
    Ended,
}

/// Media cannot be sent: the server has not accepted the publisher, or has ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server has not accepted this publisher")]
pub struct NotPublishing;

/// One connection, as a client sees it.
#[derive(Debug)]
pub struct Session {
    url: StreamUrl,
    role: Role,
    entropy: Entropy,
    state: State,
    link: Link,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum State {
    Handshaking(handshake::Client),
    Connecting,
    CreatingStream,
    Asking(u32),
    Started(u32),
    Over,
}

impl Session {
    /// A connection to `url`'s host that has just been opened.
    #[must_use]
    pub fn new(url: StreamUrl, role: Role, opening: Opening, mut entropy: Entropy) -> Self {
        let mut link = Link::new(Limits::default());
        link.send_raw(&handshake::Client::open(opening, &mut entropy));
        let state = State::Handshaking(handshake::Client::default());
        Self { url, role, entropy, state, link, events: VecDeque::new() }
    }

    /// Takes bytes that came from the server.
    ///
    /// # Errors
    /// The server violates the protocol or a limit.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut input = bytes;
        while let State::Handshaking(handshake) = &mut self.state {
            match handshake.receive(&mut input, &mut self.entropy)? {
                Step::Incomplete => return Ok(()),
                Step::Answer(bytes) => {
                    self.link.send_raw(&bytes);
                    self.send_connect();
                }
                Step::Done => self.state = State::Connecting,
            }
        }
        while let Some(message) = self.link.next(&mut input)? {
            self.message(message)?;
            if self.events.len() > MAX_EVENTS {
                return Err(Error::Flooded);
            }
        }
        Ok(())
    }

    /// What to do next; `None` until the session is given something again.
    pub fn poll(&mut self) -> Option<Output> {
        match self.link.transmit() {
            Some(bytes) => Some(Output::Transmit(bytes)),
            None => self.events.pop_front().map(Output::Event),
        }
    }

    /// Sends media.
    ///
    /// # Errors
    /// The server has not accepted this publisher.
    pub fn send(&mut self, message: &MediaMessage) -> Result<(), NotPublishing> {
        match (&self.state, self.role) {
            (State::Started(stream_id), Role::Publish) => {
                self.link.send_media(message, *stream_id);
                Ok(())
            }
            _ => Err(NotPublishing),
        }
    }

    /// Says that the stream is over. Send what [`Session::poll`] returns, then close.
    pub fn finish(&mut self) {
        let (State::Asking(stream_id) | State::Started(stream_id)) = self.state else {
            self.state = State::Over;
            return;
        };
        if self.role == Role::Publish {
            self.call(0, "FCUnpublish", 6.0, vec![Value::string(self.url.name.expose())]);
        }
        self.call(0, "deleteStream", 0.0, vec![Value::Number(f64::from(stream_id))]);
        self.state = State::Over;
    }

    /// Whether the session is over: send what [`Session::poll`] returns, then close.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    fn send_connect(&mut self) {
        let mut properties = vec![
            ("app".to_owned(), Value::string(&self.url.app)),
            ("type".to_owned(), Value::string("nonprivate")),
            ("flashVer".to_owned(), Value::string("FMLE/3.0 (compatible; Rivulet)")),
            ("tcUrl".to_owned(), Value::string(self.url.tc_url())),
        ];
        properties.extend(client_properties());
        self.link.send_chunk_size();
        self.link.send_command(
            0,
            &Command {
                name: "connect".to_owned(),
                transaction: CONNECT,
                object: Value::Object(properties),
                arguments: Vec::new(),
            },
        );
    }

    fn message(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Command(_, command) => self.command(&command)?,
            Message::Media(media) => self.events.push_back(Event::Media(media)),
            Message::Aggregate(parts) => self.events.extend(parts.into_iter().map(Event::Media)),
            Message::UserControl(UserControl::StreamEof(_)) => self.end(),
            _ => {}
        }
        Ok(())
    }

    fn command(&mut self, command: &Command) -> Result<(), Error> {
        match (command.name.as_str(), &self.state) {
            ("_result", State::Connecting) if command.transaction == CONNECT => {
                self.create_stream()
            }
            // Servers that do not know FCPublish say so; it does not matter.
            ("_error", State::Connecting | State::CreatingStream)
                if [CONNECT, CREATE_STREAM].contains(&command.transaction) =>
            {
                self.refused(command);
            }
            ("_result", State::CreatingStream) if command.transaction == CREATE_STREAM => {
                let id = command.arguments.first().and_then(Value::as_number);
                self.ask(id.ok_or(Error::ConnectRefused)? as u32);
            }
            ("onStatus", _) => self.status(command),
            _ => {}
        }
        Ok(())
    }

    fn create_stream(&mut self) {
        if self.role == Role::Publish {
            let name = Value::string(self.url.name.expose());
            self.call(0, "releaseStream", 2.0, vec![name.clone()]);
            self.call(0, "FCPublish", 3.0, vec![name]);
        }
        self.call(0, "createStream", CREATE_STREAM, Vec::new());
        self.state = State::CreatingStream;
    }

    fn ask(&mut self, stream_id: u32) {
        let name = Value::string(self.url.name.expose());
        match self.role {
            Role::Publish => {
                self.call(stream_id, "publish", 5.0, vec![name, Value::string("live")]);
            }
            Role::Play => {
                self.link.set_media_policy(MediaPolicy::Keep);
                self.call(stream_id, "play", 5.0, vec![name]);
            }
        }
        self.state = State::Asking(stream_id);
    }

    fn status(&mut self, command: &Command) {
        let Some(information) = command.arguments.first() else { return };
        let text = |name| information.get(name).and_then(Value::as_str).unwrap_or_default();
        match (text("level"), text("code"), &self.state) {
            ("error", ..) => self.refused(command),
            (_, "NetStream.Publish.Start" | "NetStream.Play.Start", State::Asking(stream_id)) => {
                self.state = State::Started(*stream_id);
                self.events.push_back(Event::Started);
            }
            (_, "NetStream.Play.UnpublishNotify" | "NetStream.Play.Stop", _) => self.end(),
            _ => {}
        }
    }

    fn refused(&mut self, command: &Command) {
        let information = command.arguments.first();
        let text = |name| {
            information
                .and_then(|object| object.get(name))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (code, description) = (text("code").to_owned(), text("description").to_owned());
        self.events.push_back(Event::Refused { code, description });
        self.state = State::Over;
    }

    fn end(&mut self) {
        if !self.is_over() {
            self.events.push_back(Event::Ended);
            self.state = State::Over;
        }
    }

    fn call(&mut self, stream_id: u32, name: &str, transaction: f64, arguments: Vec<Value>) {
        let object = Value::Null;
        let command = Command { name: name.to_owned(), transaction, object, arguments };
        self.link.send_command(stream_id, &command);
    }
}
