//! A chunk's header: basic header, message header, extended timestamp.

use super::EXTENDED;

/// The longest header: 3 bytes basic, 11 bytes message header, 4 bytes extended timestamp.
pub(super) const MAX_HEADER_BYTES: usize = 18;

/// What a chunk's header says, before it is completed from its chunk stream's last header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) chunk_stream: u32,
    pub(super) fields: Fields,
    /// Bytes it took, without an extended timestamp of [`Fields::Same`].
    pub(super) length: usize,
}

/// The fields of the four formats (RTMP 1.0, section 5.3.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fields {
    /// Type 0: everything, with an absolute timestamp.
    Full { time: Time, message_length: usize, kind: u8, stream_id: u32 },
    /// Type 1: the stream stays.
    SameStream { time: Time, message_length: usize, kind: u8 },
    /// Type 2: stream, length and type stay.
    TimeOnly { time: Time },
    /// Type 3: everything stays.
    Same,
}

impl Fields {
    /// Whether a chunk stream may begin so. Type 0 is the rule; librtmp begins its control stream
    /// with type 1, which lacks nothing but the message stream's id.
    pub(super) const fn may_begin_stream(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::SameStream { .. })
    }
}

/// A timestamp or timestamp delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Time {
    pub(super) millis: u32,
    pub(super) extended: bool,
}

/// Reads the header at the front of `bytes`; `None` until all of it is there.
pub(super) fn parse(bytes: &[u8]) -> Option<Header> {
    let (first, _) = bytes.split_first()?;
    let (chunk_stream, basic_length) = match (first & 0x3F, bytes) {
        (0, [_, low, ..]) => (64 + u32::from(*low), 2),
        (1, [_, low, high, ..]) => (64 + u32::from(*low) + 256 * u32::from(*high), 3),
        (0 | 1, _) => return None,
        (id, _) => (u32::from(id), 1),
    };
    let rest = bytes.get(basic_length..)?;
    let (fields, fields_length) = match first >> 6 {
        0 => full(rest)?,
        1 => same_stream(rest)?,
        2 => time_only(rest)?,
        _ => (Fields::Same, 0),
    };
    Some(Header { chunk_stream, fields, length: basic_length + fields_length })
}

fn full(bytes: &[u8]) -> Option<(Fields, usize)> {
    let (base, tail) = bytes.split_first_chunk::<11>()?;
    let [t0, t1, t2, l0, l1, l2, kind, stream @ ..] = *base;
    let (time, extension) = time([t0, t1, t2], tail)?;
    let message_length = u24([l0, l1, l2]) as usize;
    let stream_id = u32::from_le_bytes(stream);
    Some((Fields::Full { time, message_length, kind, stream_id }, 11 + extension))
}

fn same_stream(bytes: &[u8]) -> Option<(Fields, usize)> {
    let (base, tail) = bytes.split_first_chunk::<7>()?;
    let [t0, t1, t2, l0, l1, l2, kind] = *base;
    let (time, extension) = time([t0, t1, t2], tail)?;
    let message_length = u24([l0, l1, l2]) as usize;
    Some((Fields::SameStream { time, message_length, kind }, 7 + extension))
}

fn time_only(bytes: &[u8]) -> Option<(Fields, usize)> {
    let (base, tail) = bytes.split_first_chunk::<3>()?;
    let (time, extension) = time(*base, tail)?;
    Some((Fields::TimeOnly { time }, 3 + extension))
}

fn time(field: [u8; 3], tail: &[u8]) -> Option<(Time, usize)> {
    match u24(field) {
        EXTENDED => {
            let extension = tail.first_chunk()?;
            Some((Time { millis: u32::from_be_bytes(*extension), extended: true }, 4))
        }
        millis => Some((Time { millis, extended: false }, 0)),
    }
}

fn u24([high, middle, low]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, high, middle, low])
}
