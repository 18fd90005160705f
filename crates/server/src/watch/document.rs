//! The documents and socket messages of this room, as the API describes them.

use std::time::Duration;

use rivulet_media::time::WallClock;
use serde::Serialize;
use utoipa::ToSchema;

use super::directory::DirectoryEntry;
use super::facts::{ChannelAbout, ChannelSummary, Facts};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::delivery::MediaInfo;
use crate::insights::Health;
use crate::live::{Past, Period};
use crate::schedule::Coming;
use crate::site::{Accent, Button, Current, Mode};
use crate::stills::Images;

/// A channel as its page shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ChannelDocument {
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// What is on now; may be empty.
    title: String,
    /// About the channel; may be empty.
    description: String,
    /// Whether it is the channel that `/` shows.
    is_primary: bool,
    /// What it says of itself beside.
    about: ChannelAbout,
    /// Where its master playlist is.
    #[schema(example = "/hls/stream.m3u8")]
    playback_url: String,
    /// Where the picture is that its owner gave it, if any.
    #[schema(required, example = "/api/v1/channels/rivulet/picture.jpg?…")]
    picture_url: Option<String>,
    /// Where its avatar is, if it has one.
    #[schema(required)]
    avatar_url: Option<String>,
    /// Where its banner is, if it has one.
    #[schema(required)]
    banner_url: Option<String>,
    /// The stream that is planned next, if any.
    #[schema(required)]
    pub(super) next_stream: Option<Coming>,
    /// How many follow it.
    followers: u64,
    /// What it is doing.
    status: Status,
}

/// What other rooms say of a channel.
pub(super) struct Shown {
    pub(super) status: Status,
    pub(super) picture: Option<String>,
    pub(super) images: Images,
    pub(super) next: Option<Coming>,
    pub(super) followers: u64,
}

impl ChannelDocument {
    pub(super) fn new(facts: &Facts, shown: Shown) -> Self {
        let channel = &facts.channel;
        Self {
            about: facts.about.clone(),
            slug: channel.slug.to_string(),
            name: channel.name.clone(),
            title: channel.title.clone(),
            description: channel.description.clone(),
            is_primary: channel.is_primary,
            playback_url: playback_url(channel),
            picture_url: shown.picture,
            avatar_url: shown.images.avatar,
            banner_url: shown.images.banner,
            next_stream: shown.next,
            followers: shown.followers,
            status: shown.status,
        }
    }
}

/// Where a channel's master playlist is.
pub(super) fn playback_url(channel: &Channel) -> String {
    if channel.is_primary {
        "/hls/stream.m3u8".to_owned()
    } else {
        format!("/hls/@{}/stream.m3u8", channel.slug)
    }
}

/// What a channel is doing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Status {
    /// Nothing to watch.
    Offline {
        /// The newest broadcast that is over.
        #[schema(required)]
        last_broadcast: Option<LastBroadcast>,
    },
    /// On air.
    Live {
        /// Which broadcast.
        broadcast_id: String,
        /// When it began (RFC 3339, UTC).
        started_at: String,
        /// How many are watching.
        viewers: u64,
        /// What is sent.
        media: MediaInfo,
    },
    /// The encoder is gone and awaited.
    Interrupted {
        /// Which broadcast.
        broadcast_id: String,
        /// When it began (RFC 3339, UTC).
        started_at: String,
        /// How many are watching.
        viewers: u64,
        /// Until when the encoder is awaited (RFC 3339, UTC).
        waits_until: String,
        /// What was sent, where anything was.
        #[schema(required)]
        media: Option<MediaInfo>,
    },
}

/// A broadcast that is over.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct LastBroadcast {
    /// When it began (RFC 3339, UTC).
    started_at: String,
    /// When it ended (RFC 3339, UTC).
    ended_at: String,
}

impl Status {
    pub(super) fn offline(last: Option<Past>) -> Self {
        let last_broadcast = last.map(|past| LastBroadcast {
            started_at: rfc3339(past.started_at),
            ended_at: rfc3339(past.ended_at),
        });
        Self::Offline { last_broadcast }
    }

    pub(super) fn live(period: Period, viewers: u64, media: MediaInfo) -> Self {
        let broadcast_id = period.broadcast.to_string();
        Self::Live { broadcast_id, started_at: rfc3339(period.started_at), viewers, media }
    }

    pub(super) fn interrupted(
        period: Period,
        viewers: u64,
        now: WallClock,
        remaining: Duration,
        media: Option<MediaInfo>,
    ) -> Self {
        let remaining_ms = i64::try_from(remaining.as_millis()).unwrap_or(i64::MAX);
        let until = WallClock::from_unix_millis(now.as_unix_millis().saturating_add(remaining_ms));
        Self::Interrupted {
            broadcast_id: period.broadcast.to_string(),
            started_at: rfc3339(period.started_at),
            viewers,
            waits_until: rfc3339(until),
            media,
        }
    }
}

impl Status {
    /// How many are watching, where that is said.
    pub(super) fn viewers(&self) -> Option<u64> {
        match self {
            Self::Live { viewers, .. } | Self::Interrupted { viewers, .. } => Some(*viewers),
            Self::Offline { .. } => None,
        }
    }

    /// The same with another number of viewers, where there are any.
    pub(super) fn with_viewers(mut self, count: u64) -> Self {
        if let Self::Live { viewers, .. } | Self::Interrupted { viewers, .. } = &mut self {
            *viewers = count;
        }
        self
    }
}

/// What pages show of the site.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct SiteSummary {
    /// What it is called.
    pub(super) name: String,
    /// The site in a sentence; may be empty.
    pub(super) summary: String,
    /// What `/` shows.
    pub(super) mode: Mode,
    /// The colour of channels that chose none.
    #[schema(required)]
    accent: Option<Accent>,
    /// Whether nobody is told how many watch: counts are 0 then.
    pub(super) hides_viewers: bool,
    /// Buttons under the player that the admin gave it.
    actions: Vec<Button>,
}

impl SiteSummary {
    pub(super) fn new(current: &Current) -> Self {
        let settings = &current.settings;
        Self {
            name: settings.name.clone(),
            summary: settings.summary.clone(),
            mode: settings.mode,
            accent: settings.accent.clone(),
            hides_viewers: settings.hides_viewers,
            actions: current.buttons.clone(),
        }
    }
}

/// What the server says on the socket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    /// The first message: the server's clock, for countdowns and true latency.
    Hello {
        /// RFC 3339, UTC, with milliseconds.
        server_time: String,
    },
    /// What the channel is doing; sent first, and whenever it changes.
    Status {
        /// Which channel.
        channel: String,
        /// What it is doing.
        status: Status,
    },
    /// How many are watching; sent when the number has changed, every few seconds at most.
    Viewers {
        /// Which channel.
        channel: String,
        /// How many.
        viewers: u64,
    },
    /// What a channel says of itself; sent first, and whenever it changes.
    Channel {
        /// Which one: it stays the same when the channel gets another name.
        id: String,
        /// What it says.
        channel: ChannelSummary,
    },
    /// The directory as it is; sent first to those who follow it, and again when changes were missed.
    Directory {
        /// Those on air first.
        channels: Vec<DirectoryEntry>,
    },
    /// The directory has a channel less.
    Gone {
        /// Which one.
        id: String,
    },
    /// What the site says of itself; sent first, and whenever it changes.
    Site {
        /// What it says.
        site: SiteSummary,
    },
    /// How the channel's stream is; sent first and every two seconds while it is on air, to those who
    /// asked for it with `health=1` and may read it.
    Health {
        /// Which channel.
        channel: String,
        /// How it is.
        health: Box<Health>,
    },
    /// Markers of the channel's broadcasts were set, changed or removed: ask for them again. Sent to
    /// those who asked for its health and may read it.
    Markers {
        /// Which channel.
        channel: String,
    },
    /// The server restarts: connect again after a moment.
    GoingAway,
}

impl ServerMessage {
    /// As it is sent.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a document of texts and numbers is JSON")
    }
}
