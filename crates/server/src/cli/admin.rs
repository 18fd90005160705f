//! `rivulet admin`: channels and stream keys, also while the server runs.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::print;
use crate::app::{self, Storage};
use crate::channels::{Channel, Channels, NewChannel, Patch, Slug};
use crate::clock::Clock;
use crate::config::Config;
use crate::transcode::{Preset, Wishes};

/// What to do.
#[derive(Subcommand)]
pub(super) enum Admin {
    /// List the channels
    ListChannels,
    /// Make a channel; prints its stream key
    CreateChannel {
        /// Name in addresses: /@NAME
        name: String,
    },
    /// Change a channel's settings
    SetChannel(SetChannel),
    /// Print the stream keys of a channel
    StreamKeys {
        /// The channel; the primary one when not given
        name: Option<String>,
    },
    /// Make one more stream key for a channel and print it
    AddStreamKey {
        /// The channel; the primary one when not given
        name: Option<String>,
        /// What the key is for
        #[arg(long, default_value = "Made on the command line")]
        label: String,
    },
}

/// Settings to change; the others stay.
#[derive(Args)]
pub(super) struct SetChannel {
    /// The channel; the primary one when not given
    name: Option<String>,
    /// Name on pages
    #[arg(long)]
    display_name: Option<String>,
    /// What is on now
    #[arg(long)]
    title: Option<String>,
    /// About the channel
    #[arg(long)]
    description: Option<String>,
    /// 0 (lowest latency) to 4 (fewest interruptions on poor networks); from the next broadcast on
    #[arg(long, value_name = "LEVEL")]
    latency: Option<u8>,
    /// Seconds a broadcast waits for its encoder to come back, 0 to 300
    #[arg(long, value_name = "SECONDS")]
    reconnect_grace: Option<u64>,
    /// Qualities to encode: source (none), balanced, mobile, or a JSON file; from the next broadcast on
    #[arg(long, value_name = "PRESET|FILE")]
    renditions: Option<String>,
    /// Whether listeners are offered the sound without pictures; from the next broadcast on
    #[arg(long, value_name = "on|off")]
    audio_only: Option<Switch>,
}

/// A setting that is on or off.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Admin {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        app::make_data_dir(&config.data_dir)?;
        let storage = app::open_storage(&config.data_dir, Clock::system()).await?;
        let Storage { db, channels, .. } = storage;
        let answer = self.execute(&channels).await;
        db.close().await;
        print(&answer?)
    }

    async fn execute(self, channels: &Channels) -> anyhow::Result<String> {
        match self {
            Self::ListChannels => {
                let lines: Vec<_> = channels.list().await?.iter().map(line).collect();
                Ok(lines.join("\n"))
            }
            Self::CreateChannel { name } => {
                let channel = channels.create(NewChannel::named(Slug::parse(&name)?)).await?;
                Ok(channels.add_key(&channel, "First key").await?.reveal().to_owned())
            }
            Self::SetChannel(set) => {
                let channel = find(channels, set.name.as_deref()).await?;
                let patch = set.patch(&channel)?;
                Ok(line(&channels.change(channel, patch).await?))
            }
            Self::StreamKeys { name } => {
                let channel = find(channels, name.as_deref()).await?;
                let keys = channels.reveal_keys(&channel).await?;
                Ok(keys.iter().map(|key| key.reveal()).collect::<Vec<_>>().join("\n"))
            }
            Self::AddStreamKey { name, label } => {
                let channel = find(channels, name.as_deref()).await?;
                Ok(channels.add_key(&channel, &label).await?.reveal().to_owned())
            }
        }
    }
}

impl SetChannel {
    fn patch(self, channel: &Channel) -> anyhow::Result<Patch> {
        let video = self.video(&channel.video)?;
        Ok(Patch {
            name: self.display_name,
            title: self.title,
            description: self.description,
            latency_level: self.latency,
            reconnect_grace: self.reconnect_grace.map(Duration::from_secs),
            video,
        })
    }

    /// New renditions, if any were named. What a file says of the sound alone, the flag overrules.
    fn video(&self, now: &Wishes) -> anyhow::Result<Option<Wishes>> {
        let mut wishes = match self.renditions.as_deref() {
            None if self.audio_only.is_none() => return Ok(None),
            None => now.clone(),
            Some(name) => match Preset::named(name) {
                Some(preset) => Wishes::new(preset.variants(), now.audio_only)?,
                None => read(Path::new(name))?,
            },
        };
        if let Some(switch) = self.audio_only {
            wishes.audio_only = switch == Switch::On;
        }
        Ok(Some(wishes))
    }
}

/// Reads renditions that somebody wrote down.
fn read(path: &Path) -> anyhow::Result<Wishes> {
    let names: Vec<_> = Preset::ALL.iter().map(|(name, _)| *name).collect();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{} is neither a file nor one of {}", path.display(), names.join(", "))
    })?;
    Wishes::parse(&text).with_context(|| format!("{} does not fit", path.display()))
}

async fn find(channels: &Channels, name: Option<&str>) -> anyhow::Result<Channel> {
    let Some(name) = name else {
        return channels.primary().await.context("no channel named");
    };
    match channels.by_slug(&Slug::parse(name)?).await? {
        Some(channel) => Ok(channel),
        None => bail!("there is no channel named `{name}`; see `rivulet admin list-channels`"),
    }
}

fn line(channel: &Channel) -> String {
    let mark = if channel.is_primary { "  (primary)" } else { "" };
    format!(
        "{}  {:?}  latency {}  reconnect grace {} s  renditions {}{mark}",
        channel.slug,
        channel.name,
        channel.latency_level,
        channel.reconnect_grace.as_secs(),
        channel.video.summary()
    )
}
