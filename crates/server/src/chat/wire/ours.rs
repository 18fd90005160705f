//! Our own dialect, as the API describes it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chat::model::event::{Event, EventDocument, Message, PollDocument};
use crate::chat::model::refusal::{Reason, Refusal};
use crate::chat::model::settings::Modes;
use crate::chat::model::who::Chatter;
use crate::clock::rfc3339;

/// Longest name that a client may give a request, in bytes.
const MAX_KEY: usize = 64;

/// What a client says of chat on the socket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ChatClientMessage)]
pub(crate) enum ClientMessage {
    /// Who sits there, for guests; those with an account are known by their cookie or token.
    Hello {
        /// What `POST /api/v1/guests` answered.
        guest: String,
    },
    /// To say something.
    Say {
        /// What the client calls the request, at most 64 characters: the same of the same person
        /// within ten minutes is acknowledged again and not said twice.
        key: String,
        /// The text.
        text: String,
        /// The message that it answers.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// To give what one said within 15 minutes another text.
    Edit {
        /// What the client calls the request.
        key: String,
        /// Which message.
        id: String,
        /// The text.
        text: String,
    },
    /// To take back what one said.
    Delete {
        /// What the client calls the request.
        key: String,
        /// Which message.
        id: String,
    },
    /// To be called something else.
    Rename {
        /// What the client calls the request.
        key: String,
        /// The name.
        name: String,
    },
    /// To have a name of another colour.
    Colour {
        /// What the client calls the request.
        key: String,
        /// The colour, as an angle of 0 to 359 degrees.
        hue: u16,
    },
    /// To answer a poll.
    Vote {
        /// What the client calls the request.
        key: String,
        /// Which poll.
        poll: String,
        /// Which answer, from 0.
        choice: usize,
    },
}

impl ClientMessage {
    /// What the client calls the request.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Hello { .. } => "",
            Self::Say { key, .. }
            | Self::Edit { key, .. }
            | Self::Delete { key, .. }
            | Self::Rename { key, .. }
            | Self::Colour { key, .. }
            | Self::Vote { key, .. } => key,
        }
    }
}

/// Reads what a client sent.
pub(crate) fn parse(text: &str) -> Result<ClientMessage, Refusal> {
    let bad = |detail| Refusal::new(Reason::BadMessage, detail);
    let message: ClientMessage = serde_json::from_str(text)
        .map_err(|_| bad("send one of the messages that the API description has"))?;
    let key = message.key();
    if key.chars().any(char::is_control) {
        return Err(bad("`key` has no control characters"));
    }
    if key.len() > MAX_KEY || (key.is_empty() && !matches!(message, ClientMessage::Hello { .. })) {
        return Err(bad("`key` has 1 to 64 characters"));
    }
    Ok(message)
}

/// What the server says of chat on the socket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = ChatServerMessage)]
pub(crate) enum ServerMessage {
    /// The first of chat: what the room is, and who is in it. The newest messages follow, or
    /// everything after the number that was asked for.
    ChatWelcome(Box<Welcome>),
    /// What happened, in order.
    #[expect(dead_code, reason = "it is put together from texts that are there already")]
    Chat {
        /// The events.
        events: Vec<EventDocument>,
    },
    /// Who came and went.
    Presence(Presence),
    /// How things are with whoever sits there, whenever that changes.
    You(Box<You>),
    /// It is done, and kept.
    Ack {
        /// What the client called the request.
        key: String,
        /// The event's number, where there is one.
        #[schema(required)]
        seq: Option<u64>,
        /// The message's id, where there is one.
        #[schema(required)]
        id: Option<String>,
    },
    /// It is not done.
    Refused(Box<Refused>),
    /// A moderator looks at it first.
    Held {
        /// What the client called the request.
        key: String,
    },
    /// A moderator warns whoever sits there.
    Warned {
        /// Why.
        reason: String,
    },
    /// The site says something to this socket alone.
    Private {
        /// As HTML that is safe to show.
        html: String,
    },
    /// There is nothing more of chat on this socket.
    ChatClosed {
        /// Why, as a word: `too_slow`, `banned`, `stopping`.
        code: &'static str,
        /// Why, in words.
        detail: String,
    },
}

/// The first of chat.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatWelcome)]
pub(crate) struct Welcome {
    /// Who sits there, as far as that is known.
    #[schema(required)]
    pub(crate) you: Option<Chatter>,
    /// What the room is.
    pub(crate) room: RoomDocument,
    /// Whether everything after the number that was asked for follows.
    pub(crate) resumed: bool,
    /// Who is there.
    pub(crate) present: Present,
}

/// What a room is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatRoom)]
pub(crate) struct RoomDocument {
    /// Its rules.
    pub(crate) modes: Modes,
    /// Whether whoever asks may write.
    pub(crate) may_speak: MaySpeak,
    /// The message that is pinned.
    #[schema(required)]
    pub(crate) pinned: Option<PinDocument>,
    /// The poll that is going on.
    #[schema(required)]
    pub(crate) poll: Option<PollDocument>,
    /// Changes whenever emotes do.
    pub(crate) emotes_version: u64,
    /// The number of its last event.
    pub(crate) last_seq: u64,
}

/// Whether somebody may write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChatMaySpeak)]
pub(crate) struct MaySpeak {
    /// Whether they may.
    pub(crate) allowed: bool,
    /// Why not, as a word.
    #[schema(required)]
    pub(crate) reason: Option<Reason>,
    /// Why not, in words.
    #[schema(required)]
    pub(crate) detail: Option<String>,
    /// Until when not (RFC 3339, UTC).
    #[schema(required)]
    pub(crate) until: Option<String>,
}

impl MaySpeak {
    pub(crate) fn of(allowed: Result<(), Refusal>) -> Self {
        let refusal = allowed.err();
        Self {
            allowed: refusal.is_none(),
            reason: refusal.as_ref().map(|it| it.reason),
            until: refusal.as_ref().and_then(|it| it.until).map(rfc3339),
            detail: refusal.map(|it| it.detail),
        }
    }
}

/// A message that stays in sight.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatPin)]
pub(crate) struct PinDocument {
    /// Which message.
    pub(crate) message: Message,
    /// Who said so.
    pub(crate) by: String,
    /// Until when (RFC 3339, UTC); without end when absent.
    #[schema(required)]
    pub(crate) until: Option<String>,
}

/// Who is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatPresent)]
pub(crate) struct Present {
    /// How many.
    pub(crate) count: usize,
    /// Some of them.
    pub(crate) some: Vec<Chatter>,
}

/// Who came and went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatPresence)]
pub(crate) struct Presence {
    /// Who came, as far as they are few.
    pub(crate) joined: Vec<Chatter>,
    /// Who went, as far as they are few.
    pub(crate) left: Vec<Chatter>,
    /// How many are there.
    pub(crate) count: usize,
}

/// How things are with whoever sits there.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatYou)]
pub(crate) struct You {
    /// Who they are.
    pub(crate) chatter: Chatter,
    /// Whether they may write.
    pub(crate) may_speak: MaySpeak,
}

/// Why it is not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatRefused)]
pub(crate) struct Refused {
    /// What the client called the request; empty when that cannot be read.
    pub(crate) key: String,
    /// Why, as a word.
    pub(crate) code: Reason,
    /// Why, in words.
    pub(crate) detail: String,
    /// When it is worth trying again (RFC 3339, UTC).
    #[schema(required)]
    pub(crate) until: Option<String>,
    /// Which part of the text it is about: first byte, and the one after the last.
    #[schema(required)]
    pub(crate) range: Option<(usize, usize)>,
}

impl ServerMessage {
    pub(crate) fn refused(key: &str, refusal: Refusal) -> Self {
        Self::Refused(Box::new(Refused {
            key: key.to_owned(),
            code: refusal.reason,
            until: refusal.until.map(rfc3339),
            detail: refusal.detail,
            range: refusal.range,
        }))
    }

    /// As it is sent.
    pub(crate) fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).expect("a document of texts and numbers is JSON").into()
    }
}

/// An event as it is sent.
pub(crate) fn event(event: &Event) -> String {
    let document = EventDocument::from(event.clone());
    serde_json::to_string(&document).expect("a document of texts and numbers is JSON")
}

/// A `chat` message of events that are texts already.
pub(crate) fn frame<'a>(events: impl Iterator<Item = &'a str>) -> Bytes {
    let mut text = String::from(r#"{"type":"chat","events":["#);
    for (n, event) in events.enumerate() {
        if n > 0 {
            text.push(',');
        }
        text.push_str(event);
    }
    text.push_str("]}");
    Bytes::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_say_is_read_or_refused() {
        let said = parse(r#"{"type":"say","key":"1","text":"hi"}"#).unwrap();
        let say = ClientMessage::Say { key: "1".to_owned(), text: "hi".to_owned(), reply_to: None };
        assert_eq!(said, say);
        assert_eq!(
            parse(r#"{"type":"hello","guest":"x"}"#).unwrap(),
            ClientMessage::Hello { guest: "x".to_owned() }
        );
        let long = format!(r#"{{"type":"say","key":"{}","text":"hi"}}"#, "k".repeat(65));
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"type":"shout","key":"1","text":"hi"}"#,
            r#"{"type":"say","key":"","text":"hi"}"#,
            r#"{"type":"say","key":"1","text":7}"#,
            r#"{"type":"say","key":"1","text":"hi","as":"root"}"#,
            &long,
        ] {
            assert_eq!(parse(bad).unwrap_err().reason, Reason::BadMessage, "{bad}");
        }
    }

    #[test]
    fn frames_hold_events_as_they_are() {
        let frame = frame(["{\"seq\":1}", "{\"seq\":2}"].into_iter());
        assert_eq!(&frame[..], br#"{"type":"chat","events":[{"seq":1},{"seq":2}]}"#);
    }
}
