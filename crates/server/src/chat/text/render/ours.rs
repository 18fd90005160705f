//! Our dialect's HTML.

use super::EmoteRef;
use super::pieces::{Mark, Piece};
use crate::sanitise::{self, SafeHtml};

pub(super) fn html(pieces: &[Piece]) -> SafeHtml {
    let mut html = String::with_capacity(pieces.len() * 16);
    let mut closing = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Open(mark) => closing.push(open(&mut html, mark)),
            Piece::Close => html.push_str(closing.pop().unwrap_or_default()),
            Piece::Text(text) => push_escaped(&mut html, text),
            Piece::Bars => html.push_str("||"),
            Piece::Break => html.push_str("<br>"),
            Piece::Code(code) => {
                html.push_str("<code>");
                push_escaped(&mut html, code);
                html.push_str("</code>");
            }
            Piece::CodeBlock(code) => {
                html.push_str("<pre><code>");
                push_escaped(&mut html, code);
                html.push_str("</code></pre>");
            }
            Piece::Emote(emote) => push_emote(&mut html, emote),
            Piece::Mention(name) => {
                html.push_str("<span class=\"mention\">@");
                push_escaped(&mut html, name);
                html.push_str("</span>");
            }
        }
    }
    sanitise::chat(&html)
}

/// Opens a mark; returns what closes it.
fn open(html: &mut String, mark: &Mark) -> &'static str {
    let (opening, closing) = match mark {
        Mark::Paragraph => ("<p>", "</p>"),
        Mark::Quote => ("<blockquote>", "</blockquote>"),
        Mark::Strong => ("<strong>", "</strong>"),
        Mark::Emphasis => ("<em>", "</em>"),
        Mark::Strike => ("<del>", "</del>"),
        Mark::Spoiler => ("<span class=\"spoiler\">", "</span>"),
        Mark::Link(link) => {
            html.push_str("<a href=\"");
            push_escaped(html, &link.url);
            ("\">", "</a>")
        }
    };
    html.push_str(opening);
    closing
}

fn push_emote(html: &mut String, emote: &EmoteRef) {
    html.push_str("<img class=\"emote");
    html.push_str(if emote.animated { " animated\" src=\"" } else { "\" src=\"" });
    push_escaped(html, &emote.url);
    for name in ["alt", "title"] {
        html.extend(["\" ", name, "=\":"]);
        push_escaped(html, &emote.name);
        html.push(':');
    }
    html.push('"');
    if let Some(width) = emote.width {
        html.push_str(&format!(" width=\"{width}\""));
    }
    html.push('>');
}

pub(super) fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}
