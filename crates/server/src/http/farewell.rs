//! The end of a WebSocket, so that whoever is at the other end learns why.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio::time::timeout;

/// How long the other end may take to hear it.
const LINGER: Duration = Duration::from_secs(3);
/// What is still taken from the other end meanwhile: as much as may be on its way when somebody sends
/// without looking, for a tenth of a second's work. Who floods us is not read for longer.
const MAX_DRAINED: usize = 50_000;
/// The longest reason, in bytes: a frame of control has 125, two of them for the code (RFC 6455
/// §5.5).
const MAX_REASON: usize = 123;

/// Why a socket is closed, as RFC 6455 §7.4 numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It broke a rule.
    Policy,
    /// It sent more at once than anybody may.
    TooLong,
    /// It is worth trying again.
    Again,
}

/// Says why, and waits until that is heard. A connection that is closed while there are bytes nobody
/// has read is reset, and what was on its way to the other end is lost: those bytes are read.
pub(crate) async fn farewell<E>(
    sink: &mut (impl Sink<Message> + Unpin),
    stream: &mut (impl Stream<Item = Result<Message, E>> + Unpin),
    (why, reason): (Why, &str),
) {
    let code = match why {
        Why::Policy => axum::extract::ws::close_code::POLICY,
        Why::TooLong => axum::extract::ws::close_code::SIZE,
        Why::Again => axum::extract::ws::close_code::AGAIN,
    };
    let reason = reason.get(..reason.floor_char_boundary(MAX_REASON)).unwrap_or_default();
    let close = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from(reason) }));
    let heard = async {
        if sink.send(close).await.is_err() {
            return;
        }
        for _ in 0..MAX_DRAINED {
            let Some(Ok(_)) = stream.next().await else { return };
        }
    };
    // Who does not want to hear it does not.
    let _ = timeout(LINGER, heard).await;
}

/// Whether a socket could not be read because what came is longer than it may be.
pub(crate) fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    use tungstenite::Error::Capacity;
    successors(Some(error), |&error| error.source())
        .any(|error| matches!(error.downcast_ref(), Some(Capacity(_))))
}
