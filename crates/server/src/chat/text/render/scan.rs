//! What Markdown has no word for, taken out of a text before Markdown sees it.
//!
//! Each find leaves one character of a private plane behind. To Markdown it is a letter; wherever it
//! ends up in something literal – code, an address, a tag – `restored` puts the typed text back.

use std::borrow::Cow;

use super::super::links::{self, Link};
use super::{EmoteRef, Emotes, MAX_EMOTE_NAME, MAX_LINKS, MAX_MENTIONS, Ways};

/// Stands for the first find; the next ones follow.
const FIRST: u32 = 0x10_0000;
/// Finds of one text. A text of the greatest length has no more than half as many.
const MAX_ATOMS: u32 = 0x8000;
/// Stands for the first character of ASCII that shall mean nothing.
const LITERAL: u32 = 0xf_0000;
/// Characters of a name that can be called.
const MIN_NAME: usize = 2;
const MAX_NAME: usize = 30;

/// Something that was found.
#[derive(Clone, Debug)]
pub(super) enum Atom {
    Emote { typed: String, emote: EmoteRef },
    Mention { typed: String, name: String },
    Address { typed: String, link: Link },
}

/// What a private character stands for.
pub(super) enum Stand<'s> {
    For(&'s Atom),
    Literal(char),
    Nothing,
}

/// A text for Markdown, and what was taken out of it.
pub(super) struct Scanned {
    pub(super) marked: String,
    atoms: Vec<Atom>,
}

impl Scanned {
    pub(super) fn of(text: &str, emotes: &dyn Emotes, ways: Ways) -> Self {
        let clean: String = cleaned(text);
        let mut scan = Scan { emotes, ways, before: None, mentions: 0, links: 0 };
        let mut scanned =
            Self { marked: String::with_capacity(clean.len() + 16), atoms: Vec::new() };
        let mut rest = clean.trim();
        while let Some(c) = rest.chars().next() {
            let found = scan.at(rest, c);
            let taken = match found {
                Found::Atom(atom, length) => {
                    scanned.push(atom);
                    length
                }
                Found::Literal => {
                    scanned.marked.push(literal(c));
                    c.len_utf8()
                }
                Found::Nothing => {
                    scanned.marked.push(c);
                    c.len_utf8()
                }
            };
            let (passed, after) = rest.split_at_checked(taken.max(1)).unwrap_or((rest, ""));
            scan.before = passed.chars().last();
            rest = after;
        }
        scanned
    }

    /// Names that are called, each once.
    pub(super) fn mentions(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for atom in &self.atoms {
            if let Atom::Mention { name, .. } = atom
                && !names.iter().any(|known| known.eq_ignore_ascii_case(name))
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// What a character stands for; `None` when it is one of the text's own.
    pub(super) fn stand(&self, c: char) -> Option<Stand<'_>> {
        let code = u32::from(c);
        if code < LITERAL {
            return None;
        }
        let literal = || code.checked_sub(LITERAL).and_then(char::from_u32).filter(char::is_ascii);
        Some(match code.checked_sub(FIRST) {
            Some(index) => usize::try_from(index)
                .ok()
                .and_then(|index| self.atoms.get(index))
                .map_or(Stand::Nothing, Stand::For),
            None => literal().map_or(Stand::Nothing, Stand::Literal),
        })
    }

    /// A text as it was typed.
    pub(super) fn restored<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.chars().any(|c| u32::from(c) >= LITERAL) {
            return Cow::Borrowed(text);
        }
        let mut restored = String::with_capacity(text.len());
        for c in text.chars() {
            match self.stand(c) {
                None => restored.push(c),
                Some(Stand::For(atom)) => restored.push_str(atom.typed()),
                Some(Stand::Literal(literal)) => restored.push(literal),
                Some(Stand::Nothing) => {}
            }
        }
        Cow::Owned(restored)
    }

    fn push(&mut self, atom: Atom) {
        let index = u32::try_from(self.atoms.len()).unwrap_or(MAX_ATOMS);
        match char::from_u32(FIRST + index).filter(|_| index < MAX_ATOMS) {
            Some(stand) => {
                self.marked.push(stand);
                self.atoms.push(atom);
            }
            None => self.marked.push_str(atom.typed()),
        }
    }
}

impl Atom {
    pub(super) fn typed(&self) -> &str {
        match self {
            Self::Emote { typed, .. }
            | Self::Mention { typed, .. }
            | Self::Address { typed, .. } => typed,
        }
    }
}

/// A character that means nothing to Markdown and shows as `c`.
pub(super) fn literal(c: char) -> char {
    char::from_u32(LITERAL + u32::from(c)).filter(|_| c.is_ascii()).unwrap_or(c)
}

struct Scan<'e> {
    emotes: &'e dyn Emotes,
    ways: Ways,
    before: Option<char>,
    mentions: usize,
    links: usize,
}

enum Found {
    Atom(Atom, usize),
    Literal,
    Nothing,
}

impl Scan<'_> {
    fn at(&mut self, rest: &str, c: char) -> Found {
        let follows_word = self.before.is_some_and(char::is_alphanumeric);
        let atom = match c {
            ':' => self.emote(rest),
            '@' if !follows_word && self.ways == Ways::Ours => self.mention(rest),
            'h' | 'H' | 'm' | 'M' if !follows_word && self.before != Some('<') => {
                self.address(rest)
            }
            // Our dialect has no tags: what looks like one is text.
            '<' if self.ways == Ways::Ours && links::leading(after(rest)).is_none() => {
                return Found::Literal;
            }
            _ => None,
        };
        atom.map_or(Found::Nothing, |atom| {
            let length = atom.typed().len();
            Found::Atom(atom, length)
        })
    }

    fn emote(&self, rest: &str) -> Option<Atom> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
        let name = after(rest);
        let length = name.find(|c| !is_name(c))?;
        let ends = length > 0 && length <= MAX_EMOTE_NAME && name.get(length..)?.starts_with(':');
        let emote =
            ends.then(|| name.get(..length)).flatten().and_then(|it| self.emotes.find(it))?;
        Some(Atom::Emote { typed: rest.get(..length + 2)?.to_owned(), emote })
    }

    fn mention(&mut self, rest: &str) -> Option<Atom> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let typed = after(rest);
        let end = typed.find(|c| !is_name(c)).unwrap_or(typed.len());
        let name = typed.get(..end)?.trim_end_matches(['.', '-']);
        let fits = (MIN_NAME..=MAX_NAME).contains(&name.chars().count());
        if !fits || self.mentions >= MAX_MENTIONS {
            return None;
        }
        self.mentions += 1;
        Some(Atom::Mention { typed: format!("@{name}"), name: name.to_owned() })
    }

    fn address(&mut self, rest: &str) -> Option<Atom> {
        let typed = links::leading(rest)?;
        let link = links::parse(typed).filter(|_| self.links < MAX_LINKS)?;
        self.links += 1;
        Some(Atom::Address { typed: typed.to_owned(), link })
    }
}

/// What follows the first character, a sign of one byte.
fn after(rest: &str) -> &str {
    rest.get(1..).unwrap_or_default()
}

/// One kind of line break, no control characters, nothing that turns the direction of what follows,
/// and no private characters: those are ours.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let keeps = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    };
    let known = |c: char| if u32::from(c) >= LITERAL { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().filter(keeps).map(known).collect()
}
