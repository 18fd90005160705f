//! What a server and a client do alike once the handshake is over: read messages, answer pings,
//! acknowledge, write.

use std::fmt;

use bytes::{Bytes, BytesMut};

use super::chunk::{
    INITIAL_CHUNK_SIZE, Limits, MediaPolicy, MessageHeader, Reader, kind, write_message,
};
use super::error::Error;
use super::message::{
    Command, MediaMessage, Message, OUTGOING_CHUNK_SIZE, UserControl, write_media,
};

/// Bytes of answers that may wait to be sent. Against a peer that asks and never reads.
const MAX_OUTGOING_BYTES: usize = 4 * 1024 * 1024;

/// What we ask the peer to acknowledge by. Acknowledgements serve us nothing, so they may be rare.
const WINDOW_BYTES: u32 = 5_000_000;

/// Chunk streams of our protocol control messages (fixed by section 5.4) and commands.
const CONTROL_CHUNK_STREAM: u8 = 2;
const COMMAND_CHUNK_STREAM: u8 = 3;

/// Peer bandwidth's "dynamic" limit type (section 5.4.5).
const DYNAMIC: u8 = 2;

pub(super) struct Link {
    reader: Reader,
    out: BytesMut,
    chunk_size: usize,
    received_bytes: u64,
    acknowledged_bytes: u64,
    /// After how many bytes the peer wants an acknowledgement; `None` for never.
    acknowledge_every: Option<u64>,
    /// Control messages since they were last asked for.
    control_messages: usize,
}

impl Link {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            reader: Reader::new(limits),
            out: BytesMut::new(),
            chunk_size: INITIAL_CHUNK_SIZE,
            received_bytes: 0,
            acknowledged_bytes: 0,
            acknowledge_every: None,
            control_messages: 0,
        }
    }

    pub(super) fn set_media_policy(&mut self, policy: MediaPolicy) {
        self.reader.set_media_policy(policy);
    }

    pub(super) const fn discarded_bytes(&self) -> u64 {
        self.reader.discarded_bytes()
    }

    pub(super) fn buffered_bytes(&self) -> usize {
        self.reader.buffered_bytes() + self.out.len()
    }

    /// How many control messages came since the last call.
    pub(super) const fn take_control_messages(&mut self) -> usize {
        std::mem::replace(&mut self.control_messages, 0)
    }

    /// The next message in `input` that the session has to see.
    pub(super) fn next(&mut self, input: &mut &[u8]) -> Result<Option<Message>, Error> {
        loop {
            let before = input.len();
            let raw = self.reader.read(input)?;
            self.received_bytes += (before - input.len()) as u64;
            let Some(raw) = raw else {
                self.acknowledge();
                return Ok(None);
            };
            let message = Message::parse(raw)?;
            self.control_messages += usize::from(message.is_control());
            match message {
                // Nothing of ours waits for these.
                Message::Acknowledgement(_) | Message::Unknown(_) => {}
                Message::WindowAcknowledgementSize(bytes) => {
                    self.acknowledge_every = (bytes > 0).then_some(u64::from(bytes));
                }
                Message::SetPeerBandwidth(_) => self.send_window(),
                Message::UserControl(UserControl::PingRequest(time)) => {
                    self.send_user_control(UserControl::PingResponse(time));
                }
                Message::UserControl(event @ UserControl::StreamEof(_)) => {
                    return Ok(Some(Message::UserControl(event)));
                }
                Message::UserControl(_) => {}
                message => return Ok(Some(message)),
            }
            if self.out.len() > MAX_OUTGOING_BYTES {
                return Err(Error::Flooded);
            }
        }
    }

    /// At most once per input, however small the peer's window.
    fn acknowledge(&mut self) {
        let Some(every) = self.acknowledge_every else { return };
        if self.received_bytes - self.acknowledged_bytes >= every {
            self.send_acknowledgement();
        }
    }

    /// Says something if nothing else is to be said.
    ///
    /// Encoders write their first commands in several small pieces. Their Nagle algorithm holds
    /// each back until the one before is acknowledged by TCP, which a kernel whose program is
    /// silent puts off for 40 ms: 90 to 130 ms in all. Data takes the TCP acknowledgement along.
    pub(super) fn answer_at_least(&mut self) {
        if self.out.is_empty() {
            self.send_acknowledgement();
        }
    }

    fn send_acknowledgement(&mut self) {
        self.acknowledged_bytes = self.received_bytes;
        // The sequence number is 32 bits wide and wraps.
        let sequence = (self.received_bytes & u64::from(u32::MAX)) as u32;
        self.send_control(kind::ACKNOWLEDGEMENT, &sequence.to_be_bytes());
    }

    pub(super) fn send_window(&mut self) {
        self.send_control(kind::WINDOW_ACKNOWLEDGEMENT_SIZE, &WINDOW_BYTES.to_be_bytes());
    }

    pub(super) fn send_peer_bandwidth(&mut self) {
        let [b0, b1, b2, b3] = WINDOW_BYTES.to_be_bytes();
        self.send_control(kind::SET_PEER_BANDWIDTH, &[b0, b1, b2, b3, DYNAMIC]);
    }

    /// From here on messages go out in chunks of [`OUTGOING_CHUNK_SIZE`].
    pub(super) fn send_chunk_size(&mut self) {
        let size = u32::try_from(OUTGOING_CHUNK_SIZE).expect("the chunk size fits in 31 bits");
        self.send_control(kind::SET_CHUNK_SIZE, &size.to_be_bytes());
        self.chunk_size = OUTGOING_CHUNK_SIZE;
    }

    pub(super) fn send_user_control(&mut self, event: UserControl) {
        self.send_control(kind::USER_CONTROL, &event.to_payload());
    }

    fn send_control(&mut self, kind: u8, payload: &[u8]) {
        let header =
            MessageHeader { chunk_stream: CONTROL_CHUNK_STREAM, kind, stream_id: 0, timestamp: 0 };
        write_message(&mut self.out, header, payload, self.chunk_size);
    }

    pub(super) fn send_command(&mut self, stream_id: u32, command: &Command) {
        let header = MessageHeader {
            chunk_stream: COMMAND_CHUNK_STREAM,
            kind: kind::COMMAND_AMF0,
            stream_id,
            timestamp: 0,
        };
        write_message(&mut self.out, header, &command.to_payload(), self.chunk_size);
    }

    /// Media goes out after [`Link::send_chunk_size`] only.
    pub(super) fn send_media(&mut self, message: &MediaMessage, stream_id: u32) {
        write_media(&mut self.out, message, stream_id);
    }

    /// Bytes that go out as they are: the handshake.
    pub(super) fn send_raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn transmit(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| self.out.split().freeze())
    }
}

/// Without the bytes that wait to be sent: a client's hold its stream key.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("reader", &self.reader)
            .field("received_bytes", &self.received_bytes)
            .field("waiting_bytes", &self.out.len())
            .finish_non_exhaustive()
    }
}
