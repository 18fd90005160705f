//! Encoders and RTMP players: sockets in, packets to and from the live fan-out.
//!
//! Invariants: nothing an encoder sends is kept before its key is known to be right; whoever has
//! not shown a key yet can be replaced by somebody newer, so that idle strangers lock nobody out;
//! a slow player loses its own connection and nothing else.

mod connection;
mod fanout;
mod farewell;
mod lobby;
mod player;
mod publisher;
mod routes;
mod test_picture;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::rtmp::server::Limits;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::attempts::Attempts;
use crate::channels::{Channel, Channels, Slug};
use crate::clock::Clock;
use crate::live::Live;
use crate::tasks::Tasks;
use fanout::Fanouts;
use lobby::{Lobby, MAX_WAITING};
use test_picture::Tests;

pub(crate) use routes::{described, routes};
pub(crate) use test_picture::TestPicture;

/// Players of all broadcasts. Against strangers, who need no key to play.
const MAX_PLAYERS: usize = 2048;
/// RTMP connections at one time, in the kernel's queue beyond that. More than can wait in the lobby
/// or play, so that neither strangers nor players keep an encoder out. Against peers that leave
/// slower than others come.
const MAX_CONNECTIONS: usize = MAX_WAITING + MAX_PLAYERS + 1024;
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
    tests: Tests,
    /// Seats for players.
    seats: Arc<Semaphore>,
    /// What a connection may cost.
    limits: Limits,
}

/// What this room needs of others.
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    /// Who guessed keys lately, here and elsewhere.
    pub(crate) attempts: Attempts,
}

impl Ingest {
    /// The room; its work runs among `tasks`.
    pub(crate) fn new(doors: Doors, clock: Clock, tasks: &Tasks) -> Self {
        Self::with_limits(doors, clock, tasks, Limits::default())
    }

    fn with_limits(doors: Doors, clock: Clock, tasks: &Tasks, limits: Limits) -> Self {
        let shared = Arc::new(Shared {
            channels: doors.channels,
            live: doors.live,
            clock,
            tasks: tasks.clone(),
            attempts: doors.attempts,
            lobby: Lobby::default(),
            fanouts: Fanouts::new(tasks.clone()),
            tests: Tests::default(),
            seats: Arc::new(Semaphore::new(MAX_PLAYERS)),
            limits,
        });
        Self { shared }
    }

    /// Accepts RTMP connections until the tasks are told to stop.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let stopping = self.shared.tasks.stopping();
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        loop {
            let accepted = tokio::select! {
                accepted = accept(&listener, &places) => accepted,
                () = stopping.cancelled() => return,
            };
            match accepted {
                Ok((stream, peer, place)) => {
                    let connection = connection::serve(Arc::clone(&self.shared), stream, peer);
                    self.shared.tasks.spawn("rtmp connection", async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "an encoder cannot be accepted; raise the limit of open files");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
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
