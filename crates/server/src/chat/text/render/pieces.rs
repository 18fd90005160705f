//! What a message of our dialect consists of, in order: marks that open and close, and what stands
//! between them.

use pulldown_cmark::{Event, Options, Parser, Tag, TextMergeStream};

use super::super::links::{self, Link};
use super::blocks::guarded;
use super::scan::{Atom, Scanned, Stand};
use super::{EmoteRef, MAX_DEPTH, MAX_LINKS};

/// A mark around pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Paragraph,
    Quote,
    Strong,
    Emphasis,
    Strike,
    Spoiler,
    Link(Link),
}

/// A piece of a message. Marks are closed in the reverse order in which they are opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Open(Mark),
    Close,
    Text(String),
    /// `||`, until it is known whether it begins or ends something.
    Bars,
    Break,
    Code(String),
    CodeBlock(String),
    Emote(EmoteRef),
    Mention(String),
}

/// The pieces of a text.
pub(super) fn of(scanned: &Scanned) -> Vec<Piece> {
    let text = guarded(&scanned.marked);
    let mut cutter = Cutter { scanned, pieces: Vec::new(), open: Vec::new(), links: 0, code: None };
    for event in TextMergeStream::new(Parser::new_ext(&text, Options::ENABLE_STRIKETHROUGH)) {
        cutter.take(event);
    }
    let mut pieces = cutter.pieces;
    hide_spoilers(&mut pieces);
    pieces
}

struct Cutter<'s> {
    scanned: &'s Scanned,
    pieces: Vec<Piece>,
    /// Marks of Markdown that are open, and where each began; `None` is one that is not shown.
    open: Vec<Option<usize>>,
    links: usize,
    /// The block of code that is being read.
    code: Option<String>,
}

impl Cutter<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => self.end(),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&self.scanned.restored(&text)),
                None => self.text(&text),
            },
            Event::Code(code) => {
                self.pieces.push(Piece::Code(self.scanned.restored(&code).into_owned()));
            }
            Event::SoftBreak | Event::HardBreak => self.pieces.push(Piece::Break),
            // `blocks` and `scan` leave none of the others; should one come, it is text.
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let mark = match tag {
            Tag::CodeBlock(_) => {
                self.code = Some(String::new());
                None
            }
            Tag::Paragraph => Some(Mark::Paragraph),
            Tag::BlockQuote(_) => Some(Mark::Quote),
            Tag::Strong => Some(Mark::Strong),
            Tag::Emphasis => Some(Mark::Emphasis),
            Tag::Strikethrough => Some(Mark::Strike),
            // A picture is its description, and leads to the picture.
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(dest_url),
            _ => None,
        };
        let mark = mark.filter(|_| self.depth() < MAX_DEPTH);
        self.open.push(mark.is_some().then_some(self.pieces.len()));
        self.pieces.extend(mark.map(Piece::Open));
    }

    fn end(&mut self) {
        if let Some(code) = self.code.take() {
            self.pieces.push(Piece::CodeBlock(code));
        }
        let Some(began) = self.open.pop().flatten() else { return };
        if let Some(Piece::Open(Mark::Link(link))) = self.pieces.get(began) {
            let link = link.clone();
            self.end_link(began + 1, &link);
        }
        self.pieces.push(Piece::Close);
    }

    /// Words that name another host than they lead to make way for where they lead.
    fn end_link(&mut self, from: usize, link: &Link) {
        let words: String = self.pieces.iter().skip(from).filter_map(words).collect();
        if words.trim().is_empty() || links::hides(&words, link) {
            self.pieces.truncate(from);
            self.pieces.push(Piece::Text(link.url.clone()));
        } else if links::parse(&words).is_some() {
            let shown = links::shown(&words, link).to_owned();
            self.pieces.truncate(from);
            self.pieces.push(Piece::Text(shown));
        }
    }

    fn link(&mut self, address: &str) -> Option<Mark> {
        let link = links::parse(&self.scanned.restored(address))?;
        if self.links >= MAX_LINKS || self.is_in_link() {
            return None;
        }
        self.links += 1;
        Some(Mark::Link(link))
    }

    fn text(&mut self, text: &str) {
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match self.scanned.stand(c) {
                None if c == '|' && chars.next_if_eq(&'|').is_some() => {
                    self.plain(&mut plain);
                    self.pieces.push(Piece::Bars);
                }
                None => plain.push(c),
                Some(Stand::Literal(literal)) => plain.push(literal),
                Some(Stand::Nothing) => {}
                Some(Stand::For(atom)) => {
                    self.plain(&mut plain);
                    self.atom(atom);
                }
            }
        }
        self.plain(&mut plain);
    }

    fn plain(&mut self, text: &mut String) {
        if !text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(text)));
        }
    }

    fn atom(&mut self, atom: &Atom) {
        match atom {
            Atom::Emote { emote, .. } => self.pieces.push(Piece::Emote(emote.clone())),
            Atom::Mention { name, .. } => self.pieces.push(Piece::Mention(name.clone())),
            Atom::Address { typed, link } => {
                let can_link = self.links < MAX_LINKS && !self.is_in_link();
                let text = Piece::Text(links::shown(typed, link).to_owned());
                if can_link {
                    self.links += 1;
                    let opened = Piece::Open(Mark::Link(link.clone()));
                    self.pieces.extend([opened, text, Piece::Close]);
                } else {
                    self.pieces.push(text);
                }
            }
        }
    }

    fn depth(&self) -> usize {
        self.open.iter().flatten().count()
    }

    fn is_in_link(&self) -> bool {
        let is_link = |at: &usize| matches!(self.pieces.get(*at), Some(Piece::Open(Mark::Link(_))));
        self.open.iter().flatten().any(is_link)
    }
}

/// What can be read of a piece within a link.
fn words(piece: &Piece) -> Option<String> {
    match piece {
        Piece::Text(text) | Piece::Code(text) => Some(text.clone()),
        Piece::Bars => Some("||".to_owned()),
        Piece::Break => Some(" ".to_owned()),
        Piece::Emote(emote) => Some(format!(":{}:", emote.name)),
        Piece::Mention(name) => Some(format!("@{name}")),
        Piece::CodeBlock(_) | Piece::Open(_) | Piece::Close => None,
    }
}

/// Two bars within the same mark hide what stands between them.
fn hide_spoilers(pieces: &mut [Piece]) {
    // For each open mark, where bars wait for their other half.
    let mut waiting: Vec<Option<usize>> = vec![None];
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(_) => waiting.push(None),
            Piece::Close => drop(waiting.pop()),
            Piece::Bars => {
                let Some(here) = waiting.last_mut() else { continue };
                match here.take() {
                    Some(began) if began + 1 < at => found.push((began, at)),
                    Some(_) => {}
                    None => *here = Some(at),
                }
            }
            _ => {}
        }
    }
    for (began, ended) in found {
        if let Some(piece) = pieces.get_mut(began) {
            *piece = Piece::Open(Mark::Spoiler);
        }
        if let Some(piece) = pieces.get_mut(ended) {
            *piece = Piece::Close;
        }
    }
}
