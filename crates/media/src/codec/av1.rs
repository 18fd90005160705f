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
        if zeros == 32 {
            return Err(Error::Invalid("an AV1 number"));
        }
    }
    bits.skip(zeros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    const TEN_BIT: &str = "81014c000a0c0200000d26281b4805f08080";

    #[test]
    fn a_record_of_an_encoder_is_read() {
        let record = Record::parse(&hex(TEN_BIT)).unwrap();
        let config = record.config(record.size.unwrap());
        assert_eq!((config.width, config.height), (642, 362));
        assert_eq!(config.rfc6381, "av01.0.01M.10");
        assert_eq!(config.record, hex(TEN_BIT));
    }

    #[test]
    fn a_record_may_leave_the_size_to_the_first_keyframe() {
        let record = Record::parse(&hex("8129fc00")).unwrap();
        assert_eq!(record.size, None);
        let frame = [&[0x12, 0x00][..], &hex(TEN_BIT)[4..], &[0x32, 0x01, 0xaa]].concat();
        let size = picture_size(&frame).unwrap().unwrap();
        let config = record.config(size);
        assert_eq!((config.width, config.height), (642, 362));
        assert_eq!(config.rfc6381, "av01.1.09H.12");
    }

    #[test]
    fn a_sequence_header_with_timing_and_operating_points_is_read() {
        // Timing with an equal interval (uvlc 0) and a decoder model of 2-bit delays; one operating
        // point with a tier, its model and its display delay; 10-bit widths for 640x360.
        let fields = "000 0 0 1 00000000000000000000000000000001 00000000000000000000000000011110 1 1 \
                      1 00001 00000000000000000000000000000001 00000 00000 \
                      1 00000 000000000000 01101 1 1 11 11 0 1 0101 \
                      1001 1001 1001111111 0101100111";
        let bits: Vec<u8> = fields.bytes().filter(|byte| *byte != b' ').map(|b| b - b'0').collect();
        let payload: Vec<u8> = bits
            .chunks(8)
            .map(|chunk| (0..8).fold(0, |byte, at| byte << 1 | chunk.get(at).unwrap_or(&0)))
            .collect();
        assert_eq!(sequence_header(&payload), Ok(PictureSize { width: 640, height: 360 }));
        for end in 0..payload.len() - 1 {
            assert_eq!(sequence_header(&payload[..end]), Err(Error::Truncated), "{end} bytes");
        }
    }

    #[test]
    fn delimiters_are_removed_without_copying() {
        let unit = Bytes::from_static(&[0x12, 0x00, 0x32, 0x01, 0xaa]);
        let sample = without_delimiters(&unit).unwrap();
        assert_eq!(sample, unit[2..]);
        assert_eq!(sample.as_ptr(), unit[2..].as_ptr());
        // An OBU without a size reaches to the end, and one with a size must fit.
        assert_eq!(without_delimiters(&Bytes::from_static(&[0x30, 1])).unwrap(), [0x30, 1][..]);
        assert!(without_delimiters(&Bytes::from_static(&[0x32, 5, 1])).is_err());
        assert!(without_delimiters(&Bytes::from_static(&[0xb2, 0])).is_err());
        assert!(without_delimiters(&Bytes::from_static(&[0x12, 0])).unwrap().is_empty());
        assert!(without_delimiters(&Bytes::new()).unwrap().is_empty());
    }

    #[test]
    fn broken_records_are_refused() {
        assert_eq!(Record::parse(&[0x81, 0, 0]), Err(Error::Truncated));
        assert!(Record::parse(&[0x01, 0, 0x0c, 0]).is_err());
        assert!(Record::parse(&hex(TEN_BIT)[..9]).is_err());
        let endless = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(picture_size(&endless).is_err());
    }
}
