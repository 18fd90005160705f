//! What the read model is made of: channels and categories as lists show them, and in which order.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use rivulet_media::time::WallClock;

use crate::ids::{CategoryId, ChannelId};
use crate::site::Accent;

/// Characters of a name by which lists are sorted.
const MAX_SORTED_LEN: usize = 40;

/// A channel as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) id: ChannelId,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) category: Option<CategoryId>,
    pub(super) tags: Vec<String>,
    /// As it was tagged, such as `pt-BR`.
    pub(super) language: Option<String>,
    pub(super) mature: bool,
    pub(super) is_primary: bool,
    pub(super) accent: Option<Accent>,
}

/// A category as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shelf {
    pub(super) id: CategoryId,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) description: String,
}

/// Which of them, by what lists are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// Only those on air, or only the others.
    pub(super) live: Option<bool>,
    pub(super) category: Option<CategoryId>,
    pub(super) tag: Option<String>,
    /// `pt` stands for `pt-BR` as well.
    pub(super) language: Option<String>,
}

/// What comes first among those on air. The others follow by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// The most watched.
    #[default]
    Viewers,
    /// The newest broadcast.
    Started,
    /// By name, whether they are on air or not.
    Name,
}

/// A broadcast, as lists show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OnAir {
    pub(super) started_at: WallClock,
    pub(super) viewers: u64,
}

/// Where in a list a channel stands: lists are sorted by this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    OnAir(Reverse<u64>, ChannelId),
    ByName(String, ChannelId),
}

/// One line of a list.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) place: Place,
    pub(super) card: Arc<Card>,
    pub(super) on_air: Option<OnAir>,
}

/// Who is on air at the moment of a question.
pub(super) type OnAirNow = HashMap<ChannelId, OnAir>;

impl Card {
    pub(super) fn sorted_by(&self) -> String {
        self.name.to_lowercase().chars().take(MAX_SORTED_LEN).collect()
    }

    /// By what search knows the channel.
    pub(super) fn called(&self) -> Cow<'_, str> {
        both(&self.name, &self.slug)
    }

    /// By what search knows its broadcast.
    pub(super) fn billed(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }
}

impl Shelf {
    /// By what search knows the category.
    pub(super) fn called(&self) -> Cow<'_, str> {
        both(&self.name, &self.slug)
    }
}

fn both<'a>(name: &'a str, slug: &str) -> Cow<'a, str> {
    if name.eq_ignore_ascii_case(slug) { name.into() } else { format!("{name} {slug}").into() }
}

impl Filter {
    pub(super) fn takes(&self, card: &Card) -> bool {
        let is_of = |wanted: &String| card.tags.contains(wanted);
        let speaks = |wanted: &String| {
            card.language.as_ref().is_some_and(|spoken| {
                let rest = spoken.get(wanted.len()..).unwrap_or_default();
                let begins = spoken.get(..wanted.len());
                begins.is_some_and(|it| it.eq_ignore_ascii_case(wanted))
                    && (rest.is_empty() || rest.starts_with('-'))
            })
        };
        self.category.is_none_or(|wanted| card.category == Some(wanted))
            && self.tag.as_ref().is_none_or(is_of)
            && self.language.as_ref().is_none_or(speaks)
    }
}

/// Sums over channels that have something in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tally {
    pub(super) viewers: u64,
    pub(super) live: u64,
    pub(super) channels: u64,
}
