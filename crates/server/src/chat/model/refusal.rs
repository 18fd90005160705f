//! Why a room does not do what it is asked.

use rivulet_media::time::WallClock;
use serde::Serialize;

use crate::access::words;
use crate::ids::ChatActionId;

words! {
    /// Why something was not done.
    Reason {
        /// The channel has no chat.
        Disabled = "chat_disabled",
        /// The room is closed while nothing is on.
        Closed = "room_closed",
        /// They are banned.
        Banned = "banned",
        /// They may not write for a while.
        TimedOut = "timed_out",
        /// It takes an account.
        SignedInOnly = "signed_in_only",
        /// It takes somebody who follows the channel.
        FollowersOnly = "followers_only",
        /// It takes somebody who is known for longer.
        EstablishedOnly = "established_only",
        /// Emotes alone may be sent.
        EmoteOnly = "emote_only",
        /// Moderators alone may write.
        Quiet = "quiet",
        /// There is a pause between two messages.
        SlowMode = "slow_mode",
        /// Too many at once.
        Flood = "flood",
        /// There is nothing in it.
        Empty = "empty",
        /// It is too long.
        TooLong = "too_long",
        /// It has a link that may not be sent.
        Link = "link_refused",
        /// It has too many emotes and emoji.
        TooManyEmotes = "too_many_emotes",
        /// It has too many capitals.
        Caps = "too_many_capitals",
        /// It was said just now.
        Repetition = "repetition",
        /// It has a word that may not be said.
        Term = "term_refused",
        /// It does not look like text.
        Unreadable = "unreadable",
        /// The name cannot be used.
        NameInvalid = "name_invalid",
        /// The name is somebody else's.
        NameTaken = "name_taken",
        /// There is no such message, person or thing.
        NotFound = "not_found",
        /// It belongs to somebody else, or they rank as high.
        NotYours = "not_yours",
        /// It is too late for that.
        TooLate = "too_late",
        /// Say who you are first.
        ReadOnly = "read_only",
        /// The message is none of the protocol's.
        BadMessage = "bad_message",
        /// A value does not fit.
        Invalid = "invalid",
        /// There are as many as there may be.
        Full = "full",
        /// Too much is going on; try again.
        Busy = "busy",
        /// Our fault.
        Internal = "internal",
    }
}

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) detail: String,
    /// When it is worth trying again.
    #[serde(skip)]
    pub(crate) until: Option<WallClock>,
    /// Which part of the text it is about, in bytes.
    pub(crate) range: Option<(usize, usize)>,
    /// What a moderator did that is in force against whoever asks.
    #[serde(skip)]
    pub(crate) action: Option<ChatActionId>,
}

impl Refusal {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), until: None, range: None, action: None }
    }

    pub(crate) fn until(self, until: WallClock) -> Self {
        Self { until: Some(until), ..self }
    }

    pub(crate) fn internal() -> Self {
        Self::new(Reason::Internal, "something went wrong on the server; try again")
    }

    pub(crate) fn busy() -> Self {
        Self::new(Reason::Busy, "too much is going on in this room; try again in a moment")
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Reason::NotFound, format!("there is no such {what} in this room"))
    }
}
