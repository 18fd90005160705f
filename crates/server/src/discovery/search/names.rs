//! Names in memory, by every three characters of their words: what is typed with errors, or begins
//! in the middle of a word, still has some of those in common with the name that is meant.
//!
//! A question to a database's index of the same would be one for nearly all of its rows.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::words::{Trigram, trigrams};
use super::{Candidate, Key, Kind, Query};

/// Names that are compared with a query more closely.
const MAX_ALIKE: usize = 200;
/// How often one search may find that a name has something in common with it. Against queries of
/// nothing but what most names have; what few names have is looked at first.
const MAX_MATCHES: usize = 1_000_000;
/// What is kept, or looked for, of one text. Against names of signs that stand for a dozen letters
/// each; no other name is so long.
const MAX_TRIGRAMS: usize = 400;

/// Names of things, each in folded words.
#[derive(Debug, Default)]
pub(in crate::discovery) struct Names {
    /// By number. One that is free is taken by the next name.
    named: Vec<Option<Named>>,
    free: Vec<u32>,
    numbers: HashMap<Arc<Key>, u32>,
    /// The numbers of the names that have it, in order.
    having: HashMap<Trigram, Vec<u32>>,
}

#[derive(Debug)]
struct Named {
    key: Arc<Key>,
    name: Box<str>,
}

impl Names {
    /// Puts a name where the thing's former one was.
    pub(in crate::discovery) fn put(&mut self, key: Key, name: String) {
        if self.numbers.get(&key).is_some_and(|number| self.has(*number, &name)) {
            return;
        }
        self.remove(&key);
        let Some(number) = self.free.pop().or_else(|| u32::try_from(self.named.len()).ok()) else {
            return;
        };
        for trigram in distinct(name.split(' ')) {
            let numbers = self.having.entry(trigram).or_default();
            // Nearly always it is the highest.
            let place = match numbers.last() {
                Some(last) if *last > number => numbers.partition_point(|it| *it < number),
                _ => numbers.len(),
            };
            numbers.insert(place, number);
        }
        let key = Arc::new(key);
        self.numbers.insert(Arc::clone(&key), number);
        let named = Some(Named { key, name: name.into() });
        match self.named.get_mut(index(number)) {
            Some(place) => *place = named,
            None => self.named.push(named),
        }
    }

    pub(in crate::discovery) fn remove(&mut self, key: &Key) {
        let Some(number) = self.numbers.remove(key) else { return };
        let Some(named) = self.named.get_mut(index(number)).and_then(Option::take) else { return };
        for trigram in distinct(named.name.split(' ')) {
            let Some(numbers) = self.having.get_mut(&trigram) else { continue };
            if let Ok(place) = numbers.binary_search(&number) {
                numbers.remove(place);
            }
            if numbers.is_empty() {
                self.having.remove(&trigram);
            }
        }
        self.free.push(number);
    }

    /// The names that have most in common with a query: worth comparing with it.
    pub(in crate::discovery) fn alike(&self, query: &Query, kind: Option<Kind>) -> Vec<Candidate> {
        let points = self.points(query);
        let is_wanted = |named: &&Named| kind.is_none_or(|kind| named.key.kind == kind);
        let mut best: Vec<(Reverse<u16>, u32)> = (0_u32..)
            .zip(points)
            .zip(&self.named)
            .filter(|((_, points), named)| {
                *points > 0 && named.as_ref().filter(is_wanted).is_some()
            })
            .map(|((number, points), _)| (Reverse(points), number))
            .collect();
        if best.len() > MAX_ALIKE {
            best.select_nth_unstable(MAX_ALIKE);
            best.truncate(MAX_ALIKE);
        }
        best.sort_unstable();
        let named = best.iter().filter_map(|(_, number)| self.named.get(index(*number))?.as_ref());
        named
            .map(|it| Candidate {
                key: it.key.as_ref().clone(),
                name: it.name.to_string(),
                exact: false,
            })
            .collect()
    }

    /// By number, how much each name has in common with a query.
    fn points(&self, query: &Query) -> Vec<u16> {
        let mut points = vec![0_u16; self.named.len()];
        let words = query.words().iter().map(String::as_str);
        let mut common: Vec<&Vec<u32>> =
            distinct(words).iter().filter_map(|trigram| self.having.get(trigram)).collect();
        common.sort_unstable_by_key(|numbers| numbers.len());
        let mut matches = 0;
        for numbers in common {
            matches += numbers.len();
            if matches > MAX_MATCHES {
                break;
            }
            let worth = self.worth(numbers.len());
            for number in numbers {
                if let Some(points) = points.get_mut(index(*number)) {
                    *points = points.saturating_add(worth);
                }
            }
        }
        points
    }

    /// What it is worth to have something in common that so many have: the fewer, the more.
    fn worth(&self, having: usize) -> u16 {
        let rarity = (self.numbers.len() / having.max(1)).max(1).ilog2();
        u16::try_from(rarity).unwrap_or(u16::MAX).saturating_add(1)
    }

    fn has(&self, number: u32, name: &str) -> bool {
        let named = self.named.get(index(number)).and_then(Option::as_ref);
        named.is_some_and(|named| *named.name == *name)
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// What words have in common with words that are nearly the same, each once.
fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Trigram> {
    let mut all: Vec<Trigram> = words.flat_map(trigrams).take(MAX_TRIGRAMS).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::{fold, rank};
    use super::*;

    const SITE: usize = 10_000;
    const FIRST: [&str; 8] =
        ["amber", "brave", "calm", "daring", "eager", "fancy", "gentle", "mighty"];
    const SECOND: [&str; 10] = [
        "badger",
        "castle",
        "dragon",
        "garden",
        "harbour",
        "lantern",
        "mountain",
        "orchestra",
        "quartet",
        "speedrun",
    ];

    fn key(number: usize) -> Key {
        Key::new(Kind::Channel, number)
    }

    fn name(number: usize) -> String {
        let first = FIRST[number % FIRST.len()];
        let second = SECOND[number / 3 % SECOND.len()];
        fold(&format!("{first} {second} {} bench-{number:05}", number % 977))
    }

    /// As many channels as a town has, called nearly the same.
    fn site() -> Names {
        let mut names = Names::default();
        (0..SITE).for_each(|number| names.put(key(number), name(number)));
        names
    }

    fn found(names: &Names, typed: &str) -> Vec<String> {
        let query = Query::parse(typed).unwrap();
        let ranked = rank(&query, names.alike(&query, None), |_| 0);
        ranked.into_iter().map(|key| key.subject).collect()
    }

    fn swapped(word: &str, at: usize) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        letters.swap(at, at + 1);
        letters.into_iter().collect()
    }

    #[test]
    fn one_of_ten_thousand_is_found_with_an_error_in_each_word() {
        let names = site();
        for number in (0..SITE).step_by(1009) {
            let name = name(number);
            let [first, second, third, ..] = name.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{name}");
            };
            for typed in [
                format!("{first} {} {third}", swapped(second, 2)),
                format!("{} {} {third}", swapped(first, 1), swapped(second, 1)),
                format!("{first}{second} {third}"),
                format!("{} {third} {first}", &second[1..]),
            ] {
                let found = found(&names, &typed);
                assert!(found.contains(&number.to_string()), "{typed} / {name}: {found:?}");
            }
        }
        assert_eq!(found(&names, "zebra"), Vec::<String>::new());
    }

    #[test]
    fn the_rare_name_is_found_among_many_that_have_as_much_in_common() {
        let mut names = site();
        names.put(key(SITE), "calmado".to_owned());
        names.put(key(SITE + 1), "amberjack speedway".to_owned());
        assert_eq!(found(&names, "clamado").first().unwrap(), &SITE.to_string());
        assert_eq!(found(&names, "amberjakc spedway").first().unwrap(), &(SITE + 1).to_string());
    }

    #[test]
    fn what_is_asked_is_bounded() {
        let mut names = site();
        names.put(Key::new(Kind::Category, "music"), "music".to_owned());
        let hostile = "orchestra mountain speedrun harbour lantern badgering gentlemen 00000";
        let query = Query::parse(hostile).unwrap();
        assert_eq!(names.alike(&query, None).len(), MAX_ALIKE);
        assert_eq!(names.alike(&query, Some(Kind::Live)), []);
        let many: Vec<String> = (0..2000).map(|number| format!("{number}x")).collect();
        names.put(key(SITE), many.join(" "));
        let number = names.numbers[&key(SITE)];
        let kept = names.having.values().filter(|numbers| numbers.contains(&number)).count();
        assert!((100..=MAX_TRIGRAMS).contains(&kept), "{kept}");
        let music = Query::parse("muisc 0 0 0 0 0 0 0").unwrap();
        let only = names.alike(&music, Some(Kind::Category));
        assert_eq!(only.len(), 1);
    }

    #[test]
    fn what_is_removed_leaves_nothing_behind() {
        let mut names = site();
        (0..SITE).for_each(|number| names.put(key(number), name(number + 1)));
        assert_eq!(names.named.len(), SITE, "numbers are used again");
        let numbers: HashSet<_> = names.numbers.values().collect();
        assert_eq!(numbers.len(), SITE);
        assert!(names.having.values().all(|numbers| numbers.is_sorted()));
        (0..SITE).for_each(|number| names.remove(&key(number)));
        names.remove(&key(1));
        assert!(names.having.is_empty() && names.numbers.is_empty());
        assert_eq!(found(&names, "amber badger"), Vec::<String>::new());
    }
}
