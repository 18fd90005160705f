//! Why a session cannot go on.

use std::time::Duration;

use thiserror::Error;

use super::{amf0, chunk, handshake, message};

/// What ends a session. Each is the peer's doing, and each is a sentence for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The handshake failed.
    #[error(transparent)]
    Handshake(#[from] handshake::Error),
    /// The chunk stream is broken.
    #[error(transparent)]
    Chunk(#[from] chunk::Error),
    /// A message is malformed.
    #[error(transparent)]
    Message(#[from] message::Error),
    /// A command that needs a connection came before `connect` was accepted.
    #[error("the peer sent a command before connect")]
    NotConnected,
    /// More commands than [`super::server::Limits::max_commands`].
    #[error("the peer sent more than {0} commands without publishing or playing")]
    TooManyCommands(usize),
    /// More control messages than [`super::server::Limits::max_control_messages`].
    #[error("the peer sent more than {0} control messages without publishing or playing")]
    TooManyControlMessages(usize),
    /// More media before the publisher was accepted than
    /// [`super::server::Limits::max_early_media_bytes`].
    #[error("the peer sent more than {0} bytes of media without leave to publish")]
    TooMuchEarlyMedia(u64),
    /// More events or answers are waiting than a session holds.
    #[error("the peer sends faster than its messages are taken")]
    Flooded,
    /// The handshake took too long.
    #[error("the peer did not finish the handshake within {0:?}")]
    HandshakeTimeout(Duration),
    /// Neither `publish` nor `play` came.
    #[error("the peer asked neither to publish nor to play within {0:?}")]
    CommandTimeout(Duration),
    /// The publisher fell silent.
    #[error("the publisher sent no media for {0:?}")]
    PublisherSilent(Duration),
    /// The server refused `connect`.
    #[error("the server refused the connection")]
    ConnectRefused,
}

impl From<amf0::Error> for Error {
    fn from(error: amf0::Error) -> Self {
        Self::Message(message::Error::Amf0(error))
    }
}
