//! Encoders and RTMP players: sockets in, packets to and from the live fan-out.
//!
//! Invariants: nothing an encoder sends is kept before its key is known to be right; whoever has
//! not shown a key yet can be replaced by somebody newer, so that idle strangers lock nobody out;
//! a slow player loses its own connection and nothing else.

mod attempts;
mod connection;
mod fanout;
mod lobby;
mod player;
mod publisher;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::channels::{Channel, Channels, Slug};
use crate::clock::Clock;
use crate::live::Live;
use crate::tasks::Tasks;
use attempts::Attempts;
use fanout::Fanouts;
use lobby::Lobby;

/// How long accepting pauses when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Ingest {
    shared: Arc<Shared>,
}

struct Shared {
    channels: Channels,
    live: Live,
    clock: Clock,
    tasks: Tasks,
    attempts: Attempts,
    lobby: Lobby,
    fanouts: Fanouts,
}

impl Ingest {
    /// The room; its work runs among `tasks`.
    pub(crate) fn new(channels: Channels, live: Live, clock: Clock, tasks: &Tasks) -> Self {
        let shared = Arc::new(Shared {
            channels,
            live,
            clock,
            tasks: tasks.clone(),
            attempts: Attempts::default(),
            lobby: Lobby::default(),
            fanouts: Fanouts::new(tasks.clone()),
        });
        Self { shared }
    }

    /// Accepts RTMP connections until the tasks are told to stop.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let stopping = self.shared.tasks.stopping();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stopping.cancelled() => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let shared = Arc::clone(&self.shared);
                    self.shared
                        .tasks
                        .spawn("rtmp connection", connection::serve(shared, stream, peer));
                }
                Err(error) => {
                    tracing::warn!(%error, "an encoder cannot be accepted; raise the limit of open files");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

impl Shared {
    /// The channel that somebody wants to play. The primary one goes by `stream` as well, the name
    /// its playlist has.
    async fn channel_to_play(&self, name: &str) -> Option<Channel> {
        let found = match name {
            "stream" | "live" | "primary" => self.channels.primary().await.map(Some),
            name => match Slug::parse(name) {
                Ok(slug) => self.channels.by_slug(&slug).await,
                Err(_) => Ok(None),
            },
        };
        found.unwrap_or_else(|error| {
            tracing::error!(error = crate::telemetry::chain(&error), "a channel cannot be read");
            None
        })
    }
}
