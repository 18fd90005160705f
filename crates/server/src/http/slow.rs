//! A request's body that comes in time: who sends a byte now and then would hold a connection for as
//! long as it likes, and most of the places are soon gone.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// How long a client may take over [`LEAST`] bytes, or what is left.
const PATIENCE: Duration = Duration::from_secs(20);
/// In bytes: less in that time is slower than any line.
const LEAST: usize = 16 * 1024;

/// The client sends too little in too long.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly: send it at once")]
pub(super) struct TooSlow;

/// A body of which enough comes in time, or an error.
pub(super) struct InTime<B> {
    body: B,
    /// Since the timer was set.
    came: usize,
    /// Set when the body is first waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<B> InTime<B> {
    pub(super) fn new(body: B) -> Self {
        Self { body, came: 0, timer: None }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for InTime<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                let frame = frame.map(|frame| frame.map_err(Into::into));
                let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
                this.came += data.map_or(0, Bytes::len);
                if this.came >= LEAST {
                    (this.came, this.timer) = (0, None);
                }
                Poll::Ready(frame)
            }
            Poll::Pending => {
                let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
                ready!(timer.as_mut().poll(cx));
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};
    use http_body_util::{BodyExt as _, StreamBody};

    use super::*;

    /// A body of so many pieces of a size, each so long after the one before.
    async fn read(pieces: usize, size: usize, pause: Duration) -> Result<usize, BoxError> {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            sleep(pause).await;
            Ok::<_, BoxError>(Frame::data(Bytes::from(vec![0; size])))
        });
        let body = InTime::new(StreamBody::new(Box::pin(pieces)));
        Ok(body.collect().await?.to_bytes().len())
    }

    #[tokio::test(start_paused = true)]
    async fn who_dribbles_is_not_waited_for() {
        let second = Duration::from_secs(1);
        assert_eq!(read(19, 1, second).await.unwrap(), 19);
        assert!(read(40, 1, second).await.unwrap_err().is::<TooSlow>());
        // A slow line gets through, however long it takes.
        assert_eq!(read(200, LEAST / 10, second).await.unwrap(), 200 * (LEAST / 10));
        assert!(read(1, 1, PATIENCE * 2).await.unwrap_err().is::<TooSlow>());
    }
}
