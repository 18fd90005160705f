//! What the extended audio and video headers of Enhanced RTMP share: ModEx and Multitrack.
//!
//! Enhanced RTMP v2, "Enhanced Audio" and "Enhanced Video": `ExAudioTagHeader` and
//! `ExVideoTagHeader`. Both use the same packet type numbers for these two.

use std::time::Duration;

use bytes::{Buf, Bytes};

use super::TagError;

const PACKET_MULTITRACK_VIDEO: u8 = 6;
const PACKET_MULTITRACK_AUDIO: u8 = 5;
const PACKET_MOD_EX: u8 = 7;
const MOD_EX_TIMESTAMP_OFFSET_NANO: u8 = 0;

/// How many ModEx headers may stand before a packet: more would only be an attempt to make parsing
/// costly.
const MAX_MOD_EX: usize = 16;

/// The packet types that differ between audio and video.
#[derive(Clone, Copy)]
pub(super) enum Medium {
    Audio,
    Video,
}

/// One track of one extended tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// `AudioPacketType` or `VideoPacketType`, never ModEx or Multitrack.
    pub(super) kind: u8,
    pub(super) four_cc: [u8; 4],
    pub(super) track_id: u8,
    /// To be added to the tag's timestamp.
    pub(super) offset: Duration,
    pub(super) body: Bytes,
}

/// Reads what follows the first byte of an extended tag, whose packet type is `kind`.
pub(super) fn packet(medium: Medium, kind: u8, mut body: Bytes) -> Result<Packet, TagError> {
    let (kind, offset) = mod_ex(kind, &mut body)?;
    let multitrack = match medium {
        Medium::Audio => PACKET_MULTITRACK_AUDIO,
        Medium::Video => PACKET_MULTITRACK_VIDEO,
    };
    if kind != multitrack {
        let four_cc = four_cc(&mut body)?;
        return Ok(Packet { kind, four_cc, track_id: 0, offset, body });
    }
    let [layout, kind] = nibbles(&mut body)?;
    if kind == multitrack || kind == PACKET_MOD_EX {
        return Err(TagError::invalid("a multitrack packet within another"));
    }
    let (four_cc, track_id, body) = first_track(layout, body)?;
    Ok(Packet { kind, four_cc, track_id, offset, body })
}

/// Reads the ModEx headers before a packet: the type that follows them, and the time they add.
fn mod_ex(mut kind: u8, body: &mut Bytes) -> Result<(u8, Duration), TagError> {
    let mut offset = Duration::ZERO;
    for _ in 0..MAX_MOD_EX {
        if kind != PACKET_MOD_EX {
            return Ok((kind, offset));
        }
        let mut size = usize::from(body.try_get_u8().map_err(|_| TagError::TRUNCATED)?) + 1;
        if size == 256 {
            size = usize::from(body.try_get_u16().map_err(|_| TagError::TRUNCATED)?) + 1;
        }
        let mut data = take(body, size)?;
        let [extension, next] = nibbles(body)?;
        if extension == MOD_EX_TIMESTAMP_OFFSET_NANO {
            let nanos = data.try_get_uint(3).map_err(|_| TagError::TRUNCATED)?;
            offset = Duration::from_nanos(nanos);
        }
        kind = next;
    }
    Err(TagError::invalid("the number of ModEx headers"))
}

/// The track with the lowest number in a multitrack packet: its FourCC, number and body.
fn first_track(layout: u8, mut body: Bytes) -> Result<([u8; 4], u8, Bytes), TagError> {
    const ONE_TRACK: u8 = 0;
    const MANY_TRACKS: u8 = 1;
    const MANY_TRACKS_MANY_CODECS: u8 = 2;
    let shared = match layout {
        ONE_TRACK | MANY_TRACKS => Some(four_cc(&mut body)?),
        MANY_TRACKS_MANY_CODECS => None,
        _ => return Err(TagError::invalid("the multitrack type")),
    };
    if let (ONE_TRACK, Some(shared)) = (layout, shared) {
        let track_id = body.try_get_u8().map_err(|_| TagError::TRUNCATED)?;
        return Ok((shared, track_id, body));
    }
    let mut lowest: Option<([u8; 4], u8, Bytes)> = None;
    while body.has_remaining() {
        let codec = shared.map_or_else(|| four_cc(&mut body), Ok)?;
        let track_id = body.try_get_u8().map_err(|_| TagError::TRUNCATED)?;
        let size = body.try_get_uint(3).map_err(|_| TagError::TRUNCATED)?;
        let data = take(&mut body, size as usize)?;
        if lowest.as_ref().is_none_or(|(_, lowest, _)| track_id < *lowest) {
            lowest = Some((codec, track_id, data));
        }
    }
    lowest.ok_or(TagError::TRUNCATED)
}

fn four_cc(body: &mut Bytes) -> Result<[u8; 4], TagError> {
    Ok(body.try_get_u32().map_err(|_| TagError::TRUNCATED)?.to_be_bytes())
}

fn nibbles(body: &mut Bytes) -> Result<[u8; 2], TagError> {
    let byte = body.try_get_u8().map_err(|_| TagError::TRUNCATED)?;
    Ok([byte >> 4, byte & 0x0f])
}

fn take(body: &mut Bytes, size: usize) -> Result<Bytes, TagError> {
    if size > body.len() {
        return Err(TagError::TRUNCATED);
    }
    Ok(body.split_to(size))
}

/// A FourCC for an error message: what is not printable is replaced.
pub(super) fn readable(four_cc: [u8; 4]) -> String {
    four_cc
        .iter()
        .map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '?' })
        .collect()
}
