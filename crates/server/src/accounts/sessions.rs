//! Logins: what somebody who signed in shows from then on, and how it ends.

use std::time::Duration;

use super::api_tokens::{self, after};
use super::model::{Account, Login, LoginKind, SignedIn};
use super::store::{Found, NewLogin};
use super::{Accounts, AccountsError, Kind, Origin, SignIn, access_token};
use crate::access::{Person, Via};
use crate::ids::{AccountId, LoginId};
use crate::seal;

/// How long a login lasts that nobody uses.
pub(super) const LASTS: Duration = Duration::from_secs(3600 * 24 * 30);
/// How often the last use is written down.
const TOUCH_EVERY: Duration = Duration::from_secs(300);
/// The longest secret that is looked at, in bytes.
const MAX_SECRET: usize = 2048;

/// What a bearer's token turned out to be.
pub(crate) enum Bearer {
    /// Somebody's.
    Person(Person, Via),
    /// Ours by its looks, and good for nothing: over, revoked or made up.
    Invalid,
    /// None of ours by its looks: perhaps a stream key.
    Foreign,
}

impl Accounts {
    /// Signs a browser in.
    pub(crate) async fn sign_in(
        &self,
        shown: &SignIn<'_>,
        origin: &Origin,
    ) -> Result<SignedIn, AccountsError> {
        let account = self.check(shown, origin).await?;
        self.open_login(account, LoginKind::Browser, origin).await
    }

    /// A login for somebody who proved who they are.
    pub(in crate::accounts) async fn open_login(
        &self,
        account: Account,
        kind: LoginKind,
        origin: &Origin,
    ) -> Result<SignedIn, AccountsError> {
        let (token, login, now) = (seal::random_token()?, LoginId::generate(), self.now());
        let of = match kind {
            LoginKind::Browser => Kind::Cookie,
            LoginKind::Client => Kind::RefreshToken,
        };
        let new = NewLogin {
            id: login,
            account: account.id,
            kind,
            token: &self.hash_of(of, token.reveal()),
            user_agent: &origin.user_agent,
            address: origin.from.to_string(),
            at: now,
            expires_at: after(now, LASTS),
        };
        self.shared.store.insert_login(&new).await?;
        tracing::info!(account.id = %account.id, login.id = %login, kind = %kind, "somebody signed in");
        Ok(SignedIn { account, login, token, lasts: LASTS })
    }

    /// Whose cookie it is; `None` when it is nobody's any more.
    pub(crate) async fn by_cookie(
        &self,
        token: &str,
    ) -> Result<Option<(Person, Via)>, AccountsError> {
        if token.len() > MAX_SECRET {
            return Ok(None);
        }
        let hash = self.hash_of(Kind::Cookie, token);
        let found = self.shared.store.login_by_cookie(&hash, self.now()).await?;
        let Some(found) = self.used(found).await? else { return Ok(None) };
        Ok(Some((found.person, Via::Cookie { login: found.login })))
    }

    /// Whose token a client sends.
    pub(crate) async fn by_bearer(&self, token: &str) -> Result<Bearer, AccountsError> {
        let found = if access_token::is_one(token) {
            self.by_access_token(token).await?
        } else if token.starts_with(api_tokens::PREFIX) && token.len() <= MAX_SECRET {
            self.by_api_token(token).await?
        } else {
            return Ok(Bearer::Foreign);
        };
        Ok(found.map_or(Bearer::Invalid, |(person, via)| Bearer::Person(person, via)))
    }

    async fn by_access_token(&self, token: &str) -> Result<Option<(Person, Via)>, AccountsError> {
        let now = self.now();
        let Some(bearer) = access_token::read(&self.shared.keyring, token, now) else {
            return Ok(None);
        };
        let found = self.shared.store.login_by_id(bearer.login, now).await?;
        let found = found.filter(|found| found.person.account == bearer.account);
        let Some(found) = self.used(found).await? else { return Ok(None) };
        Ok(Some((found.person, Via::AccessToken { login: found.login })))
    }

    /// Notes that a login is used, now and then.
    async fn used(&self, found: Option<Found>) -> Result<Option<Found>, AccountsError> {
        let now = self.now();
        if let Some(found) = &found
            && after(found.last_used_at, TOUCH_EVERY) <= now
        {
            self.shared.store.touch_login(found, (now, after(now, LASTS))).await?;
        }
        Ok(found)
    }

    /// The account of somebody who is signed in.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Account, AccountsError> {
        self.shared.store.by_id(id).await?.ok_or(AccountsError::Missing("account"))
    }

    /// Everywhere that an account is signed in, the latest used first.
    pub(crate) async fn logins(&self, account: AccountId) -> Result<Vec<Login>, AccountsError> {
        self.shared.store.logins(account, self.now()).await
    }

    /// Ends one login of an account.
    pub(crate) async fn sign_out(
        &self,
        account: AccountId,
        login: LoginId,
    ) -> Result<(), AccountsError> {
        let was = self.shared.store.delete_login(account, login).await?;
        self.tell_ended(account);
        if was { Ok(()) } else { Err(AccountsError::Missing("sign-in")) }
    }

    /// Ends every login of an account.
    pub(crate) async fn sign_out_everywhere(
        &self,
        account: AccountId,
    ) -> Result<(), AccountsError> {
        self.shared.store.delete_logins(account).await?;
        self.tell_ended(account);
        Ok(())
    }
}
