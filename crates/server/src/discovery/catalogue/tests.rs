//! Lists, tallies and names of a handful of channels.

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
    let old = catalogue.cards.values().find(|card| card.name == "Cat").unwrap().as_ref().clone();
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
        let keys = rank(&query, catalogue.names.alike(&query, None), |_| 0);
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
