//! The body of an audio tag.
//!
//! Annex E.4.2 (`AUDIODATA`, `AACAUDIODATA`) and the `ExAudioTagHeader` of Enhanced RTMP.

use std::time::Duration;

use bytes::{Buf, Bytes};

use super::extended::{self, Medium};
use super::{TagError, Unsupported};
use crate::frame::AudioCodec;

/// An audio tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioTag {
    /// How the content is coded.
    pub codec: AudioCodec,
    /// 0 unless the tag is of several tracks.
    pub track_id: u8,
    /// To be added to the tag's timestamp.
    pub offset: Duration,
    /// What it carries.
    pub content: AudioContent,
}

/// What an audio tag carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioContent {
    /// A configuration, such as an AudioSpecificConfig; never empty.
    Config(Bytes),
    /// One codec frame, never empty.
    Frame(Bytes),
}

impl AudioTag {
    /// Reads a tag's body; `None` if it has nothing to play: an end of sequence, a channel
    /// mapping, an empty frame.
    pub fn parse(body: &Bytes) -> Result<Option<Self>, TagError> {
        const EXTENDED: u8 = 9;
        let Some(first) = body.first().copied() else { return Ok(None) };
        let rest = body.slice(1..);
        match first >> 4 {
            EXTENDED => extended(first & 0x0f, rest),
            format => legacy(format, rest),
        }
    }
}

fn legacy(format: u8, mut body: Bytes) -> Result<Option<AudioTag>, TagError> {
    const SEQUENCE_HEADER: u8 = 0;
    let codec = legacy_codec(format)?;
    let content = if codec == AudioCodec::Aac {
        let Ok(kind) = body.try_get_u8() else { return Ok(None) };
        match kind {
            SEQUENCE_HEADER => AudioContent::Config(body),
            _ => AudioContent::Frame(body),
        }
    } else {
        AudioContent::Frame(body)
    };
    Ok(AudioTag { codec, track_id: 0, offset: Duration::ZERO, content }.unless_empty())
}

fn legacy_codec(format: u8) -> Result<AudioCodec, Unsupported> {
    match format {
        10 => Ok(AudioCodec::Aac),
        2 | 14 => Ok(AudioCodec::Mp3),
        0 | 3 => Err(Unsupported::audio("PCM audio")),
        1 => Err(Unsupported::audio("ADPCM audio")),
        4..=6 => Err(Unsupported::audio("Nellymoser audio")),
        7 | 8 => Err(Unsupported::audio("G.711 audio")),
        11 => Err(Unsupported::audio("Speex audio")),
        other => Err(Unsupported::audio(format!("FLV audio format {other}"))),
    }
}

fn extended(kind: u8, body: Bytes) -> Result<Option<AudioTag>, TagError> {
    const SEQUENCE_START: u8 = 0;
    const CODED_FRAMES: u8 = 1;
    const SEQUENCE_END: u8 = 2;
    const MULTICHANNEL_CONFIG: u8 = 4;
    let packet = extended::packet(Medium::Audio, kind, body)?;
    let content = match packet.kind {
        SEQUENCE_START => AudioContent::Config(packet.body),
        CODED_FRAMES => AudioContent::Frame(packet.body),
        SEQUENCE_END | MULTICHANNEL_CONFIG => return Ok(None),
        _ => return Err(TagError::invalid("the audio packet type")),
    };
    let codec = codec(packet.four_cc)?;
    let tag = AudioTag { codec, track_id: packet.track_id, offset: packet.offset, content };
    Ok(tag.unless_empty())
}

fn codec(four_cc: [u8; 4]) -> Result<AudioCodec, Unsupported> {
    match &four_cc {
        b"mp4a" => Ok(AudioCodec::Aac),
        b"Opus" => Ok(AudioCodec::Opus),
        b"fLaC" => Ok(AudioCodec::Flac),
        b"ac-3" => Ok(AudioCodec::Ac3),
        b".mp3" => Ok(AudioCodec::Mp3),
        b"ec-3" => Err(Unsupported::audio("Enhanced AC-3 audio")),
        _ => Err(Unsupported::audio(format!("{} audio", extended::readable(four_cc)))),
    }
}

impl AudioTag {
    fn unless_empty(self) -> Option<Self> {
        let (AudioContent::Config(data) | AudioContent::Frame(data)) = &self.content;
        (!data.is_empty()).then_some(self)
    }
}
