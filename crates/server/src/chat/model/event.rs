//! What happens in a room, in the form in which it is kept and sent.

use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::settings::Modes;
use super::who::Chatter;
use crate::access::words;
use crate::clock::rfc3339;

words! {
    /// How a message is meant.
    Style {
        /// Something said.
        Normal = "normal",
        /// Something done: `/me waves`.
        Action = "action",
        /// Something that everybody should notice.
        Announcement = "announcement",
        /// The program speaks.
        System = "system",
    }
}

words! {
    /// Who took a message away.
    Remover {
        /// Whoever said it.
        Author = "author",
        /// Somebody who keeps order.
        Moderator = "moderator",
    }
}

/// Something that happened, with its place in the room's order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) at: WallClock,
    pub(crate) fact: Fact,
}

/// An event on its way to a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatEvent)]
pub(crate) struct EventDocument {
    /// Its number in the room: events have every number once, in their order.
    pub(crate) seq: u64,
    /// When it happened (RFC 3339, UTC).
    pub(crate) at: String,
    /// What happened.
    #[serde(flatten)]
    pub(crate) fact: Fact,
}

impl From<Event> for EventDocument {
    fn from(event: Event) -> Self {
        Self { seq: event.seq, at: rfc3339(event.at), fact: event.fact }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = ChatFact)]
pub(crate) enum Fact {
    /// Somebody said something.
    Message(Box<Message>),
    /// A message has another text now.
    Edited {
        /// Which message.
        id: String,
        /// Its text as HTML that is safe to show.
        html: String,
        /// Its text as its author typed it.
        text: String,
    },
    /// Messages are gone.
    Deleted {
        /// Which messages.
        ids: Vec<String>,
        /// By whom.
        by: Remover,
    },
    /// Messages that were gone are back.
    Restored {
        /// The newest of them, at most 100.
        messages: Vec<Message>,
    },
    /// All messages of somebody are gone.
    Cleared {
        /// Whose.
        chatter_id: String,
    },
    /// Somebody is called something else now.
    Renamed {
        /// As they are now.
        chatter: Chatter,
        /// What they were called.
        old_name: String,
    },
    /// A message is pinned, or none any more.
    Pinned {
        /// The message.
        #[schema(required)]
        message: Option<Box<Message>>,
        /// Who said so.
        by: String,
        /// Until when (RFC 3339, UTC); without end when absent.
        #[schema(required)]
        until: Option<String>,
    },
    /// A poll as it is now.
    Poll(PollDocument),
    /// The room has other rules now.
    Mode(Modes),
    /// The program says something to everybody.
    Notice {
        /// As HTML that is safe to show.
        html: String,
    },
}

impl Fact {
    /// The word by which it is stored.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Edited { .. } => "edited",
            Self::Deleted { .. } => "deleted",
            Self::Restored { .. } => "restored",
            Self::Cleared { .. } => "cleared",
            Self::Renamed { .. } => "renamed",
            Self::Pinned { .. } => "pinned",
            Self::Poll(_) => "poll",
            Self::Mode(_) => "mode",
            Self::Notice { .. } => "notice",
        }
    }

    /// The message that it repeats the text of: whoever takes that away takes this away too.
    pub(crate) fn about(&self) -> Option<&str> {
        match self {
            Self::Edited { id, .. } => Some(id),
            Self::Pinned { message, .. } => message.as_ref().map(|message| &*message.id),
            _ => None,
        }
    }

    /// The message that it is, if it is one.
    pub(crate) fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatMessage)]
pub(crate) struct Message {
    /// Its identity.
    pub(crate) id: String,
    /// Who said it.
    pub(crate) author: Chatter,
    /// The text as HTML that is safe to show.
    pub(crate) html: String,
    /// The text as its author typed it.
    pub(crate) text: String,
    /// The message that it answers.
    #[schema(required)]
    pub(crate) reply_to: Option<ReplyTo>,
    /// How it is meant.
    pub(crate) style: Style,
    /// The names that it calls.
    pub(crate) mentions: Vec<String>,
    /// Whether its author never said anything in this room before.
    pub(crate) first: bool,
}

/// The message that another answers, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatReplyTo)]
pub(crate) struct ReplyTo {
    /// Which message.
    pub(crate) id: String,
    /// Who said it.
    pub(crate) author_name: String,
    /// How it begins.
    pub(crate) excerpt: String,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatPoll)]
pub(crate) struct PollDocument {
    /// Its identity.
    pub(crate) id: String,
    /// What is asked.
    pub(crate) question: String,
    /// What can be answered.
    pub(crate) choices: Vec<Choice>,
    /// Who asked.
    pub(crate) by: String,
    /// Until when answers count (RFC 3339, UTC).
    pub(crate) closes_at: String,
    /// Whether it is over.
    pub(crate) closed: bool,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatPollChoice)]
pub(crate) struct Choice {
    /// What it says.
    pub(crate) text: String,
    /// How many chose it.
    pub(crate) votes: u64,
}
