//! The body of a video tag.
//!
//! Annex E.4.3 (`VIDEODATA`, `AVCVIDEOPACKET`), the same with codec number 12 for HEVC as several
//! encoders send it, and the `ExVideoTagHeader` of Enhanced RTMP.

use std::time::Duration;

use bytes::{Buf, Bytes};

use super::extended::{self, Medium};
use super::{TagError, Unsupported};
use crate::frame::VideoCodec;

const FRAME_KEY: u8 = 1;
const FRAME_GENERATED_KEY: u8 = 4;
const FRAME_COMMAND: u8 = 5;

/// A video tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoTag {
    /// How the content is coded.
    pub codec: VideoCodec,
    /// 0 unless the tag is of several tracks.
    pub track_id: u8,
    /// To be added to the tag's timestamp.
    pub offset: Duration,
    /// What it carries.
    pub content: VideoContent,
}

/// What a video tag carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoContent {
    /// A configuration record, such as the body of an `avcC`.
    Config(Bytes),
    /// One access unit.
    Frame(Picture),
}

/// A coded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Whether the encoder says that decoding can begin here.
    pub keyframe: bool,
    /// How long after its decoding it is shown, in milliseconds.
    pub composition_ms: i32,
    /// As the codec frames it; never empty.
    pub data: Bytes,
}

impl VideoTag {
    /// Reads a tag's body; `None` if it has nothing to show: an end of sequence, a seek command,
    /// metadata, an empty frame.
    pub fn parse(body: &Bytes) -> Result<Option<Self>, TagError> {
        let Some(first) = body.first().copied() else { return Ok(None) };
        let rest = body.slice(1..);
        match first {
            first if first & 0x80 != 0 => extended(first, rest),
            first if first >> 4 == FRAME_COMMAND => Ok(None),
            first => legacy(first, rest),
        }
    }
}

fn is_key(frame_type: u8) -> bool {
    matches!(frame_type, FRAME_KEY | FRAME_GENERATED_KEY)
}

fn legacy(first: u8, mut body: Bytes) -> Result<Option<VideoTag>, TagError> {
    const SEQUENCE_HEADER: u8 = 0;
    const NAL_UNITS: u8 = 1;
    let codec = legacy_codec(first & 0x0f)?;
    let kind = body.try_get_u8().map_err(|_| TagError::TRUNCATED)?;
    let composition_ms = signed_24(&mut body)?;
    let content = match kind {
        SEQUENCE_HEADER => VideoContent::Config(body),
        NAL_UNITS => {
            let keyframe = is_key(first >> 4);
            VideoContent::Frame(Picture { keyframe, composition_ms, data: body })
        }
        _ => return Ok(None),
    };
    Ok(VideoTag { codec, track_id: 0, offset: Duration::ZERO, content }.unless_empty())
}

fn legacy_codec(number: u8) -> Result<VideoCodec, Unsupported> {
    match number {
        7 => Ok(VideoCodec::H264),
        12 => Ok(VideoCodec::Hevc),
        2 => Err(Unsupported::video("Sorenson H.263 video")),
        3 | 6 => Err(Unsupported::video("Screen video")),
        4 | 5 => Err(Unsupported::video("On2 VP6 video")),
        other => Err(Unsupported::video(format!("FLV video codec {other}"))),
    }
}

fn extended(first: u8, body: Bytes) -> Result<Option<VideoTag>, TagError> {
    const SEQUENCE_START: u8 = 0;
    const CODED_FRAMES: u8 = 1;
    const SEQUENCE_END: u8 = 2;
    const CODED_FRAMES_X: u8 = 3;
    const METADATA: u8 = 4;
    const MPEG2_TS_SEQUENCE_START: u8 = 5;
    let frame_type = first >> 4 & 0b111;
    // A command has one byte instead of a body, and metadata may be marked as one.
    if frame_type == FRAME_COMMAND || first & 0x0f == METADATA {
        return Ok(None);
    }
    let packet = extended::packet(Medium::Video, first & 0x0f, body)?;
    let (kind, mut body) = (packet.kind, packet.body);
    if matches!(kind, SEQUENCE_END | METADATA) {
        return Ok(None);
    }
    let codec = codec(packet.four_cc)?;
    let keyframe = is_key(frame_type);
    let content = match kind {
        SEQUENCE_START => VideoContent::Config(body),
        CODED_FRAMES if has_composition_time(codec) => {
            let composition_ms = signed_24(&mut body)?;
            VideoContent::Frame(Picture { keyframe, composition_ms, data: body })
        }
        CODED_FRAMES | CODED_FRAMES_X => {
            VideoContent::Frame(Picture { keyframe, composition_ms: 0, data: body })
        }
        MPEG2_TS_SEQUENCE_START => {
            return Err(Unsupported::video("MPEG-2 TS configured video").into());
        }
        _ => return Err(TagError::invalid("the video packet type")),
    };
    let tag = VideoTag { codec, track_id: packet.track_id, offset: packet.offset, content };
    Ok(tag.unless_empty())
}

fn codec(four_cc: [u8; 4]) -> Result<VideoCodec, Unsupported> {
    match &four_cc {
        b"avc1" => Ok(VideoCodec::H264),
        b"hvc1" => Ok(VideoCodec::Hevc),
        b"av01" => Ok(VideoCodec::Av1),
        b"vp09" => Ok(VideoCodec::Vp9),
        b"vp08" => Err(Unsupported::video("VP8 video")),
        b"vvc1" => Err(Unsupported::video("H.266 video")),
        _ => Err(Unsupported::video(format!("{} video", extended::readable(four_cc)))),
    }
}

fn has_composition_time(codec: VideoCodec) -> bool {
    matches!(codec, VideoCodec::H264 | VideoCodec::Hevc)
}

fn signed_24(body: &mut Bytes) -> Result<i32, TagError> {
    let value = body.try_get_int(3).map_err(|_| TagError::TRUNCATED)?;
    i32::try_from(value).map_err(|_| TagError::invalid("the composition time"))
}

impl VideoTag {
    fn unless_empty(self) -> Option<Self> {
        let empty = match &self.content {
            VideoContent::Config(data) | VideoContent::Frame(Picture { data, .. }) => {
                data.is_empty()
            }
        };
        (!empty).then_some(self)
    }
}
