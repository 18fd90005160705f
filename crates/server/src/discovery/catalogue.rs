//! The read model: every channel that may be listed, and every category.
//!
//! It is kept in memory, so that no list of channels waits for the database; the names in it are
//! found there as well, typing errors forgiven.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use super::model::{Card, Filter, Line, OnAir, OnAirNow, Place, Shelf, Sort, Tally};
use super::search::{
    AS_TYPED, Candidate, Key, Kind, MAX_HITS, Names, Query, Question, closeness, fold,
};
use crate::ids::{CategoryId, ChannelId};

/// Channels of the directory, at about one and a half KiB each. Where a site has more, those that
/// come too late are found at their own address only.
const MAX_CARDS: usize = 200_000;
/// With fewer results than this, none of which is called what was typed, typing errors are forgiven.
const ENOUGH: usize = 5;

/// All cards and categories.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    cards: HashMap<ChannelId, Arc<Card>>,
    by_name: BTreeMap<(String, ChannelId), Arc<Card>>,
    categories: HashMap<CategoryId, Arc<Shelf>>,
    /// Whose broadcasts are found by what is on.
    on_air: HashSet<ChannelId>,
    names: Names,
}

impl Catalogue {
    /// Puts a card where the channel's former one was. `false` when there is no room for another.
    pub(super) fn put(&mut self, card: Arc<Card>) -> bool {
        match self.cards.get(&card.id) {
            Some(known) if *known == card => return true,
            Some(known) => drop(self.by_name.remove(&(known.sorted_by(), card.id))),
            None if self.cards.len() >= MAX_CARDS => return false,
            None => {}
        }
        self.names.put(Key::new(Kind::Channel, card.id), fold(&card.called()));
        self.by_name.insert((card.sorted_by(), card.id), Arc::clone(&card));
        let channel = card.id;
        self.cards.insert(channel, card);
        self.bill(channel);
        true
    }

    pub(super) fn remove(&mut self, channel: ChannelId) {
        if let Some(card) = self.cards.remove(&channel) {
            self.by_name.remove(&(card.sorted_by(), channel));
            self.names.remove(&Key::new(Kind::Channel, channel));
            self.names.remove(&Key::new(Kind::Live, channel));
        }
    }

    /// Has these cards and no others; how many of them there is no room for.
    pub(super) fn set_cards(&mut self, cards: Vec<Arc<Card>>) -> usize {
        let listed: HashSet<ChannelId> = cards.iter().map(|card| card.id).collect();
        let gone: Vec<_> = self.cards.keys().filter(|id| !listed.contains(id)).copied().collect();
        gone.into_iter().for_each(|id| self.remove(id));
        cards.into_iter().map(|card| usize::from(!self.put(card))).sum()
    }

    /// `false` when they were the same already.
    pub(super) fn set_categories(&mut self, categories: Vec<Shelf>) -> bool {
        let categories: HashMap<_, _> =
            categories.into_iter().map(|shelf| (shelf.id, Arc::new(shelf))).collect();
        if categories == self.categories {
            return false;
        }
        for gone in self.categories.keys().filter(|id| !categories.contains_key(id)) {
            self.names.remove(&Key::new(Kind::Category, gone));
        }
        for shelf in categories.values() {
            self.names.put(Key::new(Kind::Category, shelf.id), fold(&shelf.called()));
        }
        self.categories = categories;
        true
    }

    /// A channel's broadcast begins.
    pub(super) fn begins(&mut self, channel: ChannelId) {
        self.on_air.insert(channel);
        self.bill(channel);
    }

    /// A channel's broadcast is over.
    pub(super) fn ends(&mut self, channel: ChannelId) {
        self.on_air.remove(&channel);
        self.names.remove(&Key::new(Kind::Live, channel));
    }

    /// Has a channel's broadcast found by what is on now.
    fn bill(&mut self, channel: ChannelId) {
        if let Some(card) = self.cards.get(&channel).filter(|_| self.on_air.contains(&channel)) {
            self.names.put(Key::new(Kind::Live, channel), fold(card.billed()));
        }
    }

    /// What the names in memory add to what was found by words: nothing where that was much, or is
    /// called what was typed.
    pub(super) fn more(&self, question: &Question, found: &[Candidate]) -> Vec<Candidate> {
        let Question { query, kind, .. } = question;
        let is_it = |it: &Candidate| self.is_called(&it.key, query);
        match found.len() {
            0..ENOUGH if found.iter().any(is_it) => Vec::new(),
            0..ENOUGH => self.names.alike(query, *kind),
            ENOUGH..MAX_HITS => Vec::new(),
            // More may have the words than were looked at, and some of those be called so.
            _ => {
                let mut named = self.names.alike(query, *kind);
                named.retain(|it| closeness(query, &it.name) >= Some(AS_TYPED));
                named
            }
        }
    }

    /// Whether a query is the whole name of something, or its name in addresses.
    fn is_called(&self, key: &Key, query: &Query) -> bool {
        let typed = |name: &str| fold(name) == query.text();
        let card = || self.card(ChannelId::parse(&key.subject)?);
        match key.kind {
            Kind::Channel => card().is_some_and(|it| typed(&it.name) || typed(&it.slug)),
            Kind::Live => card().is_some_and(|it| typed(it.billed())),
            Kind::Category => CategoryId::parse(&key.subject)
                .and_then(|id| self.category(id))
                .is_some_and(|it| typed(&it.name) || typed(&it.slug)),
        }
    }

    pub(super) fn card(&self, channel: ChannelId) -> Option<&Arc<Card>> {
        self.cards.get(&channel)
    }

    pub(super) fn category(&self, id: CategoryId) -> Option<&Arc<Shelf>> {
        self.categories.get(&id)
    }

    /// The category of that name in addresses.
    pub(super) fn category_named(&self, slug: &str) -> Option<&Arc<Shelf>> {
        self.categories.values().find(|shelf| shelf.slug == slug)
    }

    pub(super) fn categories(&self) -> impl Iterator<Item = &Arc<Shelf>> {
        self.categories.values()
    }

    /// At most `limit` lines that come after a place.
    pub(super) fn page(
        &self,
        filter: &Filter,
        sort: Sort,
        now: &OnAirNow,
        after: Option<&Place>,
        limit: usize,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        if sort != Sort::Name && filter.live != Some(false) {
            lines = self.on_air(filter, sort, now, after);
            lines.truncate(limit);
            if filter.live == Some(true) {
                return lines;
            }
        }
        let from = match after {
            Some(Place::ByName(name, id)) => Bound::Excluded((name.clone(), *id)),
            Some(Place::OnAir(..)) | None => Bound::Unbounded,
        };
        let missing = limit.saturating_sub(lines.len());
        let wanted = |card: &Arc<Card>| match (filter.live, sort) {
            (Some(live), _) => live == now.contains_key(&card.id),
            (None, Sort::Name) => true,
            (None, Sort::Viewers | Sort::Started) => !now.contains_key(&card.id),
        };
        let by_name = self
            .by_name
            .range((from, Bound::Unbounded))
            .filter(|(_, card)| wanted(card) && filter.takes(card))
            .take(missing)
            .map(|((name, id), card)| Line {
                place: Place::ByName(name.clone(), *id),
                card: Arc::clone(card),
                on_air: now.get(id).copied(),
            });
        lines.extend(by_name);
        lines
    }

    /// Those on air after a place, sorted.
    fn on_air(
        &self,
        filter: &Filter,
        sort: Sort,
        now: &OnAirNow,
        after: Option<&Place>,
    ) -> Vec<Line> {
        let measure = |on_air: &OnAir| match sort {
            Sort::Started => u64::try_from(on_air.started_at.as_unix_millis()).unwrap_or(0),
            Sort::Viewers | Sort::Name => on_air.viewers,
        };
        let mut lines: Vec<Line> = now
            .iter()
            .filter_map(|(id, on_air)| {
                let card = self.cards.get(id).filter(|card| filter.takes(card))?;
                let place = Place::OnAir(Reverse(measure(on_air)), *id);
                let is_next = after.is_none_or(|after| place > *after);
                let card = Arc::clone(card);
                is_next.then_some(Line { place, card, on_air: Some(*on_air) })
            })
            .collect();
        lines.sort_by(|a, b| a.place.cmp(&b.place));
        lines
    }

    /// How many channels there are for each of what `of` names, how many of them on air, and how
    /// many watch those.
    pub(super) fn tally<'a, K, I>(
        &'a self,
        now: &OnAirNow,
        of: impl Fn(&'a Card) -> I,
    ) -> HashMap<K, Tally>
    where
        K: std::hash::Hash + Eq,
        I: IntoIterator<Item = K>,
    {
        let mut tallies: HashMap<K, Tally> = HashMap::new();
        for card in self.cards.values() {
            let on_air = now.get(&card.id);
            for key in of(card) {
                let tally = tallies.entry(key).or_default();
                tally.channels += 1;
                tally.live += u64::from(on_air.is_some());
                tally.viewers += on_air.map_or(0, |it| it.viewers);
            }
        }
        tallies
    }
}

#[cfg(test)]
mod tests;
