//! From the packets of a broadcast to tags, for RTMP players and files.
//!
//! H.264, AAC and MP3 are written in the form of annex E.4.2 and E.4.3, which every player reads;
//! the other codecs in the extended form of Enhanced RTMP.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Tag, TagKind};
use crate::codec::{Error, flac, opus};
use crate::frame::{
    AudioCodec, AudioConfig, Frame, Packet, Track, TrackConfig, VideoCodec, VideoConfig,
};
use crate::time::Timestamp;

const LEGACY_AVC: u8 = 7;
/// AAC, always said to be 44.1 kHz stereo of 16 bits: the configuration has the truth.
const LEGACY_AAC: u8 = 0xaf;
const EXTENDED_VIDEO: u8 = 0x80;
const EXTENDED_AUDIO: u8 = 0x90;
const KEY: u8 = 1;
const INTER: u8 = 2;

const SEQUENCE_START: u8 = 0;
const CODED_FRAMES: u8 = 1;
const CODED_FRAMES_X: u8 = 3;

/// The most bytes before a frame's data: the first byte, a FourCC, a composition time.
const MAX_HEADER_BYTES: usize = 8;

/// Turns packets into tags, remembering how each track is coded.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    video: Option<VideoCodec>,
    audio: Option<AudioHeader>,
    latest: Timestamp,
}

/// How audio tags begin.
#[derive(Clone, Copy, Debug)]
enum AudioHeader {
    Aac,
    /// The byte that states codec, rate, size and channels.
    Mp3(u8),
    Extended([u8; 4]),
}

impl Writer {
    /// A writer that has seen no configuration yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tag for a packet. `None` for what FLV has no tag for: a discontinuity, the configuration
    /// of a codec whose frames say all, a frame whose configuration has not come. An error means
    /// that a configuration record is not one.
    ///
    /// Timestamps are those of the broadcast, in milliseconds modulo 2^32; a configuration has that
    /// of the latest frame.
    pub fn write(&mut self, packet: &Packet) -> Result<Option<Tag>, Error> {
        match packet {
            Packet::Config(TrackConfig::Video(config)) => Ok(Some(self.video_config(config))),
            Packet::Config(TrackConfig::Audio(config)) => self.audio_config(config),
            Packet::Frame(frame) => {
                self.latest = frame.dts;
                Ok(match frame.track {
                    Track::Video => self.video.map(|codec| video_frame(codec, frame)),
                    Track::Audio => self.audio.map(|header| audio_frame(header, frame)),
                })
            }
            Packet::Discontinuity => Ok(None),
        }
    }

    fn video_config(&mut self, config: &VideoConfig) -> Tag {
        self.video = Some(config.codec);
        let mut body = BytesMut::with_capacity(MAX_HEADER_BYTES + config.record.len());
        match four_cc(config.codec) {
            None => body.put_slice(&[KEY << 4 | LEGACY_AVC, SEQUENCE_START, 0, 0, 0]),
            Some(four_cc) => {
                body.put_u8(EXTENDED_VIDEO | KEY << 4 | SEQUENCE_START);
                body.put_slice(four_cc);
            }
        }
        if config.codec == VideoCodec::Vp9 {
            // The record is written as in its box, with version 1 and no flags.
            body.put_slice(&[1, 0, 0, 0]);
        }
        body.put_slice(&config.record);
        self.tag(TagKind::Video, body)
    }

    fn audio_config(&mut self, config: &AudioConfig) -> Result<Option<Tag>, Error> {
        let (header, record) = match config.codec {
            AudioCodec::Aac => (AudioHeader::Aac, config.record.clone()),
            AudioCodec::Mp3 => (AudioHeader::Mp3(mp3_header(config)), Bytes::new()),
            AudioCodec::Opus => (AudioHeader::Extended(*b"Opus"), opus::head(&config.record)?),
            AudioCodec::Flac => {
                (AudioHeader::Extended(*b"fLaC"), flac::sequence_start(&config.record)?)
            }
            AudioCodec::Ac3 => (AudioHeader::Extended(*b"ac-3"), Bytes::new()),
        };
        self.audio = Some(header);
        let mut body = BytesMut::with_capacity(MAX_HEADER_BYTES + record.len());
        match header {
            AudioHeader::Mp3(_) => return Ok(None),
            AudioHeader::Aac => body.put_slice(&[LEGACY_AAC, SEQUENCE_START]),
            AudioHeader::Extended(four_cc) => {
                body.put_u8(EXTENDED_AUDIO | SEQUENCE_START);
                body.put_slice(&four_cc);
            }
        }
        body.put_slice(&record);
        Ok(Some(self.tag(TagKind::Audio, body)))
    }

    fn tag(&self, kind: TagKind, body: BytesMut) -> Tag {
        Tag { kind, timestamp_ms: stamp_ms(self.latest), body: body.freeze() }
    }
}

fn video_frame(codec: VideoCodec, frame: &Frame) -> Tag {
    let mut body = BytesMut::with_capacity(MAX_HEADER_BYTES + frame.data.len());
    let kind = if frame.keyframe { KEY } else { INTER } << 4;
    let composition_ms = frame.pts.as_millis() - frame.dts.as_millis();
    match four_cc(codec) {
        None => {
            body.put_slice(&[kind | LEGACY_AVC, CODED_FRAMES]);
            put_signed_24(&mut body, composition_ms);
        }
        Some(four_cc) if codec == VideoCodec::Hevc && composition_ms != 0 => {
            body.put_u8(EXTENDED_VIDEO | kind | CODED_FRAMES);
            body.put_slice(four_cc);
            put_signed_24(&mut body, composition_ms);
        }
        Some(four_cc) => {
            body.put_u8(EXTENDED_VIDEO | kind | CODED_FRAMES_X);
            body.put_slice(four_cc);
        }
    }
    body.put_slice(&frame.data);
    Tag { kind: TagKind::Video, timestamp_ms: stamp_ms(frame.dts), body: body.freeze() }
}

fn audio_frame(header: AudioHeader, frame: &Frame) -> Tag {
    let mut body = BytesMut::with_capacity(MAX_HEADER_BYTES + frame.data.len());
    match header {
        AudioHeader::Aac => body.put_slice(&[LEGACY_AAC, CODED_FRAMES]),
        AudioHeader::Mp3(first) => body.put_u8(first),
        AudioHeader::Extended(four_cc) => {
            body.put_u8(EXTENDED_AUDIO | CODED_FRAMES);
            body.put_slice(&four_cc);
        }
    }
    body.put_slice(&frame.data);
    Tag { kind: TagKind::Audio, timestamp_ms: stamp_ms(frame.dts), body: body.freeze() }
}

/// `None` for the one codec that is written in the legacy form.
fn four_cc(codec: VideoCodec) -> Option<&'static [u8; 4]> {
    match codec {
        VideoCodec::H264 => None,
        VideoCodec::Hevc => Some(b"hvc1"),
        VideoCodec::Av1 => Some(b"av01"),
        VideoCodec::Vp9 => Some(b"vp09"),
    }
}

/// Format, the nearest of four rates, 16 bits, channels: annex E.4.2.1.
fn mp3_header(config: &AudioConfig) -> u8 {
    let (format, rate) = match config.sample_rate {
        8_000 => (14, 0),
        0..8_000 | 8_001..16_000 => (2, 1),
        16_000..32_000 => (2, 2),
        32_000.. => (2, 3),
    };
    format << 4 | rate << 2 | 0b10 | u8::from(config.channels > 1)
}

/// Milliseconds as RTMP counts them: modulo 2^32.
fn stamp_ms(at: Timestamp) -> u32 {
    at.as_millis() as u32
}

/// A composition time; the field holds over two hours either way, and no further.
fn put_signed_24(body: &mut BytesMut, value: i64) {
    const MOST: i64 = (1 << 23) - 1;
    body.put_int(value.clamp(-MOST, MOST), 3);
}
