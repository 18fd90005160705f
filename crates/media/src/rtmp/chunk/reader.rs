//! Chunks in, messages out.
//!
//! A payload byte is copied once, from the caller's buffer into its message; only a header that is
//! cut by the end of the caller's buffer is kept aside. Memory grows with the bytes that have
//! come, never with the length a peer announces.

use thiserror::Error;

use super::header::{Header, MAX_HEADER_BYTES, parse};
use super::stream::{ChunkStream, Finished};
use super::{INITIAL_CHUNK_SIZE, RawMessage, kind};

/// Chunk streams a peer may open. Against one that opens 65,599 of them, each with a message begun.
pub const MAX_CHUNK_STREAMS: usize = 64;

/// The chunk size is a peer's to choose up to 2^31-1; a message ends at 2^24-1 bytes, so larger
/// values mean the same as this one.
const MAX_CHUNK_SIZE: usize = 0xFF_FFFF;

/// What a peer may make a reader hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest message that steers the connection, in bytes. Against commands of 16 MiB.
    pub max_control_bytes: usize,
    /// Longest audio, video, data or aggregate message, in bytes. The protocol's own maximum is
    /// 16 MiB less one byte.
    pub max_media_bytes: usize,
    /// Bytes reserved for messages that have begun and not ended, over all chunk streams. Against
    /// a message begun on each of 64 chunk streams and never ended.
    pub max_buffered_bytes: usize,
    /// The same as long as media is not kept: what a peer without leave can make us hold.
    pub max_buffered_early_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_control_bytes: 64 * 1024,
            max_media_bytes: 16 * 1024 * 1024,
            max_buffered_bytes: 20 * 1024 * 1024,
            max_buffered_early_bytes: 256 * 1024,
        }
    }
}

/// Why a chunk stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A new chunk stream began with a header that refers to an earlier one.
    #[error("chunk stream {0} begins with a header that refers to an earlier one")]
    NothingToReferTo(u32),
    /// More than [`MAX_CHUNK_STREAMS`].
    #[error("the peer uses more than {MAX_CHUNK_STREAMS} chunk streams")]
    TooManyChunkStreams,
    /// Chunk size zero, or with its topmost bit set.
    #[error("the peer sets the invalid chunk size {0}")]
    InvalidChunkSize(u32),
    /// A message longer than [`Limits`] says.
    #[error(
        "the peer announces a message of type {kind} with {length} bytes; the maximum is {max}"
    )]
    MessageTooLong {
        /// The message's type.
        kind: u8,
        /// Its length in bytes.
        length: usize,
        /// The length allowed to its type.
        max: usize,
    },
    /// More unfinished messages than [`Limits`] says.
    #[error("the peer's unfinished messages hold more than {0} bytes")]
    TooMuchBuffered(usize),
    /// A protocol control message that is too short for its type.
    #[error("a control message of type {0} is too short")]
    ShortControlMessage(u8),
}

/// Puts messages together.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    chunk_size: usize,
    streams: Vec<ChunkStream>,
    /// Bytes reserved for unfinished messages.
    buffered_bytes: usize,
    /// What they may be: more once media has been kept.
    max_buffered_bytes: usize,
    /// The beginning of a header whose end has not come.
    cut_header: CutHeader,
    /// The chunk whose payload is being read: index of its stream, bytes to come.
    open_chunk: Option<(usize, usize)>,
    media: MediaPolicy,
    discarded_bytes: u64,
}

/// What to do with messages that carry media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPolicy {
    /// Read over them without keeping a byte.
    Discard,
    /// Return them.
    Keep,
}

impl Reader {
    /// Before the first chunk. Media is discarded until [`Reader::set_media_policy`].
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            chunk_size: INITIAL_CHUNK_SIZE,
            streams: Vec::new(),
            buffered_bytes: 0,
            max_buffered_bytes: limits.max_buffered_early_bytes,
            cut_header: CutHeader::default(),
            open_chunk: None,
            media: MediaPolicy::Discard,
            discarded_bytes: 0,
        }
    }

    /// Holds for messages that begin from now on.
    pub fn set_media_policy(&mut self, media: MediaPolicy) {
        self.media = media;
        if media == MediaPolicy::Keep {
            self.max_buffered_bytes = self.limits.max_buffered_bytes;
        }
    }

    /// Bytes of media that were read over.
    #[must_use]
    pub const fn discarded_bytes(&self) -> u64 {
        self.discarded_bytes
    }

    /// Bytes reserved for messages that have not ended.
    #[must_use]
    pub const fn buffered_bytes(&self) -> usize {
        self.buffered_bytes
    }

    /// Takes bytes from the front of `input` up to the end of the next message; `None` when the
    /// input ends before that. `Set Chunk Size` and `Abort` are obeyed and not returned.
    ///
    /// # Errors
    /// The peer violates the protocol or exceeds a limit. The reader is of no use after that.
    pub fn read(&mut self, input: &mut &[u8]) -> Result<Option<RawMessage>, Error> {
        while self.cut_header.length > 0 && !input.is_empty() {
            if let Some(message) = self.read_over_cut(input)? {
                return Ok(Some(message));
            }
        }
        if input.is_empty() {
            return Ok(None);
        }
        let message = self.read_whole_headers(input)?;
        if message.is_none() {
            self.cut_header = CutHeader::from(*input);
            *input = &[];
        }
        Ok(message)
    }

    /// Reads the header that an earlier input cut, joined with the front of this one.
    fn read_over_cut(&mut self, input: &mut &[u8]) -> Result<Option<RawMessage>, Error> {
        let cut = std::mem::take(&mut self.cut_header);
        let front = input.get(..MAX_HEADER_BYTES).unwrap_or(input);
        let mut joined = [0; 2 * MAX_HEADER_BYTES];
        let bytes = cut.as_slice().iter().chain(front);
        joined.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let whole = joined.get(..cut.length + front.len()).unwrap_or_default();

        let mut rest = whole;
        let message = self.read_whole_headers(&mut rest)?;
        let used = whole.len() - rest.len();
        if used < cut.length && message.is_some() {
            self.cut_header = CutHeader::from(cut.as_slice().get(used..).unwrap_or_default());
        } else if used < cut.length {
            // Even so the header is cut, which means that the input was shorter than a header.
            self.cut_header = CutHeader::from(rest);
            *input = &[];
        } else {
            *input = input.get(used - cut.length..).unwrap_or_default();
        }
        Ok(message)
    }

    /// Reads until a message ends or the input does; leaves a header that is cut in the input.
    fn read_whole_headers(&mut self, input: &mut &[u8]) -> Result<Option<RawMessage>, Error> {
        loop {
            let Some((index, left)) = self.open_or_next_chunk(input)? else { return Ok(None) };
            let left = self.read_payload(index, left, input)?;
            if left > 0 {
                self.open_chunk = Some((index, left));
                return Ok(None);
            }
            let finished = self.streams.get_mut(index).and_then(ChunkStream::finish);
            let Some(Finished { message, reserved_bytes }) = finished else { continue };
            self.buffered_bytes -= reserved_bytes;
            match message {
                Some(message) if !self.obey(&message)? => return Ok(Some(message)),
                _ => {}
            }
        }
    }

    /// Index of a chunk's stream, and how much of the chunk's payload is still to come.
    fn open_or_next_chunk(&mut self, input: &mut &[u8]) -> Result<Option<(usize, usize)>, Error> {
        if let Some(open) = self.open_chunk.take() {
            return Ok(Some(open));
        }
        let Some(header) = parse(input) else { return Ok(None) };
        let index = self.stream_index(&header)?;
        let Some(stream) = self.streams.get_mut(index) else { return Ok(None) };
        let after = input.get(header.length..).unwrap_or_default();
        let Some(repeated) = stream.repeated_timestamp(&header, after) else { return Ok(None) };
        *input = after.get(repeated..).unwrap_or_default();

        self.buffered_bytes -= stream.apply(&header.fields);
        if stream.is_beginning() {
            let discard = self.media == MediaPolicy::Discard && kind::is_media(stream.kind());
            let max = self.limits.message_bytes(stream.kind());
            if discard {
                stream.discard();
            } else if stream.message_length() > max {
                let (kind, length) = (stream.kind(), stream.message_length());
                return Err(Error::MessageTooLong { kind, length, max });
            }
        }
        Ok(Some((index, stream.left().min(self.chunk_size))))
    }

    fn stream_index(&mut self, header: &Header) -> Result<usize, Error> {
        let id = header.chunk_stream;
        if let Some(index) = self.streams.iter().position(|stream| stream.id() == id) {
            return Ok(index);
        }
        if self.streams.len() == MAX_CHUNK_STREAMS {
            return Err(Error::TooManyChunkStreams);
        }
        if !header.fields.may_begin_stream() {
            return Err(Error::NothingToReferTo(id));
        }
        self.streams.push(ChunkStream::new(id));
        Ok(self.streams.len() - 1)
    }

    /// Copies up to `left` bytes into a message. Returns how many are still to come.
    fn read_payload(
        &mut self,
        index: usize,
        left: usize,
        input: &mut &[u8],
    ) -> Result<usize, Error> {
        let Some(stream) = self.streams.get_mut(index) else { return Ok(0) };
        let at_hand = input.len();
        let (bytes, rest) = input.split_at_checked(left).unwrap_or((input, &[]));
        *input = rest;
        if stream.is_discarding() {
            self.discarded_bytes += bytes.len() as u64;
        }
        self.buffered_bytes += stream.push(bytes, at_hand);
        if self.buffered_bytes > self.max_buffered_bytes {
            return Err(Error::TooMuchBuffered(self.max_buffered_bytes));
        }
        Ok(left - bytes.len())
    }

    /// Whether `message` was meant for this reader (RTMP 1.0, sections 5.4.1 and 5.4.2).
    fn obey(&mut self, message: &RawMessage) -> Result<bool, Error> {
        if !matches!(message.kind, kind::SET_CHUNK_SIZE | kind::ABORT) {
            return Ok(false);
        }
        let Some(argument) = message.payload.first_chunk() else {
            return Err(Error::ShortControlMessage(message.kind));
        };
        let argument = u32::from_be_bytes(*argument);
        if message.kind == kind::SET_CHUNK_SIZE {
            self.set_chunk_size(argument)?;
        } else if let Some(stream) = self.streams.iter_mut().find(|stream| stream.id() == argument)
        {
            self.buffered_bytes -= stream.abort();
        }
        Ok(true)
    }

    fn set_chunk_size(&mut self, size: u32) -> Result<(), Error> {
        if size == 0 || size > i32::MAX.cast_unsigned() {
            return Err(Error::InvalidChunkSize(size));
        }
        self.chunk_size = usize::try_from(size).unwrap_or(MAX_CHUNK_SIZE).min(MAX_CHUNK_SIZE);
        Ok(())
    }
}

impl Limits {
    fn message_bytes(&self, kind: u8) -> usize {
        if kind::is_media(kind) { self.max_media_bytes } else { self.max_control_bytes }
    }
}

/// The bytes of a header that the end of an input cut.
#[derive(Clone, Copy, Debug, Default)]
struct CutHeader {
    bytes: [u8; MAX_HEADER_BYTES],
    length: usize,
}

impl CutHeader {
    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl From<&[u8]> for CutHeader {
    /// `bytes` is shorter than a whole header, or it would not be cut.
    fn from(bytes: &[u8]) -> Self {
        let mut cut = Self { bytes: [0; MAX_HEADER_BYTES], length: bytes.len() };
        cut.bytes.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        cut
    }
}
