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
const SEI_RECOVERY_POINT: usize = 6;

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

/// What a sample offers to a decoder that begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RandomAccess {
    /// An IDR picture: nothing after it refers to anything before.
    Idr,
    /// A recovery point: decoding can begin here if the encoder says so, though the first pictures
    /// may be incomplete.
    RecoveryPoint,
    /// Nothing. An I picture alone is no beginning, since pictures after it may refer to those
    /// before.
    None,
}

/// Looks for a place to begin in a sample with 4-byte lengths.
#[must_use]
pub fn random_access(sample: &[u8]) -> RandomAccess {
    let mut found = RandomAccess::None;
    for unit in Units::new(sample, LengthSize::FOUR).flatten() {
        match unit.first().map(|header| header & 0x1f) {
            Some(NAL_IDR) => return RandomAccess::Idr,
            Some(NAL_SEI) if has_recovery_point(unit) => found = RandomAccess::RecoveryPoint,
            _ => {}
        }
    }
    found
}

/// Walks the messages of an SEI NAL unit (clause 7.3.2.3.1).
fn has_recovery_point(unit: &[u8]) -> bool {
    let payload = unescape(unit);
    let mut rest = payload.get(1..).unwrap_or_default();
    // The last byte holds the stop bit alone.
    while rest.len() > 1 {
        let Some((kind, after)) = sei_number(rest) else { return false };
        let Some((size, after)) = sei_number(after) else { return false };
        if kind == SEI_RECOVERY_POINT {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// A record's bytes, its size, codec string and frame rate.
    type Expected = (&'static str, (u16, u16), &'static str, (u32, u32));

    /// Records that x264 wrote.
    const RECORDS: &[Expected] = &[
        (
            "0142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8",
            (1920, 1080),
            "avc1.42c028",
            (30_000, 1001),
        ),
        (
            "014d401effe10018674d401ef405a127eb011000000300100000030321f142aa01000468de0fc8",
            (720, 572),
            "avc1.4d401e",
            (25, 1),
        ),
        (
            "017a0015ffe10019677a0015b6cb40a0cf51f80880000003008000003c078b175001000468ce0fc8fefafa00",
            (318, 178),
            "avc1.7a0015",
            (60, 1),
        ),
        (
            "01f4000affe1001967f4000a9196828df9f011000003000100000300300f1226a001000568ce0f1920fff8f800",
            (160, 90),
            "avc1.f4000a",
            (24, 1),
        ),
        (
            "0164000dffe1001a6764000df2d02a33c7c5e02d9000000300100000030320f142aa01000468ce0fc8fcf8f800",
            (322, 182),
            "avc1.64000d",
            (25, 1),
        ),
        (
            "0142c01effe1001d6742c01eda0280b7eb05a7010202a5000003000100000300320f162ea001000468ce0fc8",
            (640, 350),
            "avc1.42c01e",
            (25, 1),
        ),
    ];

    #[test]
    fn records_of_an_encoder_are_read() {
        for (record, (width, height), codec, (numerator, denominator)) in RECORDS {
            let read = Record::parse(&hex(record)).unwrap();
            assert_eq!((read.config.width, read.config.height), (*width, *height), "{codec}");
            assert_eq!(read.config.rfc6381, *codec);
            assert_eq!(read.config.record, hex(record));
            let rate = FrameRate { numerator: *numerator, denominator: *denominator };
            assert_eq!(read.sps.frame_rate, Some(rate), "{codec}");
        }
    }

    #[test]
    fn a_record_without_its_parts_is_refused() {
        let whole = hex(RECORDS[0].0);
        for end in 0..whole.len() {
            assert!(Record::parse(&whole[..end]).is_err(), "{end} bytes");
        }
        let changed = |at: usize, byte: u8| {
            let mut record = whole.clone();
            record[at] = byte;
            Record::parse(&record)
        };
        assert!(changed(0, 2).is_err(), "version");
        assert!(changed(4, 0xfe).is_err(), "lengths of 3 bytes");
        assert!(changed(5, 0xe0).is_err(), "no SPS");
        assert!(changed(8, 0x68).is_err(), "a PPS in the place of the SPS");
        let narrow = changed(4, 0xfd).unwrap();
        assert_eq!(narrow.length_size, LengthSize::from_minus_one(1).unwrap());
        assert_eq!(narrow.config.record, whole, "samples are given 4-byte lengths");
    }

    /// Writes the codes that a parameter set is made of.
    #[derive(Default)]
    struct Bits(Vec<bool>);

    impl Bits {
        fn u(mut self, width: u32, value: u32) -> Self {
            self.0.extend((0..width).rev().map(|bit| value >> bit & 1 == 1));
            self
        }

        fn ue(self, value: u32) -> Self {
            let width = 32 - (value + 1).leading_zeros();
            self.u(width - 1, 0).u(width, value + 1)
        }

        fn bytes(mut self) -> Vec<u8> {
            self.0.push(true);
            let bytes = self.0.chunks(8).map(|bits| {
                bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << (7 - at))
            });
            bytes.collect()
        }
    }

    #[test]
    fn fields_that_x264_does_not_write_are_passed_over() {
        // High 4:4:4, lossless flag, scaling lists: one of 16 that ends at once, one of 64 by deltas.
        let start = Bits::default().u(8, 0x67).u(8, 244).u(16, 0x28).ue(0);
        let mut bits = start.ue(3).u(1, 0).ue(0).ue(0).u(1, 0).u(1, 1);
        for list in 0..12 {
            bits = match list {
                // The delta -8 makes the next scale 0, and the list ends.
                0 => bits.u(1, 1).ue(16),
                6 => (0..64).fold(bits.u(1, 1), |bits, _| bits.ue(0)),
                _ => bits.u(1, 0),
            };
        }
        // Picture order of type 1 with a cycle of two, and fields with cropping.
        bits = bits.ue(0).ue(1).u(1, 0).ue(1).ue(2).ue(2).ue(3).ue(4);
        bits = bits.ue(4).u(1, 0).ue(39).ue(14).u(1, 0).u(1, 1).u(1, 1);
        bits = bits.u(1, 1).ue(0).ue(4).ue(1).ue(2).u(1, 0);
        let sps = Sps::parse(&bits.bytes()).unwrap();
        assert_eq!(sps.size, PictureSize { width: 636, height: 474 });
        assert_eq!(sps.frame_rate, None);
    }

    #[test]
    fn an_impossible_size_is_refused() {
        let sps = |width_mbs: u32, crop: u32| {
            let bits = Bits::default().u(8, 0x67).u(8, 66).u(16, 0x1e).ue(0).ue(0).ue(2).ue(1);
            let bits = bits.u(1, 0).ue(width_mbs).ue(10).u(1, 1).u(1, 1).u(1, 1);
            Sps::parse(&bits.ue(crop).ue(0).ue(0).ue(0).u(1, 0).bytes())
        };
        assert_eq!(sps(10, 0).unwrap().size, PictureSize { width: 176, height: 176 });
        assert!(sps(10, 88).is_err(), "nothing is left");
        assert!(sps(4095, 0).is_err(), "65536 columns");
        assert!(sps(u32::MAX - 1, u32::MAX - 1).is_err(), "no overflow");
    }

    #[test]
    fn idr_pictures_and_recovery_points_are_found() {
        let idr: &[u8] = &[0, 0, 0, 1, 0x09, 0, 0, 0, 2, 0x65, 0x88];
        let intra: &[u8] = &[0, 0, 0, 2, 0x41, 0x88];
        // SEI: a user data message of 2 bytes, then a recovery point, then the stop bit.
        let recovery: &[u8] =
            &[0, 0, 0, 9, 0x06, 5, 2, 1, 1, 6, 1, 0x84, 0x80, 0, 0, 0, 2, 0x41, 0x88];
        let user_data: &[u8] = &[0, 0, 0, 6, 0x06, 5, 2, 6, 1, 0x80, 0, 0, 0, 2, 0x41, 0x88];
        for (sample, expected) in [
            (idr, RandomAccess::Idr),
            (&[recovery, idr].concat(), RandomAccess::Idr),
            (recovery, RandomAccess::RecoveryPoint),
            (intra, RandomAccess::None),
            (user_data, RandomAccess::None),
            (&[], RandomAccess::None),
            (&[0, 0, 0, 1, 0x06], RandomAccess::None),
            (&[0, 0, 0, 3, 0x06, 0xff, 0xff], RandomAccess::None),
        ] {
            assert_eq!(random_access(sample), expected, "{sample:02x?}");
        }
    }
}
