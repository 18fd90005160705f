//! The directory, categories and tags, as documents.

use std::cmp::Reverse;

use super::cursor::Cursor as _;
use super::document::{CategorySummary, ChannelPage, ListedChannel, TagSummary};
use super::model::{Filter, Line, Place, Sort};
use super::{Discovery, DiscoveryError, feed};
use crate::ids::ChannelId;
use crate::site::Accent;

/// Channels of one page, unless fewer are asked for.
pub(super) const PAGE: usize = 30;
/// Channels of one page at most.
pub(super) const MAX_PAGE: usize = 100;
/// Tags of the list of tags, the most used.
const MAX_TAGS: usize = 100;

/// Which part of the directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) filter: Filter,
    pub(super) sort: Sort,
    pub(super) after: Option<Place>,
    pub(super) limit: usize,
}

/// A channel at its place in the directory, for pages that show more of it than lists do.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) id: ChannelId,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) title: String,
    /// In addresses and on pages.
    pub(crate) category: Option<(String, String)>,
    pub(crate) language: Option<String>,
    pub(crate) mature: bool,
    pub(crate) accent: Option<Accent>,
    pub(crate) is_on_air: bool,
}

impl Discovery {
    /// The beginning of the directory, in the order in which all of it is.
    pub(crate) fn first(&self, limit: usize) -> Vec<Listing> {
        let now = self.shared.now();
        let catalogue = self.shared.catalogue();
        let lines = catalogue.page(&Filter::default(), Sort::default(), &now, None, limit);
        let listing = |line: Line| {
            let category = line.card.category.and_then(|id| catalogue.category(id));
            Listing {
                id: line.card.id,
                slug: line.card.slug.clone(),
                name: line.card.name.clone(),
                title: line.card.title.clone(),
                category: category.map(|shelf| (shelf.slug.clone(), shelf.name.clone())),
                language: line.card.language.clone(),
                mature: line.card.mature,
                accent: line.card.accent.clone(),
                is_on_air: line.on_air.is_some(),
            }
        };
        lines.into_iter().map(listing).collect()
    }

    /// A page of the directory.
    pub(super) fn directory(&self, wanted: &Wanted) -> ChannelPage {
        let Wanted { filter, sort, after, limit } = wanted;
        let limit = (*limit).clamp(1, MAX_PAGE);
        let now = self.shared.now();
        let catalogue = self.shared.catalogue();
        let mut lines = catalogue.page(filter, *sort, &now, after.as_ref(), limit + 1);
        let more = lines.len() > limit;
        lines.truncate(limit);
        let next = lines.last().filter(|_| more).map(|line| line.place.to_text());
        let channels = lines.iter().map(|line| ListedChannel::of_line(line, &catalogue)).collect();
        ChannelPage { channels, next }
    }

    /// The category of that name in addresses.
    pub(super) async fn category(
        &self,
        slug: &str,
    ) -> Result<Option<CategorySummary>, DiscoveryError> {
        Ok(self.categories().await?.into_iter().find(|it| it.slug == slug))
    }

    /// All categories, the most watched first.
    pub(super) async fn categories(&self) -> Result<Vec<CategorySummary>, DiscoveryError> {
        // Whoever has just made one wants to see it.
        let shelves = self.shared.channels.categories().await?;
        let now = self.shared.now();
        let tallies = self.shared.catalogue().tally(&now, |card| card.category);
        let mut summaries: Vec<_> = shelves
            .into_iter()
            .map(|category| {
                let tally = tallies.get(&category.id).copied().unwrap_or_default();
                CategorySummary::new(&feed::shelf(category), tally)
            })
            .collect();
        summaries.sort_by_key(|it| (Reverse((it.viewers, it.live, it.channels)), it.slug.clone()));
        Ok(summaries)
    }

    /// The most used tags, the most watched first.
    pub(super) fn tags(&self) -> Vec<TagSummary> {
        let now = self.shared.now();
        let catalogue = self.shared.catalogue();
        let tallies = catalogue.tally(&now, |card| card.tags.iter().map(String::as_str));
        let mut tags: Vec<_> = tallies.into_iter().collect();
        tags.sort_unstable_by_key(|(tag, tally)| (Reverse(*tally), *tag));
        tags.into_iter().take(MAX_TAGS).map(|(tag, tally)| TagSummary::new(tag, tally)).collect()
    }
}
