//! Values that the site and its channels have in common, checked as they are read.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SiteError;

/// Links of one page.
pub(crate) const MAX_LINKS: usize = 10;
/// Tags of one thing.
pub(crate) const MAX_TAGS: usize = 10;
/// Longest tag, in characters.
const MAX_TAG_LEN: usize = 30;
/// Longest label of a link, in characters.
const MAX_LABEL_LEN: usize = 60;
/// Longest address of a link, in bytes.
const MAX_URL_LEN: usize = 500;
/// Longest language tag, as RFC 5646 §4.4.1 advises.
const MAX_LANGUAGE_LEN: usize = 35;

/// A text that is checked as it is read, and written as it is.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $wrong:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub(crate) struct $name(String);

        impl $name {
            /// As text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, &'static str> {
                Self::parse(&text).ok_or($wrong)
            }
        }

        impl From<$name> for String {
            fn from(it: $name) -> Self {
                it.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        crate::db::stored_as_text!($name);
    };
}

checked_text!(
    /// A language by its tag (BCP 47).
    Language,
    "a language is a tag such as `en` or `pt-BR`"
);
checked_text!(
    /// A colour.
    Accent,
    "a colour is written as `#1f6feb`"
);
checked_text!(
    /// What people look for, folded: lower case, without a `#`.
    Tag,
    "a tag has 1 to 30 letters, digits, `-` or `_`"
);

impl Language {
    /// Reads the well-formed form of RFC 5646 §2.1, without asking whether anybody speaks it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let primary = parts.next()?;
        let well_formed = (2..=3).contains(&primary.len())
            && primary.chars().all(|c| c.is_ascii_alphabetic())
            && text.len() <= MAX_LANGUAGE_LEN
            && parts.all(|part| {
                (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
            });
        well_formed.then(|| Self(text.to_owned()))
    }
}

impl Accent {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let valid = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
        valid.then(|| Self(text.to_ascii_lowercase()))
    }
}

impl Tag {
    /// Folds what somebody typed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let folded = text.trim().trim_start_matches('#').to_lowercase().replace(' ', "-");
        let valid = (1..=MAX_TAG_LEN).contains(&folded.chars().count())
            && folded.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        valid.then_some(Self(folded))
    }
}

/// Somewhere else to find whoever it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Link {
    /// What it is called.
    #[schema(example = "Mastodon")]
    pub(crate) label: String,
    /// Where it leads; pages say `rel="me"` of it.
    #[schema(example = "https://example.social/@me")]
    pub(crate) url: String,
}

/// Whether links are few and lead to the web.
pub(crate) fn check_links(links: &[Link]) -> Result<(), SiteError> {
    let fits = |link: &Link| {
        let is_web = ["https://", "http://"].iter().any(|scheme| {
            link.url
                .strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
        let is_plain = !link.url.chars().any(|c| c.is_whitespace() || c.is_control());
        (1..=MAX_LABEL_LEN).contains(&link.label.trim().chars().count())
            && is_web
            && is_plain
            && link.url.len() <= MAX_URL_LEN
    };
    if links.len() <= MAX_LINKS && links.iter().all(fits) {
        return Ok(());
    }
    let range = "at most 10 links, each with a label of 1 to 60 characters and an address that \
                 begins with https:// or http://";
    Err(SiteError::OutOfRange { field: "links", range })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_colours_and_tags_are_checked_and_folded() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske"] {
            assert!(Language::parse(good).is_some(), "{good}");
        }
        for bad in ["", "e", "english", "en-", "en_US", "-en", "en-x", "en-toolongpart"] {
            assert!(Language::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Accent::parse("#1F6FEB").unwrap().as_str(), "#1f6feb");
        for bad in ["1f6feb", "#fff", "#12345g", "red"] {
            assert!(Accent::parse(bad).is_none(), "{bad}");
        }
        for (typed, folded) in [("#Speed Run", "speed-run"), (" ÜBEN ", "üben"), ("a_b-1", "a_b-1")]
        {
            assert_eq!(Tag::parse(typed).unwrap().as_str(), folded);
        }
        for bad in ["", "#", "a/b", "<b>", &"x".repeat(31)] {
            assert!(Tag::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn links_lead_to_the_web() {
        let link = |label: &str, url: &str| Link { label: label.to_owned(), url: url.to_owned() };
        assert!(
            check_links(&[link("a", "https://a.example"), link("b", "http://b.example/x")]).is_ok()
        );
        for bad in [
            link("", "https://a.example"),
            link("a", "javascript:alert(1)"),
            link("a", "https://"),
            link("a", "https:///x"),
            link("a", "https://a.example/ b"),
            link("a", "//a.example"),
        ] {
            assert!(check_links(&[bad]).is_err());
        }
        assert!(check_links(&vec![link("a", "https://a.example"); 11]).is_err());
    }
}
