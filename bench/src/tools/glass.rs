//! Glass to glass: a picture that shows its own number is published, a browser reads the number off
//! the screen. No timestamp of any server takes part.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Deserialize;
use tokio::process::Command;

use super::{newest_segment, seconds};
use crate::peer::{Kind, Peer, Setup};
use crate::publisher::{Publishers, Sent};
use crate::sheet::{Key, Sheet, percentile, repository};
use crate::source::Source;

/// What plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Player {
    /// Our own page.
    Watch,
    /// hls.js with its own settings and low latency on, against our server.
    Hlsjs,
    /// hls.js against nginx-rtmp.
    NginxHlsjs,
}

impl Player {
    fn peer(self) -> Kind {
        match self {
            Self::Watch | Self::Hlsjs => Kind::Rivulet,
            Self::NginxHlsjs => Kind::Nginx,
        }
    }

    fn case(self) -> &'static str {
        match self {
            Self::Watch => "watch page",
            Self::Hlsjs | Self::NginxHlsjs => "hls.js",
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Args {
    /// All of them by default; the watch page alone where a level is given.
    #[arg(long, value_delimiter = ',')]
    players: Vec<Player>,
    /// 3 by default, 1 where a level is given.
    #[arg(long)]
    runs: Option<usize>,
    /// How long each player plays, in seconds.
    #[arg(long, alias = "seconds", default_value = "60", value_parser = seconds)]
    window: Duration,
    /// The channel's latency level; it makes a sheet of its own.
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=4))]
    level: Option<u8>,
    /// Frames shown within this time of the first are not counted in the latency, in seconds.
    #[arg(long, default_value = "10", value_parser = seconds)]
    settle: Duration,
}

/// What the browser reports: the last line of `glass/measure.mjs`.
#[derive(Deserialize)]
struct Report {
    /// From opening the page to the first frame, in milliseconds.
    join_ms: f64,
    /// Times the player ran dry after the first frame.
    stalls: u32,
    /// When, in seconds after the first frame.
    stalled_at: Vec<f64>,
    /// What our own page says of itself in the end.
    page: Option<Said>,
    /// Milliseconds without a new frame beyond a quarter of a second, summed.
    frozen_ms: f64,
    frames: Vec<Shown>,
}

/// Attributes of our watch page; numbers as text.
#[derive(Deserialize)]
struct Said {
    stalls: String,
    mode: String,
    latency: String,
    target_latency: String,
}

/// A frame that was read off the picture.
#[derive(Deserialize)]
struct Shown {
    number: u32,
    /// Milliseconds since the Unix epoch.
    at_ms: f64,
}

impl Args {
    fn players(&self) -> Vec<Player> {
        match (&*self.players, self.level) {
            ([], Some(_)) => vec![Player::Watch],
            ([], None) => vec![Player::Watch, Player::Hlsjs, Player::NginxHlsjs],
            (chosen, _) => chosen.to_vec(),
        }
    }

    fn setup(&self) -> Setup {
        let level = self.level.map(|level| vec!["--latency".to_owned(), level.to_string()]);
        Setup::channels(1).with_settings(level.unwrap_or_default())
    }
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::counter()?);
    let mut sheet = Sheet::new(&match args.level {
        Some(level) => format!("glass-level-{level}"),
        None => "glass".to_owned(),
    });
    for run in 0..args.runs.unwrap_or(if args.level.is_some() { 1 } else { 3 }) {
        let mut players = args.players();
        if run % 2 == 1 {
            players.reverse();
        }
        for player in players {
            measure(&args, player, &source, &mut sheet).await?;
        }
    }
    sheet.save()
}

async fn measure(
    args: &Args,
    player: Player,
    source: &Arc<Source>,
    sheet: &mut Sheet,
) -> Result<()> {
    let peer = Peer::start(player.peer(), args.setup()).await?;
    let mut publishers = Publishers::start(Arc::clone(source), vec![peer.target(0)]);
    publishers.all_accepted().await?;
    newest_segment(&peer, 0).await?;
    let report = browser(args, player, &peer).await?;
    let sent = publishers.stop()?;
    peer.stop().await?;
    let latencies = latencies(&report, &sent, args.settle);
    ensure!(latencies.len() > 30, "only {} frames were read off the picture", latencies.len());
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: player.peer().name(), metric, case: player.case(), unit }, value);
    };
    for (metric, percent) in [("latency, p50", 50.0), ("latency, p95", 95.0)] {
        add(metric, "s", percentile(&latencies, percent).context("no latency")? / 1000.0);
    }
    add("join", "s", report.join_ms / 1000.0);
    add("stalls", "", f64::from(report.stalls));
    add("frozen", "s", report.frozen_ms / 1000.0);
    for at in &report.stalled_at {
        println!("stalled {at:.1} s after the first frame");
    }
    if let Some(Said { stalls, mode, latency, target_latency }) = &report.page {
        println!("the page: mode {mode}, {latency} s behind, target {target_latency} s");
        add("stalls, as the page counts", "", stalls.parse().context("data-stalls")?);
        if let Ok(wanted) = target_latency.parse() {
            add("latency wanted by the page", "s", wanted);
        }
    }
    Ok(())
}

async fn browser(args: &Args, player: Player, peer: &Peer) -> Result<Report> {
    let base = format!("http://{}", peer.http());
    let mut command = Command::new("node");
    command
        .arg(repository().join("bench/glass/measure.mjs"))
        .arg("--seconds")
        .arg(args.window.as_secs().to_string());
    match player {
        Player::Watch => {
            command.arg("--page").arg(format!("{base}{}", peer.page(0).context("no page")?))
        }
        Player::Hlsjs | Player::NginxHlsjs => {
            command.arg("--playlist").arg(format!("{base}{}", peer.master(0)))
        }
    };
    let output = command.stderr(Stdio::inherit()).output().await.context("install Node")?;
    ensure!(output.status.success(), "the browser could not play {base}");
    let text = String::from_utf8(output.stdout)?;
    serde_json::from_str(text.lines().last().unwrap_or_default())
        .context("measure.mjs reported nothing")
}

/// Milliseconds from sending to showing. A number comes round again with each round of the source:
/// the newest sending before the showing is meant.
fn latencies(report: &Report, sent: &[Sent], settle: Duration) -> Vec<f64> {
    let mut sendings: HashMap<u32, Vec<f64>> = HashMap::new();
    for frame in sent {
        sendings.entry(frame.frame).or_default().push(frame.micros as f64 / 1000.0);
    }
    let from =
        report.frames.first().map_or(0.0, |first| first.at_ms) + settle.as_secs_f64() * 1000.0;
    let counted = report.frames.iter().filter(|shown| shown.at_ms >= from);
    counted
        .filter_map(|shown| {
            let at = sendings.get(&shown.number)?.iter().rev().find(|at| **at <= shown.at_ms)?;
            Some(shown.at_ms - at)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_its_newest_sending() {
        let sent = [(7, 1_000_000), (8, 1_033_000), (7, 57_000_000)];
        let sent: Vec<Sent> =
            sent.into_iter().map(|(frame, micros)| Sent { frame, micros }).collect();
        let frames = [(7, 2000.0), (8, 2100.0), (7, 58_500.0), (9, 59_000.0)];
        let frames = frames.into_iter().map(|(number, at_ms)| Shown { number, at_ms }).collect();
        let report = Report {
            join_ms: 0.0,
            stalls: 0,
            stalled_at: vec![],
            page: None,
            frozen_ms: 0.0,
            frames,
        };
        assert_eq!(latencies(&report, &sent, Duration::ZERO), [1000.0, 1067.0, 1500.0]);
        assert_eq!(latencies(&report, &sent, Duration::from_secs(10)), [1500.0]);
    }
}
