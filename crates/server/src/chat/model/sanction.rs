//! What is in force against somebody, and what moderators did.

use ipnet::IpNet;
use rivulet_media::time::WallClock;

use super::who::Speaker;
use crate::access::words;
use crate::attempts::Prefix;
use crate::ids::{AccountId, ChatActionId, ChatterId};

words! {
    /// What a moderator did.
    ActionKind {
        /// Took messages away.
        Delete = "delete",
        /// Took all of somebody's messages away.
        Clear = "clear",
        /// Said that somebody may not write for a while.
        Timeout = "timeout",
        /// Said that somebody may write again before it is over.
        Untimeout = "untimeout",
        /// Sent somebody away.
        Ban = "ban",
        /// Let somebody back in.
        Unban = "unban",
        /// Warned somebody.
        Warn = "warn",
        /// Had a message stay in sight.
        Pin = "pin",
        /// Had none stay in sight any more.
        Unpin = "unpin",
    }
}

/// Something that is in force.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sanction {
    pub(crate) id: ChatActionId,
    pub(crate) whom: Whom,
    pub(crate) is_ban: bool,
    pub(crate) until: Option<WallClock>,
    pub(crate) reason: String,
}

/// Against whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    Person(ChatterId),
    Network(IpNet),
}

impl Whom {
    pub(crate) fn is(&self, who: ChatterId, from: Prefix) -> bool {
        match self {
            Self::Person(id) => *id == who,
            Self::Network(_) => self.is_from(from),
        }
    }

    pub(crate) fn is_from(&self, from: Prefix) -> bool {
        match self {
            Self::Person(_) => false,
            Self::Network(network) => network.contains(&from.address()),
        }
    }
}

impl Sanction {
    pub(crate) fn is_over(&self, now: WallClock) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    pub(crate) fn is_against(&self, speaker: &Speaker) -> bool {
        self.whom.is(speaker.id, speaker.from)
    }
}

/// What a moderator did, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) id: ChatActionId,
    pub(crate) kind: ActionKind,
    pub(crate) chatter: Option<ChatterId>,
    pub(crate) chatter_name: String,
    pub(crate) network: Option<IpNet>,
    pub(crate) reason: String,
    pub(crate) by: Option<AccountId>,
    pub(crate) by_name: String,
    pub(crate) at: WallClock,
    pub(crate) until: Option<WallClock>,
    pub(crate) undone: Option<(WallClock, String)>,
}

impl Record {
    /// What it puts in force, as long as it is.
    pub(crate) fn sanction(&self) -> Option<Sanction> {
        let is_ban = match self.kind {
            ActionKind::Ban => true,
            ActionKind::Timeout => false,
            _ => return None,
        };
        let whom = match (self.network, self.chatter) {
            (Some(network), _) => Whom::Network(network),
            (None, Some(chatter)) => Whom::Person(chatter),
            (None, None) => return None,
        };
        let (until, reason) = (self.until, self.reason.clone());
        Some(Sanction { id: self.id, whom, is_ban, until, reason })
    }
}
