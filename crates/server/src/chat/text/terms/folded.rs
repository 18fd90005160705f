//! A text as its reader hears it: letters that look or are typed alike made one, runs counted,
//! separators remembered. Each folded letter knows which bytes of the text it came from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

use crate::folding::{is_invisible, is_selector, is_stackable};

/// What stands before a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    /// Signs within a word, as in `v.i.a`.
    Sign,
    Space,
}

/// A letter, as often as it is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) letter: char,
    pub(super) count: usize,
    pub(super) gap: Gap,
    /// Whether each of its letters stands between gaps, as in `v i a`.
    pub(super) is_alone: bool,
    pub(super) bytes: Range<usize>,
}

/// How much is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Case and width only, for patterns without letters: `1488` is not `labb`.
    Plain,
    /// Look-alikes and digits for letters too.
    Looks,
    /// And signs: `v!agra`, but then `viagra!` has a letter too many.
    Signs,
}

/// Folds a text into runs.
pub(super) fn runs(text: &str, depth: Depth) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut gap = Gap::Space;
    let mut letters = String::new();
    for (at, c) in text.char_indices() {
        if is_invisible(c) && !c.is_control() || is_stackable(c) || is_selector(c) {
            continue;
        }
        letters.clear();
        fold_into(&mut letters, c, depth);
        if letters.is_empty() {
            let here = if c.is_whitespace() || c.is_control() { Gap::Space } else { Gap::Sign };
            gap = gap.max(here);
            continue;
        }
        let bytes = at..at + c.len_utf8();
        for letter in letters.chars() {
            match runs.last_mut().filter(|last| last.letter == letter && gap != Gap::Space) {
                // `ff` from one `ﬀ`, or from `f.f`: a longer run either way.
                Some(last) => {
                    last.count += 1;
                    last.bytes.end = bytes.end;
                }
                None => {
                    runs.push(Run { letter, count: 1, gap, is_alone: false, bytes: bytes.clone() })
                }
            }
            gap = Gap::None;
        }
    }
    spelled(runs)
}

/// Finds letters that stand alone, and counts the same one after the other as a run: `l l`.
fn spelled(runs: Vec<Run>) -> Vec<Run> {
    let mut done: Vec<Run> = Vec::with_capacity(runs.len());
    let mut coming = runs.into_iter().peekable();
    while let Some(mut run) = coming.next() {
        let ends = coming.peek().is_none_or(|next| next.gap != Gap::None);
        run.is_alone = run.count == 1 && run.gap != Gap::None && ends;
        let joins = |last: &&mut Run| last.letter == run.letter && last.is_alone && run.is_alone;
        match done.last_mut().filter(joins) {
            Some(last) => {
                last.count += 1;
                last.bytes.end = run.bytes.end;
            }
            None => done.push(run),
        }
    }
    done
}

/// The letters that a character stands for; none for a separator.
fn fold_into(letters: &mut String, c: char, depth: Depth) {
    if depth == Depth::Plain {
        let lower = std::iter::once(c).nfkc().flat_map(char::to_lowercase);
        return letters
            .extend(lower.filter(|c| c.is_alphanumeric() || !c.is_ascii() && !is_sign(*c)));
    }
    if c.is_ascii() {
        return letters.extend(typed_for(c.to_ascii_lowercase(), depth));
    }
    if c.is_whitespace() || is_sign(c) {
        return;
    }
    // Syllables of Hangul stay whole: their parts would be found in other syllables.
    if matches!(c, '\u{ac00}'..='\u{d7a3}') {
        return letters.push(c);
    }
    let lower: String = std::iter::once(c).nfkc().flat_map(char::to_lowercase).collect();
    let seen = skeleton(&lower).filter(|c| !is_stackable(*c)).flat_map(char::to_lowercase);
    for c in seen {
        match c.is_ascii() {
            true => letters.extend(typed_for(c, depth)),
            false => letters.push(c),
        }
    }
}

/// The letter that a small character of ASCII is typed for. `m` stays `m`: `rn` is one letter only
/// to the eye, and people who are insulted by a word read it letter by letter.
fn typed_for(c: char, depth: Depth) -> Option<char> {
    Some(match c {
        'i' | '1' => 'l',
        '0' => 'o',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        c if c.is_ascii_alphanumeric() => c,
        '!' | '|' if depth == Depth::Signs => 'l',
        '@' if depth == Depth::Signs => 'a',
        '$' if depth == Depth::Signs => 's',
        _ => return None,
    })
}

fn is_sign(c: char) -> bool {
    !c.is_alphanumeric()
        && !is_combining_mark(c)
        && (c.is_ascii_punctuation()
            || matches!(c, '\u{a0}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2010}'..='\u{206f}'
                | '\u{3000}'..='\u{303f}' | '\u{30fb}' | '\u{fe10}'..='\u{fe6f}'))
}
