//! One chunk stream of a peer: its last header and the message it is in the middle of.

use std::fmt;

use bytes::Bytes;

use super::RawMessage;
use super::header::{Fields, Header, Time};

/// What is reserved for a message at least, unless it is shorter.
const MIN_RESERVE_BYTES: usize = 512;

pub(super) struct ChunkStream {
    id: u32,
    /// Of the message begun last.
    kind: u8,
    stream_id: u32,
    timestamp: u32,
    message_length: usize,
    /// The last timestamp field, absolute or delta: what a message begun by a type 3 chunk adds.
    time: Time,
    /// Bytes of the current message that have come.
    received: usize,
    in_message: bool,
    /// The current message's bytes are counted and thrown away.
    discarding: bool,
    payload: Vec<u8>,
}

/// A message's end.
pub(super) struct Finished {
    /// None when the message was discarded.
    pub(super) message: Option<RawMessage>,
    /// What had been reserved for it.
    pub(super) reserved_bytes: usize,
}

impl ChunkStream {
    pub(super) fn new(id: u32) -> Self {
        Self {
            id,
            kind: 0,
            stream_id: 0,
            timestamp: 0,
            message_length: 0,
            time: Time::default(),
            received: 0,
            in_message: false,
            discarding: false,
            payload: Vec::new(),
        }
    }

    pub(super) const fn id(&self) -> u32 {
        self.id
    }

    pub(super) const fn kind(&self) -> u8 {
        self.kind
    }

    pub(super) const fn message_length(&self) -> usize {
        self.message_length
    }

    /// Bytes of the current message that have not come.
    pub(super) const fn left(&self) -> usize {
        self.message_length.saturating_sub(self.received)
    }

    pub(super) const fn is_beginning(&self) -> bool {
        self.received == 0
    }

    pub(super) const fn is_discarding(&self) -> bool {
        self.discarding
    }

    pub(super) fn discard(&mut self) {
        self.discarding = true;
    }

    /// How many of the bytes `after` a type 3 header repeat its stream's extended timestamp; `None`
    /// until that can be told.
    ///
    /// RTMP 1.0 (section 5.3.1.3) has them repeated; some encoders leave them out, and some repeat
    /// the absolute timestamp where the field was a delta. Payload that happens to begin with the
    /// same four bytes is mistaken once in four milliards.
    pub(super) fn repeated_timestamp(&self, header: &Header, after: &[u8]) -> Option<usize> {
        if header.fields != Fields::Same || !self.time.extended {
            return Some(0);
        }
        let front = after.get(..4).unwrap_or(after);
        let candidates = [self.time.millis, self.timestamp].map(u32::to_be_bytes);
        match candidates.iter().any(|candidate| candidate.starts_with(front)) {
            true if front.len() == 4 => Some(4),
            true => None,
            false => Some(0),
        }
    }

    /// Takes a chunk's header over. Returns the bytes that become free: those of a message that a
    /// new one interrupts, which encoders do after dropping frames.
    pub(super) fn apply(&mut self, fields: &Fields) -> usize {
        if *fields == Fields::Same && self.in_message {
            return 0;
        }
        let freed = self.abort();
        self.in_message = true;
        match *fields {
            Fields::Full { time, message_length, kind, stream_id } => {
                (self.message_length, self.kind, self.stream_id) =
                    (message_length, kind, stream_id);
                (self.time, self.timestamp) = (time, time.millis);
            }
            Fields::SameStream { time, message_length, kind } => {
                (self.message_length, self.kind) = (message_length, kind);
                self.advance(time);
            }
            Fields::TimeOnly { time } => self.advance(time),
            // After a type 0 chunk its absolute timestamp is the delta (section 5.3.1.2.4).
            Fields::Same => self.advance(self.time),
        }
        freed
    }

    fn advance(&mut self, time: Time) {
        self.time = time;
        self.timestamp = self.timestamp.wrapping_add(time.millis);
    }

    /// Appends to the message. `at_hand` is how many bytes the caller holds: as many may well
    /// belong to this message, and are reserved at once. Returns the bytes newly reserved.
    pub(super) fn push(&mut self, bytes: &[u8], at_hand: usize) -> usize {
        let left = self.left();
        self.received += bytes.len();
        if self.discarding {
            return 0;
        }
        let before = self.payload.capacity();
        if before - self.payload.len() < bytes.len() {
            let wanted = at_hand.max(self.payload.len()).max(MIN_RESERVE_BYTES);
            self.payload.reserve_exact(wanted.min(left).max(bytes.len()));
        }
        self.payload.extend_from_slice(bytes);
        self.payload.capacity() - before
    }

    /// Ends the message if all of it has come.
    pub(super) fn finish(&mut self) -> Option<Finished> {
        if self.left() > 0 {
            return None;
        }
        let discarded = self.discarding;
        let payload = std::mem::take(&mut self.payload);
        let reserved_bytes = payload.capacity();
        self.abort();
        let message = (!discarded).then(|| RawMessage {
            kind: self.kind,
            stream_id: self.stream_id,
            timestamp: self.timestamp,
            payload: Bytes::from(payload),
        });
        Some(Finished { message, reserved_bytes })
    }

    /// Forgets the current message. Returns the bytes that become free.
    pub(super) fn abort(&mut self) -> usize {
        let freed = std::mem::take(&mut self.payload).capacity();
        self.received = 0;
        self.in_message = false;
        self.discarding = false;
        freed
    }
}

/// Without the payload, which may be half a command with a stream key in it.
impl fmt::Debug for ChunkStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkStream")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("received", &self.received)
            .field("message_length", &self.message_length)
            .finish_non_exhaustive()
    }
}
