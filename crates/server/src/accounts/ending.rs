//! How those hear of it who keep a connection open for somebody: a login, a token or the account
//! behind it is over.
//!
//! Those in this process are told at once. Another process may have ended it, so that whoever keeps a
//! connection asks again, too, before somebody does something on it.

use tokio::sync::broadcast;

use super::model::State;
use super::{Accounts, AccountsError};
use crate::access::Via;
use crate::ids::AccountId;

/// News that somebody may be behind; who is further behind asks about everybody.
pub(super) const MAX_BEHIND: usize = 256;

impl Accounts {
    /// Accounts of which something has ended from now on.
    pub(crate) fn ended(&self) -> broadcast::Receiver<AccountId> {
        self.shared.ended.subscribe()
    }

    /// Something that let somebody in does so no longer.
    pub(super) fn tell_ended(&self, account: AccountId) {
        // Nobody may listen.
        let _ = self.shared.ended.send(account);
    }

    /// Whether what proved once that somebody is this account still does.
    pub(crate) async fn still_proves(
        &self,
        account: AccountId,
        via: &Via,
    ) -> Result<bool, AccountsError> {
        let (store, now) = (&self.shared.store, self.now());
        match via {
            Via::Nothing => {
                let found = store.by_id(account).await?;
                Ok(found.is_some_and(|found| found.state == State::Active))
            }
            Via::Cookie { login } | Via::AccessToken { login } => {
                let found = store.login_by_id(*login, now).await?;
                Ok(found.is_some_and(|found| found.person.account == account))
            }
            Via::ApiToken { token, .. } => store.token_is_good(account, *token, now).await,
        }
    }
}
