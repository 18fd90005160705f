//! `rivulet admin`: channels, stream keys and people, also while the server runs.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use tokio::runtime::Handle;

use super::{people, print};
use crate::app::{self, Storage};
use crate::channels::{Channel, Channels, NewChannel, Patch, Slug};
use crate::clock::Clock;
use crate::config::Config;
use crate::stills::{MAX_PICTURE_BYTES, Pictures};
use crate::transcode::{Ffmpeg, Preset, Wishes};

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
    #[command(flatten)]
    People(people::People),
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
    /// Whether to keep small pictures of whole broadcasts, one a minute; costs about as much
    /// processor time as the broadcast itself
    #[arg(long, value_name = "on|off")]
    thumbnail_history: Option<Switch>,
    /// Picture to show while the channel is not on air: a PNG, JPEG or WebP
    #[arg(long, value_name = "FILE", conflicts_with = "no_picture")]
    picture: Option<PathBuf>,
    /// Show our picture again
    #[arg(long)]
    no_picture: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Admin {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        app::make_data_dir(&config.data_dir)?;
        let storage = app::open_storage(config, Clock::system()).await?;
        let Storage { db, channels, accounts, .. } = storage;
        let ffmpeg = Ffmpeg::find(config.ffmpeg.as_deref(), Handle::current());
        let pictures = Pictures::new(db.clone(), ffmpeg, Clock::system());
        let answer = match self {
            Self::People(people) => people.execute(&accounts).await,
            other => other.execute(&channels, &pictures).await,
        };
        db.close().await;
        print(&answer?)
    }

    async fn execute(self, channels: &Channels, pictures: &Pictures) -> anyhow::Result<String> {
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
                set.change_picture(&channel, pictures).await?;
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
            Self::People(_) => bail!("people are not channels"),
        }
    }
}

impl SetChannel {
    async fn change_picture(&self, channel: &Channel, pictures: &Pictures) -> anyhow::Result<()> {
        if self.no_picture {
            pictures.remove(channel.id).await?;
        }
        let Some(path) = &self.picture else { return Ok(()) };
        let unreadable = || format!("cannot read {}", path.display());
        let mut bytes = Vec::new();
        // One more than is allowed is enough to know.
        let limit = MAX_PICTURE_BYTES as u64 + 1;
        let file = std::fs::File::open(path).with_context(unreadable)?;
        file.take(limit).read_to_end(&mut bytes).with_context(unreadable)?;
        pictures.set(channel.id, bytes).await.with_context(|| path.display().to_string())
    }

    fn patch(self, channel: &Channel) -> anyhow::Result<Patch> {
        let video = self.video(&channel.video)?;
        Ok(Patch {
            name: self.display_name,
            title: self.title,
            description: self.description,
            latency_level: self.latency,
            reconnect_grace: self.reconnect_grace.map(Duration::from_secs),
            video,
            thumbnail_history: self.thumbnail_history.map(|switch| switch == Switch::On),
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
