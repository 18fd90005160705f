//! Load tools and benchmarks beside peers. Every tool measures and writes one sheet of numbers to
//! `bench/results/`; `report` turns the sheets into `docs/BENCHMARKS.md` and its charts.
//!
//! Errors are `anyhow`: a benchmark that cannot measure stops and says why.

#![expect(clippy::print_stdout, reason = "tools talk to the person who runs them")]

mod chart;
mod feeder;
mod http;
mod link;
mod machine;
mod peer;
mod playlist;
mod process;
mod publisher;
mod report;
mod scratch;
mod sheet;
mod source;
mod stamp;
mod tools;
mod websocket;

use clap::Parser;

/// Load tools and benchmarks for Rivulet and its peers.
#[derive(Parser)]
#[command(name = "rivulet-bench")]
enum Command {
    /// Publish channels from one file in real time.
    Publish(tools::publish::Args),
    /// Cost of passthrough channels: CPU per stream-second and memory.
    Passthrough(tools::passthrough::Args),
    /// Age of the newest frame when it is listed; time until accepted and playable.
    Delay(tools::delay::Args),
    /// Playlist and segment throughput per CPU second.
    Delivery(tools::delivery::Args),
    /// Many blocking playlist requests waiting at once.
    Waiters(tools::waiters::Args),
    /// Cost of RTMP players.
    Fanout(tools::fanout::Args),
    /// Glass to glass in hls.js in Chromium.
    Glass(tools::glass::Args),
    /// Encoded renditions: cost, delay, quality, beside bare ffmpeg and Owncast's command line.
    Ladder(tools::ladder::Args),
    /// Start, directory and search with many channels and follows, on either database.
    Discovery(tools::discovery::Args),
    /// People who sign in as fast as they can, and what it costs the picture.
    SignIn(tools::sign_in::Args),
    /// Chat: cost of a delivery, delay, losses, durable messages, crowds, floods.
    Chat(tools::chat::Args),
    /// A server nobody uses: memory, CPU, time until ready.
    Idle(tools::idle::Args),
    /// Render docs/BENCHMARKS.md and its charts from bench/results.
    Report,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Publish(args) => tools::publish::run(args).await,
        Command::Passthrough(args) => tools::passthrough::run(args).await,
        Command::Delay(args) => tools::delay::run(args).await,
        Command::Delivery(args) => tools::delivery::run(args).await,
        Command::Waiters(args) => tools::waiters::run(args).await,
        Command::Fanout(args) => tools::fanout::run(args).await,
        Command::Glass(args) => tools::glass::run(args).await,
        Command::Ladder(args) => tools::ladder::run(args).await,
        Command::Discovery(args) => tools::discovery::run(args).await,
        Command::SignIn(args) => tools::sign_in::run(args).await,
        Command::Chat(args) => tools::chat::run(args).await,
        Command::Idle(args) => tools::idle::run(args).await,
        Command::Report => report::run(),
    }
}
