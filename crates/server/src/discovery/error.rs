//! What can go wrong in this room.

use crate::accounts::AccountsError;
use crate::channels::ChannelsError;
use crate::db::DbError;

/// An error of the discovery room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    #[error("one account follows at most {0} channels: unfollow some that you no longer watch")]
    TooManyFollows(u32),
    #[error("this channel does not show who follows it")]
    FollowersHidden,
    #[error("accounts")]
    Accounts(#[from] AccountsError),
    #[error("channels")]
    Channels(#[from] ChannelsError),
    #[error("discovery storage")]
    Db(#[from] DbError),
}
