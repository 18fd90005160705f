//! What a passthrough channel costs: RTMP in, HLS ready, nobody watching.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{Cost, mebibytes, newest_segment, seconds};
use crate::http::Connection;
use crate::peer::{Kind, Peer, Setup};
use crate::playlist::{Playlist, resolve};
use crate::publisher::Publishers;
use crate::sheet::{Key, Sheet};
use crate::source::Source;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Channels at once, one case each.
    #[arg(long, default_value = "1,20,100", value_delimiter = ',')]
    channels: Vec<usize>,
    /// Runs, alternating between the peers.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long each case is measured, in seconds.
    #[arg(long, default_value = "30", value_parser = seconds)]
    window: Duration,
    /// How long before: the playlists' windows fill up, in seconds.
    #[arg(long, default_value = "30", value_parser = seconds)]
    settle: Duration,
    #[arg(long, default_value = "rivulet,nginx", value_delimiter = ',')]
    peers: Vec<Kind>,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let source = Arc::new(Source::plain()?);
    let mut sheet = Sheet::new("passthrough");
    for run in 0..args.runs {
        for kind in Kind::in_turn(&args.peers, run) {
            for &channels in &args.channels {
                measure(&args, kind, channels, &source, &mut sheet).await?;
            }
        }
    }
    sheet.save()
}

async fn measure(
    args: &Args,
    kind: Kind,
    channels: usize,
    source: &Arc<Source>,
    sheet: &mut Sheet,
) -> Result<()> {
    let peer = Peer::start(kind, Setup::channels(channels)).await?;
    let mut publishers = Publishers::start(Arc::clone(source), peer.targets());
    publishers.all_accepted().await?;
    // Every channel counts only when it can be watched.
    for channel in 0..channels {
        newest_segment(&peer, channel).await?;
    }
    sleep(args.settle).await;
    let cost = Cost::over(&peer, args.window).await;
    let case = channels.to_string();
    let mut add = |metric: &str, unit: &str, value: f64| {
        sheet.add(Key { subject: kind.name(), metric, case: &case, unit }, value);
    };
    add("cpu per stream-second", "ms", cost.millis_per_second_each(channels));
    add("memory", "MiB", mebibytes(cost.rss_bytes));
    add("files", "MiB", mebibytes(peer.file_bytes()));
    let window = Window::of(&peer).await?;
    add("window of one channel", "MiB", mebibytes(window.listed));
    add("still to be had of one channel", "MiB", mebibytes(window.unlisted));
    publishers.stop()?;
    peer.stop().await
}

/// What channel 0 keeps, in bytes.
struct Window {
    /// All segments, and the parts of the segment in the making, that are listed.
    listed: u64,
    /// Segments that are no longer listed, and that RFC 8216bis §6.2.2 wants to be had all the same.
    unlisted: u64,
}

impl Window {
    async fn of(peer: &Peer) -> Result<Self> {
        let path = peer.playlist(0);
        let mut connection = Connection::open(peer.http()).await?;
        let playlist = Playlist::parse(&String::from_utf8_lossy(&connection.fetch(&path).await?));
        let open =
            playlist.parts.len() - usize::try_from(playlist.next_part)?.min(playlist.parts.len());
        let mut window = Self { listed: 0, unlisted: 0 };
        for uri in playlist.segments.iter().chain(playlist.parts.iter().skip(open)) {
            window.listed += connection.fetch(&resolve(&path, uri)).await?.len() as u64;
        }
        let mut before = playlist.segments.first().and_then(|uri| predecessor(uri));
        while let Some(uri) = before {
            let response = connection.get(&resolve(&path, &uri)).await?;
            if response.status != 200 {
                break;
            }
            window.unlisted += response.body.len() as u64;
            before = predecessor(&uri);
        }
        Ok(window)
    }
}

/// The segment before one whose name ends in its number.
fn predecessor(uri: &str) -> Option<String> {
    let (stem, extension) = uri.rsplit_once('.')?;
    let (name, number) = stem.rsplit_once('-')?;
    let number = number.parse::<u64>().ok()?.checked_sub(1)?;
    Some(format!("{name}-{number}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_counted_back_to_the_first() {
        assert_eq!(predecessor("stream-ab-10.m4s").as_deref(), Some("stream-ab-9.m4s"));
        assert_eq!(predecessor("stream-ab-0.m4s"), None);
    }
}
