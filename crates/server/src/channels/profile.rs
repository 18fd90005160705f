//! What a channel says of itself, and how it is sent: the documents that are patched.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::check;
use super::{Category, Channel, ChannelsError};
use crate::ids::PanelId;
use crate::site::{Accent, Language, Link, MAX_TAGS, Tag, check_links};
use crate::transcode::Wishes;

/// Panels of a channel. Against a page that grows without end.
pub(crate) const MAX_PANELS: usize = 20;
/// Longest title of a panel, in characters.
const MAX_PANEL_TITLE_LEN: usize = 100;
/// Longest text of a panel, in characters.
const MAX_PANEL_LEN: usize = 10_000;

/// What a channel says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Profile {
    /// Its name on pages.
    pub(crate) name: String,
    /// What is on now; may be empty.
    pub(crate) title: String,
    /// About the channel in a few words; may be empty.
    pub(crate) description: String,
    /// The category's name in addresses.
    #[schema(required)]
    pub(crate) category: Option<String>,
    /// What people look for; at most ten.
    pub(crate) tags: Vec<Tag>,
    /// The language that is spoken.
    #[schema(required)]
    pub(crate) language: Option<Language>,
    /// Whether it is for grown-ups.
    pub(crate) mature: bool,
    /// Where else to find the streamer; at most ten.
    pub(crate) links: Vec<Link>,
    /// The channel's colour.
    #[schema(required)]
    pub(crate) accent: Option<Accent>,
    /// Whether everybody may see who follows it; those who do not want to be seen are not.
    pub(crate) shows_followers: bool,
}

impl Profile {
    pub(super) fn of(channel: &Channel, tags: Vec<Tag>, category: Option<String>) -> Self {
        Self {
            name: channel.name.clone(),
            title: channel.title.clone(),
            description: channel.description.clone(),
            category,
            tags,
            language: channel.language.clone(),
            mature: channel.mature,
            links: channel.links.clone(),
            accent: channel.accent.clone(),
            shows_followers: channel.shows_followers,
        }
    }

    /// The channel as this says, if it may be so.
    pub(super) fn put_on(
        self,
        channel: &Channel,
        category: Option<&Category>,
    ) -> Result<(Channel, Vec<Tag>), ChannelsError> {
        let mut tags: Vec<Tag> = Vec::new();
        for tag in self.tags {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > MAX_TAGS {
            return Err(ChannelsError::OutOfRange { field: "tags", range: "at most 10 tags" });
        }
        check_links(&self.links)?;
        let changed = Channel {
            name: self.name.trim().to_owned(),
            title: self.title.trim().to_owned(),
            description: self.description,
            category: category.map(|category| category.id),
            language: self.language,
            mature: self.mature,
            links: self.links,
            accent: self.accent,
            shows_followers: self.shows_followers,
            ..channel.clone()
        };
        check(&changed)?;
        Ok((changed, tags))
    }
}

/// How a channel is sent, from its next broadcast on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Sending {
    /// 0 (lowest latency) to 4 (fewest interruptions on poor networks).
    pub(crate) latency_level: u8,
    /// How long a broadcast waits for its encoder to come back, 0 to 300 seconds.
    pub(crate) reconnect_grace_seconds: u64,
    /// Whether small pictures of whole broadcasts are kept.
    pub(crate) thumbnail_history: bool,
    /// Which qualities are made, as docs/RENDITIONS.md describes them.
    #[schema(value_type = Object)]
    pub(crate) renditions: serde_json::Value,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            latency_level: super::model::DEFAULT_LATENCY_LEVEL,
            reconnect_grace_seconds: super::model::DEFAULT_RECONNECT_GRACE.as_secs(),
            thumbnail_history: false,
            renditions: renditions(&Wishes::default()),
        }
    }
}

impl Sending {
    pub(super) fn of(channel: &Channel) -> Self {
        Self {
            latency_level: channel.latency_level,
            reconnect_grace_seconds: channel.reconnect_grace.as_secs(),
            thumbnail_history: channel.thumbnail_history,
            renditions: renditions(&channel.video),
        }
    }

    /// The channel as this says, if it may be so.
    pub(super) fn put_on(self, channel: &Channel) -> Result<Channel, ChannelsError> {
        let video = Wishes::parse(&self.renditions.to_string())
            .map_err(|error| ChannelsError::Renditions(crate::telemetry::chain(&error)))?;
        let changed = Channel {
            latency_level: self.latency_level,
            reconnect_grace: Duration::from_secs(self.reconnect_grace_seconds),
            thumbnail_history: self.thumbnail_history,
            video,
            ..channel.clone()
        };
        check(&changed)?;
        Ok(changed)
    }
}

fn renditions(wishes: &Wishes) -> serde_json::Value {
    serde_json::from_str(&wishes.to_json()).unwrap_or_default()
}

/// A part of a channel's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panel {
    pub(crate) id: PanelId,
    pub(crate) title: String,
    /// Markdown.
    pub(crate) markdown: String,
    /// Where its title leads.
    pub(crate) link: Option<String>,
}

impl Panel {
    /// One that is nothing but a text.
    pub(crate) fn untitled(markdown: String) -> Self {
        Self { id: PanelId::generate(), title: String::new(), markdown, link: None }
    }
}

/// Whether panels are few and fit.
pub(super) fn check_panels(panels: &[Panel]) -> Result<(), ChannelsError> {
    let refuse = |field, range| Err(ChannelsError::OutOfRange { field, range });
    if panels.len() > MAX_PANELS {
        return refuse("panels", "at most 20");
    }
    for panel in panels {
        if panel.title.chars().count() > MAX_PANEL_TITLE_LEN {
            return refuse("a panel's title", "at most 100 characters");
        }
        if panel.markdown.chars().count() > MAX_PANEL_LEN {
            return refuse("a panel's text", "at most 10,000 characters");
        }
        if panel.title.trim().is_empty() && panel.markdown.trim().is_empty() {
            return refuse("a panel", "a title, a text, or both");
        }
        if let Some(url) = &panel.link {
            let link = Link { label: "link".to_owned(), url: url.clone() };
            if check_links(&[link]).is_err() {
                return refuse("a panel's link", "an address that begins with https:// or http://");
            }
        }
    }
    Ok(())
}
