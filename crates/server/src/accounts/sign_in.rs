//! Signing in: who says what, and what they learn.
//!
//! Whether an account exists shows neither in the answer nor in its time: a name that nobody has
//! costs one hash as well. Failures alone are counted, by account and by address.

use std::time::Duration;

use super::model::{Account, State};
use super::password::{Password, Verdict};
use super::recovery::RecoveryCode;
use super::totp::{Step, TotpSecret};
use super::username::FoldedName;
use super::{Accounts, AccountsError, Origin};
use crate::attempts::{Counted, Limit, Paid};
use crate::mail::Address;
use crate::seal::Secret;

/// What sealed second factors are bound to.
pub(super) const SEAL_PURPOSE: &str = "second factor";
/// Wrong passwords for one account, from anywhere: two thousand a day, where guessing needs
/// millions, and somebody who forgot theirs has enough for an evening.
const BY_ACCOUNT: Limit = Limit { burst: 10, every: Duration::from_secs(45) };
/// Wrong passwords from one address, for whatever accounts: a school shares one.
const BY_ADDRESS: Limit = Limit { burst: 30, every: Duration::from_secs(15) };

/// What somebody shows.
pub(crate) struct SignIn<'a> {
    /// The account's name, or its confirmed mail address.
    pub(crate) name: &'a str,
    pub(crate) password: &'a Secret,
    /// Of the authenticator, or a recovery code.
    pub(crate) code: Option<&'a str>,
}

impl Accounts {
    /// Whose name and password these are.
    ///
    /// # Errors
    /// When they are nobody's, or the account may not be used.
    pub(crate) async fn check(
        &self,
        shown: &SignIn<'_>,
        origin: &Origin,
    ) -> Result<Account, AccountsError> {
        let account = self.find(shown.name).await?;
        let paid = self.pay(shown.name, account.as_ref(), origin)?;
        let account = self.check_password(account, shown.password).await?;
        Self::may_sign_in(&account)?;
        match (account.has_totp, shown.code) {
            (true, None) => {
                // The password was right, and this is how its owner is asked for the rest.
                self.shared.limits.pay_back(paid);
                return Err(AccountsError::CodeNeeded);
            }
            (true, Some(code)) => self.check_code(&account, code).await?,
            (false, _) => {}
        }
        self.shared.limits.pay_back(paid);
        Ok(account)
    }

    /// Whether the account is in use. Only those who know its password learn why not.
    pub(super) fn may_sign_in(account: &Account) -> Result<(), AccountsError> {
        match account.state {
            State::Active => Ok(()),
            State::Pending => Err(AccountsError::Pending),
            State::Suspended => Err(AccountsError::Suspended(account.state_reason.clone())),
            State::Deleted => Err(AccountsError::WrongCredentials),
        }
    }

    /// Whether `password` is the one of an account that asks for something that a stolen session
    /// must not get.
    pub(crate) async fn check_again(
        &self,
        account: Account,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Account, AccountsError> {
        let name = account.username.to_string();
        let paid = self.pay(&name, Some(&account), origin)?;
        let account = self.check_password(Some(account), password).await?;
        self.shared.limits.pay_back(paid);
        Ok(account)
    }

    async fn find(&self, name: &str) -> Result<Option<Account>, AccountsError> {
        if name.contains('@') {
            let Ok(address) = Address::new(name) else { return Ok(None) };
            return self.shared.store.by_mail(&address).await;
        }
        let Some(name) = FoldedName::of(name) else { return Ok(None) };
        self.shared.store.by_name(&name).await
    }

    /// Pays for a try. A name that nobody has is counted like one that somebody has.
    fn pay(
        &self,
        name: &str,
        account: Option<&Account>,
        origin: &Origin,
    ) -> Result<Paid, AccountsError> {
        let limits = &self.shared.limits;
        let by_account = match (account, FoldedName::of(name)) {
            (Some(account), _) => limits.counted("account", account.id),
            (None, Some(name)) => limits.counted("nobody", name),
            (None, None) => limits.counted("nobody", name.trim().to_lowercase()),
        };
        let by_address = limits.counted("sign-in from", origin.from);
        self.pay_for(&[(by_account, BY_ACCOUNT), (by_address, BY_ADDRESS)])
    }

    pub(super) fn pay_for(&self, each: &[(Counted, Limit)]) -> Result<Paid, AccountsError> {
        let now = self.shared.clock.monotonic();
        self.shared.limits.pay(each, now).map_err(AccountsError::TooOften)
    }

    /// One hash, whatever comes.
    async fn check_password(
        &self,
        account: Option<Account>,
        typed: &Secret,
    ) -> Result<Account, AccountsError> {
        let passwords = &self.shared.passwords;
        // What can be nobody's password is so whoever is meant.
        let typed = Password::parse(typed.reveal()).ok_or(AccountsError::WrongCredentials)?;
        let Some((account, stored)) = account.and_then(|it| Some((it.clone(), it.password?)))
        else {
            passwords.verify_nobody(&typed).await?;
            return Err(AccountsError::WrongCredentials);
        };
        match passwords.verify(&typed, &stored).await? {
            Verdict::Wrong => Err(AccountsError::WrongCredentials),
            Verdict::Right => Ok(account),
            Verdict::RightButOld => {
                let new = passwords.hash(&typed).await?;
                self.shared.store.rehash(account.id, (&stored, new)).await?;
                Ok(account)
            }
        }
    }

    /// A code of the authenticator, or a recovery code; each is good for one sign-in.
    async fn check_code(&self, account: &Account, typed: &str) -> Result<(), AccountsError> {
        let shared = &self.shared;
        if let Some(code) = RecoveryCode::parse(typed) {
            let hash = code.fingerprint(&shared.keyring).to_hex();
            let taken = shared.store.take_recovery_code(account.id, (&hash, self.now())).await?;
            return if taken { Ok(()) } else { Err(AccountsError::CodeWrong) };
        }
        let Some(factor) = shared.store.factor(account.id).await? else { return Ok(()) };
        let secret = shared.keyring.unseal(SEAL_PURPOSE, &factor.sealed)?;
        let secret = TotpSecret::parse(&secret).ok_or(AccountsError::CodeWrong)?;
        let last = Some(Step::from_number(factor.step));
        let step = secret.check(typed, self.now(), last).map_err(|_| AccountsError::CodeWrong)?;
        // Of two who show one code at the same time, one is in.
        let taken = shared.store.take_step(account.id, step.number()).await?;
        if taken { Ok(()) } else { Err(AccountsError::CodeWrong) }
    }
}
