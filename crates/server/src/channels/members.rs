//! Who works on a channel.

use super::{Channels, ChannelsError, Slug};
use crate::access::ChannelRole;
use crate::ids::AccountId;

impl Channels {
    /// What somebody is in the channel of that name.
    pub(crate) async fn role_of(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<ChannelRole>, ChannelsError> {
        let channel = match name {
            "primary" => self.store.primary().await?,
            name => match Slug::parse(name) {
                Ok(slug) => self.store.by_slug(&slug).await?,
                Err(_) => None,
            },
        };
        // Nobody has a role yet but the site's admins, who need none.
        tracing::trace!(account.id = %account, channel = channel.is_some(), "a role is asked for");
        Ok(None)
    }
}
