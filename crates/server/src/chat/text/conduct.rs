//! Whether a message may be said: one message, the room's rules, and what the same person said
//! lately.
//!
//! Pure. A refusal says what to do next, until when, and which bytes of the text it is about.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::links::{bare_hosts, is_below};
use super::names::cut;
use super::render::Rendered;
use super::terms::{Action, Terms};
use crate::folding::{is_invisible, is_selector, is_stackable, squeeze};

/// Messages of one person that are remembered.
pub(crate) const MAX_RECENT: usize = 8;
/// What is compared of a message, in bytes.
const MAX_COMPARED: usize = 1024;
/// Letters below which shouting is none: `OK`, `GG WP`.
const MIN_SHOUT: usize = 8;
/// Folded characters below which saying it again is no spam.
const MIN_REPEATED: usize = 4;

/// What a room allows.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Characters of one message.
    pub(crate) max_chars: usize,
    pub(crate) max_lines: usize,
    pub(crate) links: Links,
    pub(crate) emotes: EmoteRule,
    /// Capital letters among letters, in percent.
    pub(crate) max_caps_percent: Option<u8>,
    /// The same character one after the other.
    pub(crate) max_repeated: Option<usize>,
    /// Marks on one letter.
    pub(crate) max_marks: Option<usize>,
    pub(crate) repetition: Option<Repetition>,
    pub(crate) flood: Option<Flood>,
    pub(crate) terms: Arc<Terms>,
    /// What becomes of links, shouting, repetition and the like.
    pub(crate) doubtful: Doubtful,
}

/// Who may post which links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Allow,
    Followers,
    Nobody,
    /// To these hosts, and what is below them.
    Hosts(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmoteRule {
    Any,
    /// Nothing else.
    Only,
    AtMost(usize),
}

/// The same message at most so often in such a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repetition {
    pub(crate) times: usize,
    pub(crate) within: Duration,
}

/// So many messages at once, then one every so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flood {
    pub(crate) burst: u32,
    pub(crate) every: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubtful {
    Hold,
    Refuse,
}

/// A message somebody wants to say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) text: &'a str,
    pub(crate) rendered: &'a Rendered,
    /// Whether who says it follows the channel.
    pub(crate) follows: bool,
}

/// What one person said lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    recent: VecDeque<(WallClock, String)>,
    /// When the bucket of tokens is full again.
    full_at: WallClock,
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// A moderator decides.
    Hold(Reason),
    Refuse(Reason),
}

/// Why a message is not said, for who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) code: Code,
    pub(crate) detail: String,
    pub(crate) until: Option<WallClock>,
    /// In bytes of the text.
    pub(crate) range: Option<Range<usize>>,
}

/// Reasons as programs know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Empty,
    TooLong,
    TooFast,
    EmotesOnly,
    TooManyEmotes,
    Links,
    Term,
    Caps,
    Repeated,
    Marks,
    SaidBefore,
}

#[cfg(test)]
impl Code {
    /// The word by which the tests name it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TooFast => "too_fast",
            Self::EmotesOnly => "emotes_only",
            Self::TooManyEmotes => "too_many_emotes",
            Self::Links => "links",
            Self::Term => "term",
            Self::Caps => "caps",
            Self::Repeated => "repeated",
            Self::Marks => "marks",
            Self::SaidBefore => "said_before",
        }
    }
}

impl Reason {
    fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), until: None, range: None }
    }

    fn at(self, range: Option<Range<usize>>) -> Self {
        Self { range, ..self }
    }

    fn until(self, until: WallClock) -> Self {
        Self { until: Some(until), ..self }
    }
}

impl History {
    /// Remembers a message that was said or held, and what it cost.
    pub(crate) fn note(&mut self, text: &str, rules: &Rules, now: WallClock) {
        if let Some(flood) = rules.flood {
            self.full_at = self.full_at.max(now) + flood.every;
        }
        if self.recent.len() >= MAX_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((now, compared(text)));
    }
}

/// Judges a message. What is refused by any rule is refused, what only waits by one waits.
pub(crate) fn judge(rules: &Rules, said: &Said<'_>, history: &History, now: WallClock) -> Verdict {
    if let Some(reason) = size(rules, said).or_else(|| pace(rules, history, now)) {
        return Verdict::Refuse(reason);
    }
    if let Some(reason) = emotes(rules, said) {
        return Verdict::Refuse(reason);
    }
    let term = rules.terms.worst(said.text).map(|found| {
        let detail = "a word in it is not said here: write it another way";
        (found.action, Reason::new(Code::Term, detail).at(Some(found.range)))
    });
    let doubt = links(rules, said)
        .or_else(|| caps(rules, said))
        .or_else(|| repeated(rules, said))
        .or_else(|| marks(rules, said))
        .or_else(|| said_before(rules, said, history, now));
    match (term, doubt, rules.doubtful) {
        (Some((Action::Block, reason)), ..) => Verdict::Refuse(reason),
        (_, Some(reason), Doubtful::Refuse) => Verdict::Refuse(reason),
        (Some((Action::Hold, reason)), ..) | (None, Some(reason), Doubtful::Hold) => {
            Verdict::Hold(reason)
        }
        (None, None, _) => Verdict::Pass,
    }
}

fn size(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    if !said.rendered.plain.chars().any(is_seen) {
        return Some(Reason::new(Code::Empty, "there is nothing to say in it: write something"));
    }
    if let Some((at, _)) = said.text.char_indices().nth(rules.max_chars) {
        let detail = format!("a message has at most {} characters: shorten it", rules.max_chars);
        return Some(Reason::new(Code::TooLong, detail).at(Some(at..said.text.len())));
    }
    (said.text.lines().count() > rules.max_lines).then(|| {
        let detail = format!("a message has at most {} lines: shorten it", rules.max_lines);
        Reason::new(Code::TooLong, detail)
    })
}

/// Why somebody has to wait, if they do, whatever it is that they want to say.
pub(crate) fn pace(rules: &Rules, history: &History, now: WallClock) -> Option<Reason> {
    let flood = rules.flood?;
    let ready = history.full_at - flood.every.saturating_mul(flood.burst.saturating_sub(1));
    (ready > now).then(|| {
        Reason::new(Code::TooFast, "that is too fast: wait a moment, then send it again")
            .until(ready)
    })
}

fn emotes(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    match rules.emotes {
        EmoteRule::Only if !said.rendered.emotes_only => {
            Some(Reason::new(Code::EmotesOnly, "only emotes and emoji are said now: send some"))
        }
        EmoteRule::AtMost(most) if said.rendered.emoji_count > most => {
            let detail = format!("a message has at most {most} emotes and emoji: take some out");
            Some(Reason::new(Code::TooManyEmotes, detail))
        }
        _ => None,
    }
}

fn links(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    let (allowed, detail): (&[String], _) = match &rules.links {
        Links::Allow => return None,
        Links::Followers if said.follows => return None,
        Links::Followers => (&[], "links are for followers: follow the channel, or take it out"),
        Links::Nobody => (&[], "links are not posted here: take it out"),
        Links::Hosts(hosts) => (hosts, "links to this site are not posted here: take it out"),
    };
    let is_strange = |host: &str| !allowed.iter().any(|allowed| is_below(host, allowed));
    let bare = bare_hosts(said.text).find(|host| is_strange(host));
    let linked = said.rendered.links.iter().any(|link| is_strange(&link.host));
    let range = bare.and_then(|host| {
        let at = said.text.find(host)?;
        Some(at..at + host.len())
    });
    (bare.is_some() || linked).then(|| Reason::new(Code::Links, detail).at(range))
}

fn caps(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    let most = usize::from(rules.max_caps_percent?);
    let is_word = |word: &&str| !word.starts_with(['@', ':']) && !word.contains("://");
    let words = said.rendered.plain.split_whitespace().filter(is_word);
    let cased = words.flat_map(str::chars).filter(|c| c.is_uppercase() || c.is_lowercase());
    let (mut letters, mut capitals) = (0, 0);
    for c in cased {
        letters += 1;
        capitals += usize::from(c.is_uppercase());
    }
    (letters >= MIN_SHOUT && capitals * 100 > letters * most)
        .then(|| Reason::new(Code::Caps, "too much of it is in capital letters: write it smaller"))
}

fn repeated(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    let most = rules.max_repeated?;
    let (mut last, mut began, mut count) = (None, 0, 0);
    for (at, c) in said.text.char_indices() {
        let lower = c.to_lowercase().next();
        if lower != last {
            (last, began, count) = (lower, at, 0);
        }
        count += 1;
        if count > most && !c.is_whitespace() {
            let detail = format!("a character comes more than {most} times in a row: shorten that");
            let range = began..at + c.len_utf8();
            return Some(Reason::new(Code::Repeated, detail).at(Some(range)));
        }
    }
    None
}

fn marks(rules: &Rules, said: &Said<'_>) -> Option<Reason> {
    let most = rules.max_marks?;
    let (mut began, mut count) = (0, 0);
    for (at, c) in said.text.char_indices() {
        if !is_stackable(c) {
            (began, count) = (at, 0);
            continue;
        }
        count += 1;
        if count > most {
            let detail = format!("a letter has at most {most} marks: take some away");
            let range = began..at + c.len_utf8();
            return Some(Reason::new(Code::Marks, detail).at(Some(range)));
        }
    }
    None
}

fn said_before(
    rules: &Rules,
    said: &Said<'_>,
    history: &History,
    now: WallClock,
) -> Option<Reason> {
    let Repetition { times, within } = rules.repetition?;
    let this = compared(said.text);
    if this.chars().count() < MIN_REPEATED {
        return None;
    }
    let same = history.recent.iter().filter(|(at, text)| *at + within > now && *text == this);
    let same: Vec<WallClock> = same.map(|(at, _)| *at).collect();
    let oldest = same.iter().rev().nth(times.max(1) - 1)?;
    let detail = "you said that already: say something else";
    Some(Reason::new(Code::SaidBefore, detail).until(*oldest + within))
}

fn is_seen(c: char) -> bool {
    !(c.is_whitespace() || is_invisible(c) || is_selector(c))
}

/// What two messages that say the same have in common.
fn compared(text: &str) -> String {
    squeeze(cut(text, MAX_COMPARED))
}
