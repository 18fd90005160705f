//! Names, and who passes for whom.

use proptest::prelude::*;

use crate::chat::text::names::{NameError, check_display_name, fold, is_reserved};

#[test]
fn names_are_what_can_be_seen() {
    for (typed, name) in [
        ("Ada", "Ada"),
        ("  Swift   Otter 4821 ", "Swift Otter 4821"),
        ("Ｆｕｌｌ", "Full"),
        ("Zoe\u{308}", "Zoë"),
        ("愛子 💖", "愛子 💖"),
        ("מרים", "מרים"),
        ("สมชาย", "สมชาย"),
        ("❤\u{fe0f}", "❤\u{fe0f}"),
        ("Tom & Jerry's", "Tom & Jerry's"),
        ("x", "x"),
    ] {
        assert_eq!(check_display_name(typed).map(|it| it.as_str().to_owned()), Ok(name.to_owned()));
    }
}

#[test]
fn what_hides_or_stacks_is_no_name() {
    use NameError::{Blank, Brackets, Invisible, Length, Marks};
    for (typed, why) in [
        ("", Blank),
        ("   ", Blank),
        ("\u{a0}\u{3000}", Blank),
        ("...", Blank),
        ("\u{301}", Blank),
        ("\u{fe0f}", Blank),
        (&"a".repeat(31), Length),
        (&"a".repeat(100_000), Length),
        (&"\u{fdfa}".repeat(3), Length),
        ("a\u{200b}b", Invisible),
        ("a\u{200d}b", Invisible),
        ("a\u{2060}b", Invisible),
        ("a\u{feff}b", Invisible),
        ("a\u{ad}b", Invisible),
        ("\u{202e}nimda", Invisible),
        ("a\u{2066}b\u{2069}", Invisible),
        ("a\u{61c}b", Invisible),
        ("a\nb", Invisible),
        ("a\tb", Invisible),
        ("a\u{0}b", Invisible),
        ("\u{3164}", Invisible),
        ("\u{2800}", Invisible),
        ("\u{115f}\u{1160}", Invisible),
        ("a\u{e0041}", Invisible),
        ("a\u{e000}", Invisible),
        ("a\u{10fffd}", Invisible),
        ("a\u{301}\u{302}\u{303}\u{304}", Marks),
        ("\u{5d0}\u{5b7}\u{5b8}\u{5b9}", Marks),
        ("<b>Ada</b>", Brackets),
        ("＜b＞", Brackets),
    ] {
        assert_eq!(check_display_name(typed).map(|it| it.to_string()), Err(why), "{typed:.40?}");
    }
}

#[test]
fn nobody_passes_for_somebody_else() {
    let owner = fold("StreamQueen_7");
    for imposter in [
        "streamqueen_7",
        "STREAMQUEEN 7",
        "StreamQueen7",
        "Stream Queen 7",
        "stream.queen.7",
        "StreamQueen-7-",
        "@StreamQueen_7",
        "~StreamQueen_7~",
        "Ｓtream\u{FF31}ueen_7",
        "Str\u{435}amQu\u{435}en_7",
        "\u{405}treamQueen_7",
        "𝐒𝐭𝐫𝐞𝐚𝐦𝐐𝐮𝐞𝐞𝐧_7",
        "Streaｍ Queen_7",
        "Strearn Queen_7",
        "Stream\u{200b}Queen_7",
        "Stream\u{ad}Queen_7",
        "\u{202e}StreamQueen_7\u{202c}",
        "StreamQueen\u{2060}_7",
        "StreamQueen_7\u{fe0f}",
        "StreamQueen_7\u{3164}",
        "Stream\u{a0}Queen\u{2003}7",
        "StreamQueen‿7",
        "StreamQueen＿7",
        "StreamQueen·7",
    ] {
        assert_eq!(fold(imposter), owner, "{imposter}");
    }
    for other in ["StreamQueen_8", "StreamQuéen_7", "StreamKing_7", "StreamQueen_77"] {
        assert_ne!(fold(other), owner, "{other}");
    }
}

#[test]
fn names_of_the_site_are_kept_for_it() {
    for name in [
        "Admin",
        "aDMlN",
        "@admin",
        "a.d.m.i.n",
        "\u{430}dmin",
        "ＡＤＭＩＮ",
        "ad\u{200b}min",
        "M0DERATOR",
        "Owncast",
        "0wnc\u{430}st",
        "sys tem",
        "Operator!",
        "...",
        "",
    ] {
        assert!(is_reserved(&fold(name)), "{name}");
    }
    for name in ["Adminton", "admin2", "min", "Ada", "moderate"] {
        assert!(!is_reserved(&fold(name)), "{name}");
    }
}

proptest! {
    #[test]
    fn a_name_stays_a_name(typed in "\\PC{0,40}") {
        if let Ok(name) = check_display_name(&typed) {
            prop_assert_eq!(check_display_name(name.as_str()), Ok(name.clone()));
            prop_assert!(!name.folded().is_blank());
            prop_assert_eq!(fold(name.folded().as_str()), name.folded());
        }
    }
}
