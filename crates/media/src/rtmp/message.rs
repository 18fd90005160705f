//! What messages mean: protocol control, user control, commands, media, aggregates.
//!
//! Adobe's RTMP 1.0 (<https://rtmp.veriskope.com/docs/spec/>), sections 5.4, 7.1 and 7.2.

use bytes::{Buf, Bytes, BytesMut};
use thiserror::Error;

use super::amf0::{self, Value};
use super::chunk::{MessageHeader, RawMessage, kind, write_message};

/// The chunk size both our sides announce and send with. A video frame fits in a few chunks, and
/// an audio packet need not wait long behind one.
pub const OUTGOING_CHUNK_SIZE: usize = 64 * 1024;

/// The media stream that players are served on, so that one encoding serves them all.
pub const PLAY_STREAM_ID: u32 = 1;

/// Messages an aggregate may hold. Against an aggregate of a million empty ones.
pub const MAX_AGGREGATED: usize = 4096;

/// Bytes of an aggregated message's header, and of the back pointer that follows its body.
const AGGREGATED_HEADER_BYTES: usize = 11;
const BACK_POINTER_BYTES: usize = 4;

/// What a media message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// The body of an FLV audio tag.
    Audio,
    /// The body of an FLV video tag.
    Video,
    /// AMF0 values: the body of an FLV script data tag.
    Data,
}

impl MediaKind {
    const fn of(kind: u8) -> Option<Self> {
        match kind {
            kind::AUDIO => Some(Self::Audio),
            kind::VIDEO => Some(Self::Video),
            kind::DATA_AMF0 => Some(Self::Data),
            _ => None,
        }
    }

    const fn message_kind(self) -> u8 {
        match self {
            Self::Audio => kind::AUDIO,
            Self::Video => kind::VIDEO,
            Self::Data => kind::DATA_AMF0,
        }
    }

    /// Each kind on a chunk stream of its own, none of them the commands'.
    const fn chunk_stream(self) -> u8 {
        match self {
            Self::Audio => 4,
            Self::Data => 5,
            Self::Video => 6,
        }
    }
}

/// Audio, video or data, as a publisher sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaMessage {
    /// What the payload is.
    pub kind: MediaKind,
    /// In milliseconds, wrapping after 49 days.
    pub timestamp: u32,
    /// The FLV tag's body.
    pub payload: Bytes,
}

/// The bytes that carry `message` to any player: on [`PLAY_STREAM_ID`], in chunks of
/// [`OUTGOING_CHUNK_SIZE`], independent of what went before.
#[must_use]
pub fn encode_media(message: &MediaMessage) -> Bytes {
    let mut out = BytesMut::new();
    write_media(&mut out, message, PLAY_STREAM_ID);
    out.freeze()
}

pub(super) fn write_media(out: &mut BytesMut, message: &MediaMessage, stream_id: u32) {
    let header = MessageHeader {
        chunk_stream: message.kind.chunk_stream(),
        kind: message.kind.message_kind(),
        stream_id,
        timestamp: message.timestamp,
    };
    write_message(out, header, &message.payload, OUTGOING_CHUNK_SIZE);
}

/// A message that is more than bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The peer has received this many bytes, wrapping.
    Acknowledgement(u32),
    /// The peer wants an acknowledgement every so many bytes.
    WindowAcknowledgementSize(u32),
    /// The peer asks to be sent at most this many unacknowledged bytes.
    SetPeerBandwidth(u32),
    /// User control.
    UserControl(UserControl),
    /// A command, and the message stream it came on.
    Command(u32, Command),
    /// Audio, video or data.
    Media(MediaMessage),
    /// Several of them.
    Aggregate(Vec<MediaMessage>),
    /// A type that is not ours to understand, such as a shared object.
    Unknown(u8),
}

impl Message {
    /// Whether it is about the connection and nothing that it carries.
    pub(super) const fn is_control(&self) -> bool {
        matches!(
            self,
            Self::Acknowledgement(_)
                | Self::WindowAcknowledgementSize(_)
                | Self::SetPeerBandwidth(_)
                | Self::UserControl(_)
        )
    }
}

/// User control events (section 7.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserControl {
    /// A media stream begins.
    StreamBegin(u32),
    /// A media stream is over.
    StreamEof(u32),
    /// The receiver answers with the same number.
    PingRequest(u32),
    /// The answer to a ping.
    PingResponse(u32),
    /// Another event, such as a player's buffer length.
    Other(u16),
}

impl UserControl {
    /// The body of the message that carries it; an event of another type has no arguments here.
    #[must_use]
    pub fn to_payload(self) -> Vec<u8> {
        let (event, argument): (u16, Option<u32>) = match self {
            Self::StreamBegin(stream) => (0, Some(stream)),
            Self::StreamEof(stream) => (1, Some(stream)),
            Self::PingRequest(time) => (6, Some(time)),
            Self::PingResponse(time) => (7, Some(time)),
            Self::Other(event) => (event, None),
        };
        let mut payload = event.to_be_bytes().to_vec();
        payload.extend(argument.into_iter().flat_map(u32::to_be_bytes));
        payload
    }

    fn parse(payload: &[u8]) -> Option<Self> {
        let (event, arguments) = payload.split_first_chunk()?;
        let argument = arguments.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        Some(match (u16::from_be_bytes(*event), argument) {
            (0, Some(stream)) => Self::StreamBegin(stream),
            (1, Some(stream)) => Self::StreamEof(stream),
            (6, Some(time)) => Self::PingRequest(time),
            (7, Some(time)) => Self::PingResponse(time),
            (event, _) => Self::Other(event),
        })
    }
}

/// A command (section 7.2): a name, a transaction to answer in, and values.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What to do.
    pub name: String,
    /// The number an answer repeats; 0 wants no answer.
    pub transaction: f64,
    /// The command object, or null.
    pub object: Value,
    /// What follows.
    pub arguments: Vec<Value>,
}

impl Command {
    /// Its body on the wire.
    #[must_use]
    pub fn to_payload(&self) -> Vec<u8> {
        let mut payload = amf0::encode(&[
            Value::string(&self.name),
            Value::Number(self.transaction),
            self.object.clone(),
        ]);
        payload.extend(amf0::encode(&self.arguments));
        payload
    }

    fn parse(payload: &[u8]) -> Result<Self, Error> {
        let mut values = amf0::decode(payload)?.into_iter();
        let Some(Value::String(name)) = values.next() else { return Err(Error::NamelessCommand) };
        let transaction = values.next().and_then(|value| value.as_number()).unwrap_or(0.0);
        let object = values.next().unwrap_or(Value::Null);
        Ok(Self { name, transaction, object, arguments: values.collect() })
    }

    /// The argument at `index`, if it is a string.
    #[must_use]
    pub fn string(&self, index: usize) -> Option<&str> {
        self.arguments.get(index)?.as_str()
    }
}

/// Why a message makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Its AMF0 is broken.
    #[error(transparent)]
    Amf0(#[from] amf0::Error),
    /// A command begins with something else than a string.
    #[error("a command has no name")]
    NamelessCommand,
    /// AMF3 beyond its AMF0 wrapper.
    #[error("the peer encodes commands in AMF3, which is not supported")]
    Amf3,
    /// A control message without its argument.
    #[error("a control message of type {0} is too short")]
    ShortControlMessage(u8),
    /// An aggregate whose parts do not add up, or are more than [`MAX_AGGREGATED`].
    #[error("an aggregate message is malformed")]
    MalformedAggregate,
}

impl Message {
    /// What `raw` means.
    ///
    /// # Errors
    /// It is malformed.
    pub fn parse(raw: RawMessage) -> Result<Self, Error> {
        let number = || -> Result<u32, Error> {
            let bytes = raw.payload.first_chunk().ok_or(Error::ShortControlMessage(raw.kind))?;
            Ok(u32::from_be_bytes(*bytes))
        };
        Ok(match raw.kind {
            kind::ACKNOWLEDGEMENT => Self::Acknowledgement(number()?),
            kind::WINDOW_ACKNOWLEDGEMENT_SIZE => Self::WindowAcknowledgementSize(number()?),
            kind::SET_PEER_BANDWIDTH => Self::SetPeerBandwidth(number()?),
            kind::USER_CONTROL => Self::UserControl(
                UserControl::parse(&raw.payload).ok_or(Error::ShortControlMessage(raw.kind))?,
            ),
            kind::COMMAND_AMF0 => Self::Command(raw.stream_id, Command::parse(&raw.payload)?),
            kind::COMMAND_AMF3 => {
                let (_, wrapped) = raw
                    .payload
                    .split_first()
                    .filter(|(format, _)| **format == 0)
                    .ok_or(Error::Amf3)?;
                Self::Command(raw.stream_id, Command::parse(wrapped)?)
            }
            kind::AGGREGATE => Self::Aggregate(split_aggregate(&raw)?),
            other => media(raw).map_or(Self::Unknown(other), Self::Media),
        })
    }
}

/// An AMF3 data message is an AMF0 one behind a zero byte.
fn media(raw: RawMessage) -> Option<MediaMessage> {
    let RawMessage { kind, timestamp, mut payload, .. } = raw;
    if kind == kind::DATA_AMF3 {
        (payload.try_get_u8() == Ok(0)).then_some(())?;
        return Some(MediaMessage { kind: MediaKind::Data, timestamp, payload });
    }
    Some(MediaMessage { kind: MediaKind::of(kind)?, timestamp, payload })
}

/// Takes an aggregate apart (section 7.1.6). Its parts have timestamps of their own, which count
/// from the first part's; the aggregate's timestamp says when that first part is.
fn split_aggregate(raw: &RawMessage) -> Result<Vec<MediaMessage>, Error> {
    let mut rest = raw.payload.clone();
    let mut parts = Vec::new();
    let mut first = None;
    while !rest.is_empty() {
        let (part, after) = split_part(&rest).ok_or(Error::MalformedAggregate)?;
        rest = after;
        let first = *first.get_or_insert(part.timestamp);
        let timestamp = raw.timestamp.wrapping_add(part.timestamp.wrapping_sub(first));
        if parts.len() == MAX_AGGREGATED {
            return Err(Error::MalformedAggregate);
        }
        parts.extend(media(RawMessage { timestamp, ..part }));
    }
    Ok(parts)
}

fn split_part(bytes: &Bytes) -> Option<(RawMessage, Bytes)> {
    let [kind, l0, l1, l2, t0, t1, t2, t3, ..] = *bytes.first_chunk::<AGGREGATED_HEADER_BYTES>()?;
    let length = u32::from_be_bytes([0, l0, l1, l2]) as usize;
    let end = AGGREGATED_HEADER_BYTES + length;
    bytes.get(..end)?;
    let payload = bytes.slice(AGGREGATED_HEADER_BYTES..end);
    // The last back pointer is left out by some.
    let after = bytes.slice((end + BACK_POINTER_BYTES).min(bytes.len())..);
    // The extension byte of an FLV timestamp is its topmost.
    let timestamp = u32::from_be_bytes([t3, t0, t1, t2]);
    Some((RawMessage { kind, stream_id: 0, timestamp, payload }, after))
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
