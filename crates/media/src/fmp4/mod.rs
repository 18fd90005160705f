//! Fragmented MP4: initialisation segments and the fragments that follow them.
//!
//! ISO/IEC 14496-12 (ISO base media file format), with the constraints of CMAF (ISO/IEC 23000-19)
//! that concern muxed fragments. Boxes are written by hand: the codec configuration records pass
//! through untouched, whatever a newer codec version adds to them, and a fragment is one buffer
//! of exactly the right size that every frame is copied into once.

mod boxes;
mod demuxer;
mod description;
mod feed;
mod fragment;
mod init;
pub mod reader;

pub use demuxer::{Demuxer, Error};
pub use feed::Feed;
pub use fragment::{Fragment, Run, Sample};
pub use init::init_segment;

use crate::frame::Track;

/// Ticks per second of every video track. Holds RTMP's milliseconds exactly.
pub const VIDEO_TIMESCALE: u32 = 90_000;

/// The `track_ID` that a track has in everything written here.
#[must_use]
pub const fn track_id(track: Track) -> u32 {
    match track {
        Track::Video => 1,
        Track::Audio => 2,
    }
}
