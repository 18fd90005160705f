//! What those who run the site do with accounts.

use std::time::Duration;

use super::api_tokens::after;
use super::model::{Account, NewAccount, State, line, reason};
use super::setup::typed;
use super::store::NewInvitation;
use super::username::{FoldedName, Username};
use super::{Accounts, AccountsError, Kind};
use crate::access::SiteRole;
use crate::ids::{AccountId, InvitationId};
use crate::mail::Address;
use crate::seal::{self, Secret};

/// Accounts that the command line lists at most.
const MAX_LISTED: u32 = 10_000;
/// Uses of one invitation.
const MAX_USES: u32 = 1000;
/// The longest that an invitation may last.
const MAX_LASTS: Duration = Duration::from_secs(3600 * 24 * 366);
/// Longest note on an invitation, in characters.
const MAX_NOTE: usize = 140;

/// An account that somebody who runs the site makes.
pub(crate) struct Made<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) role: SiteRole,
}

/// An invitation that somebody makes.
pub(crate) struct Invited<'a> {
    pub(crate) note: &'a str,
    pub(crate) uses: u32,
    /// `None` for until it is used up.
    pub(crate) lasts: Option<Duration>,
    pub(crate) made_by: Option<AccountId>,
}

impl Accounts {
    /// Makes an account with a password that is shown here and nowhere again.
    pub(crate) async fn create(&self, made: &Made<'_>) -> Result<Secret, AccountsError> {
        let username = Username::privileged(made.username)?;
        let email = made.email.map(Address::new).transpose()?;
        let password = seal::random_token()?;
        let hash = self.shared.passwords.hash(&typed(&password)?).await?;
        let new = NewAccount {
            email_confirmed: email.is_some(),
            email,
            password: Some(hash),
            role: made.role,
            ..NewAccount::named(username)
        };
        self.shared.store.insert(AccountId::generate(), &new, self.now()).await?;
        Ok(password)
    }

    /// Gives an account another password, which is shown here and nowhere again.
    pub(crate) async fn reset_password(&self, account: &Account) -> Result<Secret, AccountsError> {
        let password = seal::random_token()?;
        self.change_password(account.id, &typed(&password)?).await?;
        Ok(password)
    }

    /// The account of that name.
    pub(crate) async fn named(&self, name: &str) -> Result<Account, AccountsError> {
        let missing = AccountsError::Missing("account");
        let Some(name) = FoldedName::of(name) else { return Err(missing) };
        self.shared.store.by_name(&name).await?.ok_or(missing)
    }

    /// Everybody, oldest first.
    pub(crate) async fn everybody(&self) -> Result<Vec<Account>, AccountsError> {
        self.shared.store.all(MAX_LISTED).await
    }

    /// Says what somebody is on the site.
    pub(crate) async fn set_role(
        &self,
        account: AccountId,
        role: SiteRole,
    ) -> Result<(), AccountsError> {
        self.shared.store.set_role(account, role).await
    }

    /// Closes an account; whoever uses it is out at once.
    pub(crate) async fn suspend(&self, account: AccountId, why: &str) -> Result<(), AccountsError> {
        let why = reason(why)?;
        self.shared.store.set_state(account, (State::Suspended, &why)).await
    }

    /// Opens an account that waits or is suspended.
    pub(crate) async fn activate(&self, account: &Account) -> Result<(), AccountsError> {
        if account.state == State::Deleted {
            return Err(AccountsError::Missing("account"));
        }
        self.shared.store.set_state(account.id, (State::Active, "")).await
    }

    /// Makes an invitation; its code is shown here and nowhere again.
    pub(crate) async fn invite(&self, invited: &Invited<'_>) -> Result<Secret, AccountsError> {
        let note = line("note", invited.note, MAX_NOTE)?;
        if !(1..=MAX_USES).contains(&invited.uses) {
            let must = format!("be 1 to {MAX_USES}");
            return Err(AccountsError::Field { name: "uses", must });
        }
        if invited.lasts.is_some_and(|lasts| lasts > MAX_LASTS) {
            let must = "be at most a year away".to_owned();
            return Err(AccountsError::Field { name: "expires_in_days", must });
        }
        let (code, now) = (seal::random_token()?, self.now());
        let new = NewInvitation {
            id: InvitationId::generate(),
            hash: &self.hash_of(Kind::Invitation, code.reveal()),
            note: &note,
            uses: invited.uses,
            made_by: invited.made_by,
            at: now,
            expires_at: invited.lasts.map(|lasts| after(now, lasts)),
        };
        self.shared.store.insert_invitation(&new).await?;
        Ok(code)
    }
}
