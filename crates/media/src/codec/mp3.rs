//! MP3: the header of a frame.
//!
//! ISO/IEC 11172-3 clause 2.4.1.3 and ISO/IEC 13818-3 clause 2.4.2.3 (half rates), with the
//! customary extension to quarter rates ("MPEG 2.5").

use bytes::Bytes;

use super::Error;
use super::bits::BitReader;
use crate::frame::{AudioCodec, AudioConfig};

const LAYER_3: u32 = 1;
const MODE_MONO: u32 = 3;

/// What a player must know before the first frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    sample_rate: u32,
    channels: u8,
    samples_per_frame: u32,
}

impl Header {
    /// Reads the start of a frame.
    pub fn parse(frame: &[u8]) -> Result<Self, Error> {
        let mut bits = BitReader::new(frame);
        if bits.bits(11)? != 0x7ff {
            return Err(Error::Invalid("the MP3 synchronisation word"));
        }
        // How the rates of MPEG-1 are divided, and how long a frame is.
        let (divisor, samples_per_frame) = match bits.bits(2)? {
            0 => (4, 576),
            2 => (2, 576),
            3 => (1, 1152),
            _ => return Err(Error::Invalid("the MPEG audio version")),
        };
        if bits.bits(2)? != LAYER_3 {
            return Err(Error::Unsupported("MPEG audio of layer I or II"));
        }
        bits.skip(1 + 4)?;
        let full_rate = match bits.bits(2)? {
            0 => 44_100,
            1 => 48_000,
            2 => 32_000,
            _ => return Err(Error::Invalid("the MP3 sample rate")),
        };
        bits.skip(2)?;
        let channels = if bits.bits(2)? == MODE_MONO { 1 } else { 2 };
        Ok(Self { sample_rate: full_rate / divisor, channels, samples_per_frame })
    }

    /// The configuration of a stream of such frames.
    #[must_use]
    pub fn config(self) -> AudioConfig {
        // The object types of ISO/IEC 11172-3 and 13818-3 audio.
        let object_type = if self.samples_per_frame == 1152 { "6B" } else { "69" };
        AudioConfig {
            codec: AudioCodec::Mp3,
            record: Bytes::new(),
            sample_rate: self.sample_rate,
            channels: self.channels,
            samples_per_frame: Some(self.samples_per_frame),
            rfc6381: format!("mp4a.{object_type}"),
        }
    }
}
