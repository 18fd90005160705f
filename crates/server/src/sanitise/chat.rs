//! What is said in chat as HTML, in two dialects: ours, and the one that clients of Owncast know
//! word for word.
//!
//! Both lists are shorter than that of pages. Pictures are emotes of this site and nothing else, for
//! a foreign one would tell its server who is watching. Cleaning what was cleaned changes nothing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::{EMPTIED, SafeHtml, set};

/// Where emotes are served, by this site.
const EMOTES: &[&str] = &["/img/emoji/", "/emotes/"];
/// What Owncast calls an emote's picture.
const OWNCAST_EMOTES: &str = "/img/emoji/";
const OURS: &[&str] =
    &["p", "br", "strong", "em", "del", "code", "pre", "blockquote", "a", "span", "img"];
const OWNCAST: &[&str] = &["p", "br", "strong", "em", "code", "pre", "a", "img"];
/// What a link says of whoever follows it, and of us.
const REL: &str = "nofollow noopener noreferrer ugc";
const OWNCAST_REL: &str = "nofollow noreferrer noopener";
/// Rounds after which crossed tags have come to rest, or are shown as text.
const MAX_ROUNDS: usize = 4;
const NEW_PAGE: &str = " target=\"_blank\"";

static CHAT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = cleaner(OURS, REL);
    cleaner
        .tag_attributes(HashMap::from([
            ("a", set(&["href"])),
            ("img", set(&["src", "alt", "title", "class", "width"])),
            ("span", set(&["class"])),
        ]))
        .attribute_filter(ours);
    cleaner
});

static CHAT_OF_OWNCAST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = cleaner(OWNCAST, OWNCAST_REL);
    cleaner
        .tag_attributes(HashMap::from([
            ("a", set(&["href"])),
            ("img", set(&["src", "alt", "title", "class"])),
        ]))
        .attribute_filter(owncasts);
    cleaner
});

/// Cleans what is said in our dialect.
pub(crate) fn chat(html: &str) -> SafeHtml {
    SafeHtml(finish(&CHAT.clean(html).to_string(), Quotes::Plain))
}

/// Cleans what is said in Owncast's dialect, and writes it as Owncast does.
pub(crate) fn owncast(html: &str) -> SafeHtml {
    let clean = CHAT_OF_OWNCAST.clean(html).to_string();
    SafeHtml(finish(&clean, Quotes::Numbered).trim().to_owned())
}

/// As [`owncast`], for what holds tags that people typed: those may cross each other in ways that a
/// browser would put right differently, so it is cleaned until nothing changes any more.
pub(crate) fn owncast_typed(html: &str) -> SafeHtml {
    let mut clean = owncast(html);
    for _ in 0..MAX_ROUNDS {
        let again = owncast(clean.as_str());
        if again == clean {
            return clean;
        }
        clean = again;
    }
    SafeHtml(ammonia::clean_text(html))
}

fn cleaner(elements: &[&'static str], rel: &'static str) -> Builder<'static> {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(set(elements))
        .clean_content_tags(set(EMPTIED))
        .url_schemes(set(&["http", "https", "mailto"]))
        // Emotes have relative addresses: the filters below judge every address by themselves.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some(rel));
    cleaner
}

fn ours<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let is_good = match (element, attribute) {
        ("a", "href") => is_absolute(value),
        // Only ours is left by now.
        ("a", "rel") => true,
        ("img", "src") => EMOTES.iter().any(|folder| is_emote(folder, value)),
        ("img", "class") => matches!(value, "emote" | "emote animated"),
        ("img", "width") => value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit()),
        ("span", "class") => matches!(value, "spoiler" | "mention"),
        ("img", "alt" | "title") => true,
        _ => false,
    };
    is_good.then_some(Cow::Borrowed(value))
}

fn owncasts<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let is_good = match (element, attribute) {
        ("a", "href") => is_absolute(value),
        ("a", "rel") => true,
        ("img", "src") => is_emote(OWNCAST_EMOTES, value),
        ("img", "class") => value == "emoji",
        ("img", "alt" | "title") => {
            value.len() > 2
                && value.starts_with(':')
                && value.ends_with(':')
                && !value.contains(' ')
        }
        _ => false,
    };
    is_good.then_some(Cow::Borrowed(value))
}

/// Whether an address leads away from this site by itself, to the web or to a mailbox.
fn is_absolute(address: &str) -> bool {
    let begins = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://") || begins("mailto:")
}

/// Whether an address is that of a file below `folder`, and of nothing that only looks so.
fn is_emote(folder: &str, address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./?=".contains(&byte);
    address.strip_prefix(folder).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_plain))
        && !address.contains("..")
        && !address.contains("//")
}

/// How quotation marks in text are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Plain,
    Numbered,
}

/// Goes once over clean HTML: links open a new page; pictures and links that lost their address go.
fn finish(clean: &str, quotes: Quotes) -> String {
    let mut done = String::with_capacity(clean.len() + 64);
    // Whether each link that is open has an address.
    let mut links = Vec::new();
    let mut rest = clean;
    while let Some((text, tag)) = rest.split_once('<') {
        write_text(&mut done, text, quotes);
        let (tag, after) = split_tag(tag);
        rest = after;
        let name = tag.split(' ').next().unwrap_or_default();
        match name {
            "a" => {
                let leads = tag.contains(" href=\"");
                links.push(leads);
                if leads {
                    done.extend(["<", tag, NEW_PAGE, ">"]);
                }
            }
            "/a" if links.pop() == Some(false) => {}
            "img" if !tag.contains(" src=\"") => {}
            _ => done.extend(["<", tag, ">"]),
        }
    }
    write_text(&mut done, rest, quotes);
    done
}

/// A tag without its brackets, and what follows it. Brackets in quoted values belong to them.
fn split_tag(tag: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => {
                return (tag.get(..at).unwrap_or_default(), tag.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (tag, "")
}

fn write_text(done: &mut String, text: &str, quotes: Quotes) {
    if quotes == Quotes::Plain {
        return done.push_str(text);
    }
    for c in text.chars() {
        match c {
            '"' => done.push_str("&#34;"),
            '\'' => done.push_str("&#39;"),
            c => done.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_dialect_keeps_what_chat_is_made_of() {
        for (html, clean) in [
            ("<p>a <strong>b</strong></p>", "<p>a <strong>b</strong></p>"),
            ("<h1>a</h1><ul><li>b</ul>", "ab"),
            (
                "<a href=\"https://x.example/?a=1&amp;b\" onclick=x target=_top rel=me>y</a>",
                "<a href=\"https://x.example/?a=1&amp;b\" rel=\"nofollow noopener noreferrer ugc\" target=\"_blank\">y</a>",
            ),
            ("<a href=/logout>y</a> <a>z</a>", "y z"),
            ("<a href=//evil.example>y</a>", "y"),
            ("<span class=\"spoiler\">a</span>", "<span class=\"spoiler\">a</span>"),
            ("<span class=\"admin\" id=x>a</span>", "<span>a</span>"),
            (
                "<img class=\"emote\" src=\"/img/emoji/a.png\" alt=\":a>b:\" width=\"28\">",
                "<img class=\"emote\" src=\"/img/emoji/a.png\" alt=\":a&gt;b:\" width=\"28\">",
            ),
            ("a<img src=/img/emoji/../../x.png>b", "ab"),
            ("a<img src=https://x.example/img/emoji/a.png>b", "ab"),
            ("a<img src=//img/emoji/a.png>b", "ab"),
            ("\"it's\"", "\"it's\""),
        ] {
            assert_eq!(chat(html).as_str(), clean, "{html}");
            assert_eq!(chat(clean).as_str(), clean, "again: {html}");
        }
    }

    #[test]
    fn owncasts_dialect_is_written_as_its_clients_know_it() {
        for (html, clean) in [
            ("<p>hello</p>\n", "<p>hello</p>"),
            ("<p>\"it's\"</p>", "<p>&#34;it&#39;s&#34;</p>"),
            (
                "<a href=\"http://yahoo.com\">yahoo</a>",
                "<a href=\"http://yahoo.com\" rel=\"nofollow noreferrer noopener\" target=\"_blank\">yahoo</a>",
            ),
            (
                "<img src=\"/img/emoji/a.png\" class=\"emoji\" alt=\":a:\" title=\":a:\">",
                "<img src=\"/img/emoji/a.png\" class=\"emoji\" alt=\":a:\" title=\":a:\">",
            ),
            ("<img src=\"/emotes/a.png\"> a", "a"),
            ("<del>a</del><span class=spoiler>b</span>", "ab"),
        ] {
            assert_eq!(owncast(html).as_str(), clean, "{html}");
            assert_eq!(owncast(clean).as_str(), clean, "again: {html}");
        }
    }
}
