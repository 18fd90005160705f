//! When two texts are the same to the eye: case, look-alikes and what cannot be seen, folded away.
//!
//! Names are compared as they look (UTS 39 §4, confusables), not as they are encoded. Names of
//! accounts keep their signs (`fold`); names in chat lose them as well (`squeeze`), for there
//! `a.d.a` and `A D A` would pass for `ada`. Pure, and of no room: accounts and chat must agree.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::skeleton;

/// Rounds after which folding has come to rest for every known letter.
const MAX_ROUNDS: usize = 4;

/// Names that speak for the site, for its software or for nobody. Compared whole, after folding:
/// `administrator2` is a name like any other.
const RESERVED: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "all",
    "anon",
    "anonymous",
    "api",
    "bot",
    "broadcaster",
    "channel",
    "contact",
    "deleted",
    "editor",
    "everyone",
    "feedback",
    "fediverse",
    "ftp",
    "guest",
    "guests",
    "help",
    "helpdesk",
    "here",
    "host",
    "hostmaster",
    "info",
    "instance",
    "instance.actor",
    "legal",
    "localhost",
    "mail",
    "mailer-daemon",
    "me",
    "mod",
    "moderator",
    "moderators",
    "mods",
    "news",
    "no-reply",
    "nobody",
    "noreply",
    "null",
    "official",
    "operator",
    "owncast",
    "owner",
    "owners",
    "postmaster",
    "press",
    "privacy",
    "rivulet",
    "root",
    "sales",
    "security",
    "self",
    "server",
    "service",
    "site",
    "site.admin",
    "site_admin",
    "staff",
    "streamer",
    "sudo",
    "support",
    "sysadmin",
    "sysop",
    "system",
    "team",
    "undefined",
    "unknown",
    "user",
    "username",
    "verified",
    "viewer",
    "webmaster",
    "www",
];

static FOLDED: LazyLock<HashSet<String>> =
    LazyLock::new(|| RESERVED.iter().map(|name| fold(name)).collect());
static SQUEEZED: LazyLock<HashSet<String>> =
    LazyLock::new(|| RESERVED.iter().map(|name| squeeze(name)).collect());

/// Whether a folded name speaks for the site.
pub(crate) fn is_reserved(folded: &str) -> bool {
    FOLDED.contains(folded)
}

/// Whether a squeezed name speaks for the site.
pub(crate) fn is_reserved_squeezed(squeezed: &str) -> bool {
    SQUEEZED.contains(squeezed)
}

/// Case first, for `I` looks like `l` and is an `i`; then what letters look like. `i` and `l` are
/// one in the end: in some case or other, each looks like the other's.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = name.to_owned();
    for _ in 0..MAX_ROUNDS {
        // Up and down again: there are two small sigmas, and `ß` is `SS`.
        let upper = folded.nfkc().flat_map(char::to_uppercase);
        let lower: String = upper.flat_map(char::to_lowercase).collect();
        let seen: String = skeleton(&lower).flat_map(char::to_lowercase).collect();
        let next: String = seen.chars().map(|c| if c == 'i' { 'l' } else { c }).collect();
        if next == folded {
            break;
        }
        folded = next;
    }
    folded
}

/// As [`fold`], without what separates letters or hides among them.
pub(crate) fn squeeze(name: &str) -> String {
    let mut squeezed = name.to_owned();
    for _ in 0..MAX_ROUNDS {
        let seen: String = squeezed.chars().filter(|c| is_telling(*c)).collect();
        let next: String = fold(&seen).chars().filter(|c| is_telling(*c)).collect();
        if next == squeezed {
            break;
        }
        squeezed = next;
    }
    squeezed
}

/// Whether a character tells one name from another: not space, sign or invisible.
fn is_telling(c: char) -> bool {
    // Ticks, primes and the like are marks that stand alone.
    let is_sign = c.is_ascii_punctuation()
        || matches!(c, '\u{a0}'..='\u{bf}' | '\u{2b0}'..='\u{2ff}' | '\u{2010}'..='\u{206f}'
            | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30fb}' | '\u{fe10}'..='\u{fe6f}');
    !(c.is_whitespace() || is_sign && !c.is_alphanumeric() || is_invisible(c) || is_selector(c))
}

/// Whether a character shows nothing, or changes how others are shown: controls, directions,
/// zero width, blanks that are letters by name (`Default_Ignorable_Code_Point`, `Cf`, and friends).
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character has no meaning of its own: private, or never to be one.
pub(crate) fn is_unassigned(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{f0000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Selectors choose between a character's pictures, as emoji or as text.
pub(crate) fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// Marks that go with any letter: accents, and what is stacked on letters to break a page.
pub(crate) fn is_stackable(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_blanks_and_the_invisible_tell_no_names_apart() {
        for (one, other) in [
            ("ada", "A D A"),
            ("ada", "a.d-a_"),
            ("ada", "@ada"),
            ("ada", "a\u{200b}d\u{2060}a"),
            ("ada", "\u{202e}ada\u{202c}"),
            ("ada", "a\u{ad}da\u{fe0f}"),
            ("ada", "ａｄａ"),
            ("ada", "\u{430}d\u{430}"),
            ("ada", "𝓪𝓭𝓪"),
            ("Swift Otter 4821", "swift_0tter 482I"),
        ] {
            assert_eq!(squeeze(one), squeeze(other), "{one} {other}");
        }
        for (one, other) in [("ada", "adam"), ("zoe", "zoë"), ("か", "が"), ("ada", "ada💖")] {
            assert_ne!(squeeze(one), squeeze(other), "{one} {other}");
        }
        assert_eq!(squeeze(" .-_\u{200b}"), "");
    }

    #[test]
    fn reserved_names_are_reserved_in_disguise() {
        for name in
            ["Admin", "a d m i n", "site admin", "m0derator", "\u{430}dmin", "r i v u 1 e t"]
        {
            assert!(is_reserved_squeezed(&squeeze(name)), "{name}");
        }
        assert!(is_reserved(&fold("ADM1N")) && !is_reserved(&fold("administrator2")));
        assert!(!is_reserved_squeezed(&squeeze("administrator2")));
    }

    proptest! {
        #[test]
        fn folding_comes_to_rest(name in "[a-zA-Z0-9._а-яα-ωé-ÿ]{1,20}") {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert_eq!(fold(&name.to_uppercase()), fold(&name));
            prop_assert_eq!(fold(&name.to_lowercase()), fold(&name));
        }

        #[test]
        fn squeezing_comes_to_rest(name in "\\PC{0,40}") {
            let once = squeeze(&name);
            prop_assert_eq!(squeeze(&once), once);
        }
    }
}
