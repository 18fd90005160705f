//! The one sanitiser: what people wrote becomes HTML that can do nothing but be read.
//!
//! By allowlist, where the text is rendered. Raw HTML in Markdown goes through it like everything
//! else; scripts, styles, frames, forms, pictures and handlers are not on the list, and links lead
//! to the web and to mail alone, without our reputation or a way back to the page. What is said in
//! chat has a shorter list (`chat.rs`), with pictures of this site's own emotes.

mod chat;
mod escape;

use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use pulldown_cmark::{Options, Parser, html};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use chat::{chat, owncast, owncast_typed};
pub(crate) use escape::escape;

/// HTML that is safe to be put into a page of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub(crate) struct SafeHtml(String);

impl SafeHtml {
    /// The text of it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

const ELEMENTS: &[&str] = &[
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
];

/// Elements that go with what stands in them.
const EMPTIED: &[&str] = &["script", "style", "template", "iframe", "object", "svg", "math"];

/// What a link says of whoever follows it, and of us.
const REL: &str = "nofollow noopener ugc";

/// Markdown (CommonMark, with tables and strikethrough) as HTML.
pub(crate) fn markdown(text: &str) -> SafeHtml {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut rendered = String::with_capacity(text.len() * 2);
    html::push_html(&mut rendered, Parser::new_ext(text, options));
    SafeHtml(cleaner().clean(&rendered).to_string())
}

fn set(words: &[&'static str]) -> HashSet<&'static str> {
    words.iter().copied().collect()
}

fn cleaner() -> Builder<'static> {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(set(ELEMENTS))
        .clean_content_tags(set(EMPTIED))
        .tag_attributes(HashMap::from([("a", set(&["href", "title"])), ("ol", set(&["start"]))]))
        .url_schemes(set(&["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some(REL));
    cleaner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_plain_html() {
        for (text, html) in [
            ("**Hi** _you_", "<p><strong>Hi</strong> <em>you</em></p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("~~no~~", "<p><del>no</del></p>\n"),
            ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
            (
                "[site](https://example.org/?a=b)",
                "<p><a href=\"https://example.org/?a=b\" rel=\"nofollow noopener ugc\">site</a></p>\n",
            ),
        ] {
            assert_eq!(markdown(text).0, html, "{text}");
        }
    }

    #[test]
    fn nothing_that_runs_or_loads_is_left() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://example.org/pixel.png)",
            "[x](javascript:alert(1))",
            "[x](data:text/html,hi)",
            "[x](//example.org)",
            "<a href=\"https://a.example\" onclick=\"x()\" style=\"x\" target=_top>y</a>",
            "<svg><a xlink:href=\"javascript:x\"><text>y</text></a></svg>",
            "<style>*{display:none}</style>",
            "<iframe src=\"https://example.org\"></iframe>",
            "<form action=/logout><button>x</button></form>",
            "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        ] {
            let html = markdown(text).0.to_lowercase();
            for word in [
                "<script",
                "<img",
                "javascript:",
                "data:",
                "onclick",
                "onerror",
                "style",
                "<svg",
                "<iframe",
                "<form",
                "<button",
                "target",
                "href=\"//",
                "<math",
            ] {
                assert!(!html.contains(word), "{text} became {html}");
            }
        }
    }

    #[test]
    fn deep_nesting_ends() {
        let html = markdown(&"> ".repeat(5_000));
        assert!(html.0.len() < 200_000);
        markdown(&"[".repeat(10_000));
        markdown(&"*_".repeat(5_000));
    }
}
