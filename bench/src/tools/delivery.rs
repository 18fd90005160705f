//! Playlists and segments out of the server, by `wrk`, beside nginx serving the same bytes as files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::{Cost, newest_segment, seconds};
use crate::http::Connection;
use crate::peer::{Kind, Peer, Setup};
use crate::publisher::Publishers;
use crate::scratch::Scratch;
use crate::sheet::{Key, Sheet};
use crate::source::Source;

/// Makes `wrk` say its totals in one line that can be read back.
const WRK_SCRIPT: &str = r#"done = function(summary)
  local e = summary.errors
  print(string.format("totals %d %d %d", summary.requests, summary.bytes, e.connect + e.read + e.write + e.status + e.timeout))
end
"#;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs, alternating between the peers.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each case is loaded, in seconds; shorter than a segment stays available.
    #[arg(long, default_value = "10", value_parser = seconds)]
    window: Duration,
    /// How long the broadcast runs before, in seconds: the playlist grows to its full length.
    #[arg(long, default_value = "30", value_parser = seconds)]
    settle: Duration,
    #[arg(long, default_value_t = 32)]
    connections: usize,
}

/// What is asked for: the same bytes from both servers.
struct Object {
    case: &'static str,
    path: String,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("delivery");
    for run in 0..args.runs {
        let live = Peer::start(Kind::Rivulet, Setup::channels(1)).await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let files = Peer::start(Kind::Nginx, Setup { workers: cores, ..Setup::default() }).await?;
        let mut publishers = Publishers::start(Arc::clone(&source), vec![live.target(0)]);
        publishers.all_accepted().await?;
        sleep(args.settle).await;
        for case in ["playlist", "segment"] {
            newest_segment(&live, 0).await?;
            for kind in Kind::in_turn(&[Kind::Rivulet, Kind::Nginx], run) {
                let object = object(&live, &files, case).await?;
                let peer = if kind == Kind::Rivulet { &live } else { &files };
                measure(&args, kind, peer, &object, &mut sheet).await?;
            }
        }
        publishers.stop()?;
        live.stop().await?;
        files.stop().await?;
    }
    sheet.save()
}

/// Picks the newest object of a kind and puts a copy of it where nginx serves the same path.
async fn object(live: &Peer, files: &Peer, case: &'static str) -> Result<Object> {
    let path = match case {
        "playlist" => live.playlist(0),
        _ => newest_segment(live, 0).await?,
    };
    let body = Connection::open(live.http()).await?.fetch(&path).await?;
    let copy = files.static_directory().with_file_name("").join(path.trim_start_matches('/'));
    std::fs::create_dir_all(copy.parent().context("a file is in a directory")?)?;
    std::fs::write(copy, body)?;
    Ok(Object { case, path })
}

async fn measure(
    args: &Args,
    kind: Kind,
    peer: &Peer,
    object: &Object,
    sheet: &mut Sheet,
) -> Result<()> {
    let scratch = Scratch::new()?;
    let script = scratch.path().join("totals.lua");
    std::fs::write(&script, WRK_SCRIPT)?;
    let url = format!("http://{}{}", peer.http(), object.path);
    let (before, began) = (peer.usage().cpu_seconds, Instant::now());
    let totals = wrk(args, &script, &url).await?;
    let cost = Cost::since(peer, before, began);
    ensure!(
        totals.errors == 0,
        "{} of {} requests to {url} failed",
        totals.errors,
        totals.requests
    );
    let subject = if kind == Kind::Rivulet { "rivulet" } else { "nginx, static file" };
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject, metric, case: object.case, unit }, value)
    };
    let elapsed = args.window.as_secs_f64();
    add("requests per second", "1/s", totals.requests / elapsed);
    add("requests per cpu second", "1/s", totals.requests / cost.cpu_seconds);
    add("throughput", "MB/s", totals.bytes / 1e6 / elapsed);
    add("cpu per gigabyte", "s", cost.cpu_seconds / (totals.bytes / 1e9));
    Ok(())
}

struct Totals {
    requests: f64,
    bytes: f64,
    errors: u64,
}

async fn wrk(args: &Args, script: &Path, url: &str) -> Result<Totals> {
    let mut command = Command::new("wrk");
    command.args([
        "-t",
        "1",
        "-c",
        &args.connections.to_string(),
        "-d",
        &format!("{}s", args.window.as_secs()),
    ]);
    let output = command.arg("-s").arg(script).arg(url).output().await.context("install wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("totals "))
        .with_context(|| format!("wrk said: {text}"))?;
    let mut numbers = line.split_whitespace();
    let mut next = || numbers.next().context("wrk's totals are short");
    Ok(Totals { requests: next()?.parse()?, bytes: next()?.parse()?, errors: next()?.parse()? })
}
