//! Fragmented MP4: initialisation segments and the fragments that follow them.
//!
//! ISO/IEC 14496-12 (ISO base media file format), with the constraints of CMAF (ISO/IEC 23000-19)
//! that concern muxed fragments. Boxes are written by hand: the codec configuration records pass
//! through untouched, whatever a newer codec version adds to them, and a fragment is one buffer
//! of exactly the right size that every frame is copied into once.
//!
//! Frames there and back, as a program at the other end of a pipe sees them:
//!
//! ```
//! use bytes::Bytes;
//! use rivulet_media::codec::aac;
//! use rivulet_media::fmp4::{Demuxer, Feed};
//! use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
//! use rivulet_media::time::Timestamp;
//!
//! let config = aac::parse(&[0x11, 0x90])?; // AAC-LC, 48 kHz, stereo
//! let at = Timestamp::from_millis(40);
//! let data = Bytes::from_static(b"one frame of sound");
//! let frame = Frame { track: Track::Audio, dts: at, pts: at, keyframe: true, data };
//!
//! let mut feed = Feed::new(None, Some(&config));
//! let mut demuxer = Demuxer::new();
//! demuxer.push(&feed.init())?;
//! demuxer.push(&feed.write(&frame))?;
//! let (track, packet) = demuxer.poll()?.ok_or("no configuration")?;
//! assert_eq!(packet, Packet::Config(TrackConfig::Audio(config)));
//! assert_eq!(demuxer.poll()?, Some((track, Packet::Frame(frame))));
//! assert_eq!(demuxer.poll()?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
