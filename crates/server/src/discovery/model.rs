//! The read model: every channel that may be listed, as lists show it, and which of them are on air.
//!
//! It is kept in memory, so that no list of channels waits for the database.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use rivulet_media::time::WallClock;

use crate::ids::{CategoryId, ChannelId};
use crate::site::Accent;

/// Channels of the directory, at about one KiB each. Where a site has more, those that come too late
/// are found at their own address only.
pub(super) const MAX_CARDS: usize = 200_000;
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

/// All cards and categories.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    cards: HashMap<ChannelId, Arc<Card>>,
    by_name: BTreeMap<(String, ChannelId), Arc<Card>>,
    categories: HashMap<CategoryId, Arc<Shelf>>,
}

/// Who is on air at the moment of a question.
pub(super) type OnAirNow = HashMap<ChannelId, OnAir>;

impl Card {
    fn sorted_by(&self) -> String {
        self.name.to_lowercase().chars().take(MAX_SORTED_LEN).collect()
    }
}

impl Filter {
    fn takes(&self, card: &Card) -> bool {
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

impl Catalogue {
    /// Puts a card where the channel's former one was. `false` when there is no room for another.
    pub(super) fn put(&mut self, card: Arc<Card>) -> bool {
        self.remove(card.id);
        if self.cards.len() >= MAX_CARDS {
            return false;
        }
        self.by_name.insert((card.sorted_by(), card.id), Arc::clone(&card));
        self.cards.insert(card.id, card);
        true
    }

    pub(super) fn remove(&mut self, channel: ChannelId) {
        if let Some(card) = self.cards.remove(&channel) {
            self.by_name.remove(&(card.sorted_by(), channel));
        }
    }

    pub(super) fn clear(&mut self) {
        self.cards.clear();
        self.by_name.clear();
    }

    /// `false` when they were the same already.
    pub(super) fn set_categories(&mut self, categories: Vec<Shelf>) -> bool {
        let categories: HashMap<_, _> =
            categories.into_iter().map(|shelf| (shelf.id, Arc::new(shelf))).collect();
        let changed = categories != self.categories;
        self.categories = categories;
        changed
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

/// Sums over channels that have something in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tally {
    pub(super) viewers: u64,
    pub(super) live: u64,
    pub(super) channels: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str) -> Card {
        Card {
            id: ChannelId::generate(),
            slug: name.to_lowercase(),
            name: name.to_owned(),
            title: String::new(),
            category: None,
            tags: vec!["all".to_owned(), name.to_lowercase()],
            language: Some("pt-BR".to_owned()),
            mature: false,
            is_primary: false,
            accent: None,
        }
    }

    /// Five channels, of which Bee has 3 viewers, Dee 5 and Elk none.
    fn fixture() -> (Catalogue, OnAirNow) {
        let (mut catalogue, mut now) = (Catalogue::default(), OnAirNow::new());
        for (name, viewers) in
            [("Cat", None), ("Bee", Some(3)), ("ant", None), ("Elk", Some(0)), ("Dee", Some(5))]
        {
            let card = card(name);
            if let Some(viewers) = viewers {
                let started_at = WallClock::from_unix_millis(i64::try_from(now.len()).unwrap());
                now.insert(card.id, OnAir { started_at, viewers });
            }
            assert!(catalogue.put(Arc::new(card)));
        }
        (catalogue, now)
    }

    fn names(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.card.name.as_str()).collect()
    }

    #[test]
    fn lists_are_sorted_and_filtered_as_asked() {
        let (catalogue, now) = fixture();
        for (live, sort, expected) in [
            (None, Sort::Viewers, vec!["Dee", "Bee", "Elk", "ant", "Cat"]),
            (None, Sort::Started, vec!["Dee", "Elk", "Bee", "ant", "Cat"]),
            (None, Sort::Name, vec!["ant", "Bee", "Cat", "Dee", "Elk"]),
            (Some(true), Sort::Viewers, vec!["Dee", "Bee", "Elk"]),
            (Some(true), Sort::Name, vec!["Bee", "Dee", "Elk"]),
            (Some(false), Sort::Viewers, vec!["ant", "Cat"]),
            (Some(false), Sort::Name, vec!["ant", "Cat"]),
        ] {
            let filter = Filter { live, ..Filter::default() };
            let lines = catalogue.page(&filter, sort, &now, None, 10);
            assert_eq!(names(&lines), expected, "{live:?} {sort:?}");
            let mut after = None;
            let mut pages = Vec::new();
            loop {
                let page = catalogue.page(&filter, sort, &now, after.as_ref(), 2);
                let Some(last) = page.last() else { break };
                after = Some(last.place.clone());
                pages.extend(page);
            }
            assert_eq!(names(&pages), expected, "{live:?} {sort:?} in pages");
        }
    }

    #[test]
    fn tags_and_languages_are_compared_whole() {
        let (catalogue, now) = fixture();
        let count = |tag: Option<&str>, language: Option<&str>| {
            let (tag, language) = (tag.map(str::to_owned), language.map(str::to_owned));
            let filter = Filter { tag, language, ..Filter::default() };
            catalogue.page(&filter, Sort::Viewers, &now, None, 10).len()
        };
        assert_eq!(count(Some("bee"), None), 1);
        assert_eq!(count(Some("be"), None), 0);
        assert_eq!(count(None, Some("pt")), 5);
        assert_eq!(count(None, Some("PT-br")), 5);
        assert_eq!(count(None, Some("p")), 0);
        assert_eq!(count(None, Some("pt-BR-x-long")), 0);
        assert_eq!(count(None, Some("en")), 0);
    }

    #[test]
    fn a_changed_card_takes_the_place_of_the_old_one() {
        let (mut catalogue, now) = fixture();
        let old =
            catalogue.cards.values().find(|card| card.name == "Cat").unwrap().as_ref().clone();
        let id = old.id;
        catalogue.put(Arc::new(Card { name: "Zebra".to_owned(), ..old }));
        let filter = Filter::default();
        let all = catalogue.page(&filter, Sort::Name, &now, None, 10);
        assert_eq!(names(&all), ["ant", "Bee", "Dee", "Elk", "Zebra"]);
        catalogue.remove(id);
        assert_eq!(catalogue.page(&filter, Sort::Name, &now, None, 10).len(), 4);
    }

    #[test]
    fn tallies_count_channels_broadcasts_and_viewers() {
        let (catalogue, now) = fixture();
        let tallies = catalogue.tally(&now, |card| card.tags.iter().map(String::as_str));
        assert_eq!(tallies["all"], Tally { viewers: 8, live: 3, channels: 5 });
        assert_eq!(tallies["cat"], Tally { viewers: 0, live: 0, channels: 1 });
    }
}
