//! The tools, one file each.

pub(crate) mod chat;
pub(crate) mod delay;
pub(crate) mod delivery;
pub(crate) mod discovery;
pub(crate) mod fanout;
pub(crate) mod glass;
pub(crate) mod idle;
pub(crate) mod ladder;
pub(crate) mod passthrough;
pub(crate) mod publish;
pub(crate) mod sign_in;
pub(crate) mod waiters;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::{Instant, sleep};

use crate::http::Connection;
use crate::peer::Peer;
use crate::playlist::Playlist;

/// How long a published channel may take to become playable before the measurement is given up.
const PLAYABLE_LIMIT: Duration = Duration::from_secs(30);
/// Time between looks where a server cannot be waited on.
const POLL: Duration = Duration::from_millis(2);

/// CPU seconds spent by a peer during a window, and its memory at the end.
struct Cost {
    cpu_seconds: f64,
    rss_bytes: u64,
    window: Duration,
}

impl Cost {
    async fn over(peer: &Peer, window: Duration) -> Self {
        let (before, began) = (peer.usage(), Instant::now());
        sleep(window).await;
        Self::since(peer, before.cpu_seconds, began)
    }

    fn since(peer: &Peer, cpu_before: f64, began: Instant) -> Self {
        let after = peer.usage();
        Self {
            cpu_seconds: after.cpu_seconds - cpu_before,
            rss_bytes: after.rss_bytes,
            window: began.elapsed(),
        }
    }

    /// CPU milliseconds per second for each of `count` streams or players.
    fn millis_per_second_each(&self, count: usize) -> f64 {
        self.cpu_seconds * 1000.0 / self.window.as_secs_f64() / count as f64
    }
}

/// Asks for a channel's media playlist until it lists media; returns it with its path's text.
async fn playable(peer: &Peer, channel: usize) -> Result<Playlist> {
    let began = Instant::now();
    let mut connection = Connection::open(peer.http()).await?;
    loop {
        let response = connection.get(&peer.playlist(channel)).await?;
        if response.status == 200 {
            let playlist = Playlist::parse(&response.text());
            if !playlist.parts.is_empty() || !playlist.segments.is_empty() {
                return Ok(playlist);
            }
        }
        ensure!(
            began.elapsed() < PLAYABLE_LIMIT,
            "not playable after {PLAYABLE_LIMIT:?}: status {}",
            response.status
        );
        sleep(POLL).await;
    }
}

/// The newest whole segment of a channel.
async fn newest_segment(peer: &Peer, channel: usize) -> Result<String> {
    let began = Instant::now();
    loop {
        let playlist = playable(peer, channel).await?;
        if let Some(segment) = playlist.segments.last() {
            return Ok(crate::playlist::resolve(&peer.playlist(channel), segment));
        }
        ensure!(began.elapsed() < PLAYABLE_LIMIT, "no segment after {PLAYABLE_LIMIT:?}");
        sleep(POLL).await;
    }
}

const MEBIBYTE: f64 = 1024.0 * 1024.0;

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / MEBIBYTE
}

/// Seconds as a command-line value.
fn seconds(text: &str) -> Result<Duration> {
    let seconds: f64 = text.parse().context("not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).context("not a duration")
}
