//! How old the newest frame is when a playlist first lists it, and how long an encoder waits until
//! it is let in and until its channel can be played.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep};

use super::{POLL, playable, seconds};
use crate::http::Connection;
use crate::link::Publishing;
use crate::peer::{Kind, Peer, Setup};
use crate::playlist::{Playlist, resolve};
use crate::publisher::Publishers;
use crate::sheet::{Key, Sheet, percentile};
use crate::source::Source;
use crate::stamp;

/// Connections opened one after the other to time the handshake.
const CONNECTS: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs, alternating between the peers.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each server is followed, in seconds.
    #[arg(long, default_value = "60", value_parser = seconds)]
    window: Duration,
    #[arg(long, default_value = "rivulet,nginx", value_delimiter = ',')]
    peers: Vec<Kind>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("delay");
    for run in 0..args.runs {
        for kind in Kind::in_turn(&args.peers, run) {
            measure(&args, kind, &source, &mut sheet).await?;
        }
    }
    sheet.save()
}

async fn measure(args: &Args, kind: Kind, source: &Arc<Source>, sheet: &mut Sheet) -> Result<()> {
    let peer = Peer::start(kind, Setup::channels(1 + CONNECTS)).await?;
    let mut add = |metric: &str, value: Option<f64>| {
        let key = Key { subject: kind.name(), metric, case: "default", unit: "ms" };
        value.map(|value| sheet.add(key, value)).context("nothing was measured")
    };
    add("connect to accepted", percentile(&connects(&peer).await?, 50.0))?;
    let mut publishers = Publishers::start(Arc::clone(source), vec![peer.target(0)]);
    let began = publishers.all_accepted().await?.first().context("no publisher")?.began;
    playable(&peer, 0).await?;
    add("connect to playable", Some(began.elapsed().as_secs_f64() * 1000.0))?;
    let ages = Follower::new(&peer).await?.follow(args.window).await?;
    add("newest frame's age, p50", percentile(&ages, 50.0))?;
    add("newest frame's age, p99", percentile(&ages, 99.0))?;
    publishers.stop()?;
    peer.stop().await
}

/// Milliseconds until each of some publishers was let in, each with its own channel.
async fn connects(peer: &Peer) -> Result<Vec<f64>> {
    let mut millis = Vec::new();
    for index in 1..=CONNECTS {
        let began = Instant::now();
        let publishing = Publishing::open(&peer.target(index)).await?;
        millis.push(began.elapsed().as_secs_f64() * 1000.0);
        publishing.close().await?;
    }
    Ok(millis)
}

/// A player that looks for nothing but news.
pub(super) struct Follower {
    connection: Connection,
    path: String,
    seen: HashSet<String>,
}

impl Follower {
    pub(super) async fn new(peer: &Peer) -> Result<Self> {
        let connection = Connection::open(peer.http()).await?;
        let mut follower = Self { connection, path: peer.playlist(0), seen: HashSet::new() };
        let playlist = follower.load("").await?;
        follower.news(&playlist);
        Ok(follower)
    }

    async fn load(&mut self, query: &str) -> Result<Playlist> {
        let body = self.connection.fetch(&format!("{}{query}", self.path)).await?;
        Ok(Playlist::parse(&String::from_utf8_lossy(&body)))
    }

    /// What is listed for the first time: parts where there are parts, else segments.
    fn news(&mut self, playlist: &Playlist) -> Vec<String> {
        let listed = if playlist.parts.is_empty() { &playlist.segments } else { &playlist.parts };
        listed.iter().filter(|uri| self.seen.insert((*uri).clone())).cloned().collect()
    }

    /// Ages in milliseconds of the last frame of everything that is newly listed during the window.
    pub(super) async fn follow(mut self, window: Duration) -> Result<Vec<f64>> {
        let (began, mut ages) = (Instant::now(), Vec::new());
        let mut query = String::new();
        while began.elapsed() < window {
            let playlist = self.load(&query).await?;
            let listed_at = stamp::now_micros();
            for uri in self.news(&playlist) {
                let media = self.connection.fetch(&resolve(&self.path, &uri)).await?;
                // A part may hold sound alone.
                let Some(sent_at) = stamp::newest(&media) else { continue };
                ages.push(listed_at.saturating_sub(sent_at) as f64 / 1000.0);
            }
            if playlist.parts.is_empty() {
                sleep(POLL).await;
            } else {
                query = playlist.wait_for_next();
            }
        }
        Ok(ages)
    }
}
