//! What a channel says of itself, read once for everybody who looks, and anew when it changes.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use crate::channels::{Category, Channel, Channels, ChannelsError};
use crate::discovery::Listing;
use crate::sanitise::{self, SafeHtml};
use crate::site::{Accent, Language, Link, Tag};

/// A category's names.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct CategoryName {
    /// In addresses.
    slug: String,
    /// On pages.
    name: String,
}

impl From<&Category> for CategoryName {
    fn from(category: &Category) -> Self {
        Self { slug: category.slug.to_string(), name: category.name.clone() }
    }
}

/// A channel in a line, as lists show it and pages are told of its changes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct ChannelSummary {
    /// Its name in addresses.
    pub(super) slug: String,
    /// Its name.
    pub(super) name: String,
    /// What is on now; may be empty.
    pub(super) title: String,
    #[schema(required)]
    category: Option<CategoryName>,
    /// The language that is spoken.
    #[schema(required)]
    language: Option<Language>,
    /// Whether it is for grown-ups.
    mature: bool,
    /// Its colour.
    #[schema(required)]
    accent: Option<Accent>,
}

impl ChannelSummary {
    pub(super) fn new(channel: &Channel, category: Option<&Category>) -> Self {
        Self {
            slug: channel.slug.to_string(),
            name: channel.name.clone(),
            title: channel.title.clone(),
            category: category.map(CategoryName::from),
            language: channel.language.clone(),
            mature: channel.mature,
            accent: channel.accent.clone(),
        }
    }
}

impl From<Listing> for ChannelSummary {
    fn from(listing: Listing) -> Self {
        Self {
            slug: listing.slug,
            name: listing.name,
            title: listing.title,
            category: listing.category.map(|(slug, name)| CategoryName { slug, name }),
            language: listing.language.as_deref().and_then(Language::parse),
            mature: listing.mature,
            accent: listing.accent,
        }
    }
}

/// A part of a channel's description.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PanelView {
    /// Its heading; may be empty.
    title: String,
    /// Where the heading leads.
    #[schema(required)]
    link: Option<String>,
    /// Its text.
    html: SafeHtml,
}

/// What a channel says of itself beside its name and title.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ChannelAbout {
    #[schema(required)]
    category: Option<CategoryName>,
    /// What people look for.
    tags: Vec<Tag>,
    /// The language that is spoken.
    #[schema(required)]
    language: Option<Language>,
    /// Whether it is for grown-ups.
    mature: bool,
    /// Where else to find the streamer; say `rel="me"` of them.
    links: Vec<Link>,
    /// Its colour.
    #[schema(required)]
    accent: Option<Accent>,
    /// Whether everybody may see who follows it.
    shows_followers: bool,
    /// The parts of its description, in order.
    panels: Vec<PanelView>,
}

/// A channel and what it says of itself.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) channel: Arc<Channel>,
    pub(super) summary: ChannelSummary,
    pub(super) about: ChannelAbout,
}

impl Facts {
    pub(super) async fn of(
        channels: &Channels,
        channel: Arc<Channel>,
    ) -> Result<Self, ChannelsError> {
        let category = channels.category_of(&channel).await?;
        let profile = channels.profile(&channel).await?;
        let panels = channels.panels(channel.id).await?.into_iter().map(|panel| PanelView {
            html: sanitise::markdown(&panel.markdown),
            title: panel.title,
            link: panel.link,
        });
        let summary = ChannelSummary::new(&channel, category.as_ref());
        let about = ChannelAbout {
            category: summary.category.clone(),
            tags: profile.tags,
            language: profile.language,
            mature: profile.mature,
            links: profile.links,
            accent: profile.accent,
            shows_followers: profile.shows_followers,
            panels: panels.collect(),
        };
        Ok(Self { channel, summary, about })
    }
}
