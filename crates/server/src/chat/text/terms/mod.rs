//! Terms that may not be said, or not before somebody has looked.
//!
//! A term is found however it is dressed up: `v1agra`, `v.i.a.g.r.a`, `v i a g r a`, `ＶＩＡＧＲＡ`,
//! `viiiiagra`, with Cyrillic letters, accents or invisible characters. Signs within a word are
//! passed over; spaces only between single letters, so that `via grant` stays what it is. One pass
//! over the text finds all terms at once.

mod automaton;
mod folded;

use std::collections::HashMap;
use std::ops::Range;

use super::names::cut;

use automaton::Automaton;
use folded::{Depth, Gap, Run, runs};

/// Terms of one list. Against lists that take longer to compile than a stream lasts.
pub(crate) const MAX_TERMS: usize = 2_000;
/// Characters of one term.
pub(crate) const MAX_TERM: usize = 60;
/// Finds in one text that are told.
pub(crate) const MAX_FOUND: usize = 16;
/// What is looked at of a text, in bytes.
const MAX_TEXT: usize = 8 * 1024;
/// Stretches of letters of one term. Against terms of which a part ends at every letter said.
const MAX_PARTS: usize = 4;
/// As often as nobody writes a letter by mistake.
const STRETCHED: usize = 3;

/// How a term is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As a word of its own.
    Word,
    /// Within words too.
    Substring,
    /// `*` stands for any letters of the same word.
    Wildcard,
}

/// What becomes of who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// It waits for a moderator.
    Hold,
    /// It is not said.
    Block,
}

/// A term, as a moderator wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) pattern: String,
    pub(crate) how: How,
    pub(crate) action: Action,
}

/// Why a list of terms cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TermError {
    #[error("a list has at most {MAX_TERMS} terms: take some out")]
    Count,
    #[error("a term has at most {MAX_TERM} characters: shorten it")]
    Long,
    #[error("a term needs two letters or digits, also between its stars: add some")]
    Short,
    #[error("a term has at most {} stars between letters: take some out", MAX_PARTS - 1)]
    Stars,
}

/// A term that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its place in the list.
    pub(crate) term: usize,
    pub(crate) action: Action,
    /// Where it stands, in bytes of the text.
    pub(crate) range: Range<usize>,
}

/// A list of terms, ready to be looked for.
#[derive(Debug)]
pub(crate) struct Terms {
    actions: Vec<Action>,
    looks: Layer,
    plain: Layer,
}

/// A stretch of letters that stands between stars or ends.
#[derive(Debug)]
struct Part {
    term: usize,
    runs: Vec<Run>,
    /// Which of the term's parts this is, and whether none follows.
    index: usize,
    is_last: bool,
    starts_word: bool,
    ends_word: bool,
}

/// Terms that are looked for at the same depths.
#[derive(Debug)]
struct Layer {
    depths: &'static [Depth],
    parts: Vec<Part>,
    automaton: Automaton,
}

impl Terms {
    /// Reads a list.
    ///
    /// # Errors
    /// With the place of the term that cannot be looked for.
    pub(crate) fn compile(terms: &[Term]) -> Result<Self, (usize, TermError)> {
        if terms.len() > MAX_TERMS {
            return Err((MAX_TERMS, TermError::Count));
        }
        let (mut looks, mut plain) = (Vec::new(), Vec::new());
        for (index, term) in terms.iter().enumerate() {
            let has_letters = term.pattern.chars().any(char::is_alphabetic);
            let (depth, parts) = match has_letters {
                true => (Depth::Signs, &mut looks),
                false => (Depth::Plain, &mut plain),
            };
            parts.extend(parts_of(index, term, depth).map_err(|why| (index, why))?);
        }
        Ok(Self {
            actions: terms.iter().map(|term| term.action).collect(),
            looks: Layer::of(&[Depth::Looks, Depth::Signs], looks),
            plain: Layer::of(&[Depth::Plain], plain),
        })
    }

    /// What of the list stands in a text, in order; at most [`MAX_FOUND`], each term once.
    pub(crate) fn find(&self, text: &str) -> Vec<Found> {
        let text = cut(text, MAX_TEXT);
        let mut found: Vec<Found> = Vec::new();
        for layer in [&self.looks, &self.plain] {
            layer.find_all(text, |term, range| {
                if found.len() < MAX_FOUND && !found.iter().any(|it| it.term == term) {
                    let action = self.actions.get(term).copied().unwrap_or(Action::Block);
                    found.push(Found { term, action, range });
                }
            });
        }
        found.sort_by_key(|found| (found.range.start, found.term));
        found
    }

    /// The gravest thing found: what blocks before what holds.
    pub(crate) fn worst(&self, text: &str) -> Option<Found> {
        let found = self.find(text);
        let blocks = found.iter().find(|it| it.action == Action::Block).cloned();
        blocks.or_else(|| found.into_iter().next())
    }
}

fn parts_of(index: usize, term: &Term, depth: Depth) -> Result<Vec<Part>, TermError> {
    let pattern = term.pattern.trim();
    if pattern.chars().count() > MAX_TERM {
        return Err(TermError::Long);
    }
    let pieces: Vec<&str> = match term.how {
        How::Wildcard => pattern.split('*').collect(),
        How::Word | How::Substring => vec![pattern],
    };
    let is_loose = term.how == How::Substring;
    let starts_free = is_loose || pieces.first().is_none_or(|piece| piece.is_empty());
    let ends_free = is_loose || pieces.last().is_none_or(|piece| piece.is_empty());
    let folded = pieces.iter().map(|piece| runs(piece, depth)).filter(|it| !it.is_empty());
    let folded: Vec<Vec<Run>> = folded.collect();
    if folded.is_empty() || !folded.iter().all(|part| is_telling(part)) {
        return Err(TermError::Short);
    }
    let count = folded.len();
    if count > MAX_PARTS {
        return Err(TermError::Stars);
    }
    let part = |(part, runs): (usize, Vec<Run>)| Part {
        term: index,
        runs,
        index: part,
        is_last: part + 1 == count,
        starts_word: part == 0 && !starts_free,
        ends_word: part + 1 == count && !ends_free,
    };
    Ok(folded.into_iter().enumerate().map(part).collect())
}

/// One ideograph is a word; one letter is not.
fn is_telling(part: &[Run]) -> bool {
    part.iter().map(|run| run.count).sum::<usize>() > 1
        || part.iter().any(|run| is_whole(run.letter))
}

impl Layer {
    fn of(depths: &'static [Depth], parts: Vec<Part>) -> Self {
        let letters: Vec<Vec<char>> =
            parts.iter().map(|part| part.runs.iter().map(|run| run.letter).collect()).collect();
        let automaton = Automaton::of(letters.iter().map(Vec::as_slice).enumerate());
        Self { depths, parts, automaton }
    }

    fn find_all(&self, text: &str, mut tell: impl FnMut(usize, Range<usize>)) {
        if self.parts.is_empty() {
            return;
        }
        for depth in self.depths {
            self.find(&runs(text, *depth), &mut tell);
        }
    }

    fn find(&self, said: &[Run], tell: &mut impl FnMut(usize, Range<usize>)) {
        let mut begun: HashMap<usize, Begun> = HashMap::new();
        let (mut node, mut word) = (0, 0);
        for (at, run) in said.iter().enumerate() {
            word += usize::from(run.gap == Gap::Space);
            node = self.automaton.step(node, run.letter);
            for (id, length) in self.automaton.ending(node) {
                let Some(part) = self.parts.get(id) else { continue };
                let Some(hit) = Hit::of(part, said, at, length) else { continue };
                if let Some(range) = hit.completes(part, &mut begun, word) {
                    tell(part.term, range);
                }
            }
        }
    }
}

/// How far a term with stars has come.
struct Begun {
    word: usize,
    /// Parts that were seen.
    seen: usize,
    /// Where the first began, in bytes.
    start: usize,
    /// After the last, in bytes.
    end: usize,
}

/// A part that stands in the text.
struct Hit {
    range: Range<usize>,
}

impl Hit {
    fn of(part: &Part, said: &[Run], last: usize, length: usize) -> Option<Self> {
        let first = (last + 1).checked_sub(length)?;
        let here = said.get(first..=last)?;
        if !here.iter().zip(&part.runs).enumerate().all(|(at, (said, wanted))| {
            // What stands at the ends may belong to the letters around it.
            let is_edge = at == 0 && !part.starts_word || at + 1 == length && !part.ends_word;
            is_as_long(said.count, wanted.count) || is_edge && said.count > wanted.count
        }) {
            return None;
        }
        let (begin, end) = (said.get(first)?, said.get(last)?);
        let after = said.get(last + 1);
        let before = first.checked_sub(1).and_then(|at| said.get(at));
        let starts = is_apart(before, Some(begin));
        let ends = is_apart(Some(end), after);
        if part.starts_word && !starts || part.ends_word && !ends {
            return None;
        }
        let is_spelled = starts && ends && is_spelled_out(here);
        let is_one = is_close(here, part) || is_spelled;
        is_one.then_some(Self { range: begin.bytes.start..end.bytes.end })
    }

    /// The range of the whole term, when this was its last part.
    fn completes(
        self,
        part: &Part,
        begun: &mut HashMap<usize, Begun>,
        word: usize,
    ) -> Option<Range<usize>> {
        if part.index == 0 && part.is_last {
            return Some(self.range);
        }
        if part.index == 0 {
            let known = begun.get(&part.term).is_some_and(|it| it.word == word);
            if !known {
                let Range { start, end } = self.range;
                begun.insert(part.term, Begun { word, seen: 1, start, end });
            }
            return None;
        }
        let so_far = begun.get_mut(&part.term).filter(|it| it.word == word)?;
        if so_far.end > self.range.start || so_far.seen < part.index {
            return None;
        }
        if part.is_last {
            return Some(so_far.start..self.range.end);
        }
        if so_far.seen == part.index {
            so_far.seen += 1;
            so_far.end = self.range.end;
        }
        None
    }
}

/// Whether a run is the wanted one, as it is or stretched.
fn is_as_long(said: usize, wanted: usize) -> bool {
    said == wanted || said > wanted && said >= STRETCHED
}

/// Whether no space parts what belongs together. Spaces of the term itself may be there.
fn is_close(here: &[Run], part: &Part) -> bool {
    let mut gaps = here.iter().zip(&part.runs).skip(1);
    gaps.all(|(said, wanted)| said.gap != Gap::Space || wanted.gap != Gap::None)
}

/// Whether every letter stands alone, as in `v i a`.
fn is_spelled_out(here: &[Run]) -> bool {
    here.iter().map(|run| run.count).sum::<usize>() > 2 && here.iter().all(|run| run.is_alone)
}

/// Whether one word ends and another begins between two runs.
fn is_apart(before: Option<&Run>, after: Option<&Run>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return true };
    after.gap != Gap::None || is_whole(before.letter) || is_whole(after.letter)
}

/// Letters of scripts that put no spaces between words.
fn is_whole(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3ffff}')
}
