//! Rules, one at a time and together.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rivulet_media::time::WallClock;

use super::Shelf;
use crate::chat::text::conduct::{
    Code, Doubtful, EmoteRule, Flood, History, Links, Repetition, Rules, Said, Verdict, judge,
};
use crate::chat::text::terms::{Action, How, Term, Terms};
use crate::chat::text::{Ways, render};

fn rules() -> Rules {
    Rules {
        max_chars: 500,
        max_lines: 10,
        links: Links::Allow,
        emotes: EmoteRule::Any,
        max_caps_percent: None,
        max_repeated: None,
        max_marks: None,
        repetition: None,
        flood: None,
        terms: Arc::new(Terms::compile(&[]).unwrap()),
        doubtful: Doubtful::Refuse,
    }
}

fn at(seconds: i64) -> WallClock {
    WallClock::from_unix_millis(seconds * 1000)
}

/// The code of a refusal, and the text it is about.
fn refused(rules: &Rules, text: &str) -> Option<(Code, String)> {
    let rendered = render(text, &Shelf, Ways::Ours);
    let said = Said { text, rendered: &rendered, follows: false };
    match judge(rules, &said, &History::default(), at(0)) {
        Verdict::Pass => None,
        Verdict::Refuse(reason) | Verdict::Hold(reason) => {
            let about = reason.range.map_or_else(String::new, |range| text[range].to_owned());
            Some((reason.code, about))
        }
    }
}

#[test]
fn each_rule_says_what_it_is_about() {
    let base = rules();
    let hosts = |names: &[&str]| Rules {
        links: Links::Hosts(names.iter().map(|it| (*it).to_owned()).collect()),
        ..base.clone()
    };
    let nobody = Rules { links: Links::Nobody, ..base.clone() };
    let caps = Rules { max_caps_percent: Some(70), ..base.clone() };
    let runs = Rules { max_repeated: Some(5), ..base.clone() };
    let marks = Rules { max_marks: Some(2), ..base.clone() };
    let only = Rules { emotes: EmoteRule::Only, ..base.clone() };
    let few = Rules { emotes: EmoteRule::AtMost(2), ..base.clone() };
    let short = Rules { max_chars: 5, max_lines: 2, ..base.clone() };
    for (rules, text, code, about) in [
        (&base, " \u{200b}\n", Some(Code::Empty), ""),
        (&base, "hello", None, ""),
        (&short, "hello!!", Some(Code::TooLong), "!!"),
        (&short, "h\nh\nh", Some(Code::TooLong), ""),
        (&nobody, "see https://x.example/a", Some(Code::Links), "x.example"),
        (&nobody, "see X.com/a", Some(Code::Links), "X.com"),
        (&nobody, "e.g. this.That 1.5 a..b end.Start", None, ""),
        (&hosts(&["good.com"]), "https://www.good.com/a good.com", None, ""),
        (&hosts(&["good.com"]), "https://notgood.com", Some(Code::Links), "notgood.com"),
        (
            &hosts(&["good.com"]),
            "https://good.com.evil.net",
            Some(Code::Links),
            "good.com.evil.net",
        ),
        (&hosts(&["good.com"]), "[x](https://evil.example)", Some(Code::Links), "evil.example"),
        (&caps, "STOP SHOUTING", Some(Code::Caps), ""),
        (&caps, "GG WP", None, ""),
        (&caps, "ok :WAVE: HTTPS://X.EXAMPLE/ABCDEF", None, ""),
        (&caps, "ПЕРЕСТАНЬ", Some(Code::Caps), ""),
        (&runs, "noooooo", Some(Code::Repeated), "oooooo"),
        (&runs, "noOoOo", None, ""),
        (&runs, "a        b", None, ""),
        (&marks, "h\u{301}\u{302}\u{303}i", Some(Code::Marks), "h\u{301}\u{302}\u{303}"),
        (&marks, "he\u{301}", None, ""),
        (&only, "hi 🎉", Some(Code::EmotesOnly), ""),
        (&only, ":wave: 🎉", None, ""),
        (&few, "🎉🎉🎉", Some(Code::TooManyEmotes), ""),
    ] {
        let wanted = code.map(|code| (code, about.to_owned()));
        assert_eq!(refused(rules, text), wanted, "{text}");
    }
}

#[test]
fn followers_may_post_links() {
    let rules = Rules { links: Links::Followers, ..rules() };
    let text = "https://x.example";
    let rendered = render(text, &Shelf, Ways::Ours);
    for (follows, passes) in [(true, true), (false, false)] {
        let said = Said { text, rendered: &rendered, follows };
        let verdict = judge(&rules, &said, &History::default(), at(0));
        assert_eq!(verdict == Verdict::Pass, passes);
    }
}

#[test]
fn what_is_doubtful_waits_and_what_is_blocked_does_not() {
    let term = |pattern: &str, action| Term { pattern: pattern.to_owned(), how: How::Word, action };
    let list = [term("maybe", Action::Hold), term("never", Action::Block)];
    let rules = Rules {
        terms: Arc::new(Terms::compile(&list).unwrap()),
        links: Links::Nobody,
        doubtful: Doubtful::Hold,
        ..rules()
    };
    for (text, wanted) in [
        ("maybe", "hold term"),
        ("never", "refuse term"),
        ("never https://x.example", "refuse term"),
        ("https://x.example", "hold links"),
        ("fine", "pass"),
    ] {
        let rendered = render(text, &Shelf, Ways::Ours);
        let said = Said { text, rendered: &rendered, follows: true };
        let verdict = match judge(&rules, &said, &History::default(), at(0)) {
            Verdict::Pass => "pass".to_owned(),
            Verdict::Hold(reason) => format!("hold {}", reason.code.as_str()),
            Verdict::Refuse(reason) => format!("refuse {}", reason.code.as_str()),
        };
        assert_eq!(verdict, wanted, "{text}");
    }
    assert_eq!(
        refused(&Rules { doubtful: Doubtful::Refuse, ..rules }, "maybe https://x.example")
            .unwrap()
            .0,
        Code::Links
    );
}

#[test]
fn a_flood_is_let_through_by_drops() {
    let every = Duration::from_secs(2);
    let rules = Rules { flood: Some(Flood { burst: 3, every }), ..rules() };
    let mut history = History::default();
    let mut say = |text: &str, now| {
        let rendered = render(text, &Shelf, Ways::Ours);
        let verdict =
            judge(&rules, &Said { text, rendered: &rendered, follows: true }, &history, now);
        if verdict == Verdict::Pass {
            history.note(text, &rules, now);
        }
        match verdict {
            Verdict::Refuse(reason) => Some(reason.until.unwrap()),
            _ => None,
        }
    };
    assert_eq!([say("a", at(10)), say("b", at(10)), say("c", at(10))], [None; 3]);
    assert_eq!(say("d", at(10)), Some(at(12)));
    assert_eq!(say("d", at(11)), Some(at(12)));
    assert_eq!(say("d", at(12)), None);
    assert_eq!(say("e", at(12)), Some(at(14)));
    assert_eq!([say("f", at(30)), say("g", at(30)), say("h", at(30))], [None; 3]);
}

#[test]
fn the_same_again_waits() {
    let within = Duration::from_secs(30);
    let rules = Rules { repetition: Some(Repetition { times: 2, within }), ..rules() };
    let mut history = History::default();
    let judged = |history: &History, text: &str, now| {
        let rendered = render(text, &Shelf, Ways::Ours);
        judge(&rules, &Said { text, rendered: &rendered, follows: true }, history, now)
    };
    history.note("Buy my things", &rules, at(0));
    assert_eq!(judged(&history, "buy my things", at(1)), Verdict::Pass);
    history.note("buy MY things!", &rules, at(5));
    let Verdict::Refuse(reason) = judged(&history, "b u y my th1ngs ...", at(6)) else { panic!() };
    assert_eq!((reason.code, reason.until), (Code::SaidBefore, Some(at(30))));
    assert_eq!(judged(&history, "something else", at(6)), Verdict::Pass);
    assert_eq!(judged(&history, "buy my things", at(30)), Verdict::Pass);
    for second in 0..100 {
        history.note("gg", &rules, at(second));
    }
    assert_eq!(judged(&history, "gg", at(100)), Verdict::Pass);
}

proptest! {
    #[test]
    fn every_text_is_judged(text in "\\PC{0,80}", seconds in 0_i64..100) {
        let list = [Term { pattern: "ab*cd".to_owned(), how: How::Wildcard, action: Action::Hold }];
        let rules = Rules {
            links: Links::Hosts(vec!["x.com".to_owned()]),
            max_caps_percent: Some(50),
            max_repeated: Some(3),
            max_marks: Some(1),
            repetition: Some(Repetition { times: 1, within: Duration::from_secs(10) }),
            flood: Some(Flood { burst: 1, every: Duration::from_secs(1) }),
            terms: Arc::new(Terms::compile(&list).unwrap()),
            ..rules()
        };
        let mut history = History::default();
        let rendered = render(&text, &Shelf, Ways::Ours);
        let said = Said { text: &text, rendered: &rendered, follows: false };
        if let Verdict::Refuse(reason) | Verdict::Hold(reason) = judge(&rules, &said, &history, at(seconds)) {
            prop_assert!(reason.range.is_none_or(|range| text.get(range).is_some()));
            prop_assert!(!reason.detail.is_empty());
        }
        history.note(&text, &rules, at(seconds));
        prop_assert_ne!(judge(&rules, &said, &history, at(seconds)), Verdict::Pass);
    }
}
