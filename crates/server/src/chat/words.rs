//! From what somebody types to what others see.

use unicode_normalization::UnicodeNormalization as _;

use super::model::event::Style;
use super::model::refusal::{Reason, Refusal};
use crate::sanitise;

/// Longest text that is looked at, in bytes: the longest message in the widest characters.
pub(crate) const MAX_BYTES: usize = 8192;
/// Names that one message may call.
const MAX_MENTIONS: usize = 10;
/// Characters of the beginning of a message that is answered.
const MAX_EXCERPT: usize = 100;
/// Characters of a name.
const MAX_NAME: usize = 30;

/// A text, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// As it was typed.
    pub(crate) text: String,
    /// As HTML that is safe to show.
    pub(crate) html: String,
    /// By what two texts are compared.
    pub(crate) folded: String,
    pub(crate) mentions: Vec<String>,
    /// The hosts to which its links lead.
    pub(crate) hosts: Vec<String>,
    pub(crate) emotes_only: bool,
}

/// Understands what somebody typed.
pub(crate) fn read(typed: &str) -> Result<(Words, Style), Refusal> {
    if typed.len() > MAX_BYTES {
        return Err(Refusal::new(Reason::TooLong, "the message is too long"));
    }
    let (text, style) = command(typed.trim());
    if text.is_empty() {
        return Err(Refusal::new(Reason::Empty, "there is nothing in the message"));
    }
    let words = Words {
        html: html(text),
        folded: fold(text),
        mentions: mentions(text),
        hosts: hosts(text),
        emotes_only: false,
        text: text.to_owned(),
    };
    if words.html.is_empty() {
        return Err(Refusal::new(Reason::Empty, "there is nothing in the message"));
    }
    Ok((words, style))
}

/// What a slash at the beginning asks for.
fn command(typed: &str) -> (&str, Style) {
    let after = |word: &str| {
        typed.strip_prefix(word).filter(|rest| rest.starts_with(' ')).map(str::trim_start)
    };
    if let Some(text) = after("/me") {
        (text, Style::Action)
    } else if let Some(text) = after("/announce") {
        (text, Style::Announcement)
    } else {
        (typed, Style::Normal)
    }
}

/// What others see of a text.
pub(crate) fn html(text: &str) -> String {
    sanitise::markdown(text).as_str().trim_end().to_owned()
}

/// What others see of a text whose clients speak Owncast's dialect.
pub(crate) fn owncast_html(text: &str) -> String {
    html(text)
}

/// Whether a text looks like one.
pub(crate) fn conduct(words: &Words) -> Result<(), Refusal> {
    let marks = words.text.chars().filter(|c| unicode_normalization::char::is_combining_mark(*c));
    if marks.count() * 2 > words.text.chars().count() {
        return Err(Refusal::new(Reason::Unreadable, "that cannot be read: use fewer marks"));
    }
    Ok(())
}

/// A name as others see it, and by what names are compared.
pub(crate) fn name(typed: &str) -> Result<(String, String), Refusal> {
    let invalid = |detail: &str| Err(Refusal::new(Reason::NameInvalid, detail));
    if typed.len() > MAX_NAME * 16 {
        return invalid("a name has 1 to 30 characters");
    }
    let name: String = typed.nfkc().collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=MAX_NAME).contains(&name.chars().count()) {
        return invalid("a name has 1 to 30 characters");
    }
    if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        return invalid("a name is made of characters that can be seen");
    }
    let folded = fold(&name);
    Ok((name, folded))
}

/// By what names are compared.
pub(crate) fn fold(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a folded name speaks for the site.
pub(crate) fn is_reserved(folded: &str) -> bool {
    ["admin", "owncast", "operator", "system", "rivulet", "moderator"].contains(&folded)
}

/// Characters that change what others look like, or cannot be seen.
fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe007f
    )
}

/// How a message begins.
pub(crate) fn excerpt(text: &str) -> String {
    let begin: String = text.chars().take(MAX_EXCERPT).collect();
    if begin.len() < text.len() { format!("{begin}…") } else { begin }
}

fn mentions(text: &str) -> Vec<String> {
    let words = text.split_whitespace().filter_map(|word| word.strip_prefix('@'));
    let name = |word: &str| {
        word.trim_end_matches(|c: char| !c.is_alphanumeric()).chars().take(MAX_NAME).collect()
    };
    words.map(name).filter(|name: &String| !name.is_empty()).take(MAX_MENTIONS).collect()
}

fn hosts(text: &str) -> Vec<String> {
    let begins = ["http://", "https://"];
    let links =
        begins.iter().flat_map(|scheme| text.match_indices(scheme).map(|at| at.0 + scheme.len()));
    let host = |at: usize| {
        let rest = text.get(at..)?;
        let end = rest.find(|c: char| c.is_whitespace() || "/?#)>\"".contains(c));
        let authority = rest.get(..end.unwrap_or(rest.len()))?;
        let host = authority.rsplit('@').next()?.split(':').next()?;
        (!host.is_empty()).then(|| host.to_lowercase())
    };
    links.filter_map(host).collect()
}
