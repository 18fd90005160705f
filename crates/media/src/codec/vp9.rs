//! VP9: configuration record and keyframes.
//!
//! "VP Codec ISO Media File Format Binding" v1.0 (`vpcC`, `vp09.PP.LL.DD`), VP9 Bitstream & Decoding
//! Process Specification section 6.2 (uncompressed header).

use bytes::Bytes;

use super::bits::BitReader;
use super::{Error, PictureSize};
use crate::frame::{VideoCodec, VideoConfig};

const SYNC_CODE: u32 = 0x49_8342;
const COLOR_SPACE_RGB: u32 = 7;

/// A configuration record that has been read. It does not say how large the pictures are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    record: Bytes,
    profile: u8,
    level: u8,
    depth: u8,
}

impl Record {
    /// Reads a `VPCodecConfigurationRecord`, with or without the version and flags that a `vpcC`
    /// box has before it.
    pub fn parse(record: &[u8]) -> Result<Self, Error> {
        // Without them this would be a profile 1 stream of level 0 with a bit depth of 0.
        let record = record.strip_prefix(&[1, 0, 0, 0]).unwrap_or(record);
        let [profile, level, depth, _, _, _, size @ ..] = record else {
            return Err(Error::Truncated);
        };
        if *profile > 3 {
            return Err(Error::Invalid("the VP9 profile"));
        }
        let depth = depth >> 4;
        if !matches!(depth, 8 | 10 | 12) {
            return Err(Error::Invalid("the VP9 bit depth"));
        }
        if size != [0, 0] {
            return Err(Error::Invalid("the size of VP9 initialisation data"));
        }
        let record = Bytes::copy_from_slice(record);
        Ok(Self { record, profile: *profile, level: *level, depth })
    }

    /// The configuration for pictures of `size`.
    #[must_use]
    pub fn config(&self, size: PictureSize) -> VideoConfig {
        let level = if self.level == 0 { least_level(size) } else { self.level };
        VideoConfig {
            codec: VideoCodec::Vp9,
            record: self.record.clone(),
            width: size.width,
            height: size.height,
            rfc6381: format!("vp09.{:02}.{level:02}.{:02}", self.profile, self.depth),
        }
    }
}

/// The lowest level whose pictures may be so large, for encoders that leave it open.
fn least_level(size: PictureSize) -> u8 {
    const LEVELS: [(u32, u8); 8] = [
        (36_864, 10),
        (73_728, 11),
        (122_880, 20),
        (245_760, 21),
        (552_960, 30),
        (983_040, 31),
        (2_228_224, 40),
        (8_912_896, 50),
    ];
    let samples = u32::from(size.width) * u32::from(size.height);
    LEVELS.iter().find(|(most, _)| samples <= *most).map_or(60, |(_, level)| *level)
}

/// The size of the pictures that follow if this frame is a keyframe; `None` if it is not.
pub fn keyframe_size(frame: &[u8]) -> Result<Option<PictureSize>, Error> {
    let mut bits = BitReader::new(frame);
    if bits.bits(2)? != 0b10 {
        return Err(Error::Invalid("the VP9 frame marker"));
    }
    let profile = bits.bits(1)? | bits.bits(1)? << 1;
    if profile == 3 {
        bits.skip(1)?;
    }
    let show_existing_frame = bits.flag()?;
    if show_existing_frame {
        return Ok(None);
    }
    let inter_frame = bits.flag()?;
    if inter_frame {
        return Ok(None);
    }
    bits.skip(2)?;
    if bits.bits(24)? != SYNC_CODE {
        return Err(Error::Invalid("the VP9 sync code"));
    }
    skip_color_config(&mut bits, profile)?;
    PictureSize::new(bits.bits(16)? + 1, bits.bits(16)? + 1).map(Some)
}

fn skip_color_config(bits: &mut BitReader<'_>, profile: u32) -> Result<(), Error> {
    if profile >= 2 {
        bits.skip(1)?;
    }
    let subsampled = profile & 1 == 1;
    match (bits.bits(3)?, subsampled) {
        (COLOR_SPACE_RGB, true) => bits.skip(1),
        (COLOR_SPACE_RGB, false) => Err(Error::Invalid("the VP9 colour space")),
        (_, true) => bits.skip(4),
        (_, false) => bits.skip(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    const SIZE: PictureSize = PictureSize { width: 1280, height: 720 };

    #[test]
    fn records_are_read_with_and_without_the_box_header() {
        for record in ["01000000000a820202020000", "000a820202020000"] {
            let config = Record::parse(&hex(record)).unwrap().config(SIZE);
            assert_eq!(config.rfc6381, "vp09.00.10.08");
            assert_eq!(config.record, hex("000a820202020000"));
        }
        let open = Record::parse(&hex("0200a20202020000")).unwrap();
        assert_eq!(open.config(SIZE).rfc6381, "vp09.02.31.10");
        assert!(Record::parse(&hex("000a8202020200")).is_err(), "too short");
        assert!(Record::parse(&hex("040a820202020000")).is_err(), "profile 4");
        assert!(Record::parse(&hex("000a720202020000")).is_err(), "7 bits");
        assert!(Record::parse(&hex("000a82020202000100")).is_err(), "initialisation data");
    }

    #[test]
    fn a_keyframe_states_its_size() {
        let size = |width, height| Ok(Some(PictureSize { width, height }));
        // As libvpx wrote it, profile 0.
        assert_eq!(keyframe_size(&hex("824983420009f0059606")), size(160, 90));
        // Profile 1, RGB; profile 3 with its reserved bit and a bit depth.
        assert_eq!(keyframe_size(&hex("a2498342e009f00590")), size(160, 90));
        assert_eq!(keyframe_size(&hex("b124c1a108004f802c80")), size(160, 90));
        assert_eq!(keyframe_size(&hex("86004000")), Ok(None), "an inter frame");
        assert_eq!(keyframe_size(&hex("88")), Ok(None), "a frame shown again");
    }

    #[test]
    fn broken_frames_are_refused() {
        assert_eq!(keyframe_size(&[]), Err(Error::Truncated));
        assert_eq!(keyframe_size(&hex("8249834200")), Err(Error::Truncated));
        assert!(keyframe_size(&hex("424983420009f0059606")).is_err(), "the marker");
        assert!(keyframe_size(&hex("824983430009f0059606")).is_err(), "the sync code");
        assert!(keyframe_size(&hex("82498342e009f0059606")).is_err(), "RGB in profile 0");
    }
}
