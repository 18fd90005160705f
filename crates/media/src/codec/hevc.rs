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
