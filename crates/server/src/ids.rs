//! Identifiers, each kind its own type, so that one cannot stand in for another.

use std::fmt;

use uuid::Uuid;

use crate::db::stored_as_text;

/// A time-ordered UUID (version 7), kept as text in the database.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        id_of_another! {
            $(#[$doc])*
            $name
        }

        impl $name {
            /// A new one, unlike any other.
            pub(crate) fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }
    };
}

/// The same, which is made from an id of another kind.
macro_rules! id_of_another {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(Uuid);

        impl $name {
            /// Reads the database's text form; `None` when it is not one.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        stored_as_text!($name);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A channel.
    ChannelId
}
id! {
    /// A stream key, not the secret itself.
    StreamKeyId
}
id! {
    /// One on-air period of a channel.
    BroadcastId
}
id! {
    /// A moment of a broadcast that somebody marked.
    MarkerId
}
id! {
    /// A picture of a channel or a person.
    PictureId
}
id! {
    /// A person's account.
    AccountId
}
id! {
    /// One sign-in: a browser, or a client with its tokens.
    LoginId
}
id! {
    /// A token that somebody made for a program.
    ApiTokenId
}
id! {
    /// A key that somebody's device keeps.
    PasskeyId
}
id! {
    /// An invitation, not the code itself.
    InvitationId
}
id! {
    /// Somebody in chat without an account.
    GuestId
}
id! {
    /// One line of the audit log.
    AuditId
}
id! {
    /// Something that was too much for a while.
    AlertId
}
id! {
    /// What channels of one kind have in common.
    CategoryId
}
id! {
    /// A panel of a channel's description.
    PanelId
}
id! {
    /// A stream that is to come, once or again and again.
    ScheduledStreamId
}
id_of_another! {
    /// Somebody in chat, by the id of the account or guest that they are.
    ChatterId
}
id! {
    /// A picture that stands for a word in chat.
    EmoteId
}
id! {
    /// A question with choices in chat.
    PollId
}
id! {
    /// What moderators keep, and what they are asked to look at: notes, terms, reports, appeals.
    ChatItemId
}
id! {
    /// A message in chat.
    MessageId
}
id! {
    /// What a moderator did in chat.
    ChatActionId
}

#[cfg(test)]
impl ChatterId {
    /// Somebody new.
    pub(crate) fn generate() -> Self {
        GuestId::generate().into()
    }
}

impl From<AccountId> for ChatterId {
    fn from(account: AccountId) -> Self {
        Self(account.0)
    }
}

impl From<TokenId> for ChatterId {
    fn from(token: TokenId) -> Self {
        Self(token.0)
    }
}

impl From<ChannelId> for ChatterId {
    fn from(channel: ChannelId) -> Self {
        Self(channel.0)
    }
}

impl From<GuestId> for ChatterId {
    fn from(guest: GuestId) -> Self {
        Self(guest.0)
    }
}

id! {
    /// Work for later.
    JobId
}
id! {
    /// The right to do some of it now.
    LeaseId
}
id! {
    /// A program's token for Owncast's API, not the secret itself.
    TokenId
}
id! {
    /// Something that is sent to a webhook.
    DeliveryId
}
/// One publisher connection. It is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionId(Uuid);

impl SessionId {
    /// A new one, unlike any other.
    pub(crate) fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

/// An id as Owncast's clients know them: nine random characters.
pub(crate) fn short_id() -> String {
    const LETTERS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
    let random = Uuid::now_v7().as_u128();
    // The low 54 bits are random.
    let letter = |at: u32| LETTERS.get(((random >> (at * 6)) & 63) as usize);
    (0..9).filter_map(letter).map(|byte| char::from(*byte)).collect()
}

/// What tells media files apart: eight random hexadecimal digits, new whenever packaging begins.
///
/// A server that is killed in the moment between listing a segment and writing its number down
/// gives the number out once more. The file of that number then has another name, so that no cache
/// answers with the old one.
pub(crate) fn media_file_id() -> String {
    let text = Uuid::now_v7().simple().to_string();
    text.get(24..).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_reads_back() {
        let id = BroadcastId::generate();
        assert_eq!(BroadcastId::parse(&id.to_string()), Some(id));
        assert_eq!(BroadcastId::parse("not an id"), None);
    }

    #[test]
    fn media_files_of_two_runs_never_share_a_name() {
        let (one, other) = (media_file_id(), media_file_id());
        assert_ne!(one, other);
        assert!(rivulet_media::hls::request::is_id(&one), "{one}");
    }
}
