//! Our own dialect, as the API describes it.

use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::heard::ours as heard;
pub(crate) use super::heard::ours::ClientMessage;
use crate::chat::model::Answered;
use crate::chat::model::event::{Event, EventDocument, Message, PollDocument};
use crate::chat::model::refusal::{Reason, Refusal};
use crate::chat::model::settings::Modes;
use crate::chat::model::who::Chatter;
use crate::clock::rfc3339;

/// Reads what a client sent.
pub(crate) fn parse(text: &str) -> Result<ClientMessage, Refusal> {
    heard::parse(text).map_err(|detail| Refusal::new(Reason::BadMessage, detail))
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
    /// What waits for those who keep order, to them alone, whenever that changes.
    Queue(Queue),
    /// What whoever sits there asked moderators to look at is decided.
    Answered(Answered),
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
        /// Why, as a word: `too_slow`, `flood`, `banned`, `signed_out`, `stopping`.
        code: &'static str,
        /// Why, in words.
        detail: String,
    },
}

/// What waits for those who keep order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChatQueueCount)]
pub(crate) struct Queue {
    /// Messages.
    pub(crate) held: u32,
    /// Reports and appeals.
    pub(crate) cases: u32,
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
    /// What a moderator did that is the reason: whoever it is against can appeal.
    #[schema(required)]
    pub(crate) action: Option<String>,
}

impl MaySpeak {
    pub(crate) fn of(allowed: Result<(), Refusal>) -> Self {
        let refusal = allowed.err();
        Self {
            allowed: refusal.is_none(),
            reason: refusal.as_ref().map(|it| it.reason),
            until: refusal.as_ref().and_then(|it| it.until).map(rfc3339),
            action: refusal.as_ref().and_then(|it| it.action).map(|id| id.to_string()),
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
    fn frames_hold_events_as_they_are() {
        let frame = frame(["{\"seq\":1}", "{\"seq\":2}"].into_iter());
        assert_eq!(&frame[..], br#"{"type":"chat","events":[{"seq":1},{"seq":2}]}"#);
    }
}
