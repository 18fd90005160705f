//! What the tests speak to a server with when a whole client is too polite.

use std::time::Instant;

use bytes::BytesMut;
use rivulet_media::rtmp::amf0::Value;
use rivulet_media::rtmp::chunk::{
    MediaPolicy, MessageHeader, RawMessage, Reader, kind, write_message,
};
use rivulet_media::rtmp::message::{Command, Message};
use rivulet_media::rtmp::server::{Event, Limits, Output, Session};
use rivulet_media::rtmp::{Entropy, Error};

/// Length of C0, C1 and C2.
pub(crate) const HANDSHAKE_BYTES: usize = 1 + 2 * 1536;

/// A generator of numbers that are the same in every run (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end` - 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Cuts `bytes` into pieces of up to `longest`.
    pub(crate) fn split<'a>(&mut self, mut bytes: &'a [u8], longest: usize) -> Vec<&'a [u8]> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((1 + self.below(longest)).min(bytes.len()));
            pieces.push(piece);
            bytes = rest;
        }
        pieces
    }
}

/// Reads what a session says after its handshake.
pub(crate) struct Ear {
    /// Bytes of the handshake that have not come.
    handshake_left: usize,
    reader: Reader,
    pub(crate) heard: Vec<RawMessage>,
}

impl Ear {
    pub(crate) fn new() -> Self {
        let mut reader = Reader::new(rivulet_media::rtmp::chunk::Limits::default());
        reader.set_media_policy(MediaPolicy::Keep);
        Self { handshake_left: HANDSHAKE_BYTES, reader, heard: Vec::new() }
    }

    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        let handshake = self.handshake_left.min(bytes.len());
        self.handshake_left -= handshake;
        let mut input = &bytes[handshake..];
        while let Some(message) = self.reader.read(&mut input).unwrap() {
            self.heard.push(message);
        }
    }

    /// The commands heard since the last call, with their streams.
    pub(crate) fn take_commands(&mut self) -> Vec<(u32, Command)> {
        let heard = std::mem::take(&mut self.heard);
        let commands = heard.into_iter().filter_map(|message| match Message::parse(message) {
            Ok(Message::Command(stream_id, command)) => Some((stream_id, command)),
            _ => None,
        });
        commands.collect()
    }
}

/// A server session, and the messages and events that came out of it.
pub(crate) struct Server {
    pub(crate) session: Session,
    pub(crate) start: Instant,
    pub(crate) events: Vec<Event>,
    pub(crate) ear: Ear,
}

impl Server {
    pub(crate) fn new(limits: Limits) -> Self {
        let start = Instant::now();
        let session = Session::new(limits, Entropy::new([7; 32]), start);
        Self { session, start, events: Vec::new(), ear: Ear::new() }
    }

    /// One that has shaken hands.
    pub(crate) fn ready(limits: Limits) -> Self {
        let mut server = Self::new(limits);
        server.receive(&[3; HANDSHAKE_BYTES]).unwrap();
        server
    }

    /// One that waits for a decision to publish.
    pub(crate) fn asked_to_publish(limits: Limits) -> Self {
        let mut server = Self::ready(limits);
        server.command(0, "connect", 1.0, connect_object("live"), vec![]).unwrap();
        server.call(0, "createStream", 2.0, vec![]).unwrap();
        let key = vec![Value::string("key"), Value::string("live")];
        server.call(1, "publish", 3.0, key).unwrap();
        server
    }

    /// One that takes media.
    pub(crate) fn publishing(limits: Limits) -> Self {
        let mut server = Self::asked_to_publish(limits);
        server.session.accept_publish().unwrap();
        server.poll();
        server.events.clear();
        server
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let received = self.session.receive(self.start, bytes);
        self.poll();
        received
    }

    /// Reads everything the session has to say.
    pub(crate) fn poll(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Transmit(bytes) => self.ear.hear(&bytes),
            }
        }
    }

    pub(crate) fn command(
        &mut self,
        stream_id: u32,
        name: &str,
        transaction: f64,
        object: Value,
        arguments: Vec<Value>,
    ) -> Result<(), Error> {
        let command = Command { name: name.to_owned(), transaction, object, arguments };
        self.receive(&message(kind::COMMAND_AMF0, stream_id, 0, &command.to_payload()))
    }

    pub(crate) fn call(
        &mut self,
        stream_id: u32,
        name: &str,
        transaction: f64,
        arguments: Vec<Value>,
    ) -> Result<(), Error> {
        self.command(stream_id, name, transaction, Value::Null, arguments)
    }

    /// The commands among the replies since the last call.
    pub(crate) fn take_commands(&mut self) -> Vec<(u32, Command)> {
        self.ear.take_commands()
    }

    /// The status codes among them, with their levels.
    pub(crate) fn take_statuses(&mut self) -> Vec<(String, String)> {
        let text = |command: &Command, name| {
            let value = command.arguments.first().and_then(|object| object.get(name));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let commands = self.take_commands().into_iter().filter(|(_, c)| c.name == "onStatus");
        commands.map(|(_, command)| (text(&command, "level"), text(&command, "code"))).collect()
    }
}

pub(crate) fn connect_object(app: &str) -> Value {
    Value::object([
        ("app", Value::string(app)),
        ("flashVer", Value::string("test")),
        ("tcUrl", Value::string("rtmp://localhost/live")),
    ])
}

/// A message in chunks of 128 bytes.
pub(crate) fn message(kind: u8, stream_id: u32, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    let header = MessageHeader { chunk_stream: 3, kind, stream_id, timestamp };
    write_message(&mut out, header, payload, 128);
    out.to_vec()
}
