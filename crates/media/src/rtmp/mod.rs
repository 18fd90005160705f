//! RTMP and Enhanced RTMP, both sides, sans-IO: bytes and time in, bytes and events out.
//!
//! Implements Adobe's RTMP 1.0 (<https://rtmp.veriskope.com/docs/spec/>), the digest handshake,
//! AMF0, and the capability negotiation of Veovera's Enhanced RTMP v2
//! (<https://veovera.org/docs/enhanced/enhanced-rtmp-v2>). What is inside audio and video
//! messages (FLV tag bodies) passes through unread.
//!
//! * [`server::Session`]: accepts a publisher or a player.
//! * [`client::Session`]: publishes, or plays.
//! * [`encode_media`]: a media message's bytes on the wire, made once for any number of players.
//!
//! Below them: [`handshake`], [`chunk`], [`amf0`], [`message`]. A session holds no more than its
//! limits say, whatever its peer sends, and every limit is a named constant or field.

pub mod amf0;
pub mod chunk;
pub mod client;
pub mod handshake;
pub mod message;
pub mod server;

mod address;
mod enhanced;
mod entropy;
mod error;
mod link;
mod metadata;

pub use address::{StreamKey, StreamUrl};
pub use enhanced::{CAPS_EX_MOD_EX, CAPS_EX_MULTITRACK, Enhanced, FourCc};
pub use entropy::Entropy;
pub use error::Error;
pub use message::{MediaKind, MediaMessage, encode_media};
pub use metadata::{CodecId, Metadata};
