//! FLAC: the stream information block.
//!
//! RFC 9639 sections 8.1 and 8.2; "Encapsulation of FLAC in ISO Base Media File Format" section
//! 3.3.2 (`dfLa`).

use bytes::{BufMut, Bytes, BytesMut};

use super::Error;
use super::bits::BitReader;
use crate::frame::{AudioCodec, AudioConfig};

const STREAM_INFO_BYTES: usize = 34;
const LAST_STREAM_INFO: [u8; 4] = [0x80, 0, 0, STREAM_INFO_BYTES as u8];

/// Reads the stream information: alone, as a metadata block, or after the `fLaC` marker.
///
/// Other metadata blocks are dropped: pictures and comments would be sent to every player.
pub fn parse(record: &[u8]) -> Result<AudioConfig, Error> {
    let info = stream_info(record)?;
    let mut bits = BitReader::new(info);
    let (least, most) = (bits.u16()?, bits.u16()?);
    bits.skip(48)?;
    let sample_rate = bits.bits(20)?;
    let channels = bits.byte(3)? + 1;
    if sample_rate == 0 {
        return Err(Error::Invalid("the FLAC sample rate"));
    }
    let mut record = BytesMut::with_capacity(LAST_STREAM_INFO.len() + info.len());
    record.put_slice(&LAST_STREAM_INFO);
    // What only the end of a file can tell (frame sizes, length, checksum) is left unknown, so that
    // an encoder's last sequence start is no new configuration.
    record.extend(info.iter().enumerate().map(|(at, byte)| match at {
        0..4 | 10..13 => *byte,
        13 => byte & 0xf0,
        _ => 0,
    }));
    Ok(AudioConfig {
        codec: AudioCodec::Flac,
        record: record.freeze(),
        sample_rate,
        channels,
        samples_per_frame: (least == most && most > 0).then_some(u32::from(most)),
        rfc6381: "fLaC".to_owned(),
    })
}

/// What a sequence start carries, from the body of a `dfLa` after version and flags.
pub fn sequence_start(record: &[u8]) -> Result<Bytes, Error> {
    stream_info(record).map(Bytes::copy_from_slice)
}

fn stream_info(record: &[u8]) -> Result<&[u8], Error> {
    if record.len() == STREAM_INFO_BYTES {
        return Ok(record);
    }
    let blocks = record.strip_prefix(b"fLaC").unwrap_or(record);
    let ([kind, length @ ..], block) = blocks.split_first_chunk::<4>().ok_or(Error::Truncated)?;
    if kind & 0x7f != 0 || *length != [0, 0, STREAM_INFO_BYTES as u8] {
        return Err(Error::Invalid("the FLAC stream information"));
    }
    block.get(..STREAM_INFO_BYTES).ok_or(Error::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    const INFO: &str = "0400040000014500017f0bb802f00000bb809e36f85f3d9494c75a2ac524efaf9ebd";
    const KEPT: &str = "040004000000000000000bb802f000000000000000000000000000000000000000000000";

    #[test]
    fn stream_information_is_found_in_every_form() {
        let block = format!("80000022{INFO}");
        let marked = format!("664c6143{block}");
        let commented = format!("664c614300000022{INFO}84000004deadbeef");
        for record in [INFO, &block, &marked, &commented] {
            let config = parse(&hex(record)).unwrap();
            assert_eq!((config.sample_rate, config.channels), (48_000, 2), "{record}");
            assert_eq!(config.samples_per_frame, Some(1024));
            assert_eq!(config.record, hex(&format!("80000022{}", &KEPT[..68])));
            assert_eq!(sequence_start(&config.record).unwrap(), hex(&KEPT[..68]));
        }
    }

    #[test]
    fn a_varying_block_size_leaves_the_frames_length_open() {
        let config = parse(&hex(&INFO.replacen("04000400", "00101000", 1))).unwrap();
        assert_eq!(config.samples_per_frame, None);
    }

    #[test]
    fn broken_configurations_are_refused() {
        assert_eq!(parse(&[]), Err(Error::Truncated));
        assert!(parse(&hex(&format!("84000022{INFO}"))).is_err(), "a comment");
        assert_eq!(parse(&hex(&format!("80000022{}", &INFO[..66]))), Err(Error::Truncated));
        assert!(parse(&hex(&INFO.replace("0bb802f0", "000002f0"))).is_err(), "0 Hz");
    }
}
