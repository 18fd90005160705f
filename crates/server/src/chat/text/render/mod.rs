//! A message as HTML, in the two dialects of chat.
//!
//! First `scan` takes out what Markdown has no word for – emotes, mentions, bare addresses – and
//! leaves a private character in place of each, so that signs inside of them mean nothing. Then
//! `blocks` hides what would become a heading, a list or a table in our dialect, Markdown (CommonMark,
//! <https://spec.commonmark.org/0.31.2/>) is parsed, `pieces` puts in what was taken out, and the
//! sanitiser has the last word.

mod blocks;
mod ours;
mod owncast;
mod pieces;
mod scan;

use super::emoji::tally;
use super::links::Link;
use super::names::cut;
use crate::sanitise::SafeHtml;

use pieces::{Mark, Piece};
use scan::Scanned;

/// What is looked at of a text, in bytes. Rules refuse earlier; this is against megabytes.
const MAX_BYTES: usize = 8 * 1024;
/// People one message can call. Against calling everybody.
pub(crate) const MAX_MENTIONS: usize = 10;
/// Links of one message; further ones stay text.
const MAX_LINKS: usize = 20;
/// Marks within marks that are shown as such: browsers and people stop counting earlier.
const MAX_DEPTH: usize = 12;
/// Longest name of an emote.
const MAX_EMOTE_NAME: usize = 64;

/// The dialect of the HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    /// Our pages.
    Ours,
    /// What Owncast 0.1.3 makes of the same text.
    Owncast,
}

/// An emote that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmoteRef {
    pub(crate) name: String,
    /// On this site, below `/img/emoji/` or `/emotes/`: no other picture is shown.
    pub(crate) url: String,
    /// In pixels, where it is not as wide as high.
    pub(crate) width: Option<u16>,
    pub(crate) animated: bool,
}

/// Emotes by name, whatever its case.
pub(crate) trait Emotes {
    fn find(&self, name: &str) -> Option<EmoteRef>;
}

/// A message that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) html: SafeHtml,
    /// Without marks; emotes by their names.
    pub(crate) plain: String,
    /// Names that it calls, without the `@`, as they are typed.
    pub(crate) mentions: Vec<String>,
    pub(crate) links: Vec<Link>,
    /// Nothing but emotes and emoji.
    pub(crate) emotes_only: bool,
    /// Emotes and emoji.
    pub(crate) emoji_count: usize,
}

/// Renders what somebody wrote.
pub(crate) fn render(text: &str, emotes: &dyn Emotes, ways: Ways) -> Rendered {
    let text = cut(text, MAX_BYTES);
    let scanned = Scanned::of(text, emotes, Ways::Ours);
    let pieces = pieces::of(&scanned);
    let html = match ways {
        Ways::Ours => ours::html(&pieces),
        Ways::Owncast => owncast::html(&Scanned::of(text, emotes, Ways::Owncast)),
    };
    let (emoji_count, emotes_only) = counted(&pieces);
    Rendered {
        html,
        plain: plain(&pieces),
        mentions: scanned.mentions(),
        links: links(&pieces),
        emotes_only,
        emoji_count,
    }
}

/// A text, such as somebody's name, for a place between tags or in quotation marks.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    ours::push_escaped(&mut html, text);
    html
}

fn links(pieces: &[Piece]) -> Vec<Link> {
    let links = pieces.iter().filter_map(|piece| match piece {
        Piece::Open(Mark::Link(link)) => Some(link.clone()),
        _ => None,
    });
    links.collect()
}

/// How many emotes and emoji there are, and whether there is nothing else.
fn counted(pieces: &[Piece]) -> (usize, bool) {
    let (mut emoji, mut others) = (0, 0);
    for piece in pieces {
        match piece {
            Piece::Emote(_) => emoji += 1,
            Piece::Text(text) => {
                let tally = tally(text);
                emoji += tally.emoji;
                others += tally.others;
            }
            Piece::Bars | Piece::Mention(_) | Piece::Code(_) | Piece::CodeBlock(_) => others += 1,
            Piece::Open(_) | Piece::Close | Piece::Break => {}
        }
    }
    (emoji, emoji > 0 && others == 0)
}

fn plain(pieces: &[Piece]) -> String {
    let mut plain = String::new();
    let mut marks = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Open(mark) => marks.push(mark),
            Piece::Close => {
                if let Some(Mark::Paragraph) = marks.pop() {
                    plain.push('\n');
                }
            }
            Piece::Break => plain.push('\n'),
            Piece::Bars => plain.push_str("||"),
            Piece::Text(text) | Piece::Code(text) | Piece::CodeBlock(text) => plain.push_str(text),
            Piece::Emote(emote) => plain.extend([":", &emote.name, ":"]),
            Piece::Mention(name) => plain.extend(["@", name]),
        }
    }
    plain.trim().to_owned()
}
