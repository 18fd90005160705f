//! AAC: the AudioSpecificConfig, with the three ways of announcing SBR and PS.
//!
//! ISO/IEC 14496-3 clause 1.6.2.1 (AudioSpecificConfig), 1.6.5 (SBR signalling), 4.4.1
//! (GASpecificConfig, program config element); RFC 6381 section 3.3 (`mp4a.40.N`).

use bytes::Bytes;

use super::Error;
use super::bits::BitReader;
use crate::frame::{AudioCodec, AudioConfig};

const OBJECT_LOW_DELAY: u8 = 23;
const OBJECT_SBR: u8 = 5;
const OBJECT_PS: u8 = 29;
const SYNC_EXTENSION_SBR: u32 = 0x2b7;
const SYNC_EXTENSION_PS: u32 = 0x548;

/// Rates by `samplingFrequencyIndex`, table 1.18.
const SAMPLE_RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// Reads an AudioSpecificConfig.
pub fn parse(record: &[u8]) -> Result<AudioConfig, Error> {
    let specific = Specific::parse(&mut BitReader::new(record))?;
    Ok(AudioConfig {
        codec: AudioCodec::Aac,
        record: Bytes::copy_from_slice(record),
        sample_rate: specific.core_rate,
        channels: specific.channels,
        samples_per_frame: Some(specific.samples_per_frame),
        rfc6381: format!("mp4a.40.{}", specific.announced_object),
    })
}

struct Specific {
    core_rate: u32,
    channels: u8,
    samples_per_frame: u32,
    /// The object type a player must know of: SBR or PS where either is announced.
    announced_object: u8,
}

impl Specific {
    fn parse(bits: &mut BitReader<'_>) -> Result<Self, Error> {
        let mut object = object_type(bits)?;
        let core_rate = sample_rate(bits)?;
        let configuration = bits.byte(4)?;
        let mut announced_object = object;
        if matches!(object, OBJECT_SBR | OBJECT_PS) {
            // Hierarchical signalling: the extension first, the core after it.
            sample_rate(bits)?;
            object = object_type(bits)?;
        }
        let (samples_per_frame, program_channels) = general(bits, object, configuration)?;
        if announced_object == object {
            announced_object = trailing_extension(bits).unwrap_or(None).unwrap_or(object);
        }
        let core_channels = match configuration {
            0 => program_channels.ok_or(Error::Invalid("the channel configuration"))?,
            1..=6 => configuration,
            7 | 12 | 14 => 8,
            11 => 7,
            _ => return Err(Error::Unsupported("this AAC channel configuration")),
        };
        // Parametric stereo makes two channels of one.
        let channels = if announced_object == OBJECT_PS { 2 } else { core_channels };
        Ok(Self { core_rate, channels, samples_per_frame, announced_object })
    }
}

fn object_type(bits: &mut BitReader<'_>) -> Result<u8, Error> {
    match bits.byte(5)? {
        31 => Ok(32 + bits.byte(6)?),
        object => Ok(object),
    }
}

fn sample_rate(bits: &mut BitReader<'_>) -> Result<u32, Error> {
    let index = bits.bits(4)?;
    let rate = match index {
        15 => bits.bits(24)?,
        index => SAMPLE_RATES.get(index as usize).copied().unwrap_or(0),
    };
    if rate == 0 { Err(Error::Invalid("the AAC sample rate")) } else { Ok(rate) }
}

/// GASpecificConfig: the frame length, and the channels of a program config element if there is one.
fn general(
    bits: &mut BitReader<'_>,
    object: u8,
    configuration: u8,
) -> Result<(u32, Option<u8>), Error> {
    if !matches!(object, 1..=4 | OBJECT_LOW_DELAY) {
        return Err(Error::Unsupported("this AAC object type"));
    }
    let short = bits.flag()?;
    if bits.flag()? {
        bits.skip(14)?;
    }
    let extension = bits.flag()?;
    let channels = match configuration {
        0 => Some(program_channels(bits)?),
        _ => None,
    };
    if extension && object == OBJECT_LOW_DELAY {
        bits.skip(3)?;
    }
    if extension {
        bits.skip(1)?;
    }
    let samples = match (object, short) {
        (OBJECT_LOW_DELAY, false) => 512,
        (OBJECT_LOW_DELAY, true) => 480,
        (_, false) => 1024,
        (_, true) => 960,
    };
    Ok((samples, channels))
}

/// Counts the channels of a program config element, table 4.2, and passes over it.
fn program_channels(bits: &mut BitReader<'_>) -> Result<u8, Error> {
    bits.skip(4 + 2 + 4)?;
    let pairs_of = [bits.byte(4)?, bits.byte(4)?, bits.byte(4)?];
    let low_frequency = bits.byte(2)?;
    let associated = bits.bits(3)? as usize;
    let coupling = bits.bits(4)? as usize;
    for mixdown_bits in [4, 4, 3] {
        if bits.flag()? {
            bits.skip(mixdown_bits)?;
        }
    }
    let mut channels = low_frequency;
    for elements in pairs_of {
        for _ in 0..elements {
            channels += if bits.flag()? { 2 } else { 1 };
            bits.skip(4)?;
        }
    }
    bits.skip(usize::from(low_frequency) * 4 + associated * 4 + coupling * 5)?;
    bits.align();
    let comment = bits.bits(8)? as usize;
    bits.skip(comment * 8)?;
    if channels == 0 { Err(Error::Invalid("the channel configuration")) } else { Ok(channels) }
}

/// Backward-compatible signalling: SBR, perhaps with PS, announced after the core's configuration.
fn trailing_extension(bits: &mut BitReader<'_>) -> Result<Option<u8>, Error> {
    if bits.remaining_bits() < 16 || bits.bits(11)? != SYNC_EXTENSION_SBR {
        return Ok(None);
    }
    if object_type(bits)? != OBJECT_SBR || !bits.flag()? {
        return Ok(None);
    }
    sample_rate(bits)?;
    let stereo = bits.remaining_bits() >= 12 && bits.bits(11)? == SYNC_EXTENSION_PS;
    Ok(Some(if stereo && bits.flag()? { OBJECT_PS } else { OBJECT_SBR }))
}

/// A frame without the ADTS header (clause 1.A.2.2) that some encoders wrongly leave before it.
///
/// No raw frame begins with the twelve set bits of an ADTS header: they would be an end element
/// before any content.
#[must_use]
pub fn without_adts(frame: &Bytes) -> Bytes {
    let [0xff, second, _, a, b, c, _, ..] = frame[..] else { return frame.clone() };
    let length = usize::from(a & 0b11) << 11 | usize::from(b) << 3 | usize::from(c >> 5);
    let header = if second & 1 == 1 { 7 } else { 9 };
    if second & 0xf6 != 0xf0 || length != frame.len() || length <= header {
        return frame.clone();
    }
    frame.slice(header..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(record: &[u8]) -> Result<(u32, u8, Option<u32>, String), Error> {
        let config = parse(record)?;
        Ok((config.sample_rate, config.channels, config.samples_per_frame, config.rfc6381))
    }

    #[test]
    fn configurations_of_every_kind() {
        let low_complexity = |rate, channels| (rate, channels, Some(1024), "mp4a.40.2".to_owned());
        for (record, expected) in [
            (&[0x11, 0x90][..], low_complexity(48_000, 2)),
            (&[0x12, 0x08], low_complexity(44_100, 1)),
            // With the extension that says "no SBR here".
            (&[0x11, 0x90, 0x56, 0xe5, 0x00], low_complexity(48_000, 2)),
            // An explicit 24-bit rate of 48 000.
            (&[0x17, 0x80, 0x5d, 0xc0, 0x10], low_complexity(48_000, 2)),
            // 960 samples in a frame.
            (&[0x11, 0x94], (48_000, 2, Some(960), "mp4a.40.2".to_owned())),
            // 7.1 is configuration 7, which has eight channels.
            (&[0x11, 0xb8], low_complexity(48_000, 8)),
            // SBR in the hierarchical form: 24 kHz core, 48 kHz out.
            (&[0x2b, 0x11, 0x88, 0x00], (24_000, 2, Some(1024), "mp4a.40.5".to_owned())),
            // PS in the hierarchical form: a mono core.
            (&[0xeb, 0x09, 0x88, 0x00], (24_000, 2, Some(1024), "mp4a.40.29".to_owned())),
            // SBR after the core, and SBR with PS.
            (&[0x13, 0x10, 0x56, 0xe5, 0x98], (24_000, 2, Some(1024), "mp4a.40.5".to_owned())),
            (
                &[0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x80],
                (24_000, 2, Some(1024), "mp4a.40.29".to_owned()),
            ),
        ] {
            assert_eq!(summary(record), Ok(expected), "{record:02x?}");
        }
    }

    #[test]
    fn a_program_config_element_gives_the_channels() {
        // Object 2, 48 kHz, configuration 0; two front elements, one a pair, and one LFE.
        let record = [0x11, 0x80, 0x04, 0xc8, 0x01, 0x00, 0x20, 0x10, 0x00];
        assert_eq!(summary(&record).map(|config| config.1), Ok(4));
    }

    #[test]
    fn what_cannot_be_played_is_refused() {
        assert_eq!(parse(&[]), Err(Error::Truncated));
        assert_eq!(parse(&[0x11]), Err(Error::Truncated));
        assert!(matches!(parse(&[0x16, 0x90]), Err(Error::Invalid(_))), "reserved rate");
        assert!(matches!(parse(&[0xf9, 0x46, 0x40, 0, 0]), Err(Error::Unsupported(_))), "USAC");
    }

    #[test]
    fn an_adts_header_is_removed_and_nothing_else() {
        let framed = Bytes::from_static(&[0xff, 0xf1, 0x4c, 0x80, 0x01, 0x3f, 0xfc, 0x21, 0x10]);
        assert_eq!(without_adts(&framed), [0x21, 0x10][..]);
        for raw in [&[0x21u8, 0x10][..], &[0xff, 0xf1, 0x4c, 0x80, 0x05, 0x3f, 0xfc, 0x21]] {
            assert_eq!(without_adts(&Bytes::copy_from_slice(raw)), raw);
        }
    }
}
