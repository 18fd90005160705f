//! What a ladder is decided from, and what it is made of.

use rivulet_media::frame::{AudioConfig, VideoCodec, VideoConfig};
use rivulet_media::hls::FrameRate;

use crate::transcode::abilities::Encoder;
use crate::transcode::remark::Remark;

/// What comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its pictures.
    pub(crate) video: Option<VideoConfig>,
    /// Its sound.
    pub(crate) audio: Option<AudioConfig>,
    /// Pictures per second, as measured.
    pub(crate) frame_rate: Option<FrameRate>,
    /// Bits per second, as measured; pictures and sound.
    pub(crate) bitrate: Option<u64>,
}

/// The renditions of one source beside those that need no work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// Whether players are offered what the encoder sends.
    pub(crate) passthrough: Passthrough,
    /// What is encoded, best first.
    pub(crate) rungs: Vec<Rung>,
    /// What reading the source costs, once for all rungs.
    pub(crate) decoding: Cost,
    /// What the owner should know about it.
    pub(crate) remarks: Vec<Remark>,
}

/// Whether players are offered what the encoder sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passthrough {
    /// Yes.
    Listed,
    /// Only while no rung is running.
    Hidden,
}

/// One encoded rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rung {
    /// Its number among the renditions: 1 is the best; 0 is the passthrough.
    pub(crate) number: u8,
    /// Its name in menus: the owner's, or one like `720p30`.
    pub(crate) name: String,
    /// The codec of its pictures.
    pub(crate) codec: VideoCodec,
    /// What encodes them.
    pub(crate) encoder: Encoder,
    /// In pixels; even.
    pub(crate) width: u16,
    /// In pixels; even.
    pub(crate) height: u16,
    /// Of the source's frames one of so many is kept; never zero.
    pub(crate) keep_one_of: u32,
    /// What that makes per second.
    pub(crate) frame_rate: FrameRate,
    /// The level the encoder is told: `level_idc` of H.264, or
    /// `seq_level_idx` of AV1.
    pub(crate) level: u8,
    /// Mean bits per second of the pictures, in thousands.
    pub(crate) video_kbps: u32,
    /// The most bits per second, in thousands.
    pub(crate) max_kbps: u32,
    /// The buffer that the most is counted over, in thousands of bits.
    pub(crate) buffer_kbit: u32,
    /// From 0 (least work) to 4 (best picture).
    pub(crate) effort: u8,
    /// Its sound.
    pub(crate) audio: Sound,
    /// `CODECS` of a playlist, as predicted.
    pub(crate) rfc6381: String,
    /// `BANDWIDTH`, as predicted: bits per second at most.
    pub(crate) bandwidth: u64,
    /// `AVERAGE-BANDWIDTH`, as predicted.
    pub(crate) average_bandwidth: u64,
    /// What it costs.
    pub(crate) cost: Cost,
}

/// The sound of a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// As it comes.
    Copy,
    /// AAC, low complexity.
    Encode { bitrate_kbps: u32, sample_rate: u32, channels: u8 },
    /// None.
    None,
}

/// Work: thousands of pixels per second, as if all of them went through x264 with effort 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost(pub(crate) u64);

impl std::ops::Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), |sum, cost| sum + cost)
    }
}
