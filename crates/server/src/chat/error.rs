//! What can go wrong in this room.

use super::model::refusal::{Reason, Refusal};
use crate::accounts::AccountsError;
use crate::api::{ApiError, Code};
use crate::channels::ChannelsError;
use crate::db::DbError;
use crate::discovery::DiscoveryError;
use crate::merge_patch::PatchError;

/// An error of the chat room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChatError {
    #[error("{}", .0.detail)]
    Refused(Refusal),
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    #[error("{0}")]
    Full(&'static str),
    #[error("another {0} here has this name")]
    Taken(&'static str),
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Patch(#[from] PatchError),
    #[error("whoever sits there is signed out")]
    SignedOut,
    #[error("accounts")]
    Accounts(#[from] AccountsError),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("who follows")]
    Discovery(#[from] DiscoveryError),
    #[error("a picture could not be looked at")]
    Picture(#[from] tokio::task::JoinError),
    #[error("chat storage")]
    Db(#[from] DbError),
}

impl From<Refusal> for ChatError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl ChatError {
    /// What whoever asked on a socket is told.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::NoSuch(what) => Refusal::not_found(what),
            Self::Full(detail) => Refusal::new(Reason::Full, detail),
            Self::Taken(_) => Refusal::new(Reason::NameTaken, self.to_string()),
            Self::Invalid(detail) => Refusal::new(Reason::Invalid, detail),
            Self::Patch(error) => Refusal::new(Reason::Invalid, error.to_string()),
            Self::SignedOut => Refusal::new(Reason::ReadOnly, "you are signed out"),
            Self::Accounts(_)
            | Self::Channels(_)
            | Self::Discovery(_)
            | Self::Picture(_)
            | Self::Db(_) => {
                let error: &dyn std::error::Error = &self;
                tracing::error!(error = crate::telemetry::chain(error), "chat failed");
                Refusal::internal()
            }
        }
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        let code = match &error {
            ChatError::Refused(refusal) => code(refusal.reason),
            ChatError::NoSuch(_) => Code::NotFound,
            ChatError::Patch(_) => Code::Invalid,
            ChatError::SignedOut => Code::SignInNeeded,
            ChatError::Full(_) => Code::Full,
            ChatError::Taken(_) => Code::NameTaken,
            ChatError::Invalid(_) => Code::Invalid,
            ChatError::Accounts(_)
            | ChatError::Channels(_)
            | ChatError::Discovery(_)
            | ChatError::Picture(_)
            | ChatError::Db(_) => return Self::internal(&error),
        };
        Self::with_detail(code, error.to_string())
    }
}

fn code(reason: Reason) -> Code {
    match reason {
        Reason::NotFound => Code::NotFound,
        Reason::Busy => Code::TooMany,
        Reason::Flood | Reason::SlowMode => Code::TooOften,
        Reason::NameTaken => Code::NameTaken,
        Reason::NameInvalid => Code::NameInvalid,
        Reason::Full => Code::Full,
        Reason::TooLate => Code::Conflict,
        Reason::Internal => Code::Internal,
        Reason::SignedInOnly | Reason::ReadOnly => Code::SignInNeeded,
        Reason::Banned
        | Reason::TimedOut
        | Reason::FollowersOnly
        | Reason::EstablishedOnly
        | Reason::Quiet
        | Reason::Disabled
        | Reason::Closed
        | Reason::NotYours => Code::Forbidden,
        _ => Code::Invalid,
    }
}
