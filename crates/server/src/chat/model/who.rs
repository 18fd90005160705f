//! Who is in a room.

use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{ChannelRole, SiteRole, words};
use crate::attempts::Prefix;
use crate::clock::rfc3339;
use crate::ids::ChatterId;

words! {
    /// What somebody in chat is.
    Kind {
        /// Somebody with an account.
        Account = "account",
        /// Somebody without one.
        Guest = "guest",
        /// A program.
        Bot = "bot",
    }
}

words! {
    /// What stands before a name.
    Badge {
        /// Owns the channel.
        Owner = "owner",
        /// Works on the channel.
        Editor = "editor",
        /// Keeps order, in this room or everywhere.
        Moderator = "moderator",
        /// Runs the site.
        Admin = "admin",
        /// Is a program.
        Bot = "bot",
        /// Has proved who they are.
        Authenticated = "authenticated",
        /// Follows the channel.
        Follower = "follower",
    }
}

/// Somebody in chat, as everybody sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Chatter {
    /// Stays the same whatever they are called.
    pub(crate) id: String,
    /// What they are.
    pub(crate) kind: Kind,
    /// What they are called.
    pub(crate) name: String,
    /// The colour of their name, as an angle of 0 to 359 degrees.
    pub(crate) hue: u16,
    /// What stands before their name.
    pub(crate) badges: Vec<Badge>,
    /// The name of their account, if they have one.
    #[schema(required)]
    pub(crate) username: Option<String>,
    /// Since when they are known (RFC 3339, UTC).
    pub(crate) since: String,
}

/// Somebody who may say something, with all that rules ask about them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Speaker {
    pub(crate) id: ChatterId,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) hue: u16,
    pub(crate) username: Option<String>,
    pub(crate) since: WallClock,
    pub(crate) site: Option<SiteRole>,
    pub(crate) channel: Option<ChannelRole>,
    /// Since when they follow the channel, if they do.
    pub(crate) follows_since: Option<WallClock>,
    /// Where they write from.
    pub(crate) from: Prefix,
    /// Whether they said something in this room before.
    pub(crate) has_spoken: bool,
}

impl Speaker {
    /// As everybody sees them.
    pub(crate) fn chatter(&self) -> Chatter {
        Chatter {
            id: self.id.to_string(),
            kind: self.kind,
            name: self.name.clone(),
            hue: self.hue,
            badges: self.badges(),
            username: self.username.clone(),
            since: rfc3339(self.since),
        }
    }

    /// Whether they keep order in this room.
    pub(crate) fn is_moderator(&self) -> bool {
        self.rank() > 0
    }

    /// Nobody acts against somebody of the same rank or a higher one.
    pub(crate) fn rank(&self) -> u8 {
        let on_site = match self.site {
            Some(SiteRole::Admin) => 5,
            Some(SiteRole::Moderator) => 3,
            Some(SiteRole::Member) | None => 0,
        };
        let in_channel = match self.channel {
            Some(ChannelRole::Owner) => 4,
            Some(ChannelRole::Editor) => 2,
            Some(ChannelRole::Moderator) => 1,
            None => 0,
        };
        on_site.max(in_channel)
    }

    fn badges(&self) -> Vec<Badge> {
        let role = match self.channel {
            Some(ChannelRole::Owner) => Some(Badge::Owner),
            Some(ChannelRole::Editor) => Some(Badge::Editor),
            Some(ChannelRole::Moderator) => Some(Badge::Moderator),
            None => None,
        };
        let site = match self.site {
            Some(SiteRole::Admin) => Some(Badge::Admin),
            Some(SiteRole::Moderator) if role != Some(Badge::Moderator) => Some(Badge::Moderator),
            Some(SiteRole::Moderator | SiteRole::Member) | None => None,
        };
        let kind = match self.kind {
            Kind::Account => Some(Badge::Authenticated),
            Kind::Bot => Some(Badge::Bot),
            Kind::Guest => None,
        };
        let follower = self.follows_since.map(|_| Badge::Follower);
        [role, site, kind, follower].into_iter().flatten().collect()
    }
}
