//! The documents of this room, as the API describes them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalogue::Catalogue;
use super::model::{Card, Line, OnAir, Shelf, Tally};
use crate::accounts::Face;
use crate::clock::rfc3339;

/// A channel as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ListedChannel {
    /// Its name in addresses.
    pub(super) slug: String,
    /// Its name.
    pub(super) name: String,
    /// What is on, or was last; may be empty.
    pub(super) title: String,
    /// What it has in common with others.
    #[schema(required)]
    pub(super) category: Option<ListedCategory>,
    /// What people look for.
    pub(super) tags: Vec<String>,
    /// The language that is spoken (BCP 47).
    #[schema(required)]
    pub(super) language: Option<String>,
    /// Whether it is for grown-ups.
    pub(super) mature: bool,
    /// Where its page is.
    #[schema(example = "/@rivulet")]
    pub(super) url: String,
    /// Where a picture of it is.
    #[schema(example = "/api/v1/channels/rivulet/thumbnail.jpg")]
    pub(super) thumbnail_url: String,
    /// Its broadcast, while it is on air.
    #[schema(required)]
    pub(super) live: Option<ListedBroadcast>,
}

/// A broadcast as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ListedBroadcast {
    /// When it began (RFC 3339, UTC).
    pub(super) started_at: String,
    /// How many are watching.
    pub(super) viewers: u64,
}

/// A category's names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ListedCategory {
    /// Its name in addresses.
    pub(super) slug: String,
    /// Its name on pages.
    pub(super) name: String,
}

/// A category, and what there is of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CategorySummary {
    /// Its identity.
    pub(super) id: String,
    /// Its name in addresses.
    pub(super) slug: String,
    /// Its name on pages.
    pub(super) name: String,
    /// What belongs to it; may be empty.
    pub(super) description: String,
    /// Channels of it.
    pub(super) channels: u64,
    /// Those of them that are on air.
    pub(super) live: u64,
    /// How many watch those.
    pub(super) viewers: u64,
}

/// A tag, and how many use it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TagSummary {
    /// The tag.
    pub(super) tag: String,
    /// Channels with it.
    pub(super) channels: u64,
    /// Those of them that are on air.
    pub(super) live: u64,
    /// How many watch those.
    pub(super) viewers: u64,
}

/// Some channels.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelPage {
    pub(super) channels: Vec<ListedChannel>,
    /// What to ask the next ones with; `null` when there are no more.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// Something that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Hit {
    /// A channel.
    Channel { channel: ListedChannel },
    /// A channel that is on air, by what is on.
    Live { channel: ListedChannel },
    /// A category.
    Category { category: CategorySummary },
}

/// Some of what was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchPage {
    pub(super) results: Vec<Hit>,
    /// What to ask the next ones with; `null` when there are no more.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// What somebody may mean who has begun to type.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Suggestion {
    /// What it is called.
    pub(super) text: String,
    /// Where it is.
    #[schema(example = "/@rivulet")]
    pub(super) url: String,
}

/// A channel that the account follows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowedChannel {
    pub(super) channel: ListedChannel,
    /// Since when (RFC 3339, UTC).
    pub(super) followed_at: String,
    /// Whether the account is told when it goes live.
    pub(super) notify: bool,
}

/// Some of what the account follows, those on air first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowedPage {
    pub(super) follows: Vec<FollowedChannel>,
    /// What to ask the next ones with; `null` when there are no more.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// Whether the account follows a channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowState {
    pub(super) following: bool,
    /// Whether the account is told when it goes live.
    pub(super) notify: bool,
    /// How many follow it.
    pub(super) followers: u64,
}

/// Somebody who follows the channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowerDocument {
    /// The account.
    pub(super) account: String,
    /// Since when (RFC 3339, UTC).
    pub(super) followed_at: String,
}

/// Some of those who follow the channel, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowerPage {
    /// How many there are in all.
    pub(super) total: u64,
    pub(super) followers: Vec<FollowerDocument>,
    /// What to ask the next ones with; `null` when there are no more.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// Somebody whom everybody may see among those who follow.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShownFollower {
    username: String,
    display_name: String,
    /// A hue, 0 to 359.
    colour: u16,
    /// Where their picture is, if they have one.
    #[schema(required)]
    avatar_url: Option<String>,
}

/// Some of those who follow the channel and may be seen, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShownFollowers {
    /// How many follow, those included whom nobody is shown.
    pub(super) total: u64,
    pub(super) followers: Vec<ShownFollower>,
    /// What to ask the next ones with; `null` when there are no more.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// Whether the account may be seen among the followers of channels that show theirs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowsListed {
    pub(super) listed: bool,
}

impl From<Face> for ShownFollower {
    fn from(face: Face) -> Self {
        let Face { username, display_name, colour, avatar_url } = face;
        Self { username, display_name, colour, avatar_url }
    }
}

impl ListedChannel {
    pub(super) fn new(card: &Card, on_air: Option<OnAir>, catalogue: &Catalogue) -> Self {
        let category = card.category.and_then(|id| catalogue.category(id));
        Self {
            slug: card.slug.clone(),
            name: card.name.clone(),
            title: card.title.clone(),
            category: category.map(ListedCategory::new),
            tags: card.tags.clone(),
            language: card.language.clone(),
            mature: card.mature,
            url: format!("/@{}", card.slug),
            thumbnail_url: format!("/api/v1/channels/{}/thumbnail.jpg", card.slug),
            live: on_air.map(|on_air| ListedBroadcast {
                started_at: rfc3339(on_air.started_at),
                viewers: on_air.viewers,
            }),
        }
    }

    pub(super) fn of_line(line: &Line, catalogue: &Catalogue) -> Self {
        Self::new(&line.card, line.on_air, catalogue)
    }
}

impl ListedCategory {
    fn new(shelf: &Arc<Shelf>) -> Self {
        Self { slug: shelf.slug.clone(), name: shelf.name.clone() }
    }
}

impl CategorySummary {
    pub(super) fn new(shelf: &Shelf, tally: Tally) -> Self {
        Self {
            id: shelf.id.to_string(),
            slug: shelf.slug.clone(),
            name: shelf.name.clone(),
            description: shelf.description.clone(),
            channels: tally.channels,
            live: tally.live,
            viewers: tally.viewers,
        }
    }
}

impl TagSummary {
    pub(super) fn new(tag: &str, tally: Tally) -> Self {
        let Tally { viewers, live, channels } = tally;
        Self { tag: tag.to_owned(), channels, live, viewers }
    }
}
