//! The chunk stream: messages cut into interleaved chunks, and put together again.
//!
//! Adobe's RTMP 1.0 (<https://rtmp.veriskope.com/docs/spec/>), section 5.3 (chunks) and 5.4
//! (`Set Chunk Size` and `Abort`, which change how later chunks are read and are obeyed here).

mod header;
mod reader;
mod stream;
mod writer;

use bytes::Bytes;

pub use reader::{Error, Limits, MAX_CHUNK_STREAMS, MediaPolicy, Reader};
pub use writer::{MAX_MESSAGE_BYTES, MessageHeader, write_message};

/// The chunk size both sides begin with, in bytes.
pub const INITIAL_CHUNK_SIZE: usize = 128;

/// A timestamp field that holds this says that the timestamp is extended.
const EXTENDED: u32 = 0xFF_FFFF;

/// Message types of RTMP 1.0, sections 5.4, 7.1.
pub mod kind {
    /// Set Chunk Size.
    pub const SET_CHUNK_SIZE: u8 = 1;
    /// Abort Message.
    pub const ABORT: u8 = 2;
    /// Acknowledgement.
    pub const ACKNOWLEDGEMENT: u8 = 3;
    /// User Control.
    pub const USER_CONTROL: u8 = 4;
    /// Window Acknowledgement Size.
    pub const WINDOW_ACKNOWLEDGEMENT_SIZE: u8 = 5;
    /// Set Peer Bandwidth.
    pub const SET_PEER_BANDWIDTH: u8 = 6;
    /// Audio.
    pub const AUDIO: u8 = 8;
    /// Video.
    pub const VIDEO: u8 = 9;
    /// Data in AMF3.
    pub const DATA_AMF3: u8 = 15;
    /// Command in AMF3.
    pub const COMMAND_AMF3: u8 = 17;
    /// Data in AMF0.
    pub const DATA_AMF0: u8 = 18;
    /// Command in AMF0.
    pub const COMMAND_AMF0: u8 = 20;
    /// Aggregate of audio, video and data.
    pub const AGGREGATE: u8 = 22;

    /// Whether messages of this type belong to a media stream (audio, video, data, aggregates of
    /// them), as opposed to steering the connection.
    #[must_use]
    pub const fn is_media(kind: u8) -> bool {
        matches!(kind, AUDIO | VIDEO | DATA_AMF0 | DATA_AMF3 | AGGREGATE)
    }
}

/// A whole message, as it came out of its chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMessage {
    /// Its type, one of [`kind`].
    pub kind: u8,
    /// The message stream it belongs to; 0 is the connection itself.
    pub stream_id: u32,
    /// In milliseconds, wrapping.
    pub timestamp: u32,
    /// Its body.
    pub payload: Bytes,
}

#[cfg(test)]
mod tests;
