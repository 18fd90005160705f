//! NAL units: the framing that H.264 and HEVC share.
//!
//! ITU-T H.264 clause 7.3.1 and annex B, ISO/IEC 14496-15 clause 4.3. An MP4 sample is a row of NAL
//! units, each behind a big-endian length; this project keeps those lengths 4 bytes wide.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::Error;

/// The width of the length before each NAL unit that encoders may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthSize(u8);

impl LengthSize {
    /// What every sample that leaves this module uses.
    pub const FOUR: Self = Self(4);

    /// From the two bits `lengthSizeMinusOne` of a configuration record; three bytes are not
    /// allowed (ISO/IEC 14496-15 clause 5.3.3.1.2).
    pub fn from_minus_one(bits: u8) -> Result<Self, Error> {
        match bits & 0b11 {
            2 => Err(Error::Invalid("a NAL unit length of 3 bytes")),
            bits => Ok(Self(bits + 1)),
        }
    }
}

/// The NAL units of a sample, in order. Ends with an error where a length does not fit.
#[derive(Clone, Debug)]
pub struct Units<'a> {
    rest: &'a [u8],
    length_size: LengthSize,
}

impl<'a> Units<'a> {
    /// Over `sample`, whose lengths are `length_size` wide.
    #[must_use]
    pub fn new(sample: &'a [u8], length_size: LengthSize) -> Self {
        Self { rest: sample, length_size }
    }

    fn split(&mut self) -> Result<&'a [u8], Error> {
        let (prefix, rest) =
            self.rest.split_at_checked(usize::from(self.length_size.0)).ok_or(Error::Truncated)?;
        let length = prefix.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
        let (unit, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(unit)
    }
}

impl<'a> Iterator for Units<'a> {
    type Item = Result<&'a [u8], Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let unit = self.split();
        if unit.is_err() {
            self.rest = &[];
        }
        Some(unit)
    }
}

/// `sample` with 4-byte lengths: itself where they are so already, a copy otherwise.
///
/// Some encoders send annex B start codes where lengths belong; such a sample is rewritten too. An
/// error means that the NAL units do not fill the sample exactly.
pub fn normalise(sample: &Bytes, length_size: LengthSize) -> Result<Bytes, Error> {
    let mut fitting = true;
    let mut empty = false;
    for unit in Units::new(sample, length_size) {
        fitting &= unit.is_ok();
        empty |= unit.is_ok_and(<[u8]>::is_empty);
    }
    match (fitting, length_size) {
        (true, LengthSize::FOUR) if !empty => Ok(sample.clone()),
        (true, _) => prefix(Units::new(sample, length_size).flatten()),
        (false, _) => prefix(split_annex_b(sample).ok_or(Error::Invalid("a NAL unit length"))?),
    }
}

/// The units, each behind a 4-byte length; empty ones are left out.
fn prefix<'a>(units: impl Iterator<Item = &'a [u8]>) -> Result<Bytes, Error> {
    let mut sample = BytesMut::new();
    for unit in units.filter(|unit| !unit.is_empty()) {
        let length = u32::try_from(unit.len()).map_err(|_| Error::Invalid("a NAL unit length"))?;
        sample.extend_from_slice(&length.to_be_bytes());
        sample.extend_from_slice(unit);
    }
    Ok(sample.freeze())
}

/// The NAL units of a byte stream (H.264 annex B), if it begins with a start code.
fn split_annex_b(stream: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let first = stream.strip_prefix(&[0, 0, 0, 1]).or_else(|| stream.strip_prefix(&[0, 0, 1]))?;
    let mut rest = Some(first);
    Some(std::iter::from_fn(move || {
        let data = rest?;
        let end = data.windows(3).position(|window| window == [0, 0, 1]);
        let (unit, after) = match end {
            Some(end) => data.split_at(end),
            None => (data, data.get(data.len()..)?),
        };
        rest = after.get(3..);
        // Zeros before a start code belong to it: a NAL unit never ends in a zero byte.
        let used = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        unit.get(..used)
    }))
}

/// A NAL unit's payload without its emulation prevention bytes (H.264 clause 7.4.1).
pub(super) fn unescape(unit: &[u8]) -> Cow<'_, [u8]> {
    if !unit.windows(3).any(|window| window == [0, 0, 3]) {
        return Cow::Borrowed(unit);
    }
    let mut zeros = 0;
    let payload = unit.iter().copied().filter(|byte| {
        let escape = zeros >= 2 && *byte == 3;
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        !escape
    });
    Cow::Owned(payload.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(sample: &[u8], length_size: LengthSize) -> Vec<Result<&[u8], Error>> {
        Units::new(sample, length_size).collect()
    }

    #[test]
    fn units_are_split_by_their_lengths() {
        let two = LengthSize::from_minus_one(1).unwrap();
        assert_eq!(units(&[0, 2, 7, 8, 0, 1, 9], two), [Ok(&[7u8, 8][..]), Ok(&[9][..])]);
        assert_eq!(units(&[0, 2, 7], two), [Err(Error::Truncated)]);
        assert_eq!(units(&[0xff; 6], LengthSize::FOUR), [Err(Error::Truncated)]);
        assert!(LengthSize::from_minus_one(2).is_err());
    }

    #[test]
    fn a_sample_in_order_is_not_copied() {
        let sample = Bytes::from_static(&[0, 0, 0, 2, 0x65, 1]);
        let same = normalise(&sample, LengthSize::FOUR).unwrap();
        assert_eq!(same.as_ptr(), sample.as_ptr());
    }

    #[test]
    fn other_framings_become_four_byte_lengths() {
        let expected = [0, 0, 0, 2, 0x65, 1, 0, 0, 0, 1, 0x06];
        let one = LengthSize::from_minus_one(0).unwrap();
        for (sample, length_size) in [
            (&[2, 0x65, 1, 1, 0x06][..], one),
            (&[0, 0, 0, 2, 0x65, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x06], LengthSize::FOUR),
            (&[0, 0, 0, 1, 0x65, 1, 0, 0, 1, 0x06], LengthSize::FOUR),
            (&[0, 0, 1, 0x65, 1, 0, 0, 0, 0, 1, 0x06, 0], LengthSize::FOUR),
        ] {
            let sample = Bytes::copy_from_slice(sample);
            assert_eq!(normalise(&sample, length_size).unwrap(), expected[..], "{sample:?}");
        }
        let broken = Bytes::from_static(&[0, 0, 0, 9, 0x65, 1]);
        assert!(normalise(&broken, LengthSize::FOUR).is_err());
    }

    #[test]
    fn emulation_prevention_is_removed() {
        assert_eq!(unescape(&[1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3]), &[1, 0, 0, 1, 0, 0, 0, 0][..]);
        assert!(matches!(unescape(&[0, 0, 2, 3]), Cow::Borrowed(_)));
    }
}
