//! Live media without I/O.
//!
//! Bytes and time come in, frames, segments and texts go out. Nothing here reads a clock, a file,
//! a socket or a random source, so every protocol can be driven by a test, a fuzzer or a server.
//!
//! * [`frame`], [`time`]: what travels: frames, track configurations, points in time.
//! * [`rtmp`]: RTMP and Enhanced RTMP, both sides.
//! * [`flv`]: FLV tags, from and to frames; [`timeline`]: from an encoder's clock to a broadcast's.
//! * [`codec`]: codec configuration records.
//! * [`fmp4`]: initialisation and media segments; [`hls`]: cutting, playlists, conformance.
//! * [`meter`]: what an encoder's stream is like; [`cmcd`]: what players say of theirs.

pub mod cmcd;
pub mod codec;
pub mod flv;
pub mod fmp4;
pub mod frame;
pub mod hls;
pub mod meter;
pub mod rtmp;
pub mod time;
pub mod timeline;
