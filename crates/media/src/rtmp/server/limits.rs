//! What a peer may cost.

use std::time::Duration;

use crate::rtmp::chunk;

/// What a session allows its peer. Each maximum names the attack it is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Message sizes and buffers.
    pub chunk: chunk::Limits,
    /// Commands before `publish` or `play` is accepted. Against a peer that asks for streams
    /// without end.
    pub max_commands: usize,
    /// Pings and other control messages before the same. Against a peer that has us answer them
    /// without end.
    pub max_control_messages: usize,
    /// Bytes of media that are read over because nobody accepted them. Against a peer that sends
    /// at full speed without leave.
    pub max_early_media_bytes: u64,
    /// From connection to the end of the handshake. Against connections held open by a byte an
    /// hour.
    pub handshake_timeout: Duration,
    /// From there, or from the end of the last stream, to `publish` or `play`. Against connections
    /// that shake hands and wait.
    pub command_timeout: Duration,
    /// Between two media messages of a publisher. Against encoders that lost their network and
    /// hold their channel.
    pub publisher_silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            chunk: chunk::Limits::default(),
            max_commands: 64,
            max_control_messages: 64,
            max_early_media_bytes: 4 * 1024 * 1024,
            handshake_timeout: Duration::from_secs(10),
            command_timeout: Duration::from_secs(10),
            publisher_silence: Duration::from_secs(30),
        }
    }
}
