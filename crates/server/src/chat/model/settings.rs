//! The rules of a room, as whoever keeps order in it decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::words;

/// Longest pause between two messages of one person.
const MAX_SLOW_SECONDS: u32 = 3600;
/// Longest time that somebody must follow or be known before they may write: a year.
const MAX_MINUTES: u32 = 365 * 24 * 60;
/// Most characters that a message may have.
const MAX_LENGTH: u32 = 2000;
/// Hosts that links may lead to. Against a row that grows without end.
const MAX_HOSTS: usize = 200;
/// Longest greeting, in characters.
const MAX_WELCOME: usize = 500;

words! {
    /// When a room is open.
    Open {
        /// During broadcasts and for five minutes after each.
        WhileLive = "while_live",
        /// Always.
        Always = "always",
    }
}

words! {
    /// Whose links are shown.
    Links {
        /// Everybody's.
        Allow = "allow",
        /// Those of followers.
        Followers = "followers",
        /// Those that lead to listed hosts.
        Listed = "listed",
        /// Nobody's but moderators'.
        None = "none",
    }
}

/// The settings of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ChatSettings)]
pub(crate) struct Settings {
    /// Whether the channel has a chat at all.
    pub(crate) enabled: bool,
    /// When it is open.
    pub(crate) open: Open,
    /// The pause between two messages of one person, in seconds.
    pub(crate) slow_seconds: u32,
    /// For how many minutes somebody must have followed; anybody may write when absent.
    #[schema(required)]
    pub(crate) followers_only_minutes: Option<u32>,
    /// For how many minutes somebody must have been known.
    pub(crate) established_minutes: u32,
    /// Whether it takes an account.
    pub(crate) signed_in_only: bool,
    /// Whether emotes alone may be sent.
    pub(crate) emote_only: bool,
    /// Whether moderators alone may write.
    pub(crate) quiet: bool,
    /// Tightens everything at once: accounts alone that are known for a day, no links, every ten
    /// seconds.
    pub(crate) shield: bool,
    /// So many who come within ten seconds raise the shield for ten minutes; 0 never does.
    pub(crate) auto_shield_joins: u32,
    /// Whose links are shown.
    pub(crate) links: Links,
    /// Where listed links lead, subdomains included.
    pub(crate) link_hosts: Vec<String>,
    /// Most characters of a message.
    pub(crate) max_length: u32,
    /// How much of a long message may be capitals, in percent.
    pub(crate) max_caps_percent: u32,
    /// Whether the same may be said again and again.
    pub(crate) repetition: bool,
    /// Whether doubtful messages – links, capitals, repetition where they are not wanted – wait for a
    /// moderator instead of being refused.
    pub(crate) hold_doubtful: bool,
    /// Whether the room says who comes and goes.
    pub(crate) join_messages: bool,
    /// What who comes is told; may be empty.
    pub(crate) welcome: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            open: Open::WhileLive,
            slow_seconds: 0,
            followers_only_minutes: None,
            established_minutes: 0,
            signed_in_only: false,
            emote_only: false,
            quiet: false,
            shield: false,
            auto_shield_joins: 0,
            links: Links::Allow,
            link_hosts: Vec::new(),
            max_length: 500,
            max_caps_percent: 100,
            repetition: false,
            hold_doubtful: false,
            join_messages: true,
            welcome: String::new(),
        }
    }
}

impl Settings {
    /// # Errors
    /// The field that does not fit, and what would.
    pub(crate) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let host = |host: &String| {
            (1..=253).contains(&host.len())
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
        };
        let checks = [
            (self.slow_seconds <= MAX_SLOW_SECONDS, "slow_seconds", "0 to 3600"),
            (
                self.followers_only_minutes.is_none_or(|it| it <= MAX_MINUTES),
                "followers_only_minutes",
                "0 to 525600",
            ),
            (self.established_minutes <= MAX_MINUTES, "established_minutes", "0 to 525600"),
            ((1..=MAX_LENGTH).contains(&self.max_length), "max_length", "1 to 2000"),
            (self.max_caps_percent <= 100, "max_caps_percent", "0 to 100"),
            (
                self.link_hosts.len() <= MAX_HOSTS && self.link_hosts.iter().all(host),
                "link_hosts",
                "at most 200 names such as `example.org`",
            ),
            (self.welcome.chars().count() <= MAX_WELCOME, "welcome", "at most 500 characters"),
        ];
        checks
            .into_iter()
            .find(|(fits, ..)| !fits)
            .map_or(Ok(()), |(_, field, range)| Err((field, range)))
    }

    /// What everybody is told of them.
    pub(crate) fn modes(&self) -> Modes {
        Modes {
            enabled: self.enabled,
            open: self.open,
            slow_seconds: self.slow_seconds,
            followers_only_minutes: self.followers_only_minutes,
            established_minutes: self.established_minutes,
            signed_in_only: self.signed_in_only,
            emote_only: self.emote_only,
            quiet: self.quiet,
            shield: self.shield,
            links: self.links,
            max_length: self.max_length,
        }
    }
}

/// The rules of a room that whoever writes must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatModes)]
pub(crate) struct Modes {
    /// Whether the channel has a chat at all.
    pub(crate) enabled: bool,
    /// When it is open.
    pub(crate) open: Open,
    /// The pause between two messages of one person, in seconds.
    pub(crate) slow_seconds: u32,
    /// For how many minutes somebody must have followed; anybody may write when absent.
    #[schema(required)]
    pub(crate) followers_only_minutes: Option<u32>,
    /// For how many minutes somebody must have been known.
    pub(crate) established_minutes: u32,
    /// Whether it takes an account.
    pub(crate) signed_in_only: bool,
    /// Whether emotes alone may be sent.
    pub(crate) emote_only: bool,
    /// Whether moderators alone may write.
    pub(crate) quiet: bool,
    /// Whether everything is tightened.
    pub(crate) shield: bool,
    /// Whose links are shown.
    pub(crate) links: Links,
    /// Most characters of a message.
    pub(crate) max_length: u32,
}
