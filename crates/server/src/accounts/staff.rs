//! What those who run the site do with accounts.

use std::time::Duration;

use rivulet_media::time::WallClock;

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
/// Accounts on one page.
pub(crate) const MAX_PAGE: u32 = 100;
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

/// Who does something to somebody else's account.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// Whoever sits at the machine.
    Machine,
    /// Somebody of this role.
    Staff(SiteRole),
}

/// An invitation, without its code.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    pub(crate) note: String,
    pub(crate) uses_left: u32,
    /// The name of whoever made it.
    pub(crate) made_by: Option<String>,
    pub(crate) created_at: WallClock,
    pub(crate) expires_at: Option<WallClock>,
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
        account: AccountId,
        role: SiteRole,
    ) -> Result<(), AccountsError> {
        self.shared.store.set_role(account, role).await
    }

    /// Closes an account; whoever uses it is out at once.
    pub(crate) async fn suspend(
        &self,
        by: By,
        account: &Account,
        why: &str,
    ) -> Result<(), AccountsError> {
        may_manage(by, account)?;
        let why = reason(why)?;
        self.shared.store.set_state(account.id, (State::Suspended, &why)).await
    }

    /// Opens an account that waits or is suspended.
    pub(crate) async fn activate(&self, by: By, account: &Account) -> Result<(), AccountsError> {
        may_manage(by, account)?;
        self.shared.store.set_state(account.id, (State::Active, "")).await
    }

    /// Removes an account that waits and is not approved, so that its name is free again.
    pub(crate) async fn reject(&self, account: &Account) -> Result<(), AccountsError> {
        let was = self.shared.store.delete_pending(account.id).await?;
        if was { Ok(()) } else { Err(AccountsError::Missing("account that waits")) }
    }

    /// Makes an invitation; its code is shown here and nowhere again.
    pub(crate) async fn invite(
        &self,
        invited: &Invited<'_>,
    ) -> Result<(Invitation, Secret), AccountsError> {
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
        let invitation = Invitation {
            id: InvitationId::generate(),
            note,
            uses_left: invited.uses,
            made_by: None,
            created_at: now,
            expires_at: invited.lasts.map(|lasts| after(now, lasts)),
        };
        let hash = self.hash_of(Kind::Invitation, code.reveal());
        let new = NewInvitation { invitation: &invitation, hash: &hash, made_by: invited.made_by };
        self.shared.store.insert_invitation(&new).await?;
        Ok((invitation, code))
    }

    /// The invitations that are good for something, the newest first.
    pub(crate) async fn invitations(&self) -> Result<Vec<Invitation>, AccountsError> {
        self.shared.store.invitations(self.now()).await
    }

    /// Takes an invitation back.
    pub(crate) async fn remove_invitation(&self, id: InvitationId) -> Result<(), AccountsError> {
        let was = self.shared.store.delete_invitation(id).await?;
        if was { Ok(()) } else { Err(AccountsError::Missing("invitation")) }
    }
}

/// Moderators look after every account but those of other moderators and admins; nobody revives what
/// its owner deleted.
fn may_manage(by: By, account: &Account) -> Result<(), AccountsError> {
    if account.state == State::Deleted {
        return Err(AccountsError::Missing("account"));
    }
    match by {
        By::Staff(role) if role < SiteRole::Admin && account.role >= role => {
            Err(AccountsError::Higher)
        }
        _ => Ok(()),
    }
}
