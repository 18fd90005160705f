//! Terms in disguise, and words that only look like them.

use proptest::prelude::*;

use crate::chat::text::terms::{Action, How, MAX_TERM, MAX_TERMS, Term, TermError, Terms};

fn term(pattern: &str, how: How) -> Term {
    Term { pattern: pattern.to_owned(), how, action: Action::Block }
}

fn finds(pattern: &str, how: How, text: &str) -> Option<String> {
    let terms = Terms::compile(&[term(pattern, how)]).unwrap();
    terms.worst(text).map(|found| text[found.range].to_owned())
}

#[test]
fn a_term_is_found_in_any_dress() {
    for (text, found) in [
        ("buy viagra now", "viagra"),
        ("VIAGRA!", "VIAGRA"),
        ("v1agra", "v1agra"),
        ("vi@gr4", "vi@gr4"),
        ("v!agra", "v!agra"),
        ("v|agra", "v|agra"),
        ("v.i.a.g.r.a", "v.i.a.g.r.a"),
        ("x v i a g r a x", "v i a g r a"),
        ("v-i_a*g~r.a", "v-i_a*g~r.a"),
        ("vi.agra", "vi.agra"),
        ("ＶＩＡＧＲＡ", "ＶＩＡＧＲＡ"),
        ("vi\u{430}gr\u{430}", "vi\u{430}gr\u{430}"),
        ("v\u{131}agra", "v\u{131}agra"),
        ("𝓿𝓲𝓪𝓰𝓻𝓪", "𝓿𝓲𝓪𝓰𝓻𝓪"),
        ("vi\u{200b}ag\u{2060}ra", "vi\u{200b}ag\u{2060}ra"),
        ("v\u{202e}iagra", "v\u{202e}iagra"),
        ("v\u{301}i\u{301}a\u{301}g\u{301}ra", "v\u{301}i\u{301}a\u{301}g\u{301}ra"),
        ("viagraaaaa", "viagraaaaa"),
        ("viiiiagra", "viiiiagra"),
        ("**viagra**", "viagra"),
        ("@viagra", "viagra"),
    ] {
        assert_eq!(finds("viagra", How::Word, text).as_deref(), Some(found), "{text}");
        assert_eq!(finds("VIAGRA", How::Substring, text).as_deref(), Some(found), "{text}");
    }
    for text in ["via grant", "viagrant", "niagara", "v iagr a", "vi agra"] {
        assert_eq!(finds("viagra", How::Word, text), None, "{text}");
    }
    assert!(finds("viagra", How::Substring, "viagrant").is_some());
}

#[test]
fn words_that_only_hold_a_term_are_left_alone() {
    for (pattern, text) in [
        ("ass", "as"),
        ("ass", "a s"),
        ("ass", "class assassin pass"),
        ("cum", "document"),
        ("to", "too"),
        ("as", "ass"),
        ("penis", "pen is"),
        ("hell", "hello"),
        ("tit", "title"),
    ] {
        assert_eq!(finds(pattern, How::Word, text), None, "{pattern} in {text}");
    }
    assert_eq!(finds("ass", How::Word, "you a$$ hat").as_deref(), Some("a$$"));
    assert_eq!(finds("kill", How::Word, "k i l l").as_deref(), Some("k i l l"));
}

#[test]
fn numbers_are_numbers() {
    assert_eq!(finds("1488", How::Word, "1488!").as_deref(), Some("1488"));
    assert_eq!(finds("1488", How::Word, "１４８８").as_deref(), Some("１４８８"));
    assert_eq!(finds("1488", How::Word, "labb lg88"), None);
    assert_eq!(finds("1488", How::Word, "21488"), None);
}

#[test]
fn stars_stand_for_letters_of_one_word() {
    for (pattern, text, found) in [
        ("foo*", "food", Some("foo")),
        ("foo*", "a foo", Some("foo")),
        ("foo*", "afoo", None),
        ("*foo", "afoo b", Some("foo")),
        ("*foo", "foods", None),
        ("*foo*", "afoob", Some("foo")),
        ("foo*bar", "fooxbar", Some("fooxbar")),
        ("foo*bar", "foobar", Some("foobar")),
        ("foo*bar", "f00 x b@r", None),
        ("foo*bar", "foo bar", None),
        ("foo*bar", "fooxbars", None),
        ("foo*bar*", "fooxbars", Some("fooxbar")),
        ("ab*cd*ef", "abXcdXefX abcdef", Some("abcdef")),
        ("ab*ab", "abxab", Some("abxab")),
        ("ab*ab", "ab", None),
    ] {
        assert_eq!(finds(pattern, How::Wildcard, text).as_deref(), found, "{pattern} in {text}");
    }
}

#[test]
fn other_scripts_have_terms_too() {
    assert_eq!(finds("傻逼", How::Word, "你是傻逼吗").as_deref(), Some("傻逼"));
    assert_eq!(finds("死", How::Word, "死ね").as_deref(), Some("死"));
    assert_eq!(finds("блять", How::Word, "БЛЯТЬ!").as_deref(), Some("БЛЯТЬ"));
    assert_eq!(finds("가", How::Substring, "각"), None);
    assert_eq!(
        finds("two words", How::Word, "some two  words here").as_deref(),
        Some("two  words")
    );
    assert_eq!(finds("two words", How::Word, "twowords").as_deref(), Some("twowords"));
}

#[test]
fn the_gravest_comes_first_and_finds_are_few() {
    let hold = Term { action: Action::Hold, ..term("maybe", How::Word) };
    let terms = Terms::compile(&[hold, term("never", How::Word)]).unwrap();
    let found = terms.find("maybe or never, maybe");
    assert_eq!(
        found.iter().map(|it| (it.term, it.range.clone())).collect::<Vec<_>>(),
        [(0, 0..5), (1, 9..14)]
    );
    assert_eq!(terms.worst("maybe or never").unwrap().action, Action::Block);
    assert_eq!(terms.worst("maybe").unwrap().action, Action::Hold);
    assert_eq!(terms.worst("fine"), None);
}

#[test]
fn lists_that_cannot_be_used_are_refused() {
    let refused = |pattern: &str| Terms::compile(&[term(pattern, How::Wildcard)]).unwrap_err().1;
    assert_eq!(refused(""), TermError::Short);
    assert_eq!(refused("*"), TermError::Short);
    assert_eq!(refused("a"), TermError::Short);
    assert_eq!(refused("\u{200b}..."), TermError::Short);
    assert_eq!(refused("ab*c"), TermError::Short);
    assert_eq!(refused("ab*ab*ab*ab*ab"), TermError::Stars);
    assert_eq!(refused(&"a".repeat(MAX_TERM + 1)), TermError::Long);
    let many = vec![term("word", How::Word); MAX_TERMS + 1];
    assert_eq!(Terms::compile(&many).unwrap_err().1, TermError::Count);
}

#[test]
fn hostile_lists_and_texts_end_soon() {
    let begun = std::time::Instant::now();
    let lengths = (1..=MAX_TERM / 2).flat_map(|n| {
        let part = "ab".repeat(n);
        [term(&part, How::Substring), term(&part, How::Word)]
    });
    let stars = (0..200).map(|_| term("ab*ba*ab", How::Wildcard));
    let list: Vec<Term> = lengths.chain(stars).collect();
    let terms = Terms::compile(&list).unwrap();
    for text in ["ab".repeat(8_000), "a".repeat(16_000), "a b ".repeat(4_000), "a.b".repeat(5_000)]
    {
        assert!(terms.find(&text).len() <= 16);
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn finds_lie_in_the_text(pattern in "[a-z1*.]{2,8}", text in "([a-z1. ]|\\PC){0,60}") {
        for how in [How::Word, How::Substring, How::Wildcard] {
            let Ok(terms) = Terms::compile(&[term(&pattern, how)]) else { continue };
            for found in terms.find(&text) {
                prop_assert!(text.get(found.range).is_some_and(|it| !it.is_empty()));
            }
        }
    }

    #[test]
    fn a_word_is_found_wherever_it_stands(word in "[b-hj-k]{4,9}", before in "[.,!? ]{0,3}", after in "[.,!? ]{0,3}") {
        let text = format!("{before}{word}{after}");
        prop_assert!(finds(&word, How::Word, &text).is_some());
        let within = format!("xx{word}xx");
        prop_assert!(finds(&word, How::Substring, &within).is_some());
    }
}
