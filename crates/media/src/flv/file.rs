//! FLV files: tags with their headers, read and written without I/O.
//!
//! Annex E.2 (header), E.3 (body), E.4.1 (tag header).

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::{Tag, TagKind};

const SIGNATURE: &[u8; 3] = b"FLV";
const HEADER_BYTES: usize = 9;
const PREVIOUS_SIZE_BYTES: usize = 4;
const TAG_HEADER_BYTES: usize = 11;

const KIND_AUDIO: u8 = 8;
const KIND_VIDEO: u8 = 9;
const KIND_SCRIPT: u8 = 18;

/// How long a tag may be. The field holds 16 MiB, and a reader must hold a whole tag before anything
/// comes out of it: a damaged length must not cost that much.
pub const MAX_TAG_BYTES: usize = 8 * 1024 * 1024;

/// How long the file's header may claim to be: real ones have 9 bytes, and a reader must hold it.
const MAX_HEADER_BYTES: usize = 1024;

/// How much may wait in a [`Reader`]: the longest tag, and as much as one read of a file adds.
pub const MAX_BUFFERED_BYTES: usize = MAX_TAG_BYTES + 1024 * 1024;

/// Why a file could not be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not begin as an FLV file.
    #[error("not an FLV file")]
    Header,
    /// A tag is neither audio nor video nor script data: the place in the file was lost.
    #[error("a tag of the unknown type {0}")]
    TagType(u8),
    /// A tag is longer than [`MAX_TAG_BYTES`].
    #[error("a tag of {0} bytes is too long")]
    TagTooLong(usize),
    /// More than [`MAX_BUFFERED_BYTES`] were given before the tags in them were taken out.
    #[error("too many bytes are waiting to be read")]
    Overflow,
}

/// Reads the tags of an FLV file from bytes in pieces of any size.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: BytesMut,
    header_read: bool,
}

impl Reader {
    /// A reader at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the file; the tags in them must be taken out before too many more.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.buffer.len().saturating_add(bytes.len()) > MAX_BUFFERED_BYTES {
            return Err(Error::Overflow);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// The next tag; `None` if more bytes are needed for it.
    pub fn poll(&mut self) -> Result<Option<Tag>, Error> {
        if !self.header_read {
            if !skip_header(&mut self.buffer)? {
                return Ok(None);
            }
            self.header_read = true;
        }
        next_tag(&mut self.buffer)
    }
}

/// Passes over the file's header and the size of the tag that is not before the first; says whether
/// it was all there.
fn skip_header(buffer: &mut BytesMut) -> Result<bool, Error> {
    let signature = buffer.get(..SIGNATURE.len().min(buffer.len())).unwrap_or_default();
    if !SIGNATURE.starts_with(signature) {
        return Err(Error::Header);
    }
    let Some((header, _)) = buffer.split_first_chunk::<HEADER_BYTES>() else { return Ok(false) };
    let [_, _, _, _, _, length @ ..] = header;
    let length = u32::from_be_bytes(*length) as usize;
    if !(HEADER_BYTES..=MAX_HEADER_BYTES).contains(&length) {
        return Err(Error::Header);
    }
    if buffer.len() < length + PREVIOUS_SIZE_BYTES {
        return Ok(false);
    }
    buffer.advance(length + PREVIOUS_SIZE_BYTES);
    Ok(true)
}

fn next_tag(buffer: &mut BytesMut) -> Result<Option<Tag>, Error> {
    let Some((header, _)) = buffer.split_first_chunk::<TAG_HEADER_BYTES>() else {
        return Ok(None);
    };
    let [kind, s0, s1, s2, t1, t2, t3, t0, ..] = *header;
    let kind = tag_kind(kind)?;
    let size = u32::from_be_bytes([0, s0, s1, s2]) as usize;
    if size > MAX_TAG_BYTES {
        return Err(Error::TagTooLong(size));
    }
    // The size that is repeated after the tag is wrong in many files and needed in none.
    if buffer.len() < TAG_HEADER_BYTES + size + PREVIOUS_SIZE_BYTES {
        return Ok(None);
    }
    buffer.advance(TAG_HEADER_BYTES);
    let body = buffer.split_to(size).freeze();
    buffer.advance(PREVIOUS_SIZE_BYTES);
    let timestamp_ms = u32::from_be_bytes([t0, t1, t2, t3]);
    Ok(Some(Tag { kind, timestamp_ms, body }))
}

/// The reserved bits are ignored; the one for encryption makes the type unknown.
fn tag_kind(byte: u8) -> Result<TagKind, Error> {
    match byte & 0x3f {
        KIND_AUDIO => Ok(TagKind::Audio),
        KIND_VIDEO => Ok(TagKind::Video),
        KIND_SCRIPT => Ok(TagKind::Script),
        _ => Err(Error::TagType(byte)),
    }
}

/// The tags of a whole file in memory. What follows the last complete tag is ignored: recordings
/// that were cut off are read as far as they go.
pub fn read_all(file: &[u8]) -> Result<Vec<Tag>, Error> {
    const PIECE_BYTES: usize = 64 * 1024;
    let mut reader = Reader::new();
    let mut tags = Vec::new();
    for piece in file.chunks(PIECE_BYTES) {
        reader.receive(piece)?;
        while let Some(tag) = reader.poll()? {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Writes an FLV file to memory.
#[derive(Debug)]
pub struct Writer {
    bytes: BytesMut,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A file that says it has audio and video, as files written in one pass do.
    #[must_use]
    pub fn new() -> Self {
        const VERSION: u8 = 1;
        const AUDIO_AND_VIDEO: u8 = 0b101;
        let mut bytes = BytesMut::new();
        bytes.put_slice(SIGNATURE);
        bytes.put_u8(VERSION);
        bytes.put_u8(AUDIO_AND_VIDEO);
        bytes.put_u32(HEADER_BYTES as u32);
        bytes.put_u32(0);
        Self { bytes }
    }

    /// Appends a tag.
    pub fn write(&mut self, tag: &Tag) -> Result<(), Error> {
        if tag.body.len() > MAX_TAG_BYTES {
            return Err(Error::TagTooLong(tag.body.len()));
        }
        let size = tag.body.len() as u32;
        let [t0, t1, t2, t3] = tag.timestamp_ms.to_be_bytes();
        self.bytes.put_u8(match tag.kind {
            TagKind::Audio => KIND_AUDIO,
            TagKind::Video => KIND_VIDEO,
            TagKind::Script => KIND_SCRIPT,
        });
        self.bytes.put_uint(u64::from(size), 3);
        // The stream number after the time is always zero.
        self.bytes.put_slice(&[t1, t2, t3, t0, 0, 0, 0]);
        self.bytes.put_slice(&tag.body);
        self.bytes.put_u32(size + TAG_HEADER_BYTES as u32);
        Ok(())
    }

    /// What has been written since the last call: the whole file, or its next piece.
    pub fn take(&mut self) -> Bytes {
        self.bytes.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> Result<Option<Tag>, Error> {
        let mut reader = Reader::new();
        reader.receive(file)?;
        reader.poll()
    }

    fn file(tag: &Tag) -> Bytes {
        let mut writer = Writer::new();
        writer.write(tag).unwrap();
        writer.take()
    }

    #[test]
    fn a_tag_is_laid_out_as_annex_e_says() {
        let body = Bytes::from_static(&[0xaf, 1, 2]);
        let tag = Tag { kind: TagKind::Audio, timestamp_ms: 0x1234_5678, body };
        let bytes = file(&tag);
        assert_eq!(bytes[..13], *b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00");
        assert_eq!(bytes[13..24], [8, 0, 0, 3, 0x34, 0x56, 0x78, 0x12, 0, 0, 0]);
        assert_eq!(bytes[24..], [0xaf, 1, 2, 0, 0, 0, 14]);
        assert_eq!(read(&bytes), Ok(Some(tag)));
    }

    #[test]
    fn a_file_that_is_cut_off_waits_for_more() {
        let body = Bytes::from_static(&[0xaf, 1, 2]);
        let bytes = file(&Tag { kind: TagKind::Audio, timestamp_ms: 0, body });
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), Ok(None), "{end} bytes");
        }
    }

    #[test]
    fn other_files_are_refused() {
        let header = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00";
        let tag = |bytes: &[u8]| read(&[header, bytes].concat());
        assert_eq!(read(b"GIF"), Err(Error::Header));
        assert_eq!(read(b"FLV\x01\x05\x00\x00\x00\x08"), Err(Error::Header));
        assert_eq!(read(b"FLV\x01\x05\xff\xff\xff\xff"), Err(Error::Header));
        assert_eq!(tag(&[7; 11]), Err(Error::TagType(7)));
        assert_eq!(tag(&[0x28; 11]), Err(Error::TagType(0x28)), "an encrypted tag");
        assert_eq!(tag(&[9; 11]), Ok(None));
        assert_eq!(
            tag(&[9, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
            Err(Error::TagTooLong((8 << 20) + 1))
        );
    }

    #[test]
    fn what_is_not_taken_out_cannot_pile_up() {
        let mut reader = Reader::new();
        let piece = vec![0; MAX_BUFFERED_BYTES / 2 + 1];
        assert_eq!(reader.receive(&piece), Ok(()));
        assert_eq!(reader.receive(&piece), Err(Error::Overflow));
    }

    #[test]
    fn a_tag_beyond_the_limit_is_not_written() {
        let body = Bytes::from(vec![0; MAX_TAG_BYTES + 1]);
        let tag = Tag { kind: TagKind::Video, timestamp_ms: 0, body };
        assert_eq!(Writer::new().write(&tag), Err(Error::TagTooLong(MAX_TAG_BYTES + 1)));
    }
}
