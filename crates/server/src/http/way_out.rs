//! What a WebSocket's own task says to it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes};
use bytes::Bytes;
use futures_util::{Sink, SinkExt as _};
use tokio::time::timeout;

use super::{Outlet, Put, TextFrame};

/// Who takes longer than this to take one message is too slow.
const PATIENCE: Duration = Duration::from_secs(10);

/// The socket is of no use any more.
#[derive(Debug)]
pub(crate) struct Gone;

/// A WebSocket's way out: straight where there is one, otherwise through the library, which keeps
/// a copy of the longest text it ever sent.
pub(crate) struct WayOut<S> {
    sink: S,
    outlet: Option<Arc<Outlet>>,
}

impl<S: Sink<Message> + Unpin> WayOut<S> {
    pub(crate) fn new(sink: S, outlet: Option<Arc<Outlet>>) -> Self {
        Self { sink, outlet }
    }

    /// The library's way, for the last words.
    pub(crate) fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// Says a text.
    pub(crate) async fn text(&mut self, text: &[u8]) -> Result<(), Gone> {
        self.frame(&TextFrame::new(text)).await
    }

    /// Says a text that others are told too.
    pub(crate) async fn frame(&mut self, frame: &TextFrame) -> Result<(), Gone> {
        match self.outlet.as_ref().map_or(Put::Not, |outlet| outlet.put(frame)) {
            Put::Whole => Ok(()),
            Put::Partly => self.flush().await,
            Put::Not => {
                let text = Utf8Bytes::try_from(frame.text()).map_err(|_| Gone)?;
                self.message(Message::Text(text)).await
            }
        }
    }

    /// Asks whether anybody is there.
    pub(crate) async fn ping(&mut self) -> Result<(), Gone> {
        self.message(Message::Ping(Bytes::new())).await
    }

    /// Waits until the system has everything.
    pub(crate) async fn flush(&mut self) -> Result<(), Gone> {
        in_time(self.sink.flush()).await
    }

    async fn message(&mut self, message: Message) -> Result<(), Gone> {
        in_time(self.sink.send(message)).await
    }
}

async fn in_time<E>(sent: impl Future<Output = Result<(), E>>) -> Result<(), Gone> {
    match timeout(PATIENCE, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}
