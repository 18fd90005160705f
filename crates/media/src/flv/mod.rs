//! FLV: the tags that RTMP messages and FLV files carry, from and to frames.
//!
//! Adobe Flash Video File Format Specification 10.1 annex E, and Enhanced RTMP v1 and v2
//! (<https://veovera.org/docs/enhanced/enhanced-rtmp-v2>).
//!
//! * [`Demuxer`]: tags of one publisher → packets of a broadcast.
//! * [`Writer`]: packets → tags, for RTMP players and files.
//! * [`video`], [`audio`]: the body of one tag. [`mod@file`]: tags in a file.
//!
//! ```
//! use rivulet_media::flv::{Demuxer, file};
//! use rivulet_media::frame::Packet;
//! use rivulet_media::time::Timestamp;
//!
//! let recording = std::fs::read("../../testdata/flv/h264_aac.flv")?;
//! let (mut demuxer, mut packets) = (Demuxer::new(Timestamp::ZERO), Vec::new());
//! for tag in file::read_all(&recording)? {
//!     demuxer.push(&tag, &mut packets)?;
//! }
//! assert!(matches!(packets.first(), Some(Packet::Config(_))));
//! assert!(packets.iter().any(|it| matches!(it, Packet::Frame(frame) if frame.keyframe)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod audio;
pub mod demuxer;
mod extended;
pub mod file;
pub mod video;
pub mod writer;

use bytes::Bytes;

pub use demuxer::Demuxer;
pub use writer::Writer;

use crate::codec;

/// What a tag carries: `TagType` of annex E.4.1, and the type of the RTMP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TagKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
    /// AMF data, such as `onMetaData`.
    Script,
}

/// One tag, or one RTMP message of audio, video or data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What it carries.
    pub kind: TagKind,
    /// On the encoder's clock, in milliseconds; wraps.
    pub timestamp_ms: u32,
    /// The tag's data, without the tag's header.
    pub body: Bytes,
}

/// A codec that cannot be carried to viewers, and what a streamer can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not supported: set the encoder to {remedy}")]
pub struct Unsupported {
    what: String,
    remedy: &'static str,
}

impl Unsupported {
    fn video(what: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: "H.264" }
    }

    fn audio(what: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: "AAC" }
    }
}

/// Why one tag could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// The tag contradicts its specification; the next one may be fine.
    #[error("a damaged tag: {0}")]
    Damaged(#[from] codec::Error),
    /// The tag may be fine, but it cannot be carried on.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
}

impl TagError {
    const TRUNCATED: Self = Self::Damaged(codec::Error::Truncated);

    fn of_video(error: codec::Error) -> Self {
        match error {
            codec::Error::Unsupported(what) => Unsupported::video(what).into(),
            error => error.into(),
        }
    }

    fn of_audio(error: codec::Error) -> Self {
        match error {
            codec::Error::Unsupported(what) => Unsupported::audio(what).into(),
            error => error.into(),
        }
    }

    fn invalid(what: &'static str) -> Self {
        Self::Damaged(codec::Error::Invalid(what))
    }
}
