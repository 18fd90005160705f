//! H.264 / AVC: configuration record, sequence parameter set, where decoding can begin.
//!
//! ISO/IEC 14496-15 clause 5.3.3 (`avcC`), ITU-T H.264 clauses 7.3.2.1 and 7.4.1,
//! RFC 6381 section 3.3 (`avc1.PPCCLL`).

use bytes::BytesMut;

use super::bits::BitReader;
use super::nal::{LengthSize, Units, unescape};
use super::{Error, PictureSize};
use crate::frame::{VideoCodec, VideoConfig};

const NAL_IDR: u8 = 5;
const NAL_SEI: u8 = 6;
const SEI_RECOVERY_POINT: u8 = 6;

/// A configuration record that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// For the packager, with `lengthSizeMinusOne` set to 3, as samples are normalised to.
    pub config: VideoConfig,
    /// How the encoder's samples are framed.
    pub length_size: LengthSize,
    /// What the first sequence parameter set says.
    pub sps: Sps,
}

impl Record {
    /// Reads the body of an `avcC`. It must hold at least one sequence and one picture parameter
    /// set: with the `avc1` sample entry nothing else may carry them.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        let [version, profile, compatibility, level, length, counts, sets @ ..] = record else {
            return Err(Error::Truncated);
        };
        if *version != 1 {
            return Err(Error::Invalid("the avcC version"));
        }
        let length_size = LengthSize::from_minus_one(*length)?;
        let (first_sps, rest) = parameter_sets(sets, counts & 0x1f)?;
        let (pps_count, rest) = rest.split_first().ok_or(Error::Truncated)?;
        let (first_pps, _) = parameter_sets(rest, *pps_count)?;
        if first_pps.is_empty() {
            return Err(Error::Invalid("an avcC without picture parameter set"));
        }
        let sps = Sps::parse(first_sps)?;
        let mut bytes = BytesMut::from(record);
        if let Some(length) = bytes.get_mut(4) {
            *length |= 0b11;
        }
        let config = VideoConfig {
            codec: VideoCodec::H264,
            record: bytes.freeze(),
            width: sps.size.width,
            height: sps.size.height,
            rfc6381: format!("avc1.{profile:02x}{compatibility:02x}{level:02x}"),
        };
        Ok(Self { config, length_size, sps })
    }
}

/// Passes over `count` parameter sets; returns the first (empty if none) and what follows them all.
fn parameter_sets(mut data: &[u8], count: u8) -> Result<(&[u8], &[u8]), Error> {
    let mut first: &[u8] = &[];
    for _ in 0..count {
        let (length, rest) = data.split_first_chunk::<2>().ok_or(Error::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (set, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
        if first.is_empty() {
            first = set;
        }
        data = rest;
    }
    Ok((first, data))
}

/// What a sequence parameter set says about the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sps {
    /// After cropping.
    pub size: PictureSize,
    /// Present if the encoder states its timing.
    pub frame_rate: Option<FrameRate>,
}

/// Frames per second as a fraction; neither part is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRate {
    /// Frames.
    pub numerator: u32,
    /// In so many seconds.
    pub denominator: u32,
}

impl Sps {
    /// Reads a sequence parameter set NAL unit, its header included.
    pub fn parse(unit: &[u8]) -> Result<Self, Error> {
        let payload = unescape(unit);
        let mut bits = BitReader::new(&payload);
        if bits.byte(8)? & 0x1f != 7 {
            return Err(Error::Invalid("a sequence parameter set's NAL type"));
        }
        let profile = bits.byte(8)?;
        bits.skip(16)?;
        bits.ue()?;
        let chroma = if has_chroma_fields(profile) { chroma(&mut bits)? } else { Chroma::YUV420 };
        bits.ue()?;
        picture_order(&mut bits)?;
        bits.ue()?;
        bits.skip(1)?;
        let size = picture_size(&mut bits, chroma)?;
        // Timing is a courtesy of the encoder: a damaged one must not cost the picture.
        let frame_rate = frame_rate(&mut bits).unwrap_or(None);
        Ok(Self { size, frame_rate })
    }
}

/// Which profiles have the fields from `chroma_format_idc` on (H.264 clause 7.3.2.1.1).
fn has_chroma_fields(profile: u8) -> bool {
    matches!(profile, 44 | 83 | 86 | 100 | 110 | 118 | 122 | 128 | 134 | 135 | 138 | 139 | 244)
}

/// How many luma samples one cropping unit covers, table 6-1.
#[derive(Clone, Copy)]
struct Chroma {
    crop_width: u32,
    crop_height: u32,
}

impl Chroma {
    const YUV420: Self = Self { crop_width: 2, crop_height: 2 };
}

fn chroma(bits: &mut BitReader<'_>) -> Result<Chroma, Error> {
    let format = bits.ue()?;
    if format == 3 {
        bits.skip(1)?;
    }
    bits.ue()?;
    bits.ue()?;
    bits.skip(1)?;
    if bits.flag()? {
        let lists = if format == 3 { 12 } else { 8 };
        for list in 0..lists {
            if bits.flag()? {
                skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    match format {
        1 => Ok(Chroma::YUV420),
        2 => Ok(Chroma { crop_width: 2, crop_height: 1 }),
        0 | 3 => Ok(Chroma { crop_width: 1, crop_height: 1 }),
        _ => Err(Error::Invalid("the chroma format")),
    }
}

fn skip_scaling_list(bits: &mut BitReader<'_>, size: u32) -> Result<(), Error> {
    let (mut last, mut next) = (8i32, 8i32);
    for _ in 0..size {
        if next != 0 {
            next = last.wrapping_add(bits.se()?).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Ok(())
}

fn picture_order(bits: &mut BitReader<'_>) -> Result<(), Error> {
    match bits.ue()? {
        0 => {
            bits.ue()?;
        }
        1 => {
            bits.skip(1)?;
            bits.se()?;
            bits.se()?;
            let count = bits.ue()?;
            if count > 255 {
                return Err(Error::Invalid("the picture order cycle"));
            }
            for _ in 0..count {
                bits.se()?;
            }
        }
        2 => {}
        _ => return Err(Error::Invalid("the picture order type")),
    }
    Ok(())
}

fn picture_size(bits: &mut BitReader<'_>, chroma: Chroma) -> Result<PictureSize, Error> {
    let width_mbs = bits.ue()?.saturating_add(1);
    let height_units = bits.ue()?.saturating_add(1);
    let frame_mbs_only = bits.flag()?;
    if !frame_mbs_only {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    let fields = if frame_mbs_only { 1 } else { 2 };
    let [left, right, top, bottom] = cropping(bits)?;
    let crop = |a: u32, b: u32, unit: u32| a.saturating_add(b).saturating_mul(unit);
    let width = width_mbs.saturating_mul(16);
    let height = height_units.saturating_mul(16 * fields);
    PictureSize::new(
        width.saturating_sub(crop(left, right, chroma.crop_width)),
        height.saturating_sub(crop(top, bottom, chroma.crop_height * fields)),
    )
}

fn cropping(bits: &mut BitReader<'_>) -> Result<[u32; 4], Error> {
    if !bits.flag()? {
        return Ok([0; 4]);
    }
    Ok([bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?])
}

/// The frame rate of the video usability information, annex E.1.1.
fn frame_rate(bits: &mut BitReader<'_>) -> Result<Option<FrameRate>, Error> {
    const EXTENDED_SAR: u8 = 255;
    if !bits.flag()? {
        return Ok(None);
    }
    if bits.flag()? && bits.byte(8)? == EXTENDED_SAR {
        bits.skip(32)?;
    }
    if bits.flag()? {
        bits.skip(1)?;
    }
    if bits.flag()? {
        bits.skip(4)?;
        if bits.flag()? {
            bits.skip(24)?;
        }
    }
    if bits.flag()? {
        bits.ue()?;
        bits.ue()?;
    }
    if !bits.flag()? {
        return Ok(None);
    }
    // A tick is the time of one field, so a frame takes two of them.
    let ticks = bits.bits(32)?.checked_mul(2);
    let scale = bits.bits(32)?;
    Ok(ticks.filter(|ticks| *ticks > 0 && scale > 0).map(|ticks| {
        let divisor = greatest_common_divisor(scale, ticks);
        FrameRate { numerator: scale / divisor, denominator: ticks / divisor }
    }))
}

fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Whether decoding can begin at this sample with 4-byte lengths.
///
/// An IDR picture always is a beginning. Another picture is one if the encoder marked it
/// (`marked`) and it carries a recovery point; an I picture alone is not, since pictures after it
/// may refer to those before.
#[must_use]
pub fn is_keyframe(sample: &[u8], marked: bool) -> bool {
    Units::new(sample, LengthSize::FOUR).flatten().any(|unit| match unit.first() {
        Some(header) if header & 0x1f == NAL_IDR => true,
        Some(header) if header & 0x1f == NAL_SEI => marked && has_recovery_point(unit),
        _ => false,
    })
}

/// Walks the messages of an SEI NAL unit (clause 7.3.2.3.1).
fn has_recovery_point(unit: &[u8]) -> bool {
    let payload = unescape(unit);
    let mut rest = payload.get(1..).unwrap_or_default();
    // The last byte holds the stop bit alone.
    while rest.len() > 1 {
        let Some((kind, after)) = sei_number(rest) else { return false };
        let Some((size, after)) = sei_number(after) else { return false };
        if kind == usize::from(SEI_RECOVERY_POINT) {
            return true;
        }
        rest = after.get(size..).unwrap_or_default();
    }
    false
}

/// A number written as bytes of 255 and one less than that.
fn sei_number(data: &[u8]) -> Option<(usize, &[u8])> {
    let full = data.iter().take_while(|byte| **byte == 0xff).count();
    let (last, rest) = data.get(full..)?.split_first()?;
    Some((full.checked_mul(255)?.checked_add(usize::from(*last))?, rest))
}
