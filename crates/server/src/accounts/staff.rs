//! What those who run the site do with accounts. Each change is one transaction with its line in the
//! audit log, and is judged by the account as it is in that transaction.

use serde_json::{Value, json};

use super::model::{Account, NewAccount, State, reason};
use super::setup::typed;
use super::username::{FoldedName, Username};
use super::{Accounts, AccountsError, store};
use crate::access::{Person, SiteRole};
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::db::Transaction;
use crate::ids::AccountId;
use crate::mail::Address;
use crate::seal::{self, Secret};

/// Accounts that the command line lists at most.
const MAX_LISTED: u32 = 10_000;
/// Accounts on one page.
pub(crate) const MAX_PAGE: u32 = 100;

/// An account that somebody who runs the site makes.
pub(crate) struct Made<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) role: SiteRole,
}

/// What somebody who runs the site looks for.
#[derive(Default)]
pub(crate) struct Wanted {
    pub(crate) state: Option<State>,
    pub(crate) role: Option<SiteRole>,
    /// In names and addresses.
    pub(crate) text: String,
    /// The last account of the page before.
    pub(crate) after: Option<AccountId>,
    pub(crate) limit: u32,
}

/// Who does something to what is not theirs.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    /// Whoever sits at the machine.
    Machine,
    /// Somebody with a role on the site.
    Staff(&'a Person),
}

impl By<'_> {
    /// As the audit log has them.
    pub(super) fn actor(self) -> Actor {
        match self {
            Self::Machine => Actor::CommandLine,
            Self::Staff(person) => Actor::from(person),
        }
    }

    /// Whose it is, where they have an account.
    pub(super) fn account(self) -> Option<AccountId> {
        match self {
            Self::Machine => None,
            Self::Staff(person) => Some(person.account),
        }
    }
}

/// What became of an account, for the audit log.
pub(super) struct Told {
    pub(super) action: Action,
    pub(super) was: Option<Value>,
    pub(super) became: Option<Value>,
}

impl Accounts {
    /// Makes an account with a password that is shown here and nowhere again.
    pub(crate) async fn create(
        &self,
        by: By<'_>,
        made: &Made<'_>,
    ) -> Result<Secret, AccountsError> {
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
        let id = AccountId::generate();
        let mut transaction = self.shared.store.begin().await?;
        store::insert(&mut transaction, id, (&new, self.now())).await?;
        let became = Some(json!({ "role": made.role }));
        let told = Told { action: Action::AccountCreated, was: None, became };
        self.note(&mut transaction, by.actor(), (id, &new.username), told).await?;
        transaction.commit().await?;
        Ok(password)
    }

    /// Gives an account another password, which is shown here and nowhere again.
    pub(crate) async fn reset_password(
        &self,
        by: By<'_>,
        account: &Account,
    ) -> Result<Secret, AccountsError> {
        let password = seal::random_token()?;
        let hash = self.shared.passwords.hash(&typed(&password)?).await?;
        let mut transaction = self.shared.store.begin().await?;
        store::set_password(&mut transaction, account.id, (hash, self.now())).await?;
        let told = Told { action: Action::AccountReset, was: None, became: None };
        self.note(&mut transaction, by.actor(), (account.id, &account.username), told).await?;
        transaction.commit().await?;
        self.password_changed(account.id).await;
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

    /// One page of accounts, the newest first, and whether there are more.
    pub(crate) async fn page(
        &self,
        wanted: &Wanted,
    ) -> Result<(Vec<Account>, bool), AccountsError> {
        let asked = wanted.limit.clamp(1, MAX_PAGE);
        let mut accounts = self.shared.store.page(wanted, asked + 1).await?;
        let limit = usize::try_from(asked).unwrap_or_default();
        let has_more = accounts.len() > limit;
        accounts.truncate(limit);
        Ok((accounts, has_more))
    }

    /// Says what somebody is on the site.
    pub(crate) async fn set_role(
        &self,
        by: By<'_>,
        id: AccountId,
        role: SiteRole,
    ) -> Result<Account, AccountsError> {
        let mut transaction = self.shared.store.begin().await?;
        let was = store::alone(&mut transaction, id).await?;
        let account = Account { role, ..was.clone() };
        if was.role == role {
            return Ok(account);
        }
        store::set_role(&mut transaction, id, role).await?;
        let says = |role: SiteRole| Some(json!({ "role": role }));
        let told = Told { action: Action::AccountRole, was: says(was.role), became: says(role) };
        self.note(&mut transaction, by.actor(), (id, &account.username), told).await?;
        transaction.commit().await?;
        self.tell_ended(id);
        Ok(account)
    }

    /// Closes an account; whoever uses it is out at once.
    pub(crate) async fn suspend(
        &self,
        by: By<'_>,
        id: AccountId,
        why: &str,
    ) -> Result<Account, AccountsError> {
        self.set_state(by, id, (State::Suspended, reason(why)?)).await
    }

    /// Opens an account that waits or is suspended.
    pub(crate) async fn activate(
        &self,
        by: By<'_>,
        id: AccountId,
    ) -> Result<Account, AccountsError> {
        self.set_state(by, id, (State::Active, String::new())).await
    }

    async fn set_state(
        &self,
        by: By<'_>,
        id: AccountId,
        (state, state_reason): (State, String),
    ) -> Result<Account, AccountsError> {
        let mut transaction = self.shared.store.begin().await?;
        let was = store::alone(&mut transaction, id).await?;
        may_manage(by, &was)?;
        let account = Account { state, state_reason, ..was.clone() };
        if (was.state, &was.state_reason) == (state, &account.state_reason) {
            return Ok(account);
        }
        store::set_state(&mut transaction, &account).await?;
        let (action, became) = match state {
            State::Suspended => {
                let why = &account.state_reason;
                (Action::AccountSuspended, json!({ "state": state, "reason": why }))
            }
            _ => (Action::AccountActivated, json!({ "state": state })),
        };
        let was = Some(json!({ "state": was.state }));
        let told = Told { action, was, became: Some(became) };
        self.note(&mut transaction, by.actor(), (id, &account.username), told).await?;
        transaction.commit().await?;
        self.tell_ended(id);
        Ok(account)
    }

    /// Removes an account that waits and is not approved, so that its name is free again.
    pub(crate) async fn reject(&self, by: By<'_>, id: AccountId) -> Result<(), AccountsError> {
        let mut transaction = self.shared.store.begin().await?;
        let account = store::alone(&mut transaction, id).await?;
        if account.state != State::Pending {
            return Err(AccountsError::Missing("account that waits"));
        }
        store::remove(&mut transaction, id).await?;
        let was = Some(json!({ "state": account.state }));
        let told = Told { action: Action::AccountRejected, was, became: None };
        self.note(&mut transaction, by.actor(), (id, &account.username), told).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes a line about an account as part of a change to it.
    pub(super) async fn note(
        &self,
        transaction: &mut Transaction,
        actor: Actor,
        (id, name): (AccountId, &Username),
        told: Told,
    ) -> Result<(), AccountsError> {
        let Told { action, was, became } = told;
        let subject = Subject::new(SubjectKind::Account, id, name);
        let entry = Entry { actor: &actor, action, subject, was, became };
        Ok(self.shared.audit.record(transaction, entry).await?)
    }
}

/// Moderators look after every account but those of other moderators and admins; nobody revives what
/// its owner deleted.
fn may_manage(by: By<'_>, account: &Account) -> Result<(), AccountsError> {
    if account.state == State::Deleted {
        return Err(AccountsError::Missing("account"));
    }
    match by {
        By::Staff(person) if person.role < SiteRole::Admin && account.role >= person.role => {
            Err(AccountsError::Higher)
        }
        _ => Ok(()),
    }
}
