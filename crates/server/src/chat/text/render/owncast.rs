//! Owncast's HTML: CommonMark with hard line breaks, bare addresses as links, and tags as they were
//! typed, as far as the sanitiser's list for that dialect lets them through.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use super::ours::push_escaped;
use super::scan::{Atom, Scanned, Stand};
use crate::sanitise::{self, SafeHtml};

pub(super) fn html(scanned: &Scanned) -> SafeHtml {
    let events = TextMergeStream::new(Parser::new_ext(&scanned.marked, Options::empty()));
    let mut writer = Writer { scanned, events: Vec::new(), literal: 0, has_tags: false };
    for event in events {
        writer.take(event);
    }
    let mut rendered = String::with_capacity(scanned.marked.len() * 2);
    html::push_html(&mut rendered, writer.events.into_iter());
    match writer.has_tags {
        true => sanitise::owncast_typed(&rendered),
        false => sanitise::owncast(&rendered),
    }
}

struct Writer<'s, 't> {
    scanned: &'s Scanned,
    events: Vec<Event<'t>>,
    /// Open elements in which nothing becomes a link or a picture: code, links, descriptions.
    literal: usize,
    /// Whether somebody typed tags.
    has_tags: bool,
}

impl<'t> Writer<'_, 't> {
    fn take(&mut self, event: Event<'t>) {
        match event {
            Event::Text(text) if self.literal == 0 => self.text(&text),
            Event::Text(text) => self.events.push(Event::Text(self.restored(text))),
            Event::Code(code) => self.events.push(Event::Code(self.restored(code))),
            Event::Html(html) | Event::InlineHtml(html) => {
                self.has_tags = true;
                self.events.push(Event::InlineHtml(self.restored(html)));
            }
            Event::SoftBreak => self.events.push(Event::HardBreak),
            Event::Start(tag) => {
                self.literal += usize::from(is_literal(&tag.to_end()));
                let tag = self.addressed(tag);
                self.events.push(Event::Start(tag));
            }
            Event::End(tag) => {
                self.literal = self.literal.saturating_sub(usize::from(is_literal(&tag)));
                self.events.push(Event::End(tag));
            }
            other => self.events.push(other),
        }
    }

    fn addressed(&self, tag: Tag<'t>) -> Tag<'t> {
        match tag {
            Tag::Link { link_type, dest_url, title, id } => {
                let dest_url = self.restored(dest_url);
                Tag::Link { link_type, dest_url, title: self.restored(title), id }
            }
            Tag::Image { link_type, dest_url, title, id } => {
                let dest_url = self.restored(dest_url);
                Tag::Image { link_type, dest_url, title: self.restored(title), id }
            }
            other => other,
        }
    }

    fn restored(&self, text: CowStr<'t>) -> CowStr<'t> {
        CowStr::from(self.scanned.restored(&text).into_owned())
    }

    fn text(&mut self, text: &str) {
        let mut plain = String::new();
        for c in text.chars() {
            match self.scanned.stand(c) {
                None => plain.push(c),
                Some(Stand::Literal(literal)) => plain.push(literal),
                Some(Stand::Nothing) => {}
                Some(Stand::For(atom)) => {
                    let before = std::mem::take(&mut plain);
                    self.events.push(Event::Text(CowStr::from(before)));
                    self.events.push(Event::InlineHtml(CowStr::from(written(atom))));
                }
            }
        }
        self.events.push(Event::Text(CowStr::from(plain)));
    }
}

fn is_literal(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image)
}

fn written(atom: &Atom) -> String {
    let mut html = String::new();
    match atom {
        Atom::Emote { emote, .. } => {
            html.push_str("<img src=\"");
            push_escaped(&mut html, &emote.url);
            html.push_str("\" class=\"emoji");
            for name in ["alt", "title"] {
                html.extend(["\" ", name, "=\":"]);
                push_escaped(&mut html, &emote.name);
                html.push(':');
            }
            html.push_str("\">");
        }
        // An address stays as it is typed; what the browser makes of it is the same.
        Atom::Address { typed, .. } => {
            html.push_str("<a href=\"");
            push_escaped(&mut html, typed);
            html.push_str("\">");
            push_escaped(&mut html, typed);
            html.push_str("</a>");
        }
        Atom::Mention { typed, .. } => push_escaped(&mut html, typed),
    }
    html
}
