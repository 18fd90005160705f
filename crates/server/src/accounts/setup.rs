//! The first run: an account `admin` with a random password, and a link to choose another.

use std::time::Duration;

use super::api_tokens::after;
use super::model::{LoginKind, NewAccount, SignedIn};
use super::password::Password;
use super::store::{Code, Purpose};
use super::username::{FoldedName, Username};
use super::{Accounts, AccountsError, Kind, Origin, store};
use crate::access::SiteRole;
use crate::attempts::Limit;
use crate::ids::AccountId;
use crate::mail::Address;
use crate::running;
use crate::seal::{self, Secret};

/// The first account's name.
const ADMIN: &str = "admin";
/// How long the link of a first run is good for: as long as somebody may take to come to it.
const SETUP_LASTS: Duration = Duration::from_secs(3600 * 24 * 7);
/// Codes of links that nobody was sent, from one address.
const BY_ADDRESS: Limit = Limit { burst: 20, every: Duration::from_secs(30) };

/// What a first run made up.
pub(crate) struct FirstRun {
    pub(crate) username: String,
    pub(crate) password: Secret,
    /// The code of the link to choose another password.
    pub(crate) setup_code: Secret,
}

impl Accounts {
    /// Makes the account `admin` where there is no account at all, and gives it `wanted`, a
    /// configured password. Returns what this call made up, if anything.
    pub(crate) async fn set_up(
        &self,
        wanted: Option<&Secret>,
    ) -> Result<Option<FirstRun>, AccountsError> {
        while self.shared.store.fold_some().await? {}
        if !self.shared.store.any_account().await? {
            return self.first_run(wanted).await;
        }
        if let Some(wanted) = wanted {
            self.adopt_password(wanted).await?;
        }
        Ok(None)
    }

    async fn first_run(&self, wanted: Option<&Secret>) -> Result<Option<FirstRun>, AccountsError> {
        let username = Username::privileged(ADMIN)?;
        let password = wanted.map_or_else(seal::random_token, |wanted| Ok(wanted.clone()))?;
        let hash = Password::choose(password.reveal(), &[ADMIN])?;
        let hash = Some(self.shared.passwords.hash(&hash).await?);
        let new =
            NewAccount { role: SiteRole::Admin, password: hash, ..NewAccount::named(username) };
        let id = AccountId::generate();
        self.insert(id, &new, self.now()).await?;
        if wanted.is_some() {
            return Ok(None);
        }
        let setup_code = self.make_code(id, Purpose::Setup, SETUP_LASTS).await?;
        Ok(Some(FirstRun { username: ADMIN.to_owned(), password, setup_code }))
    }

    /// Gives `admin` a configured password, unless it has it.
    async fn adopt_password(&self, wanted: &Secret) -> Result<(), AccountsError> {
        let id = self.admin().await?;
        let password = Password::choose(wanted.reveal(), &[ADMIN])?;
        if let Some(stored) = self.account(id).await?.password {
            let verdict = self.shared.passwords.verify(&password, &stored).await?;
            if verdict != super::password::Verdict::Wrong {
                return Ok(());
            }
        }
        self.change_password(id, &password).await
    }

    async fn admin(&self) -> Result<AccountId, AccountsError> {
        let missing = AccountsError::Missing("account `admin`");
        let name = FoldedName::of(ADMIN).ok_or(missing)?;
        let found = self.shared.store.by_name(&name).await?;
        found.map(|account| account.id).ok_or(AccountsError::Missing("account `admin`"))
    }

    /// Chooses the first account's password with the link that the first run printed, and signs in.
    pub(crate) async fn use_setup_link(
        &self,
        code: &str,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, AccountsError> {
        self.use_link((code, Purpose::Setup), password, origin).await
    }

    /// Chooses a password with the code of a link, and signs in, where that takes nothing more.
    pub(super) async fn use_link(
        &self,
        code: (&str, Purpose),
        password: &Secret,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, AccountsError> {
        let (hash, id, _) = self.read_link(code, origin).await?;
        let account = self.account(id).await?;
        let mail = account.email.as_ref().map_or("", |address| address.as_str());
        let password = Password::choose(password.reveal(), &[account.username.as_str(), mail])?;
        if !self.shared.store.use_code(&hash).await? {
            return Err(AccountsError::CodeInvalid);
        }
        self.change_password(id, &password).await?;
        Self::may_sign_in(&account)?;
        if account.has_totp {
            return Ok(None);
        }
        self.open_login(account, LoginKind::Browser, origin).await.map(Some)
    }

    /// The hash of a link's code, whose it is, and the address it was sent to.
    pub(super) async fn read_link(
        &self,
        (code, purpose): (&str, Purpose),
        origin: &Origin,
    ) -> Result<(String, AccountId, Option<Address>), AccountsError> {
        let by_address = self.shared.limits.counted("link from", origin.from);
        let paid = self.pay_for(&[(by_address, BY_ADDRESS)])?;
        let hash = self.hash_of(Kind::OneTimeCode, code.trim());
        let found = self.shared.store.code((&hash, purpose), self.now()).await?;
        let (id, address) = found.ok_or(AccountsError::CodeInvalid)?;
        self.shared.limits.pay_back(paid);
        Ok((hash, id, address))
    }

    /// Gives an account another password and ends all of its logins.
    pub(super) async fn change_password(
        &self,
        id: AccountId,
        password: &Password,
    ) -> Result<(), AccountsError> {
        let hash = self.shared.passwords.hash(password).await?;
        let mut transaction = self.shared.store.begin().await?;
        store::set_password(&mut transaction, id, (hash, self.now())).await?;
        transaction.commit().await?;
        self.password_changed(id).await;
        Ok(())
    }

    /// What the first run printed works no more.
    pub(super) async fn password_changed(&self, id: AccountId) {
        if self.admin().await.is_ok_and(|admin| admin == id) {
            running::forget_sign_in(&self.shared.data_dir);
        }
        self.tell_ended(id);
        tracing::info!(account.id = %id, "an account has a new password");
    }

    /// A new code for a link; those before it are good for nothing more.
    pub(super) async fn make_code(
        &self,
        account: AccountId,
        purpose: Purpose,
        lasts: Duration,
    ) -> Result<Secret, AccountsError> {
        let (secret, now) = (seal::random_token()?, self.now());
        let hash = self.hash_of(Kind::OneTimeCode, secret.reveal());
        let expires_at = after(now, lasts);
        let code = Code { hash: &hash, account, purpose, email: None, at: now, expires_at };
        self.shared.store.insert_code(&code).await?;
        Ok(secret)
    }
}

/// A password that we made up.
pub(super) fn typed(secret: &Secret) -> Result<Password, AccountsError> {
    Ok(Password::choose(secret.reveal(), &[])?)
}
