//! Opus: the identification header, its MP4 form, and how long a packet lasts.
//!
//! RFC 7845 section 5.1 (`OpusHead`), RFC 6716 section 3.1 (the table-of-contents byte),
//! "Encapsulation of Opus in ISO Base Media File Format" section 4.3.2 (`dOps`).

use bytes::{BufMut, Bytes, BytesMut};

use super::Error;
use crate::frame::{AudioCodec, AudioConfig};

/// Opus in MP4 always counts at this rate.
pub const SAMPLE_RATE: u32 = 48_000;

/// The longest packet, 120 ms (RFC 6716 section 3.2.5).
const MAX_PACKET_SAMPLES: u32 = 5760;

const MAGIC: &[u8] = b"OpusHead";

/// Reads an `OpusHead`. `samples_per_frame` is for the first packet to tell: see [`samples`].
pub fn parse(head: &[u8]) -> Result<AudioConfig, Error> {
    let head = head.strip_prefix(MAGIC).ok_or(Error::Invalid("the OpusHead signature"))?;
    let [version, channels, s0, s1, r0, r1, r2, r3, g0, g1, family, mapping @ ..] = head else {
        return Err(Error::Truncated);
    };
    if version & 0xf0 != 0 {
        return Err(Error::Unsupported("this version of OpusHead"));
    }
    if *channels == 0 || (*family == 0 && *channels > 2) {
        return Err(Error::Invalid("the number of Opus channels"));
    }
    let mut record = BytesMut::with_capacity(head.len());
    record.put_u8(0);
    record.put_u8(*channels);
    record.put_u16(u16::from_le_bytes([*s0, *s1]));
    record.put_u32(u32::from_le_bytes([*r0, *r1, *r2, *r3]));
    record.put_u16(u16::from_le_bytes([*g0, *g1]));
    record.put_u8(*family);
    if *family != 0 {
        let table = mapping.get(..2 + usize::from(*channels)).ok_or(Error::Truncated)?;
        record.put_slice(table);
    }
    Ok(AudioConfig {
        codec: AudioCodec::Opus,
        record: record.freeze(),
        sample_rate: SAMPLE_RATE,
        channels: *channels,
        samples_per_frame: None,
        rfc6381: "opus".to_owned(),
    })
}

/// The `OpusHead` of a `dOps` body.
pub fn head(record: &[u8]) -> Result<Bytes, Error> {
    let [_, channels, s0, s1, r0, r1, r2, r3, g0, g1, family, mapping @ ..] = record else {
        return Err(Error::Truncated);
    };
    let mut head = BytesMut::with_capacity(MAGIC.len() + record.len());
    head.put_slice(MAGIC);
    head.put_u8(1);
    head.put_u8(*channels);
    head.put_slice(&[*s1, *s0, *r3, *r2, *r1, *r0, *g1, *g0, *family]);
    head.put_slice(mapping);
    Ok(head.freeze())
}

/// How many samples at 48 kHz a packet holds, by its table of contents.
pub fn samples(packet: &[u8]) -> Result<u32, Error> {
    let (toc, rest) = packet.split_first().ok_or(Error::Truncated)?;
    let frames = match toc & 0b11 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(*rest.first().ok_or(Error::Truncated)? & 0x3f),
    };
    match frames * frame_samples(toc >> 3) {
        samples @ 1..=MAX_PACKET_SAMPLES => Ok(samples),
        _ => Err(Error::Invalid("the length of an Opus packet")),
    }
}

/// The samples of one frame by configuration number, RFC 6716 table 2.
fn frame_samples(configuration: u8) -> u32 {
    let step = u32::from(configuration & 0b11);
    match configuration {
        0..=11 if step == 3 => 2880,
        0..=11 => 480 << step,
        12..=15 => 480 << (step & 1),
        _ => 120 << step,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00";

    #[test]
    fn the_header_turns_into_dops_and_back() {
        let config = parse(HEAD).unwrap();
        assert_eq!(config.record, b"\x00\x02\x01\x38\x00\x00\xbb\x80\x00\x00\x00"[..]);
        assert_eq!((config.sample_rate, config.channels), (48_000, 2));
        assert_eq!(head(&config.record).unwrap(), HEAD);
    }

    #[test]
    fn surround_keeps_its_mapping() {
        let six =
            b"OpusHead\x01\x06\x38\x01\x80\xbb\x00\x00\x00\x00\x01\x04\x02\x00\x04\x01\x02\x03\x05";
        let config = parse(six).unwrap();
        assert_eq!(config.channels, 6);
        assert_eq!(head(&config.record).unwrap(), six[..]);
        assert_eq!(parse(&six[..six.len() - 1]), Err(Error::Truncated));
    }

    #[test]
    fn broken_headers_are_refused() {
        assert!(matches!(parse(b"OpusTags"), Err(Error::Invalid(_))));
        assert_eq!(parse(&HEAD[..15]), Err(Error::Truncated));
        assert!(parse(b"OpusHead\x01\x00\x38\x01\x80\xbb\x00\x00\x00\x00\x00").is_err());
        assert!(parse(b"OpusHead\x01\x03\x38\x01\x80\xbb\x00\x00\x00\x00\x00").is_err());
    }

    #[test]
    fn packet_lengths_follow_the_table() {
        for (packet, expected) in [
            (&[0x00][..], 480),
            (&[0x18], 2880),
            (&[0x60], 480),
            (&[0x68], 960),
            (&[0x80], 120),
            (&[0xf8], 960),
            (&[0xf9], 1920),
            (&[0xfb, 3], 2880),
            (&[0xe3, 48], 5760),
        ] {
            assert_eq!(samples(packet), Ok(expected), "{packet:02x?}");
        }
        assert!(samples(&[]).is_err());
        assert!(samples(&[0xfb]).is_err());
        assert!(samples(&[0xfb, 0]).is_err());
        assert!(samples(&[0xfb, 7]).is_err(), "140 ms");
    }
}
