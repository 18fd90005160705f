//! AV1: configuration record, sequence header, temporal units.
//!
//! "AV1 Codec ISO Media File Format Binding" section 2.3 (`av1C`), 2.4 (samples) and 5 (`av01.…`);
//! AV1 Bitstream & Decoding Process Specification sections 4.10.5 (leb128), 5.3 and 5.5.

use bytes::Bytes;

use super::bits::BitReader;
use super::{Error, PictureSize};
use crate::frame::{VideoCodec, VideoConfig};

const OBU_SEQUENCE_HEADER: u8 = 1;
const OBU_TEMPORAL_DELIMITER: u8 = 2;

/// How many OBUs of a frame are looked at: the sequence header stands among the first, and a frame
/// of nothing but empty OBUs would cost time.
const MAX_OBUS: usize = 64;

/// A configuration record that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    record: Bytes,
    rfc6381: String,
    /// From the sequence header in the record; encoders may leave it to the first keyframe.
    pub size: Option<PictureSize>,
}

impl Record {
    /// Reads the body of an `av1C`.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        let (header, obus) = record.split_first_chunk::<4>().ok_or(Error::Truncated)?;
        let mut bits = BitReader::new(header);
        if bits.byte(8)? != 0x81 {
            return Err(Error::Invalid("the av1C marker and version"));
        }
        let profile = bits.byte(3)?;
        let level = bits.byte(5)?;
        let tier = if bits.flag()? { 'H' } else { 'M' };
        let depth = match (bits.flag()?, bits.flag()?) {
            (false, _) => 8,
            (true, false) => 10,
            (true, true) => 12,
        };
        Ok(Self {
            record: Bytes::copy_from_slice(record),
            rfc6381: format!("av01.{profile}.{level:02}{tier}.{depth:02}"),
            size: picture_size(obus)?,
        })
    }

    /// The configuration for pictures of `size`.
    #[must_use]
    pub fn config(&self, size: PictureSize) -> VideoConfig {
        VideoConfig {
            codec: VideoCodec::Av1,
            record: self.record.clone(),
            width: size.width,
            height: size.height,
            rfc6381: self.rfc6381.clone(),
        }
    }
}

/// An open bitstream unit, and the bytes after it.
struct Obu<'a> {
    kind: u8,
    payload: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Obu<'a> {
    /// Section 5.3.1. One without a size reaches to the end of the data.
    fn split(data: &'a [u8]) -> Result<Self, Error> {
        let (header, after) = data.split_first().ok_or(Error::Truncated)?;
        if header & 0x80 != 0 {
            return Err(Error::Invalid("an OBU header"));
        }
        let kind = header >> 3 & 0x0f;
        let extension = usize::from(header >> 2 & 1);
        let after = after.get(extension..).ok_or(Error::Truncated)?;
        if header & 0b10 == 0 {
            return Ok(Self { kind, payload: after, rest: &[] });
        }
        let (size, after) = leb128(after)?;
        let (payload, rest) = after.split_at_checked(size).ok_or(Error::Truncated)?;
        Ok(Self { kind, payload, rest })
    }
}

/// A little-endian number of at most 32 bits in groups of seven.
fn leb128(data: &[u8]) -> Result<(usize, &[u8]), Error> {
    let mut value = 0u64;
    for (index, byte) in data.iter().take(8).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).map_err(|_| Error::Invalid("an OBU size"))?;
            return Ok((value as usize, data.get(index + 1..).unwrap_or_default()));
        }
    }
    Err(if data.len() < 8 { Error::Truncated } else { Error::Invalid("an OBU size") })
}

/// The size that the sequence header among `obus` states, if there is one.
pub fn picture_size(mut obus: &[u8]) -> Result<Option<PictureSize>, Error> {
    for _ in 0..MAX_OBUS {
        if obus.is_empty() {
            break;
        }
        let obu = Obu::split(obus)?;
        if obu.kind == OBU_SEQUENCE_HEADER {
            return sequence_header(obu.payload).map(Some);
        }
        obus = obu.rest;
    }
    Ok(None)
}

/// A temporal unit as an MP4 sample holds it: without the delimiters some encoders leave before it.
pub fn without_delimiters(unit: &Bytes) -> Result<Bytes, Error> {
    let mut rest = unit.as_ref();
    for _ in 0..MAX_OBUS {
        if rest.is_empty() {
            break;
        }
        let obu = Obu::split(rest)?;
        if obu.kind != OBU_TEMPORAL_DELIMITER {
            break;
        }
        rest = obu.rest;
    }
    Ok(unit.slice_ref(rest))
}

/// Section 5.5.1, as far as the maximum picture size.
fn sequence_header(payload: &[u8]) -> Result<PictureSize, Error> {
    let mut bits = BitReader::new(payload);
    bits.skip(3 + 1)?;
    if bits.flag()? {
        bits.skip(5)?;
    } else {
        operating_points(&mut bits)?;
    }
    let width_bits = bits.bits(4)? + 1;
    let height_bits = bits.bits(4)? + 1;
    PictureSize::new(bits.bits(width_bits)? + 1, bits.bits(height_bits)? + 1)
}

fn operating_points(bits: &mut BitReader<'_>) -> Result<(), Error> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            skip_uvlc(bits)?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.bits(5)? as usize + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let display_delay = bits.flag()?;
    for _ in 0..=bits.bits(5)? {
        bits.skip(12)?;
        if bits.bits(5)? > 7 {
            bits.skip(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if display_delay && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Ok(())
}

/// Section 4.10.3.
fn skip_uvlc(bits: &mut BitReader<'_>) -> Result<(), Error> {
    let mut zeros = 0;
    while !bits.flag()? {
        zeros += 1;
    }
    bits.skip(if zeros < 32 { zeros } else { 0 })
}
