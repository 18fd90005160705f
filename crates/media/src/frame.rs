//! What travels between an encoder and a packager: track configurations and frames.

use bytes::Bytes;

use crate::time::Timestamp;

/// Which of a broadcast's two tracks something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Track {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

/// A video codec that can be carried in fragmented MP4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VideoCodec {
    /// H.264, sample entry `avc1`.
    H264,
    /// H.265, sample entry `hvc1`.
    Hevc,
    /// AV1, sample entry `av01`.
    Av1,
    /// VP9, sample entry `vp09`.
    Vp9,
}

/// An audio codec that can be carried in fragmented MP4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioCodec {
    /// AAC, sample entry `mp4a`.
    Aac,
    /// Opus, sample entry `Opus`.
    Opus,
    /// FLAC, sample entry `fLaC`.
    Flac,
    /// AC-3, sample entry `ac-3`.
    Ac3,
    /// MPEG-1/2 layer III, sample entry `mp4a` with object type 0x6B (MPEG-1 rates) or 0x69.
    Mp3,
}

/// How to decode the video frames that follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoConfig {
    /// The codec.
    pub codec: VideoCodec,
    /// The codec's configuration record: the body of `avcC`, `hvcC`, `av1C`, or of `vpcC` after
    /// version and flags. The first two state that NAL unit lengths are 4 bytes wide.
    pub record: Bytes,
    /// Width in luma samples, after cropping; never zero.
    pub width: u16,
    /// Height in luma samples, after cropping; never zero.
    pub height: u16,
    /// The `CODECS` entry of RFC 6381, such as `avc1.64001f`.
    pub rfc6381: String,
}

/// How to decode the audio frames that follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioConfig {
    /// The codec.
    pub codec: AudioCodec,
    /// The codec's configuration: AudioSpecificConfig, the body of `dOps`, `dfLa` (after version
    /// and flags) or `dac3`; empty for MP3.
    pub record: Bytes,
    /// Samples per second; never zero. For HE-AAC the core rate, which the frames count in.
    pub sample_rate: u32,
    /// Number of channels; never zero.
    pub channels: u8,
    /// Samples in one frame at `sample_rate`: 1024 for AAC, 960 for Opus of 20 ms, and so on.
    /// `None` where frames vary in length.
    pub samples_per_frame: Option<u32>,
    /// The `CODECS` entry of RFC 6381, such as `mp4a.40.2`.
    pub rfc6381: String,
}

/// The configuration of one track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackConfig {
    /// Of the video track.
    Video(VideoConfig),
    /// Of the audio track.
    Audio(AudioConfig),
}

impl TrackConfig {
    /// The track it is of.
    #[must_use]
    pub const fn track(&self) -> Track {
        match self {
            Self::Video(_) => Track::Video,
            Self::Audio(_) => Track::Audio,
        }
    }

    /// The codec's configuration record.
    #[must_use]
    pub const fn record(&self) -> &Bytes {
        match self {
            Self::Video(config) => &config.record,
            Self::Audio(config) => &config.record,
        }
    }
}

/// One access unit: a picture, or one codec frame of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The track it belongs to.
    pub track: Track,
    /// When it is decoded.
    pub dts: Timestamp,
    /// When it is shown. Not before `dts`, except for streams that use negative offsets.
    pub pts: Timestamp,
    /// Whether decoding can begin here. Always true for audio.
    pub keyframe: bool,
    /// The coded bytes, as a sample of an MP4 track holds them (length-prefixed NAL units for
    /// H.264 and HEVC, a temporal unit without delimiter for AV1, a raw frame for AAC).
    pub data: Bytes,
}

/// One step of a broadcast, in decoding order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The frames that follow on this track are decoded with this configuration.
    Config(TrackConfig),
    /// A frame.
    Frame(Frame),
    /// What follows does not continue what came before: another encoder session, or a jump of its
    /// clock. Timestamps still grow.
    Discontinuity,
}
