//! What people type, as words: folded, bounded, and never anybody's query syntax.
//!
//! Both engines are fed with the same words, and asked for the same words, so they find the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a query that are read. Against queries that cost more than anybody types.
pub(in crate::discovery) const MAX_QUERY_LEN: usize = 200;
/// Words of a query that are looked for.
const MAX_QUERY_WORDS: usize = 8;
/// Characters of a word that count.
const MAX_WORD_LEN: usize = 40;
/// Words of one text that are kept for search.
const MAX_TEXT_WORDS: usize = 400;

/// A query, ready to be asked. Never without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Query {
    words: Vec<String>,
}

impl Query {
    /// Reads what somebody typed; `None` where there is no word in it.
    pub(in crate::discovery) fn parse(typed: &str) -> Option<Self> {
        let words = split(typed.chars().take(MAX_QUERY_LEN)).take(MAX_QUERY_WORDS).collect();
        let query = Self { words };
        (!query.words.is_empty()).then_some(query)
    }

    pub(in crate::discovery) fn words(&self) -> &[String] {
        &self.words
    }

    /// As a name of the same words would be folded.
    pub(in crate::discovery) fn text(&self) -> String {
        self.words.join(" ")
    }
}

/// A text as words with single spaces between.
pub(in crate::discovery) fn fold(text: &str) -> String {
    split(text.chars()).take(MAX_TEXT_WORDS).collect::<Vec<_>>().join(" ")
}

/// Lower case without accents; whatever is neither letter nor digit only separates.
fn split(text: impl Iterator<Item = char>) -> impl Iterator<Item = String> {
    let mut folded = text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .peekable();
    std::iter::from_fn(move || {
        while folded.next_if(|character| !character.is_alphanumeric()).is_some() {}
        let mut word = String::new();
        let mut length = 0;
        while let Some(character) = folded.next_if(|character| character.is_alphanumeric()) {
            if length < MAX_WORD_LEN {
                word.push(character);
            }
            length += 1;
        }
        (!word.is_empty()).then_some(word)
    })
}

/// Whether the beginning of a word stands for the word: a single letter would stand for too many,
/// while one sign of other scripts is often a word.
pub(in crate::discovery) fn is_prefix(word: &str) -> bool {
    word.chars().nth(1).is_some() || !word.is_ascii()
}

/// Three characters of a word.
pub(in crate::discovery) type Trigram = [char; 3];

/// Every three characters of a word that follow each other. Spaces stand around it, two before and
/// one behind, so that its beginning and end count.
pub(in crate::discovery) fn trigrams(word: &str) -> impl Iterator<Item = Trigram> {
    let mut before = [' ', ' '];
    word.chars().chain([' ']).map(move |third| {
        let [first, second] = before;
        before = [second, third];
        [first, second, third]
    })
}

/// How much a name is like a query at least that has its words: as they are, or as the beginning or
/// a part of one.
pub(in crate::discovery) const AS_TYPED: u32 = 75;

/// How much a folded name is like a query, up to 100; `None` where it is not. A word may be the
/// name's, begin or be within one, or be one with small typing errors.
pub(in crate::discovery) fn closeness(query: &Query, name: &str) -> Option<u32> {
    let name_words: Vec<&str> = name.split(' ').collect();
    let each = query
        .words
        .iter()
        .map(|word| name_words.iter().filter_map(|candidate| alike(word, candidate)).max());
    let apart: Option<Vec<u32>> = each.collect();
    let apart = apart.map(|all| {
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX).max(1);
        all.iter().sum::<u32>() / count
    });
    let whole = name == query.text();
    let joined = alike(&query.words.concat(), &name_words.concat()).map(|it| it.saturating_sub(5));
    if whole { Some(100) } else { apart.max(joined).map(|it| it.min(95)) }
}

fn alike(word: &str, candidate: &str) -> Option<u32> {
    if word == candidate {
        return Some(95);
    }
    if candidate.starts_with(word) {
        return Some(85);
    }
    let length = word.chars().count();
    if length >= 3 && candidate.contains(word) {
        return Some(AS_TYPED);
    }
    let allowed = match length {
        0..4 => return None,
        4..8 => 1,
        _ => 2,
    };
    let (whole, beginning) = distances(word, candidate, allowed)?;
    let price = |errors: usize| u32::try_from(errors).unwrap_or(u32::MAX).saturating_mul(10);
    let fits =
        |errors: usize, best: u32| (errors <= allowed).then(|| best.saturating_sub(price(errors)));
    fits(whole, 70).max(fits(beginning, 60))
}

/// How many letters were left out, added, exchanged or swapped with the next between two words, and
/// between the first and the beginning of the second. `None` as soon as more were than `allowed`,
/// which is nearly always soon.
fn distances(word: &str, candidate: &str, allowed: usize) -> Option<(usize, usize)> {
    let word: Vec<char> = word.chars().collect();
    // What comes after that is not compared with anything: it counts as missing.
    let reach = word.len() + allowed;
    let rest = candidate.chars().skip(reach).count();
    let candidate: Vec<char> = candidate.chars().take(reach).collect();
    if candidate.len() + allowed < word.len() {
        return None;
    }
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
    let (mut before, mut row) = (Vec::new(), Vec::with_capacity(candidate.len() + 1));
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    let mut previous = None;
    for (i, letter) in word.iter().enumerate() {
        row.clear();
        row.push(i + 1);
        for (j, other) in candidate.iter().enumerate() {
            let same = usize::from(letter != other);
            let mut least = (at(&last, j) + same).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = previous == Some(other) && j > 0 && candidate.get(j - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        // A swap looks two rows back.
        if smallest(&row).min(smallest(&last)) > allowed {
            return None;
        }
        previous = Some(letter);
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some((at(&last, candidate.len()) + rest, smallest(&last)))
}

fn smallest(row: &[usize]) -> usize {
    row.iter().copied().min().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &str) -> Vec<String> {
        Query::parse(typed).map(|query| query.words).unwrap_or_default()
    }

    #[test]
    fn queries_are_words_and_nothing_else() {
        for (typed, expected) in [
            ("Speed-Run!", vec!["speed", "run"]),
            ("  MÜNCHEN café ", vec!["munchen", "cafe"]),
            ("a\"b' OR 1=1; --", vec!["a", "b", "or", "1", "1"]),
            ("NEAR(a b, 3) * ^ {x}:y", vec!["near", "a", "b", "3", "x", "y"]),
            ("%_\0\u{202e}", vec![]),
            ("", vec![]),
            ("*", vec![]),
            ("日本語 ラジオ", vec!["日本語", "ラシオ"]),
            ("ﬁne ①", vec!["fine", "1"]),
        ] {
            assert_eq!(words(typed), expected, "{typed}");
        }
    }

    #[test]
    fn queries_are_bounded() {
        assert_eq!(words(&"x".repeat(10_000)), ["x".repeat(MAX_WORD_LEN)]);
        assert_eq!(words(&"x ".repeat(5000)).len(), MAX_QUERY_WORDS);
        assert_eq!(fold(&"x ".repeat(5000)).split(' ').count(), MAX_TEXT_WORDS);
    }

    #[test]
    fn small_typing_errors_and_middles_of_words_are_alike() {
        let closeness = |typed, name| closeness(&Query::parse(typed).unwrap(), &fold(name));
        for (typed, name, least) in [
            ("rivulet", "Rivulet", 100),
            ("riv", "Rivulet", 80),
            ("vulet", "Rivulet", 70),
            ("rivlet", "Rivulet", 55),
            ("rivuelt", "Rivulet", 55),
            ("rivuleet", "Rivulet", 45),
            ("ribulet live", "Rivulet Live", 70),
            ("ribul", "Rivulet", 45),
            ("speedrun", "Speed Run", 80),
            ("speed run", "Speedrun", 80),
            ("mozrat", "Mozart at night", 55),
        ] {
            let found = closeness(typed, name).unwrap_or_default();
            assert!(found >= least, "{typed} / {name}: {found}");
        }
        for (typed, name) in
            [("cat", "car"), ("mozart", "haydn"), ("rivulet", "river"), ("mozart night", "mozart")]
        {
            assert_eq!(closeness(typed, name), None, "{typed} / {name}");
        }
    }

    #[test]
    fn what_is_nearer_is_closer() {
        let query = Query::parse("mozart").unwrap();
        let names = ["mozart", "mozart live", "mozarts garden", "neomozart", "mosart", "mosarts"];
        let found: Vec<_> = names.iter().map(|name| closeness(&query, name)).collect();
        assert!(found.is_sorted_by(|a, b| a >= b), "{found:?}");
    }

    #[test]
    fn trigrams_tell_where_a_word_begins_and_ends() {
        let found: Vec<String> = trigrams("ab").map(String::from_iter).collect();
        assert_eq!(found, ["  a", " ab", "ab "]);
    }
}
