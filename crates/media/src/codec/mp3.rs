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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_rate_are_read() {
        for (header, expected) in [
            ([0xff, 0xfb, 0x90, 0x44], (44_100, 2, 1152, "mp4a.6B")),
            ([0xff, 0xfa, 0x94, 0xc4], (48_000, 1, 1152, "mp4a.6B")),
            ([0xff, 0xf3, 0x88, 0x04], (16_000, 2, 576, "mp4a.69")),
            ([0xff, 0xe3, 0x88, 0xc4], (8_000, 1, 576, "mp4a.69")),
        ] {
            let config = Header::parse(&header).unwrap().config();
            let samples = config.samples_per_frame.unwrap();
            let read = (config.sample_rate, config.channels, samples, config.rfc6381.as_str());
            assert_eq!(read, expected, "{header:02x?}");
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        assert_eq!(Header::parse(&[0xff, 0xfb, 0x90]), Err(Error::Truncated));
        assert!(matches!(Header::parse(b"ID3\x04"), Err(Error::Invalid(_))));
        assert!(matches!(Header::parse(&[0xff, 0xeb, 0x90, 0x44]), Err(Error::Invalid(_))));
        assert!(matches!(Header::parse(&[0xff, 0xfb, 0x9c, 0x44]), Err(Error::Invalid(_))));
        assert!(matches!(Header::parse(&[0xff, 0xfd, 0x90, 0x44]), Err(Error::Unsupported(_))));
    }
}
