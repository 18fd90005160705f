//! Thousands of players that wait for the next part: how soon all of them have it, what the waiting
//! costs.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::{Cost, newest_segment, seconds};
use crate::http::Connection;
use crate::peer::{Kind, Peer, Setup};
use crate::playlist::{Playlist, resolve};
use crate::publisher::Publishers;
use crate::sheet::{Key, Sheet, percentile};
use crate::source::Source;
use crate::stamp;

/// Connections opened at once, so that the listen queue is not what is measured.
const CONNECTING_AT_ONCE: usize = 100;
/// How long the server is looked at before anybody waits.
const ALONE: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Waiting connections, one case each.
    #[arg(long, default_value = "1000,5000", value_delimiter = ',')]
    waiters: Vec<usize>,
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each case is measured, in seconds; shorter than parts stay listed.
    #[arg(long, default_value = "15", value_parser = seconds)]
    window: Duration,
}

/// When one waiter was told of a part, by the part's URI.
type Told = (String, u64);

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("waiters");
    for _ in 0..args.runs {
        for &waiters in &args.waiters {
            measure(&args, waiters, &source, &mut sheet).await?;
        }
    }
    sheet.save()
}

async fn measure(
    args: &Args,
    waiters: usize,
    source: &Arc<Source>,
    sheet: &mut Sheet,
) -> Result<()> {
    let peer = Peer::start(Kind::Rivulet, Setup::channels(1)).await?;
    let mut publishers = Publishers::start(Arc::clone(source), vec![peer.target(0)]);
    publishers.all_accepted().await?;
    newest_segment(&peer, 0).await?;
    let alone = Cost::over(&peer, ALONE).await;
    let connections = connect(peer.http(), waiters).await?;
    let (before, began) = (peer.usage().cpu_seconds, Instant::now());
    let (told, sent) = wait_all(connections, &peer, began + args.window).await?;
    let cost = Cost::since(&peer, before, began);
    let ages: Vec<f64> = told
        .iter()
        .filter_map(|(part, at)| Some(at.saturating_sub(*sent.get(part)?) as f64 / 1000.0))
        .collect();
    let case = waiters.to_string();
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: "rivulet", metric, case: &case, unit }, value)
    };
    add(
        "frame's age when told, p50",
        "ms",
        percentile(&ages, 50.0).context("nobody was told anything")?,
    );
    add(
        "frame's age when told, p99",
        "ms",
        percentile(&ages, 99.0).context("nobody was told anything")?,
    );
    add("answers per cpu second", "1/s", told.len() as f64 / cost.cpu_seconds);
    add(
        "memory per waiter",
        "KiB",
        (cost.rss_bytes as f64 - alone.rss_bytes as f64) / 1024.0 / waiters as f64,
    );
    publishers.stop()?;
    peer.stop().await
}

async fn connect(address: SocketAddr, count: usize) -> Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(count);
    let mut opening = JoinSet::new();
    for _ in 0..count {
        if opening.len() >= CONNECTING_AT_ONCE {
            connections.push(opening.join_next().await.context("there are some")???);
        }
        opening.spawn(Connection::open(address));
    }
    while let Some(connection) = opening.join_next().await {
        connections.push(connection??);
    }
    Ok(connections)
}

/// Lets all wait until the time is over; returns who was told what when, and when the last frame of
/// each part was sent.
async fn wait_all(
    connections: Vec<Connection>,
    peer: &Peer,
    until: Instant,
) -> Result<(Vec<Told>, HashMap<String, u64>)> {
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn(wait(connection, peer.playlist(0), until));
    }
    let mut told = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        told.extend(ended??);
    }
    // Not earlier: the server closes a connection that asks for nothing.
    let mut reader = Connection::open(peer.http()).await?;
    let mut sent = HashMap::new();
    let parts: HashSet<&String> = told.iter().map(|(part, _)| part).collect();
    for part in parts {
        // The oldest parts may have left the window; a part may hold sound alone.
        let response = reader.get(&resolve(&peer.playlist(0), part)).await?;
        if let Some(micros) = stamp::newest(&response.body) {
            sent.insert(part.clone(), micros);
        }
    }
    ensure!(!sent.is_empty(), "no part could be read");
    Ok((told, sent))
}

/// One player that asks for the next part for ever.
async fn wait(mut connection: Connection, path: String, until: Instant) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    let mut playlist = load(&mut connection, &path, "").await?;
    while let Ok(next) =
        timeout_at(until, load(&mut connection, &path, &playlist.wait_for_next())).await
    {
        playlist = next?;
        told.extend(playlist.parts.last().map(|part| (part.clone(), stamp::now_micros())));
    }
    Ok(told)
}

async fn load(connection: &mut Connection, path: &str, query: &str) -> Result<Playlist> {
    let body = connection.fetch(&format!("{path}{query}")).await?;
    Ok(Playlist::parse(&String::from_utf8_lossy(&body)))
}
