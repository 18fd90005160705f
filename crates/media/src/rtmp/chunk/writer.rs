//! Messages in, chunks out: each message begins with a type 0 header and is cut by type 3 headers,
//! so that the bytes do not depend on what was written before and can be sent to many peers.

use bytes::{BufMut, BytesMut};

use super::EXTENDED;

/// The longest message the 24-bit length field can announce.
pub const MAX_MESSAGE_BYTES: usize = 0xFF_FFFF;

/// Chunk streams with one-byte headers are 2 to 63.
const MAX_SHORT_CHUNK_STREAM: u8 = 63;

/// What stands in a message's header beside its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageHeader {
    /// The chunk stream it goes out on, 2 to 63.
    pub chunk_stream: u8,
    /// Its type, one of [`super::kind`].
    pub kind: u8,
    /// The message stream it belongs to.
    pub stream_id: u32,
    /// In milliseconds, wrapping.
    pub timestamp: u32,
}

/// Appends a message to `out`, in chunks of at most `chunk_size` bytes.
///
/// A payload longer than [`MAX_MESSAGE_BYTES`] has no representation and is left out: no reader
/// returns one, and no packet of a live stream comes near.
pub fn write_message(out: &mut BytesMut, header: MessageHeader, payload: &[u8], chunk_size: usize) {
    debug_assert!((2..=MAX_SHORT_CHUNK_STREAM).contains(&header.chunk_stream));
    let Some(length) =
        u32::try_from(payload.len()).ok().filter(|_| payload.len() <= MAX_MESSAGE_BYTES)
    else {
        return;
    };
    let chunk_size = chunk_size.max(1);
    let chunks = payload.len().div_ceil(chunk_size);
    out.reserve(payload.len() + 16 + 5 * chunks);

    let extended = header.timestamp >= EXTENDED;
    out.put_u8(header.chunk_stream);
    out.put_uint(u64::from(header.timestamp.min(EXTENDED)), 3);
    out.put_uint(u64::from(length), 3);
    out.put_u8(header.kind);
    out.put_u32_le(header.stream_id);
    if extended {
        out.put_u32(header.timestamp);
    }
    for (index, chunk) in payload.chunks(chunk_size).enumerate() {
        if index > 0 {
            out.put_u8(0xC0 | header.chunk_stream);
            if extended {
                out.put_u32(header.timestamp);
            }
        }
        out.put_slice(chunk);
    }
}
