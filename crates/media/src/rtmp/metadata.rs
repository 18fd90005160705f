//! `onMetaData`: what an encoder says about its stream.
//!
//! FLV 10.1, annex E.5, and Enhanced RTMP v2, "Enhancing onMetaData".

use std::fmt;

use bytes::{Buf, Bytes};

use super::amf0::{self, Value};
use super::enhanced::FourCc;

/// Bytes of metadata that are read. Against data messages of megabytes.
const MAX_METADATA_BYTES: usize = 64 * 1024;

/// Characters of the encoder's name that are kept.
const MAX_ENCODER_CHARS: usize = 128;

/// What an encoder says about its stream; none of it is to be relied upon.
#[derive(Clone, PartialEq, Default)]
pub struct Metadata {
    /// The encoder's name.
    pub encoder: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// In frames per second.
    pub frame_rate: Option<f64>,
    /// In kilobits per second.
    pub video_data_rate_kbps: Option<f64>,
    /// In kilobits per second.
    pub audio_data_rate_kbps: Option<f64>,
    /// In hertz.
    pub audio_sample_rate_hz: Option<f64>,
    /// The video codec.
    pub video_codec: Option<CodecId>,
    /// The audio codec.
    pub audio_codec: Option<CodecId>,
    /// The whole data message as players expect it: `onMetaData` and its object.
    pub payload: Bytes,
}

/// Without the payload, which says the same again.
impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("encoder", &self.encoder)
            .field("size", &(self.width, self.height))
            .field("frame_rate", &self.frame_rate)
            .field("video", &(self.video_codec, self.video_data_rate_kbps))
            .field("audio", &(self.audio_codec, self.audio_data_rate_kbps))
            .field("audio_sample_rate_hz", &self.audio_sample_rate_hz)
            .finish_non_exhaustive()
    }
}

/// How metadata names a codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodecId {
    /// A number of FLV's tables, such as 7 for H.264 and 10 for AAC.
    Flv(u8),
    /// A name in four bytes.
    FourCc(FourCc),
}

impl Metadata {
    /// From a data message's payload; `None` when it says something else.
    pub(super) fn parse(payload: &Bytes) -> Option<Self> {
        if payload.len() > MAX_METADATA_BYTES {
            return None;
        }
        let mut payload = payload.clone();
        if let Some(length) = set_data_frame_bytes(&payload) {
            payload.advance(length);
        }
        let values = amf0::decode(&payload).ok()?;
        let [Value::String(name), object, ..] = values.as_slice() else { return None };
        (name == "onMetaData").then(|| Self::from_object(object, payload))
    }

    fn from_object(object: &Value, payload: Bytes) -> Self {
        let number = |name| object.get(name).and_then(Value::as_number).filter(|n| n.is_finite());
        let codec = |name| object.get(name).and_then(codec_id);
        Self {
            encoder: object.get("encoder").and_then(Value::as_str).map(shorten),
            width: number("width").map(|pixels| pixels as u32),
            height: number("height").map(|pixels| pixels as u32),
            frame_rate: number("framerate"),
            video_data_rate_kbps: number("videodatarate"),
            audio_data_rate_kbps: number("audiodatarate"),
            audio_sample_rate_hz: number("audiosamplerate"),
            video_codec: codec("videocodecid"),
            audio_codec: codec("audiocodecid"),
            payload,
        }
    }
}

/// Length of the `@setDataFrame` that publishers put before `onMetaData`.
fn set_data_frame_bytes(payload: &[u8]) -> Option<usize> {
    const PREFIX: &[u8] = b"\x02\x00\x0D@setDataFrame";
    payload.starts_with(PREFIX).then_some(PREFIX.len())
}

/// Enhanced RTMP writes a FourCC as a number of 32 bits; some encoders write its text.
fn codec_id(value: &Value) -> Option<CodecId> {
    match value {
        Value::Number(number) if (0.0..256.0).contains(number) => Some(CodecId::Flv(*number as u8)),
        Value::Number(number) => Some(CodecId::FourCc(FourCc((*number as u32).to_be_bytes()))),
        Value::String(name) => Some(CodecId::FourCc(FourCc(name.as_bytes().try_into().ok()?))),
        _ => None,
    }
}

fn shorten(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(MAX_ENCODER_CHARS).collect()
}
