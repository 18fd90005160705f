//! What a line of the log says.

use rivulet_media::time::WallClock;
use serde_json::Value;

use crate::access::{Caller, Person, words};
use crate::ids::{AccountId, AuditId};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    /// Somebody with an account, by the name it had.
    Account { id: AccountId, name: String },
    /// A program with a token of the site's, by its name.
    Program(String),
    /// Whoever may run commands on the server.
    CommandLine,
    /// The program by itself.
    System,
}

impl Actor {
    /// Who sent a request. What guests may do, nobody asks about; it is the system's then.
    pub(crate) fn of(caller: &Caller) -> Self {
        caller.person.as_ref().map_or(Self::System, Self::from)
    }

    /// The account, where there is one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(*id),
            Self::Program(_) | Self::CommandLine | Self::System => None,
        }
    }

    /// As the log names it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Account { name, .. } => name,
            Self::Program(name) => name,
            Self::CommandLine => "command line",
            Self::System => "system",
        }
    }
}

impl From<&Person> for Actor {
    fn from(person: &Person) -> Self {
        Self::Account { id: person.account, name: person.username.clone() }
    }
}

words! {
    /// What was done.
    Action {
        /// The site's settings were changed.
        SettingsChanged = "settings.changed",
        /// A channel was made.
        ChannelCreated = "channel.created",
        /// What a channel says of itself, or how it is sent, was changed.
        ChannelChanged = "channel.changed",
        /// A channel got another name in addresses.
        ChannelRenamed = "channel.renamed",
        /// The panels of a channel were changed.
        ChannelPanels = "channel.panels",
        /// A picture of a channel was changed.
        ChannelPicture = "channel.picture",
        /// A moment of a broadcast was marked, or a marker changed or removed.
        ChannelMarkers = "channel.markers",
        /// A channel was taken out of lists, or put back.
        ChannelHidden = "channel.hidden",
        /// A channel was removed.
        ChannelDeleted = "channel.deleted",
        /// Somebody got a role in a channel, another, or none.
        MemberChanged = "member.changed",
        /// Somebody may make channels, or may not any more.
        CreatorChanged = "creator.changed",
        /// A stream key was made.
        KeyCreated = "key.created",
        /// A stream key got another label, was disabled or enabled.
        KeyChanged = "key.changed",
        /// A stream key was replaced by a new one.
        KeyRotated = "key.rotated",
        /// A stream key was shown.
        KeyRevealed = "key.revealed",
        /// A stream key was removed.
        KeyDeleted = "key.deleted",
        /// A broadcast was ended by somebody.
        StreamEnded = "stream.ended",
        /// Publishing was allowed again.
        StreamReleased = "stream.released",
        /// A webhook was made or removed.
        WebhookChanged = "webhook.changed",
        /// A program's token was made or removed.
        TokenChanged = "token.changed",
        /// Somebody kept order in a chat.
        ChatModerated = "chat.moderated",
        /// What somebody did to keep order in a chat was taken back.
        ChatUndone = "chat.undone",
        /// The rules of a chat were changed.
        ChatSettings = "chat.settings",
        /// A word that may not be said in chat was added or removed.
        ChatTerms = "chat.terms",
        /// A note about somebody in chat was made.
        ChatNotes = "chat.notes",
        /// Emotes were added or removed.
        ChatEmotes = "chat.emotes",
        /// Everybody in a chat was asked something, or a poll was ended.
        ChatPolls = "chat.polls",
        /// A category was made.
        CategoryCreated = "category.created",
        /// A category was changed.
        CategoryChanged = "category.changed",
        /// A category was removed.
        CategoryDeleted = "category.deleted",
        /// Somebody who runs the site made an account.
        AccountCreated = "account.created",
        /// An account that waited was approved, or a suspended one opened again.
        AccountActivated = "account.activated",
        /// An account was closed.
        AccountSuspended = "account.suspended",
        /// An account that waited was refused and removed.
        AccountRejected = "account.rejected",
        /// Somebody is something else on the site.
        AccountRole = "account.role",
        /// An account was given another password.
        AccountReset = "account.reset",
        /// An account was deleted by its owner.
        AccountDeleted = "account.deleted",
        /// An invitation was made.
        InvitationCreated = "invitation.created",
        /// An invitation was taken back.
        InvitationDeleted = "invitation.deleted",
    }
}

words! {
    /// What it was done to.
    SubjectKind {
        /// The site.
        Site = "site",
        /// A channel.
        Channel = "channel",
        /// A category.
        Category = "category",
        /// An account.
        Account = "account",
        /// An invitation.
        Invitation = "invitation",
    }
}

/// The thing that was changed, by the name it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) kind: SubjectKind,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Subject {
    /// The site.
    pub(crate) fn site() -> Self {
        Self { kind: SubjectKind::Site, id: String::new(), name: "site".to_owned() }
    }

    /// A thing that has an id.
    pub(crate) fn new(kind: SubjectKind, id: impl ToString, name: impl ToString) -> Self {
        Self { kind, id: id.to_string(), name: name.to_string() }
    }
}

/// What happened, on its way into the log.
pub(crate) struct Entry<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) action: Action,
    pub(crate) subject: Subject,
    /// What was, of what has changed.
    pub(crate) was: Option<Value>,
    /// What became of it.
    pub(crate) became: Option<Value>,
}

impl Entry<'_> {
    pub(super) fn into_line(self, id: AuditId, at: WallClock) -> Line {
        let Self { actor, action, subject, was, became } = self;
        let (actor, actor_name) = (actor.account(), actor.name().to_owned());
        Line { id, at, actor, actor_name, action: action.to_string(), subject, was, became }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) id: AuditId,
    pub(crate) at: WallClock,
    pub(crate) actor: Option<AccountId>,
    pub(crate) actor_name: String,
    /// A word of [`Action`]; text, for a log outlives its words.
    pub(crate) action: String,
    pub(crate) subject: Subject,
    pub(crate) was: Option<Value>,
    pub(crate) became: Option<Value>,
}

/// Which lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Older than this one.
    pub(crate) before: Option<AuditId>,
    pub(crate) actor: Option<AccountId>,
    pub(crate) action: Option<Action>,
    pub(crate) kind: Option<SubjectKind>,
    pub(crate) subject: Option<String>,
}
