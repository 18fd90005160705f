//! Search, as documents.

use std::collections::{HashMap, HashSet};

use super::cursor::{Cursor as _, Offset};
use super::document::{CategorySummary, Hit, ListedChannel, SearchPage, Suggestion};
use super::model::{OnAirNow, Tally};
use super::search::{Key, Kind, Query, Question, Within, rank};
use super::{Discovery, DiscoveryError};
use crate::ids::{CategoryId, ChannelId};

/// Results of one page.
pub(super) const PAGE: usize = 20;
/// Suggestions for what somebody has typed so far.
const MAX_SUGGESTIONS: usize = 8;
/// What there is of each category.
type Tallies = HashMap<CategoryId, Tally>;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NotNow {
    /// Too many are searching.
    Busy,
    Failed(DiscoveryError),
}

impl From<DiscoveryError> for NotNow {
    fn from(error: DiscoveryError) -> Self {
        Self::Failed(error)
    }
}

impl Discovery {
    /// A page of what was found for what somebody typed.
    pub(super) async fn find(
        &self,
        typed: &str,
        kind: Option<Kind>,
        after: Offset,
    ) -> Result<SearchPage, NotNow> {
        let Some(query) = Query::parse(typed) else {
            return Ok(SearchPage { results: Vec::new(), next: None });
        };
        let now = self.shared.now();
        let keys = self.keys(Question { query, kind, within: Within::Everything }, &now).await?;
        let page = keys.get(after.0..).unwrap_or_default();
        let page = page.get(..PAGE).unwrap_or(page);
        // Looks at every channel: once for all of the page, and only where it shows some.
        let tallies = match page.iter().any(|key| key.kind == Kind::Category) {
            true => self.shared.catalogue().tally(&now, |card| card.category),
            false => Tallies::new(),
        };
        let results = page.iter().filter_map(|key| self.hit(key, &now, &tallies)).collect();
        let end = after.0.saturating_add(PAGE);
        let next = (end < keys.len()).then(|| Offset(end).to_text());
        Ok(SearchPage { results, next })
    }

    /// What somebody may mean who has typed so much.
    pub(super) async fn suggest(&self, typed: &str) -> Result<Vec<Suggestion>, NotNow> {
        let Some(query) = Query::parse(typed) else { return Ok(Vec::new()) };
        let now = self.shared.now();
        let keys = self.keys(Question { query, kind: None, within: Within::Names }, &now).await?;
        let mut known = HashSet::new();
        // Nobody is shown numbers here.
        let none = Tallies::new();
        let hits = keys.iter().filter_map(|key| self.hit(key, &now, &none));
        let suggestions = hits.map(|hit| match hit {
            Hit::Channel { channel } => Suggestion { text: channel.name, url: channel.url },
            Hit::Live { channel } => {
                let text = if channel.title.is_empty() { channel.name } else { channel.title };
                Suggestion { text, url: channel.url }
            }
            Hit::Category { category } => {
                let url = format!("/category/{}", category.slug);
                Suggestion { text: category.name, url }
            }
        });
        let new = |it: &Suggestion| known.insert((it.text.clone(), it.url.clone()));
        Ok(suggestions.filter(new).take(MAX_SUGGESTIONS).collect())
    }

    async fn keys(&self, question: Question, now: &OnAirNow) -> Result<Vec<Key>, NotNow> {
        let shared = &self.shared;
        let mut found = {
            let _waits = shared.waiting_searches.try_acquire().map_err(|_| NotNow::Busy)?;
            let _turn = shared.searches.acquire().await.map_err(|_| NotNow::Busy)?;
            shared.search.exact(&question).await.map_err(DiscoveryError::from)?
        };
        found.extend(shared.catalogue().more(&question, &found));
        let viewers = |key: &Key| {
            let channel = ChannelId::parse(&key.subject);
            channel.and_then(|id| now.get(&id)).map_or(0, |on_air| on_air.viewers + 1)
        };
        Ok(rank(&question.query, found, viewers))
    }

    /// What a key stands for, unless it is gone or hidden since the index was written.
    fn hit(&self, key: &Key, now: &OnAirNow, tallies: &Tallies) -> Option<Hit> {
        let catalogue = self.shared.catalogue();
        let channel = || {
            let id = ChannelId::parse(&key.subject)?;
            let on_air = now.get(&id).copied();
            Some((ListedChannel::new(catalogue.card(id)?, on_air, &catalogue), on_air))
        };
        match key.kind {
            Kind::Channel => channel().map(|(channel, _)| Hit::Channel { channel }),
            Kind::Live => channel()
                .filter(|(_, on_air)| on_air.is_some())
                .map(|(channel, _)| Hit::Live { channel }),
            Kind::Category => {
                let shelf = catalogue.category(CategoryId::parse(&key.subject)?)?;
                let tally = tallies.get(&shelf.id).copied().unwrap_or_default();
                Some(Hit::Category { category: CategorySummary::new(shelf, tally) })
            }
        }
    }
}
