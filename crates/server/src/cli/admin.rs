//! `rivulet admin`: channels, stream keys, people and settings, also while the server runs. What it changes
//! is in the audit log as the command line's.

mod keys;
mod settings;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;

use super::{people, print};
use crate::app::{self, Storage};
use crate::audit::Actor;
use crate::channels::{Channel, Channels, NewChannel, Patch, Slug};
use crate::clock::Clock;
use crate::config::Config;
use crate::site::Site;
use crate::stills::{MAX_PICTURE_BYTES, Pictures, Spot};
use crate::transcode::{Ffmpeg, Preset, Wishes};

/// Who does it.
const WHO: &Actor = &Actor::CommandLine;

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
    /// Print the stream keys of a channel that may be used
    StreamKeys {
        /// The channel; the primary one when not given
        name: Option<String>,
    },
    /// List the stream keys of a channel with their labels, without the secrets
    ListStreamKeys {
        /// The channel; the primary one when not given
        name: Option<String>,
    },
    /// Keep a stream key from being used; ends a broadcast that it publishes
    DisableStreamKey(KeyChoice),
    /// Let a disabled stream key be used again
    EnableStreamKey(KeyChoice),
    /// Put a new secret in the place of a stream key's and print it
    RotateStreamKey(KeyChoice),
    /// Remove a stream key; ends a broadcast that it publishes
    RemoveStreamKey(KeyChoice),
    /// End a channel's broadcast, and let nobody publish until it is released
    LockStream {
        /// The channel; the primary one when not given
        name: Option<String>,
    },
    /// Let encoders publish to a channel again
    ReleaseStream {
        /// The channel; the primary one when not given
        name: Option<String>,
    },
    /// Give a channel another name in addresses; the former one leads to it
    RenameChannel {
        /// The channel
        name: String,
        /// Its new name in addresses: /@NAME
        to: String,
    },
    /// Print the site's settings as JSON, or one of them
    Settings {
        /// Which one, such as `name` or `channels.creators`
        key: Option<String>,
    },
    /// Change one of the site's settings
    Set {
        /// Which one, such as `name` or `channels.creators`
        key: String,
        /// JSON, or text as it is; `null` gives the default back
        value: String,
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

/// A stream key.
#[derive(Args)]
pub(super) struct KeyChoice {
    /// Its label, or the beginning of its id, as `list-stream-keys` prints them
    key: String,
    /// The channel; the primary one when not given
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
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
    /// The category, by its name in addresses; empty for none
    #[arg(long)]
    category: Option<String>,
    /// What people look for, separated by commas; empty for none
    #[arg(long, value_delimiter = ',')]
    tags: Option<Vec<String>>,
    /// The language that is spoken, such as `en`; empty for none
    #[arg(long)]
    language: Option<String>,
    /// Whether it is for grown-ups
    #[arg(long, value_name = "on|off")]
    mature: Option<Switch>,
    /// The channel's colour, such as `#1f6feb`; empty for none
    #[arg(long)]
    accent: Option<String>,
    /// Whether the channel is kept out of lists
    #[arg(long, value_name = "on|off")]
    hidden: Option<Switch>,
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
        let Storage { db, channels, accounts, site, .. } = storage;
        let ffmpeg = Ffmpeg::find(config.ffmpeg.as_deref(), Handle::current());
        let pictures = Pictures::new(db.clone(), ffmpeg, Clock::system());
        let answer = match self {
            Self::People(people) => people.execute(&accounts).await,
            other => other.execute((&channels, &site), &pictures).await,
        };
        db.close().await;
        print(&answer?)
    }

    async fn execute(
        self,
        (channels, site): (&Channels, &Site),
        pictures: &Pictures,
    ) -> anyhow::Result<String> {
        match self {
            Self::ListChannels => {
                let lines: Vec<_> = channels.list().await?.iter().map(line).collect();
                Ok(lines.join("\n"))
            }
            Self::CreateChannel { name } => {
                let new = NewChannel::named(Slug::parse(&name)?);
                let channel = channels.create(WHO, new, None).await?;
                Ok(channels.add_key(WHO, &channel, "First key").await?.1.reveal().to_owned())
            }
            Self::SetChannel(set) => {
                let channel = find(channels, set.name.as_deref()).await?;
                set.change_picture(&channel, pictures).await?;
                set.run(channels, channel).await
            }
            Self::RenameChannel { name, to } => {
                let channel = find(channels, Some(&name)).await?;
                Ok(line(&channels.rename(WHO, &channel, &Slug::parse(&to)?).await?))
            }
            Self::LockStream { name } => {
                let channel = find(channels, name.as_deref()).await?;
                channels.end_stream(WHO, channel.id, true).await?;
                Ok(format!("{} is locked", channel.slug))
            }
            Self::ReleaseStream { name } => {
                let channel = find(channels, name.as_deref()).await?;
                channels.release_stream(WHO, channel.id).await?;
                Ok(format!("{} may be published to", channel.slug))
            }
            Self::Settings { key } => settings::show(site, key.as_deref()),
            Self::Set { key, value } => settings::set(site, &key, &value).await,
            keys => keys::run(keys, channels).await,
        }
    }
}

impl SetChannel {
    async fn change_picture(&self, channel: &Channel, pictures: &Pictures) -> anyhow::Result<()> {
        if self.no_picture {
            pictures.remove(WHO, (channel, Spot::Picture)).await?;
        }
        let Some(path) = &self.picture else { return Ok(()) };
        let unreadable = || format!("cannot read {}", path.display());
        let mut bytes = Vec::new();
        // One more than is allowed is enough to know.
        let limit = MAX_PICTURE_BYTES as u64 + 1;
        let file = std::fs::File::open(path).with_context(unreadable)?;
        file.take(limit).read_to_end(&mut bytes).with_context(unreadable)?;
        pictures
            .set(WHO, (channel, Spot::Picture), bytes)
            .await
            .with_context(|| path.display().to_string())
    }

    async fn run(self, channels: &Channels, channel: Channel) -> anyhow::Result<String> {
        let (profile, hidden) = (self.profile(), self.hidden);
        let patch = self.patch(&channel)?;
        let mut changed = channels.change(WHO, channel.id, patch).await?;
        if profile.as_object().is_some_and(|named| !named.is_empty()) {
            changed = channels.edit(WHO, channel.id, &profile).await?;
        }
        if let Some(hidden) = hidden {
            changed = channels.hide(WHO, channel.id, hidden == Switch::On).await?;
        }
        Ok(line(&changed))
    }

    /// What of the profile is named, as a merge patch.
    fn profile(&self) -> Value {
        let mut patch = Map::new();
        for (key, value) in
            [("category", &self.category), ("language", &self.language), ("accent", &self.accent)]
        {
            if let Some(value) = value {
                let none = value.is_empty();
                patch.insert(key.to_owned(), if none { Value::Null } else { json!(value) });
            }
        }
        if let Some(tags) = &self.tags {
            let tags: Vec<_> = tags.iter().filter(|tag| !tag.trim().is_empty()).collect();
            patch.insert("tags".to_owned(), json!(tags));
        }
        if let Some(mature) = self.mature {
            patch.insert("mature".to_owned(), json!(mature == Switch::On));
        }
        Value::Object(patch)
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
