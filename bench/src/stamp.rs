//! The moment of sending, written into the pictures themselves: an SEI message `user data
//! unregistered` (H.264, D.2.7) in front of each access unit. It survives remuxing, so whoever reads
//! a segment knows when each of its frames left the encoder, whatever the server did to timestamps.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{BufMut, Bytes, BytesMut};

/// No zero bytes, here or in the digits that follow: nothing to escape (H.264, 7.4.1.1).
const UUID: [u8; 16] = *b"rivulet-bench-ts";
const DIGITS: usize = 16;
const NAL_SEI: u8 = 6;
const PAYLOAD_USER_DATA_UNREGISTERED: u8 = 5;
const RBSP_STOP: u8 = 0x80;
/// An FLV `AVCPacket` has its frame type, packet type and composition time in front.
const AVC_HEADER_BYTES: usize = 5;

/// Microseconds since the Unix epoch.
pub(crate) fn now_micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    u64::try_from(since.as_micros()).expect("fits for half a million years")
}

/// Whether this body of an FLV video tag is H.264 in the plain form (codec 7, annex E.4.3.1).
pub(crate) fn fits(tag_body: &[u8]) -> bool {
    tag_body.first().is_some_and(|first| first & 0x8f == 7)
}

/// The body of an FLV video tag with the stamp in front of its first NAL unit.
pub(crate) fn write(tag_body: &[u8], micros: u64) -> Bytes {
    let (header, units) = tag_body.split_at(AVC_HEADER_BYTES.min(tag_body.len()));
    let payload = UUID.len() + DIGITS;
    let mut out = BytesMut::with_capacity(tag_body.len() + payload + 8);
    out.put_slice(header);
    out.put_u32(u32::try_from(payload + 4).expect("a few bytes"));
    out.put_slice(&[NAL_SEI, PAYLOAD_USER_DATA_UNREGISTERED]);
    out.put_u8(u8::try_from(payload).expect("a few bytes"));
    out.put_slice(&UUID);
    out.put_slice(format!("{micros:0DIGITS$x}").as_bytes());
    out.put_u8(RBSP_STOP);
    out.put_slice(units);
    out.freeze()
}

/// The newest stamp in a piece of media, as microseconds since the Unix epoch.
pub(crate) fn newest(media: &[u8]) -> Option<u64> {
    media
        .windows(UUID.len() + DIGITS)
        .filter(|window| window.starts_with(&UUID))
        .filter_map(|window| {
            u64::from_str_radix(std::str::from_utf8(window.get(UUID.len()..)?).ok()?, 16).ok()
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found_again() {
        let body = [0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88];
        let first = write(&body, 5);
        let second = write(&body, 1_700_000_000_000_000);
        assert_eq!(newest(&first), Some(5));
        assert_eq!(
            newest(&[first.to_vec(), second.to_vec()].concat()),
            Some(1_700_000_000_000_000)
        );
        assert_eq!(newest(&body), None);
        assert_eq!(&first[..5], &body[..5]);
        assert!(first.ends_with(&body[5..]));
    }
}
