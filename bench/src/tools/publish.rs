//! Publishes channels from one FLV file until stopped, as a load for anything.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::seconds;
use crate::link::Target;
use crate::publisher::Publishers;
use crate::sheet::percentile;
use crate::source::Source;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Host and port of the RTMP server.
    #[arg(long, default_value = "127.0.0.1:1935")]
    rtmp: SocketAddr,
    /// The RTMP application.
    #[arg(long, default_value = "live")]
    app: String,
    /// Stream keys, one channel each.
    #[arg(long, required = true, value_delimiter = ',')]
    keys: Vec<String>,
    /// FLV file to repeat; without it 720p30 at 2.67 Mb/s is made.
    #[arg(long)]
    file: Option<PathBuf>,
    /// Publish the picture with the frame counter.
    #[arg(long, conflicts_with = "file")]
    counter: bool,
    /// How long, in seconds.
    #[arg(long, default_value = "3600", value_parser = seconds)]
    seconds: Duration,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = match &args.file {
        Some(path) => Source::open(path)?,
        None if args.counter => Source::counter()?,
        None => Source::plain()?,
    };
    let target = |key: String| Target { address: args.rtmp, app: args.app.clone(), key };
    let targets = args.keys.iter().cloned().map(target).collect();
    let mut publishers = Publishers::start(Arc::new(source), targets);
    let Ok(accepted) = publishers.all_accepted().await else {
        publishers.stop()?;
        anyhow::bail!("a publisher was refused");
    };
    let millis: Vec<f64> = accepted.iter().map(|a| a.after.as_secs_f64() * 1000.0).collect();
    let median = percentile(&millis, 50.0).unwrap_or_default();
    println!("{} publishing; accepted after {median:.1} ms (median)", args.keys.len());
    sleep(args.seconds).await;
    publishers.stop()?;
    Ok(())
}
