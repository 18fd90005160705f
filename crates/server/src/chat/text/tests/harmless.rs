//! Nothing that people type runs, loads or leads astray, whichever field they type it into.
//!
//! The judge here knows nothing of the sanitiser: it reads the HTML letter by letter and stops at
//! anything that is not on its own, shorter list.

use super::Shelf;
use crate::chat::text::names::check_display_name;
use crate::chat::text::{EmoteRef, Emotes, Ways, escaped, render};
use crate::sanitise;

const ATTACKS: &str = include_str!("../../../../../../testdata/chat/xss.txt");
/// A corpus with fewer attacks has been lost.
const FEWEST: usize = 120;

/// Panics unless HTML is made of what chat is made of.
pub(super) fn check(html: &str, ways: Ways) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        assert!(rest[at..].starts_with('<'), "a bracket alone in {html}");
        let tag = &rest[at + 1..];
        let (inside, after) = until_end(tag).unwrap_or_else(|| panic!("an open tag in {html}"));
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "crossed tags in {html}");
            continue;
        }
        let name = inside.split(' ').next().unwrap();
        let attributes = attributes(&inside[name.len()..], html);
        check_tag(name, &attributes, ways, html);
        if !matches!(name, "br" | "img") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} open in {html}");
}

fn until_end(tag: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return Some((&tag[..at], &tag[at + 1..])),
            '<' => return None,
            _ => {}
        }
    }
    None
}

fn attributes<'h>(mut text: &'h str, html: &str) -> Vec<(&'h str, &'h str)> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text
            .strip_prefix(' ')
            .and_then(|it| it.split_once("=\""))
            .unwrap_or_else(|| panic!("{text} in {html}"));
        let (value, rest) = rest.split_once('"').unwrap();
        assert!(name.bytes().all(|it| it.is_ascii_lowercase()), "{name} in {html}");
        found.push((name, value));
        text = rest;
    }
    found
}

fn check_tag(name: &str, attributes: &[(&str, &str)], ways: Ways, html: &str) {
    let elements: &[&str] = match ways {
        Ways::Ours => {
            &["p", "br", "strong", "em", "del", "code", "pre", "blockquote", "a", "span", "img"]
        }
        Ways::Owncast => &["p", "br", "strong", "em", "code", "pre", "a", "img"],
    };
    assert!(elements.contains(&name), "<{name}> in {html}");
    for (attribute, value) in attributes {
        let is_good = match (name, *attribute) {
            ("a", "href") => ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| value.to_lowercase().starts_with(scheme)),
            ("a", "rel") => value.contains("noopener") && value.contains("noreferrer"),
            ("a", "target") => *value == "_blank",
            ("img", "src") => {
                value.starts_with("/img/emoji/")
                    && !value.contains("..")
                    && !value.contains("//")
                    && !value.contains('\\')
            }
            ("img", "alt" | "title") => true,
            ("img", "class") => ["emote", "emote animated", "emoji"].contains(value),
            ("img", "width") => ways == Ways::Ours && value.parse::<u16>().is_ok(),
            ("span", "class") => ways == Ways::Ours && ["spoiler", "mention"].contains(value),
            _ => false,
        };
        assert!(is_good, "{attribute}={value} in {html}");
    }
    if name == "a" {
        let has = |wanted| attributes.iter().filter(|(name, _)| *name == wanted).count() == 1;
        assert!(has("href") && has("rel") && has("target"), "{html}");
    }
}

/// Whatever name is asked for, there is an emote of that name, and an address like it.
struct Hostile;

impl Emotes for Hostile {
    fn find(&self, name: &str) -> Option<EmoteRef> {
        Some(EmoteRef { name: name.to_owned(), url: name.to_owned(), width: None, animated: true })
    }
}

/// Gives back the attack as an emote's name and address.
struct Named<'a>(&'a str);

impl Emotes for Named<'_> {
    fn find(&self, _: &str) -> Option<EmoteRef> {
        let name = self.0.to_owned();
        Some(EmoteRef { url: format!("/img/emoji/{name}"), name, width: None, animated: false })
    }
}

#[test]
fn no_attack_survives_in_any_field() {
    let attacks: Vec<&str> = ATTACKS.lines().filter(|line| !line.is_empty()).collect();
    assert!(attacks.len() >= FEWEST, "{}", attacks.len());
    for attack in attacks {
        let fields = [
            attack.to_owned(),
            attack.replace("\\x0b", "\u{b}").replace("\\x01", "\u{1}").replace(' ', "\n"),
            format!("hi {attack} there :wave: https://x.example {attack}"),
            format!("*{attack}* ||{attack}|| > {attack}"),
            format!("> {attack}\n{attack}"),
            format!("`{attack}`\n```\n{attack}\n```"),
            format!("[{attack}](https://x.example) [x]({attack}) [y](https://x.example/{attack})"),
            format!(
                "https://{attack} https://x.example/{attack} mailto:{attack}@x.example <https://{attack}>"
            ),
            format!("@{attack} :{attack}: :wave:{attack}"),
            format!(
                "<p title=\"{attack}\">x</p> <a href=\"{attack}\">y</a> <img src=\"/img/emoji/{attack}\">"
            ),
        ];
        for text in fields {
            for ways in [Ways::Ours, Ways::Owncast] {
                for emotes in [&Shelf as &dyn Emotes, &Hostile, &Named(attack)] {
                    let html = render(&text, emotes, ways).html;
                    check(html.as_str(), ways);
                    let again = match ways {
                        Ways::Ours => sanitise::chat(html.as_str()),
                        Ways::Owncast => sanitise::owncast(html.as_str()),
                    };
                    assert_eq!(again, html, "cleaning again changes {text}");
                }
            }
        }
        // Names go into notices between tags, and are never HTML by themselves.
        if let Ok(name) = check_display_name(attack) {
            assert!(!name.as_str().contains(['<', '>']), "{attack}");
        }
        for name in [attack, &attack.replace(['<', '>'], "")] {
            let notice = format!("<p><strong>{}</strong> is here.</p>", escaped(name));
            let html = sanitise::chat(&notice);
            check(html.as_str(), Ways::Ours);
            assert_eq!(html.as_str().matches('<').count(), 4, "{attack}");
        }
        // Text of admins that says itself to be HTML passes the same list.
        check(sanitise::chat(attack).as_str(), Ways::Ours);
        check(sanitise::owncast(attack).as_str(), Ways::Owncast);
    }
}

#[test]
fn the_judge_finds_what_it_looks_for() {
    for html in [
        "<script>",
        "<p onclick=\"x\">a</p>",
        "<p>",
        "<a href=\"javascript:x\" rel=\"noopener noreferrer\" target=\"_blank\">a</a>",
        "<img src=\"https://x.example/a.png\">",
        "a > b",
        "<em><p></em></p>",
    ] {
        assert!(std::panic::catch_unwind(|| check(html, Ways::Ours)).is_err(), "{html}");
    }
}
