//! What is in force against somebody, and what moderators did.

use ipnet::IpNet;
use rivulet_media::time::WallClock;

use super::who::{Kind, Speaker};
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
    /// Whoever is new from there is the guest that it is against.
    pub(crate) reach: Option<Reach>,
}

/// Where a guest wrote from: a token of a guest costs nothing, so that another one from the same
/// place is no other person. Accounts, and guests who had spoken before, are whom they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) network: IpNet,
    pub(crate) since: WallClock,
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
        let is_from = |reach: &Reach| reach.network.contains(&speaker.from.address());
        self.whom.is(speaker.id, speaker.from) || self.reaches(speaker).is_some_and(is_from)
    }

    /// From where it reaches somebody, if they are a guest who may be the one that it is against.
    pub(crate) fn reaches(&self, speaker: &Speaker) -> Option<&Reach> {
        let is_new = |reach: &&Reach| !speaker.has_spoken || speaker.since >= reach.since;
        self.reach.as_ref().filter(|_| speaker.kind == Kind::Guest).filter(is_new)
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
    /// Where the guest wrote from whom it is against. Nobody is shown it.
    pub(crate) written_from: Option<IpNet>,
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
        let reach = self.written_from.map(|network| Reach { network, since: self.at });
        Some(Sanction { id: self.id, whom, is_ban, until, reason, reach })
    }
}
