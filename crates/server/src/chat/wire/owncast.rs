//! Owncast's dialect (Owncast 0.1.3), for its clients: events joined by line ends in one frame.

use bytes::Bytes;
use serde_json::{Value, json};

use super::heard::owncast::COLOURS;
pub(crate) use super::heard::owncast::{ClientEvent, parse};
use super::ours::Presence;
use crate::chat::model::event::{Event, Fact, Style};
use crate::chat::model::who::{Badge, Chatter, Kind};
use crate::chat::text::Emotes;
use crate::chat::words;
use crate::clock::rfc3339;
use crate::ids::MessageId;
use rivulet_media::time::WallClock;

/// The hue that stands for one of the eight colours.
pub(crate) fn hue(colour: u16) -> u16 {
    (colour % COLOURS) * (360 / COLOURS)
}

/// The nearest of the eight colours.
pub(crate) fn colour(hue: u16) -> u16 {
    let step = 360 / COLOURS;
    ((hue % 360) + step / 2) / step % COLOURS
}

/// Somebody, as clients read them.
pub(crate) fn user(chatter: &Chatter) -> Value {
    let is = |badge| chatter.badges.contains(&badge);
    let keeps_order =
        [Badge::Owner, Badge::Editor, Badge::Moderator, Badge::Admin].into_iter().any(is);
    let mut user = json!({
        "id": chatter.id,
        "displayName": chatter.name,
        "displayColor": colour(chatter.hue),
        "createdAt": chatter.since,
        "previousNames": [chatter.name],
        "isBot": chatter.kind == Kind::Bot,
        "authenticated": chatter.kind == Kind::Account,
    });
    if let (true, Some(user)) = (keeps_order, user.as_object_mut()) {
        user.insert("scopes".to_owned(), json!(["MODERATOR"]));
    }
    user
}

/// An event for everybody, as clients read it; `None` for what Owncast knows nothing like.
pub(crate) fn encode(event: &Event, emotes: &dyn Emotes) -> Option<String> {
    document(event, emotes).map(|document| document.to_string())
}

/// The same as a document.
pub(crate) fn document(event: &Event, emotes: &dyn Emotes) -> Option<Value> {
    let stamp = rfc3339(event.at);
    let id = MessageId::generate().to_string();
    Some(match &event.fact {
        Fact::Message(message) => {
            let body = words::owncast_html(&message.text, emotes);
            match message.style {
                Style::Normal | Style::Announcement => json!({
                    "id": message.id, "timestamp": stamp, "type": "CHAT", "body": body,
                    "user": user(&message.author), "visible": true,
                }),
                Style::Action => json!({
                    "id": message.id, "timestamp": stamp, "type": "CHAT", "body": body,
                    "user": user(&message.author), "visible": true,
                }),
                Style::System => json!({
                    "id": message.id, "timestamp": stamp, "type": "SYSTEM", "body": body,
                    "user": { "displayName": message.author.name },
                }),
            }
        }
        // What it was and who said it, the stage knows.
        Fact::Edited { .. } => return None,
        Fact::Poll(_) | Fact::Mode(_) | Fact::Pinned { .. } => return None,
        Fact::Deleted { ids, .. } => visibility(&id, &stamp, (ids, false)),
        Fact::Restored { messages } => {
            let ids: Vec<_> = messages.iter().map(|message| message.id.clone()).collect();
            visibility(&id, &stamp, (&ids, true))
        }
        // Which messages those were, the stage knows.
        Fact::Cleared { .. } => return None,
        Fact::Renamed { chatter, old_name } => json!({
            "id": id, "timestamp": stamp, "type": "NAME_CHANGE", "oldName": old_name,
            "user": user(chatter),
        }),
        Fact::Notice { html } => json!({
            "id": id, "timestamp": stamp, "type": "CHAT_ACTION", "body": html,
        }),
    })
}

/// A message has another text: Owncast's clients know no such thing, so that the one they have goes
/// and it is said anew.
pub(crate) fn edited(event: &Event, now: &Event, emotes: &dyn Emotes) -> Vec<String> {
    let Some(message) = event.fact.message() else { return Vec::new() };
    let ids = [message.id.clone()];
    let id = MessageId::generate().to_string();
    let gone = visibility(&id, &rfc3339(now.at), (&ids, false));
    std::iter::once(gone.to_string()).chain(encode(event, emotes)).collect()
}

/// Messages are seen no longer, or again.
pub(crate) fn visibility(id: &str, stamp: &str, (ids, visible): (&[String], bool)) -> Value {
    json!({
        "id": id, "timestamp": stamp, "type": "VISIBILITY-UPDATE", "visible": visible, "ids": ids,
    })
}

/// Who came and went; `None` when it is only their number.
pub(crate) fn presence(news: &Presence, now: WallClock) -> Option<Bytes> {
    let stamp = rfc3339(now);
    let event = |kind: &str, chatter: &Chatter| {
        let id = MessageId::generate().to_string();
        json!({ "id": id, "timestamp": stamp, "type": kind, "user": user(chatter) }).to_string()
    };
    let joined = news.joined.iter().map(|chatter| event("USER_JOINED", chatter));
    let left = news.left.iter().map(|chatter| event("USER_PARTED", chatter));
    let all: Vec<_> = joined.chain(left).collect();
    (!all.is_empty()).then(|| Bytes::from(all.join("\n")))
}

/// Tells whoever sits there who they are.
pub(crate) fn connected(chatter: &Chatter, now: WallClock) -> Bytes {
    let event = json!({
        "id": MessageId::generate().to_string(), "timestamp": rfc3339(now),
        "type": "CONNECTED_USER_INFO", "user": user(chatter),
    });
    Bytes::from(event.to_string())
}

/// Tells whoever sits there something in words, which are put into HTML.
pub(crate) fn action(text: &str, now: WallClock) -> Bytes {
    let event = json!({
        "id": MessageId::generate().to_string(), "timestamp": rfc3339(now),
        "type": "CHAT_ACTION", "body": words::owncast_notice(text),
    });
    Bytes::from(event.to_string())
}

/// The program speaks to whoever sits there.
pub(crate) fn system(text: &str, site: &str, now: WallClock) -> Bytes {
    let event = json!({
        "id": MessageId::generate().to_string(), "timestamp": rfc3339(now), "type": "SYSTEM",
        "body": words::owncast_html(text, &words::NoEmotes), "user": { "displayName": site },
    });
    Bytes::from(event.to_string())
}

/// An event that is nothing but its name.
pub(crate) fn only(kind: &str) -> Bytes {
    Bytes::from(json!({ "type": kind }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_become_the_nearest_of_eight_colours_and_back() {
        for number in 0..COLOURS {
            assert_eq!(colour(hue(number)), number);
        }
        assert_eq!((colour(359), colour(22), colour(23), colour(700)), (0, 0, 1, 0));
    }
}
