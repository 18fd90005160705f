//! Names of accounts: what they may be made of, and when two of them are the same to the eye.
//!
//! Letters are those of Unicode's general security profile, of one script or of a customary mix
//! (UTS 39 §3.1 and §5.2), in NFKC. Two names are the same when their folded forms are (`folding`).

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _};

use crate::db::stored_as_text;
use crate::folding::{fold, is_reserved};

/// Characters of a name.
const MIN_CHARS: usize = 2;
const MAX_CHARS: usize = 30;
/// What is looked at at all: somebody could send megabytes to be normalised.
const MAX_BYTES: usize = 512;

/// A name that an account may have, as its owner writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Username(String);

/// What two names that look the same have in common. The database keeps it unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FoldedName(String);

/// Why a text is no name for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UsernameError {
    #[error("a name has {MIN_CHARS} to {MAX_CHARS} characters")]
    Length,
    #[error("a name is made of letters and digits, with single `.`, `-` or `_` between them")]
    Characters,
    #[error("the letters of a name are of one script: these are easily taken for others")]
    MixedScripts,
    #[error("this name is kept for the site itself: choose another")]
    Reserved,
}

impl Username {
    /// Reads what somebody typed as a name for a new account.
    ///
    /// # Errors
    /// When it breaks a rule.
    pub(crate) fn new(typed: &str) -> Result<Self, UsernameError> {
        let name = Self::privileged(typed)?;
        if is_reserved(&name.folded().0) {
            return Err(UsernameError::Reserved);
        }
        Ok(name)
    }

    /// As [`Self::new`], for the site's own accounts: reserved names are for them.
    pub(crate) fn privileged(typed: &str) -> Result<Self, UsernameError> {
        let typed = typed.trim();
        if typed.len() > MAX_BYTES {
            return Err(UsernameError::Length);
        }
        let name: String = typed.nfkc().collect();
        if !(MIN_CHARS..=MAX_CHARS).contains(&name.chars().count()) {
            return Err(UsernameError::Length);
        }
        if !is_well_formed(&name) {
            return Err(UsernameError::Characters);
        }
        if !name.as_str().check_restriction_level(RestrictionLevel::HighlyRestrictive) {
            return Err(UsernameError::MixedScripts);
        }
        Ok(Self(name))
    }

    /// Reads the database's text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::privileged(text).ok()
    }

    /// The name as its owner writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What it has in common with every name that looks like it.
    pub(crate) fn folded(&self) -> FoldedName {
        FoldedName(fold(&self.0))
    }
}

impl FoldedName {
    /// The folded form of what somebody typed to sign in: anything at all may be asked for.
    pub(crate) fn of(typed: &str) -> Option<Self> {
        Username::privileged(typed).ok().map(|name| name.folded())
    }

    /// Reads the database's text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for FoldedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Username);
stored_as_text!(FoldedName);

/// Letters, digits and their marks, with single signs between them.
fn is_well_formed(name: &str) -> bool {
    let mut joins = true;
    for c in name.chars() {
        let is_sign = matches!(c, '.' | '-' | '_');
        let is_mark = is_combining_mark(c);
        if !(is_sign || is_mark || c.is_alphanumeric()) || joins && (is_sign || is_mark) {
            return false;
        }
        joins = is_sign;
    }
    !joins
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_letters_and_digits_of_one_script() {
        for (typed, name) in [
            ("ada", "ada"),
            (" Ada ", "Ada"),
            ("Ada.Lovelace-1815_x", "Ada.Lovelace-1815_x"),
            ("42", "42"),
            ("Ａｄａ", "Ada"),
            ("Zoë", "Zoë"),
            ("Zoe\u{308}", "Zoë"),
            ("Алиса", "Алиса"),
            ("愛子ちゃん", "愛子ちゃん"),
            ("مريم", "مريم"),
            ("administrator2", "administrator2"),
        ] {
            assert_eq!(Username::new(typed).map(|it| it.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        use UsernameError::{Characters, Length, MixedScripts, Reserved};
        for (typed, reason) in [
            ("", Length),
            ("a", Length),
            ("a234567890123456789012345678901", Length),
            (&"a".repeat(100_000), Length),
            (&"\u{fdfa}".repeat(2), Length),
            ("ada lovelace", Characters),
            (".ada", Characters),
            ("ada.", Characters),
            ("a..b", Characters),
            ("a._b", Characters),
            ("\u{308}ada", Characters),
            ("ada@host", Characters),
            ("ada/../x", Characters),
            ("ada\r\nTo: x", Characters),
            ("ada\u{200b}x", Characters),
            ("ada\u{202e}x", Characters),
            ("<b>", Characters),
            ("😀😀", Characters),
            ("аda", MixedScripts),
            ("admin", Reserved),
            ("Admin", Reserved),
            ("ＡＤＭＩＮ", Reserved),
            ("adm1n", Reserved),
            ("admln", Reserved),
            ("rivu1et", Reserved),
            ("0wncast", Reserved),
            ("instance.actor", Reserved),
        ] {
            assert_eq!(Username::new(typed), Err(reason), "{typed:.40}");
        }
        assert!(Username::privileged("admin").is_ok());
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        let fold = |name: &str| Username::privileged(name).unwrap().folded();
        for (one, other) in [
            ("paypal", "PayPal"),
            ("paypal", "paypaI"),
            ("paypal", "paypa1"),
            ("modern", "rnodern"),
            ("oslo", "0sl0"),
            ("Zoë", "ZOË"),
            ("сорт", "copт".replace("cop", "сор").as_str()),
            ("хор", "xop"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        for (one, other) in [("ada", "adam"), ("ada", "a.da"), ("zoe", "zoë"), ("b", "d")] {
            assert_ne!(super::fold(one), super::fold(other), "{one} {other}");
        }
    }

    #[test]
    fn the_databases_form_reads_back() {
        let name = Username::new("Ada").unwrap();
        assert_eq!(Username::parse(name.as_str()), Some(name.clone()));
        assert_eq!(FoldedName::parse(&name.folded().to_string()), Some(name.folded()));
        assert_eq!(FoldedName::of("ADA"), Some(name.folded()));
        assert_eq!(FoldedName::of("not a name"), None);
    }

    proptest! {
        #[test]
        fn any_text_may_be_typed(typed in "\\PC{0,40}") {
            if let Ok(name) = Username::new(&typed) {
                prop_assert!((MIN_CHARS..=MAX_CHARS).contains(&name.as_str().chars().count()));
                prop_assert_eq!(Username::new(name.as_str()), Ok(name.clone()));
            }
        }
    }
}
