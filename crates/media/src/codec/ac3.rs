//! AC-3: the header of a synchronisation frame.
//!
//! ETSI TS 102 366 clauses 4.3.1, 4.3.2 and F.4 (`dac3`).

use bytes::Bytes;

use super::Error;
use super::bits::BitReader;
use crate::frame::{AudioCodec, AudioConfig};

/// Every frame is six blocks of 256 samples.
const SAMPLES_PER_FRAME: u32 = 1536;

/// What every frame repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    rate_code: u8,
    bit_rate_code: u8,
    stream_id: u8,
    mode: u8,
    coding: u8,
    low_frequency: bool,
}

impl Header {
    /// Reads the start of a frame.
    pub fn parse(frame: &[u8]) -> Result<Self, Error> {
        let mut bits = BitReader::new(frame);
        if bits.u16()? != 0x0b77 {
            return Err(Error::Invalid("the AC-3 synchronisation word"));
        }
        bits.skip(16)?;
        let rate_code = bits.byte(2)?;
        let size_code = bits.byte(6)?;
        if rate_code == 3 || size_code > 37 {
            return Err(Error::Invalid("the AC-3 rate"));
        }
        let stream_id = bits.byte(5)?;
        if stream_id > 8 {
            return Err(Error::Unsupported("this kind of AC-3"));
        }
        let mode = bits.byte(3)?;
        let coding = bits.byte(3)?;
        // Mixing levels are there where a centre, a surround, or plain stereo is.
        let centre = if coding & 1 == 1 && coding != 1 { 2 } else { 0 };
        let surround = if coding & 4 == 4 { 2 } else { 0 };
        let stereo = if coding == 2 { 2 } else { 0 };
        bits.skip(centre + surround + stereo)?;
        let low_frequency = bits.flag()?;
        Ok(Self {
            rate_code,
            bit_rate_code: size_code >> 1,
            stream_id,
            mode,
            coding,
            low_frequency,
        })
    }

    /// The configuration of a stream of such frames.
    #[must_use]
    pub fn config(self) -> AudioConfig {
        let full_range = match self.coding {
            1 => 1,
            0 | 2 => 2,
            3 | 4 => 3,
            5 | 6 => 4,
            _ => 5,
        };
        AudioConfig {
            codec: AudioCodec::Ac3,
            record: self.record(),
            sample_rate: match self.rate_code {
                0 => 48_000,
                1 => 44_100,
                _ => 32_000,
            },
            channels: full_range + u8::from(self.low_frequency),
            samples_per_frame: Some(SAMPLES_PER_FRAME),
            rfc6381: "ac-3".to_owned(),
        }
    }

    /// The body of a `dac3`: the header's fields in another order, then five reserved bits.
    fn record(self) -> Bytes {
        let fields = [
            (self.rate_code, 2),
            (self.stream_id, 5),
            (self.mode, 3),
            (self.coding, 3),
            (u8::from(self.low_frequency), 1),
            (self.bit_rate_code, 5),
            (0, 5),
        ];
        let packed =
            fields.iter().fold(0u32, |packed, (value, width)| packed << width | u32::from(*value));
        let [_, record @ ..] = packed.to_be_bytes();
        Bytes::copy_from_slice(&record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn the_header_of_an_encoders_frame_is_read() {
        let config = Header::parse(&hex("0b77fc8a084043e106f0")).unwrap().config();
        assert_eq!((config.sample_rate, config.channels), (48_000, 2));
        assert_eq!(config.record, hex("101080"), "as ffmpeg writes the dac3");
    }

    #[test]
    fn mixing_levels_before_the_low_frequency_flag_are_passed_over() {
        // 3/2 with LFE at 44.1 kHz and 384 kbit/s: centre and surround levels, then the flag.
        let config = Header::parse(&hex("0b7700005c40e100")).unwrap().config();
        assert_eq!((config.sample_rate, config.channels), (44_100, 6));
        assert_eq!(config.record, hex("503dc0"));
        // Mono has no level.
        let config = Header::parse(&hex("0b770000844030")).unwrap().config();
        assert_eq!((config.sample_rate, config.channels), (32_000, 2), "1/0 with LFE");
    }

    #[test]
    fn other_frames_are_refused() {
        assert_eq!(Header::parse(&hex("0b77fc8a08")), Err(Error::Truncated));
        assert!(Header::parse(&hex("0b78fc8a084043")).is_err(), "no synchronisation");
        assert!(Header::parse(&hex("0b770000c84043")).is_err(), "reserved rate");
        assert!(Header::parse(&hex("0b770000264043")).is_err(), "reserved size");
        assert!(
            matches!(Header::parse(&hex("0b770000088043")), Err(Error::Unsupported(_))),
            "E-AC-3"
        );
    }
}
