//! What can go wrong in this room.

use crate::accounts::AccountsError;
use crate::channels::ChannelsError;
use crate::chat::ChatError;
use crate::db::DbError;
use crate::live::LiveError;
use crate::notify::NotifyError;
use crate::outbound::OutboundError;
use crate::schedule::ScheduleError;
use crate::seal::SealError;
use crate::site::SiteError;
use crate::stills::StillsError;

/// An error of Owncast's API.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OwncastError {
    /// The answer is no, with a sentence for people.
    #[error("{0}")]
    No(String),
    #[error("what is kept for Owncast's clients cannot be read")]
    Unreadable,
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error(transparent)]
    Channels(#[from] ChannelsError),
    #[error(transparent)]
    Chat(#[from] ChatError),
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(transparent)]
    Stills(#[from] StillsError),
    #[error(transparent)]
    Notify(#[from] NotifyError),
    #[error("broadcasts")]
    Live(#[from] LiveError),
    #[error("schedule")]
    Schedule(#[from] ScheduleError),
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("storage of Owncast's settings")]
    Db(#[from] DbError),
}

impl OwncastError {
    /// The answer is no.
    pub(super) fn no(why: impl Into<String>) -> Self {
        Self::No(why.into())
    }

    /// Whether the answer is no, and the fault not ours.
    pub(super) fn is_refusal(&self) -> bool {
        use AccountsError as A;
        match self {
            Self::No(_) => true,
            Self::Accounts(error) => {
                !matches!(error, A::Db(_) | A::Seal(_) | A::Jobs(_) | A::Mail(_) | A::Hash(_))
            }
            Self::Channels(error) => {
                !matches!(error, ChannelsError::Db(_) | ChannelsError::Seal(_))
            }
            Self::Chat(error) => error.is_refusal(),
            Self::Site(error) => !matches!(error, SiteError::Db(_)),
            Self::Stills(error) => error.is_refusal(),
            Self::Notify(error) => error.is_refusal(),
            Self::Unreadable
            | Self::Outbound(_)
            | Self::Live(_)
            | Self::Schedule(_)
            | Self::Seal(_)
            | Self::Db(_) => false,
        }
    }
}
