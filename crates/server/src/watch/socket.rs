//! One page's socket: pushes what changes, hears nothing yet.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::Watch;
use super::document::{ServerMessage, Status};
use crate::channels::Channel;
use crate::clock::rfc3339;

/// How often viewer counts go out at most, and how often a page is asked whether it is there.
const PULSE: Duration = Duration::from_secs(5);
/// A page that has not answered for this long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// A page that takes longer than this to take one message is too slow.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// Why a socket ends.
struct Gone;

/// Serves one page until it leaves or the server stops.
pub(super) async fn serve(
    watch: Watch,
    channel: Channel,
    socket: WebSocket,
    permit: OwnedSemaphorePermit,
) {
    let (sink, stream) = socket.split();
    let mut page = Page { watch, channel, sink, shown: None, viewers: 0 };
    // However it ends, the socket closes and the permit is free again.
    let _ = page.run(stream).await;
    drop(permit);
}

struct Page {
    watch: Watch,
    channel: Channel,
    sink: SplitSink<WebSocket, Message>,
    /// The status the page shows.
    shown: Option<Status>,
    /// The viewer count the page shows.
    viewers: u64,
}

impl Page {
    async fn run(&mut self, mut stream: SplitStream<WebSocket>) -> Result<(), Gone> {
        let mut phase = self.watch.live.watch(self.channel.id);
        let mut media = self.watch.delivery.watch(self.channel.id);
        let stopping = self.watch.tasks.stopping();
        let mut pulse = interval_at(Instant::now() + PULSE, PULSE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();

        let server_time = rfc3339(self.watch.clock.wall());
        self.send(&ServerMessage::Hello { server_time }).await?;
        self.show_status().await?;
        loop {
            tokio::select! {
                changed = phase.changed() => changed.map_err(|_| Gone)?,
                changed = media.changed() => changed.map_err(|_| Gone)?,
                message = stream.next() => {
                    message.ok_or(Gone)?.map_err(|_| Gone)?;
                    heard = Instant::now();
                    continue;
                }
                _ = pulse.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err(Gone);
                    }
                    self.show_viewers().await?;
                    continue;
                }
                () = stopping.cancelled() => {
                    self.send(&ServerMessage::GoingAway).await?;
                    return Ok(());
                }
            }
            self.show_status().await?;
        }
    }

    async fn show_status(&mut self) -> Result<(), Gone> {
        let status = self.watch.status(&self.channel).await.map_err(|error| {
            tracing::error!(error = crate::telemetry::chain(&error), "a status cannot be read");
            Gone
        })?;
        if self.shown.as_ref() == Some(&status) {
            return Ok(());
        }
        self.viewers = self.watch.delivery.viewers(self.channel.id);
        let channel = self.channel.slug.to_string();
        self.shown = Some(status.clone());
        self.send(&ServerMessage::Status { channel, status }).await
    }

    async fn show_viewers(&mut self) -> Result<(), Gone> {
        let viewers = self.watch.delivery.viewers(self.channel.id);
        if viewers == self.viewers {
            // A ping keeps proxies from closing the connection, and finds dead pages.
            return self.put(Message::Ping(bytes::Bytes::new())).await;
        }
        self.viewers = viewers;
        let channel = self.channel.slug.to_string();
        self.send(&ServerMessage::Viewers { channel, viewers }).await
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Gone> {
        let text = serde_json::to_string(message).map_err(|_| Gone)?;
        self.put(Message::Text(text.into())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(SEND_PATIENCE, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}
