//! From what somebody types to what a room decides about: `text` knows how, this puts it together.

use super::model::event::Style;
use super::model::refusal::{Reason, Refusal};
use super::text::names::{self, NameError};
use super::text::{self, EmoteRef, Emotes, Rendered, Ways};

/// Longest text that is looked at, in bytes: the longest message in the widest characters.
pub(crate) const MAX_BYTES: usize = 8192;
/// What pages do when somebody types it after a slash. A client that does not know it sends it as
/// text: what a moderator says of somebody is not for everybody to read.
const DEEDS: &[&str] = &[
    "ban",
    "clear",
    "color",
    "colour",
    "delete",
    "marker",
    "mod",
    "name",
    "nick",
    "slow",
    "timeout",
    "unban",
    "unmod",
    "untimeout",
    "warn",
];
/// Characters of the beginning of a message that is answered.
const MAX_EXCERPT: usize = 100;

/// A text, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// As it was typed.
    pub(crate) text: String,
    pub(crate) rendered: Rendered,
}

/// A room without emotes of its own.
pub(crate) struct NoEmotes;

impl Emotes for NoEmotes {
    fn find(&self, _: &str) -> Option<EmoteRef> {
        None
    }
}

/// Understands what somebody typed.
pub(crate) fn read(typed: &str, emotes: &dyn Emotes) -> Result<(Words, Style), Refusal> {
    if typed.len() > MAX_BYTES {
        return Err(Refusal::new(Reason::TooLong, "the message is too long"));
    }
    // What nobody can see or store goes first: not even a database takes every character.
    let cleaned = text::cleaned(typed);
    let (text, style) = command(cleaned.trim())?;
    if text.is_empty() {
        return Err(Refusal::new(Reason::Empty, "there is nothing in the message"));
    }
    let rendered = text::render(text, emotes, Ways::Ours);
    Ok((Words { text: text.to_owned(), rendered }, style))
}

/// What a slash at the beginning asks for.
fn command(typed: &str) -> Result<(&str, Style), Refusal> {
    let Some(command) = typed.strip_prefix('/') else { return Ok((typed, Style::Normal)) };
    let (word, text) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let text = text.trim_start();
    match word {
        "me" if !text.is_empty() => Ok((text, Style::Action)),
        "announce" if !text.is_empty() => Ok((text, Style::Announcement)),
        word if DEEDS.contains(&&*word.to_ascii_lowercase()) => {
            let detail = format!("`/{word}` is done by the page or by the API, and is not said");
            Err(Refusal::new(Reason::Invalid, detail))
        }
        _ => Ok((typed, Style::Normal)),
    }
}

/// What others see of a text whose clients speak Owncast's dialect.
pub(crate) fn owncast_html(text: &str, emotes: &dyn Emotes) -> String {
    text::render(text, emotes, Ways::Owncast).html.as_str().to_owned()
}

/// A sentence of ours, with names in it that people chose, for clients of Owncast.
pub(crate) fn owncast_notice(text: &str) -> String {
    format!("<p>{}</p>", text::escaped(text))
}

/// A name as others see it, and by what names are compared.
pub(crate) fn name(typed: &str) -> Result<(String, names::Folded), Refusal> {
    let invalid = |error: NameError| Refusal::new(Reason::NameInvalid, error.to_string());
    let name = names::check_display_name(typed).map_err(invalid)?;
    Ok((name.as_str().to_owned(), name.folded()))
}

/// By what names are compared.
pub(crate) fn fold(name: &str) -> String {
    names::fold(name).as_str().to_owned()
}

/// How a message begins.
pub(crate) fn excerpt(text: &str) -> String {
    let begin: String = text.chars().take(MAX_EXCERPT).collect();
    if begin.len() < text.len() { format!("{begin}…") } else { begin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_says_how_it_is_meant() {
        for (typed, text, style) in [
            ("/me waves", "waves", Style::Action),
            ("/announce  Break", "Break", Style::Announcement),
            ("/mean", "/mean", Style::Normal),
            ("/ banana", "/ banana", Style::Normal),
            (" hi ", "hi", Style::Normal),
        ] {
            let (words, meant) = read(typed, &NoEmotes).unwrap();
            assert_eq!((words.text.as_str(), meant), (text, style), "{typed}");
        }
        assert_eq!(read("a\u{0}\u{1b}b", &NoEmotes).unwrap().0.text, "ab");
        assert_eq!(read("\u{0}", &NoEmotes).unwrap_err().reason, Reason::Empty);
        assert_eq!(read(" ", &NoEmotes).unwrap_err().reason, Reason::Empty);
        assert_eq!(read("/me ", &NoEmotes).unwrap().0.text, "/me");
        for deed in ["/ban @ada rude", "/BAN ada", "/marker goal", "/timeout", "/warn\tada"] {
            assert_eq!(read(deed, &NoEmotes).unwrap_err().reason, Reason::Invalid, "{deed}");
        }
        assert_eq!(read(&"x".repeat(9000), &NoEmotes).unwrap_err().reason, Reason::TooLong);
    }
}
