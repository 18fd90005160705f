//! H.265 / HEVC: configuration record, sequence parameter set, where decoding can begin.
//!
//! ISO/IEC 14496-15 clause 8.3.3 (`hvcC`) and annex E.3 (`hvc1.…`), ITU-T H.265 clauses 7.3.1.2,
//! 7.3.2.2 and 7.3.3.

use std::fmt::Write;

use bytes::BytesMut;

use super::bits::BitReader;
use super::nal::{LengthSize, Units, unescape};
use super::{Error, PictureSize};
use crate::frame::{VideoCodec, VideoConfig};

const NAL_VPS: u8 = 32;
const NAL_SPS: u8 = 33;
const NAL_PPS: u8 = 34;

/// Offset of the byte that ends with `lengthSizeMinusOne`.
const LENGTH_SIZE_AT: usize = 21;

/// A configuration record that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// For the packager, with `lengthSizeMinusOne` set to 3, as samples are normalised to.
    pub config: VideoConfig,
    /// How the encoder's samples are framed.
    pub length_size: LengthSize,
}

impl Record {
    /// Reads the body of an `hvcC`. It must hold at least one parameter set of each kind: with the
    /// `hvc1` sample entry nothing else may carry them.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        let (header, arrays) = record.split_first_chunk::<23>().ok_or(Error::Truncated)?;
        let [version, profile @ .., array_count] = header;
        if *version != 1 {
            return Err(Error::Invalid("the hvcC version"));
        }
        let length_size =
            LengthSize::from_minus_one(*record.get(LENGTH_SIZE_AT).ok_or(Error::Truncated)?)?;
        let size = picture_size(first_sps(arrays, *array_count)?)?;
        let mut bytes = BytesMut::from(record);
        if let Some(length) = bytes.get_mut(LENGTH_SIZE_AT) {
            *length |= 0b11;
        }
        let config = VideoConfig {
            codec: VideoCodec::Hevc,
            record: bytes.freeze(),
            width: size.width,
            height: size.height,
            rfc6381: rfc6381(profile)?,
        };
        Ok(Self { config, length_size })
    }
}

/// Walks the arrays of parameter sets: the first SPS, provided that there are VPS and PPS too.
fn first_sps(mut data: &[u8], array_count: u8) -> Result<&[u8], Error> {
    let mut sps = None;
    let (mut vps, mut pps) = (false, false);
    for _ in 0..array_count {
        let ([kind, count @ ..], rest) = data.split_first_chunk::<3>().ok_or(Error::Truncated)?;
        data = rest;
        for _ in 0..u16::from_be_bytes(*count) {
            let (length, rest) = data.split_first_chunk::<2>().ok_or(Error::Truncated)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (unit, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
            data = rest;
            match kind & 0x3f {
                NAL_VPS => vps = true,
                NAL_SPS => sps = sps.or(Some(unit)),
                NAL_PPS => pps = true,
                _ => {}
            }
        }
    }
    sps.filter(|_| vps && pps).ok_or(Error::Invalid("an hvcC without all parameter sets"))
}

/// `hvc1.` with profile, compatibility, tier and level, and constraints, from the twelve bytes of
/// the general profile that follow the version.
fn rfc6381(profile: &[u8]) -> Result<String, Error> {
    let [first, c0, c1, c2, c3, constraints @ .., level] =
        profile.first_chunk::<12>().ok_or(Error::Truncated)?;
    let space = match first >> 6 {
        0 => "",
        1 => "A",
        2 => "B",
        _ => "C",
    };
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let compatibility = u32::from_be_bytes([*c0, *c1, *c2, *c3]).reverse_bits();
    let mut text = format!("hvc1.{space}{}.{compatibility:X}.{tier}{level}", first & 0x1f);
    let used = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for byte in constraints.iter().take(used) {
        write!(text, ".{byte:X}").expect("writing to a string cannot fail");
    }
    Ok(text)
}

/// The size after the conformance window, from an SPS NAL unit with its header.
fn picture_size(unit: &[u8]) -> Result<PictureSize, Error> {
    let payload = unescape(unit);
    let mut bits = BitReader::new(&payload);
    if bits.u16()? >> 9 & 0x3f != u16::from(NAL_SPS) {
        return Err(Error::Invalid("a sequence parameter set's NAL type"));
    }
    bits.skip(4)?;
    let sub_layers = bits.bits(3)?;
    bits.skip(1)?;
    skip_profile_tier_level(&mut bits, sub_layers)?;
    bits.ue()?;
    let chroma = bits.ue()?;
    if chroma == 3 {
        bits.skip(1)?;
    }
    let (unit_width, unit_height) = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        0 | 3 => (1, 1),
        _ => return Err(Error::Invalid("the chroma format")),
    };
    let (width, height) = (bits.ue()?, bits.ue()?);
    let mut crop = (0, 0);
    if bits.flag()? {
        let [left, right, top, bottom] = [bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?];
        crop.0 = left.saturating_add(right).saturating_mul(unit_width);
        crop.1 = top.saturating_add(bottom).saturating_mul(unit_height);
    }
    PictureSize::new(width.saturating_sub(crop.0), height.saturating_sub(crop.1))
}

/// Passes over `profile_tier_level(1, sub_layers)`, clause 7.3.3.
fn skip_profile_tier_level(bits: &mut BitReader<'_>, sub_layers: u32) -> Result<(), Error> {
    const PROFILE_BITS: usize = 88;
    const LEVEL_BITS: usize = 8;
    bits.skip(PROFILE_BITS + LEVEL_BITS)?;
    if sub_layers == 0 {
        return Ok(());
    }
    let mut skipped = 0;
    for layer in 0..8 {
        let (profile, level) = (bits.flag()?, bits.flag()?);
        if layer < sub_layers {
            skipped += if profile { PROFILE_BITS } else { 0 };
            skipped += if level { LEVEL_BITS } else { 0 };
        }
    }
    bits.skip(skipped)
}

/// Whether decoding can begin at this sample with 4-byte lengths: it holds an intra random access
/// point picture (types 16 to 21, clause 7.4.2.2).
#[must_use]
pub fn is_keyframe(sample: &[u8]) -> bool {
    Units::new(sample, LengthSize::FOUR)
        .flatten()
        .filter_map(|unit| unit.first())
        .any(|header| matches!(header >> 1 & 0x3f, 16..=21))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Records that x265 wrote, each with its size and codec string.
    const RECORDS: &[(&str, (u16, u16), &str)] = &[
        (
            "01016000000090000000000078f000fcfdf8f800000f03200001001840010c01ffff01600000030090000003\
             0000030078959409210001002b420101016000000300900000030000030078a003c0801107cb965654a4c2f0\
             168080000003008000000f0422000100064401c073c189",
            (1920, 1080),
            "hvc1.1.6.L120.90",
        ),
        (
            "01222000000090000000000099f000fcfdfafa00000f03200001001840010c01ffff22200000030090000003\
             0000030099959409210001002d420101222000000300900000030000030099a005220171c448d965654a4c2f\
             016808000003000800000301e04022000100064401c073c189",
            (642, 362),
            "hvc1.2.4.H153.90",
        ),
        (
            "0104080000009d08000000005af000fcfefafa00001303200001001b40010c02ffff0408000003009d080000\
             0300005a00009594aca048210001002e4201020408000003009d0800000300005a0000b005220171c44ed965\
             652b2a5261780b4040000003004000000f0222000100064401c073c189",
            (642, 362),
            "hvc1.4.10.L90.9D.8",
        ),
    ];

    #[test]
    fn records_of_an_encoder_are_read() {
        for (record, (width, height), codec) in RECORDS {
            let read = Record::parse(&hex(record)).unwrap();
            assert_eq!((read.config.width, read.config.height), (*width, *height), "{codec}");
            assert_eq!(read.config.rfc6381, *codec);
            assert_eq!(read.config.record, hex(record));
            assert_eq!(read.length_size, LengthSize::FOUR);
        }
    }

    #[test]
    fn a_record_without_its_parts_is_refused() {
        let whole = hex(RECORDS[0].0);
        for end in 0..whole.len() {
            assert!(Record::parse(&whole[..end]).is_err(), "{end} bytes");
        }
        for (at, byte, reason) in [(0, 2, "version"), (21, 0x0e, "lengths"), (22, 2, "no PPS")] {
            let mut record = whole.clone();
            record[at] = byte;
            assert!(Record::parse(&record).is_err(), "{reason}");
        }
    }

    #[test]
    fn profile_spaces_and_empty_constraints_are_written_as_the_standard_says() {
        let profile = [0x41, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 93];
        assert_eq!(rfc6381(&profile).unwrap(), "hvc1.A1.80000001.L93");
        let profile = [0xe2, 0x20, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0x10, 93];
        assert_eq!(rfc6381(&profile).unwrap(), "hvc1.C2.4.H93.B0.0.0.0.0.10");
    }

    #[test]
    fn decoding_begins_at_random_access_points() {
        for (kind, expected) in [(1, false), (16, true), (19, true), (21, true), (22, false)] {
            let sample = [0, 0, 0, 2, 35 << 1, 1, 0, 0, 0, 3, kind << 1, 1, 0xaf];
            assert_eq!(is_keyframe(&sample), expected, "type {kind}");
        }
        assert!(!is_keyframe(&[]));
    }
}
