//! Programs that sign in: a short-lived access token, and a refresh token that is replaced whenever
//! it is used. One that comes a second time was copied, and ends the login.

use std::time::Duration;

use super::access_token::{self, Bearer};
use super::model::LoginKind;
use super::store::Refreshed;
use super::{Accounts, AccountsError, Kind, Origin, SignIn};
use super::{api_tokens::after, sessions};
use crate::ids::{AccountId, LoginId};
use crate::seal::{self, Secret};

/// What a client shows from now on.
pub(crate) struct Tokens {
    pub(crate) access: Secret,
    pub(crate) access_lasts: Duration,
    pub(crate) refresh: Secret,
    pub(crate) refresh_lasts: Duration,
}

impl Accounts {
    /// Signs a program in.
    pub(crate) async fn issue_tokens(
        &self,
        shown: &SignIn<'_>,
        origin: &Origin,
    ) -> Result<Tokens, AccountsError> {
        let account = self.check(shown, origin).await?;
        let signed_in = self.open_login(account, LoginKind::Client, origin).await?;
        Ok(self.tokens_of((signed_in.account.id, signed_in.login), signed_in.token))
    }

    /// Replaces a refresh token, and gives a new access token with it.
    pub(crate) async fn refresh_tokens(&self, token: &Secret) -> Result<Tokens, AccountsError> {
        let new = seal::random_token()?;
        let old = self.hash_of(Kind::RefreshToken, token.reveal());
        let hashes = (old.as_str(), &*self.hash_of(Kind::RefreshToken, new.reveal()));
        let now = self.now();
        let lasts = after(now, sessions::LASTS);
        match self.shared.store.refresh(hashes, (now, lasts)).await? {
            Refreshed::Replaced { login, account } => Ok(self.tokens_of((account, login), new)),
            Refreshed::Reused => {
                tracing::warn!("a refresh token came a second time; its login is over");
                Err(AccountsError::TokenInvalid)
            }
            Refreshed::Unknown => Err(AccountsError::TokenInvalid),
        }
    }

    /// Ends the login of a refresh token. One that nobody knows is over already.
    pub(crate) async fn revoke_tokens(&self, token: &Secret) -> Result<(), AccountsError> {
        let hash = self.hash_of(Kind::RefreshToken, token.reveal());
        self.shared.store.delete_login_of(&hash).await
    }

    fn tokens_of(&self, (account, login): (AccountId, LoginId), refresh: Secret) -> Tokens {
        let bearer = Bearer { account, login };
        Tokens {
            access: access_token::issue(&self.shared.keyring, &bearer, self.now()),
            access_lasts: access_token::LASTS,
            refresh,
            refresh_lasts: sessions::LASTS,
        }
    }
}
