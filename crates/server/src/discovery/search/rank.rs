//! Which of what was found comes first, the same on both engines.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::words::{Query, closeness};
use super::{Key, Kind};

/// Results of one search, over all its pages. Who finds none among so many asks for more words.
pub(in crate::discovery) const MAX_HITS: usize = 200;

/// Entries of which the database says how well they fit. A word that more have tells little of any of
/// them; those that are called so are found among the names.
pub(in crate::discovery) const MAX_WEIGHED: usize = 1000;

/// What an entry is worth whose name says nothing of the query, only its text.
const IN_TEXT: u32 = 20;

/// Something that an engine came up with, in the order in which it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Candidate {
    pub(in crate::discovery) key: Key,
    /// As it stands in the index.
    pub(in crate::discovery) name: String,
    /// Whether all words were found; otherwise its name only looks alike.
    pub(in crate::discovery) exact: bool,
}

/// The best first. `weight` is what there is to say beside the words: how many are watching.
pub(in crate::discovery) fn rank(
    query: &Query,
    candidates: Vec<Candidate>,
    weight: impl Fn(&Key) -> u64,
) -> Vec<Key> {
    let mut seen = HashSet::new();
    let mut scored = Vec::new();
    for (place, candidate) in candidates.into_iter().enumerate() {
        let score = match closeness(query, &candidate.name) {
            Some(closeness) => closeness,
            None if candidate.exact => IN_TEXT,
            None => continue,
        };
        if seen.insert(candidate.key.clone()) {
            let on_air = candidate.key.kind == Kind::Live;
            let weight = weight(&candidate.key);
            scored.push(((Reverse(score), Reverse(on_air), Reverse(weight), place), candidate.key));
        }
    }
    scored.sort_by_key(|(order, _)| *order);
    scored.truncate(MAX_HITS);
    scored.into_iter().map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, name: &str, exact: bool) -> Candidate {
        Candidate { key: Key::new(kind, name), name: name.to_owned(), exact }
    }

    #[test]
    fn names_come_before_texts_and_what_is_not_alike_does_not_come() {
        let query = Query::parse("mozart").unwrap();
        let candidates = vec![
            found(Kind::Channel, "classical radio", true),
            found(Kind::Channel, "mosart", false),
            found(Kind::Channel, "haydn", false),
            found(Kind::Channel, "mozart", true),
            found(Kind::Channel, "mozart", false),
            found(Kind::Live, "mozart", true),
        ];
        let ranked = rank(&query, candidates, |_| 0);
        let names: Vec<_> = ranked.iter().map(|key| (key.kind, key.subject.as_str())).collect();
        assert_eq!(
            names,
            [
                (Kind::Live, "mozart"),
                (Kind::Channel, "mozart"),
                (Kind::Channel, "mosart"),
                (Kind::Channel, "classical radio"),
            ]
        );
    }

    #[test]
    fn among_equals_the_one_with_more_viewers_comes_first() {
        let query = Query::parse("chess").unwrap();
        let candidates =
            vec![found(Kind::Channel, "chess one", true), found(Kind::Channel, "chess two", true)];
        let viewers = |key: &Key| if key.subject == "chess two" { 7 } else { 0 };
        assert_eq!(rank(&query, candidates, viewers)[0].subject, "chess two");
    }
}
