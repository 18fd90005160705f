//! Names that people show: what they may be made of, and whose name looks like whose.
//!
//! Of no room: what a profile calls somebody stands in chat beside what guests call themselves.
//! Guests need not have a name of their own, but none may be taken for an account's, a bot's or the
//! site's: those are compared folded, so that case, look-alikes, spaces and invisible characters
//! make no difference.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::folding::{
    is_invisible, is_reserved_squeezed, is_selector, is_stackable, is_unassigned, squeeze,
};

/// Characters of a name.
pub(crate) const MAX_NAME: usize = 30;
/// What is looked at at all, in bytes: somebody could send megabytes to be normalised.
const MAX_BYTES: usize = 512;
/// Marks on one letter. Thai and Hebrew need two; a tower of them covers the lines around it.
const MAX_MARKS: usize = 2;

/// A name that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DisplayName(String);

/// What names have in common that look the same. A database can keep it unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Folded(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NameError {
    #[error("a name has 1 to {MAX_NAME} characters: choose a shorter one")]
    Length,
    #[error("a name has letters, digits or pictures that can be seen: type some")]
    Blank,
    #[error("a name has no invisible characters and no line breaks: type it anew")]
    Invisible,
    /// Owncast's clients, bots and overlays put names into HTML of their own.
    #[error("a name has no `<` or `>`: leave them out")]
    Brackets,
    #[error("a letter of a name has at most {MAX_MARKS} marks: take some away")]
    Marks,
}

/// Reads what somebody typed as the name to be shown.
///
/// # Errors
/// When it cannot be shown as it is, or not be told apart.
pub(crate) fn check_display_name(raw: &str) -> Result<DisplayName, NameError> {
    let raw = raw.trim();
    if raw.len() > MAX_BYTES {
        return Err(NameError::Length);
    }
    let composed: String = raw.nfkc().collect();
    let name = composed.split(' ').filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    if name.chars().any(|c| is_invisible(c) || is_unassigned(c) || c.is_whitespace() && c != ' ') {
        return Err(NameError::Invisible);
    }
    if name.contains(['<', '>']) {
        return Err(NameError::Brackets);
    }
    if name.chars().count() > MAX_NAME {
        return Err(NameError::Length);
    }
    if fold(&name).is_blank() || !name.chars().any(is_seen) {
        return Err(NameError::Blank);
    }
    if has_towers(&name) {
        return Err(NameError::Marks);
    }
    Ok(DisplayName(name))
}

/// What a name has in common with all that look like it. Anything may be asked for.
pub(crate) fn fold(name: &str) -> Folded {
    Folded(squeeze(cut(name, MAX_BYTES)))
}

/// Whether it is a name of the site, or of nobody.
pub(crate) fn is_reserved(folded: &Folded) -> bool {
    folded.is_blank() || is_reserved_squeezed(&folded.0)
}

impl DisplayName {
    /// The name as it is shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What it has in common with all that look like it.
    pub(crate) fn folded(&self) -> Folded {
        fold(&self.0)
    }
}

impl Folded {
    /// As it is kept.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing in it tells it from another.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// At most so many bytes of a text, whole characters.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

fn is_seen(c: char) -> bool {
    !(is_combining_mark(c) || is_selector(c) || c.is_whitespace() || c.is_ascii_punctuation())
}

/// Whether a letter carries too many marks, or a mark has no letter.
fn has_towers(name: &str) -> bool {
    let mut marks = MAX_MARKS;
    for c in name.chars() {
        let is_mark = is_combining_mark(c) || is_stackable(c) || is_selector(c);
        marks = if is_mark { marks + 1 } else { 0 };
        if marks > MAX_MARKS {
            return true;
        }
    }
    false
}
