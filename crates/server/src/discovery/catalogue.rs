//! The read model: every channel that may be listed, and every category.
//!
//! It is kept in memory, so that no list of channels waits for the database; the names in it are
//! found there as well, typing errors forgiven.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use super::model::{Card, Filter, Line, OnAir, OnAirNow, Place, Shelf, Sort, Tally};
use super::search::{Candidate, Key, Kind, Names, Query, fold};
use crate::ids::{CategoryId, ChannelId};

/// Channels of the directory, at about two KiB each. Where a site has more, those that come too late
/// are found at their own address only.
const MAX_CARDS: usize = 200_000;

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

    /// What has a name like a query.
    pub(super) fn alike(&self, query: &Query, kind: Option<Kind>) -> Vec<Candidate> {
        self.names.alike(query, kind)
    }

    /// Whether a query is the whole name of something, or its name in addresses.
    pub(super) fn is_called(&self, key: &Key, query: &Query) -> bool {
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
mod tests {
    use rivulet_media::time::WallClock;

    use super::*;
    use crate::discovery::search::rank;

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
    fn names_in_memory_follow_what_the_catalogue_says() {
        let (mut catalogue, _) = fixture();
        let found = |catalogue: &Catalogue, typed: &str| {
            let query = Query::parse(typed).unwrap();
            let keys = rank(&query, catalogue.alike(&query, None), |_| 0);
            keys.iter().map(|key| key.kind).collect::<Vec<_>>()
        };
        let quiet = Card { title: "Sonatas at midnight".to_owned(), ..card("Mozart") };
        let id = quiet.id;
        catalogue.put(Arc::new(quiet.clone()));
        assert_eq!(found(&catalogue, "mozrat"), [Kind::Channel]);
        assert_eq!(found(&catalogue, "sonatsa"), []);
        catalogue.begins(id);
        assert_eq!(found(&catalogue, "sonatsa"), [Kind::Live]);
        let renamed = Card { name: "Salieri".to_owned(), slug: "salieri".to_owned(), ..quiet };
        let retitled = Card { title: "Requiem".to_owned(), ..renamed.clone() };
        assert_eq!(catalogue.set_cards(vec![Arc::new(retitled)]), 0);
        assert_eq!(found(&catalogue, "mozrat"), []);
        assert_eq!(found(&catalogue, "sonatsa"), []);
        assert_eq!(found(&catalogue, "saliery"), [Kind::Channel]);
        assert_eq!(found(&catalogue, "requeim"), [Kind::Live]);
        catalogue.ends(id);
        assert_eq!(found(&catalogue, "requeim"), []);
        // Who is listed again while on air is found by the broadcast again.
        catalogue.begins(id);
        catalogue.remove(id);
        assert_eq!(found(&catalogue, "requeim"), []);
        catalogue.put(Arc::new(Card { title: "Requiem".to_owned(), ..renamed }));
        assert_eq!(found(&catalogue, "requeim"), [Kind::Live]);

        let shelf = |name: &str| Shelf {
            id: CategoryId::generate(),
            slug: name.to_lowercase(),
            name: name.to_owned(),
            description: String::new(),
        };
        assert!(catalogue.set_categories(vec![shelf("Painting")]));
        assert_eq!(found(&catalogue, "paitning"), [Kind::Category]);
        assert!(catalogue.set_categories(vec![shelf("Chess")]));
        assert_eq!(found(&catalogue, "paitning"), []);
    }

    #[test]
    fn a_name_typed_whole_is_known() {
        let (mut catalogue, _) = fixture();
        let night = Card { slug: "wolfgang".to_owned(), ..card("Mozart at Night") };
        let key = Key::new(Kind::Channel, night.id);
        catalogue.put(Arc::new(night));
        for (typed, expected) in
            [("MOZART at night!", true), ("wolfgang", true), ("mozart", false), ("night", false)]
        {
            let query = Query::parse(typed).unwrap();
            assert_eq!(catalogue.is_called(&key, &query), expected, "{typed}");
        }
    }

    #[test]
    fn tallies_count_channels_broadcasts_and_viewers() {
        let (catalogue, now) = fixture();
        let tallies = catalogue.tally(&now, |card| card.tags.iter().map(String::as_str));
        assert_eq!(tallies["all"], Tally { viewers: 8, live: 3, channels: 5 });
        assert_eq!(tallies["cat"], Tally { viewers: 0, live: 0, channels: 1 });
    }
}
