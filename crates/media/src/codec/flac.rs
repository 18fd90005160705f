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
