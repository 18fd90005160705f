//! New accounts, by the site's policy.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::model::{Account, NewAccount, State, reason};
use super::password::Password;
use super::policy::{Policy, Registration};
use super::username::Username;
use super::{Accounts, AccountsError, Kind, Origin, store};
use crate::attempts::Limit;
use crate::ids::AccountId;
use crate::mail::Address;
use crate::seal::Secret;

/// Accounts made, and wrong invitations shown, from one address: a class of pupils behind one.
const BY_ADDRESS: Limit = Limit { burst: 30, every: Duration::from_secs(120) };
/// Accounts that wait for approval at one time. Against somebody who fills the list.
const MAX_PENDING: u32 = 1000;

/// Who wants an account.
pub(crate) struct Applicant<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a Secret,
    pub(crate) email: Option<&'a str>,
    pub(crate) invitation: Option<&'a str>,
    /// What a guest shows who wants to keep name, colour and history.
    pub(crate) guest: Option<&'a str>,
    /// Why, for those who approve.
    pub(crate) reason: &'a str,
}

impl Accounts {
    /// Makes an account; it may have to be approved.
    pub(crate) async fn register(
        &self,
        applicant: &Applicant<'_>,
        origin: &Origin,
    ) -> Result<Account, AccountsError> {
        let policy = self.policy();
        let state = match (policy.registration, applicant.invitation) {
            (Registration::Closed, _) => return Err(AccountsError::RegistrationClosed),
            (Registration::Invitation, None) => return Err(AccountsError::InvitationNeeded),
            // Whoever was invited is approved.
            (Registration::Approval, None) => State::Pending,
            (_, Some(_)) | (Registration::Open, None) => State::Active,
        };
        let mut new = read(applicant, &policy)?;
        new.state = state;
        new.invitation =
            applicant.invitation.map(|code| self.hash_of(Kind::Invitation, code.trim()));
        if let Some(token) = applicant.guest {
            let guest = self.guest(token).await?.ok_or(AccountsError::Missing("guest"))?;
            new.guest = Some(guest.id);
            new.display_name = guest.name;
            new.colour = guest.colour;
        }
        let by_address = self.shared.limits.counted("registration from", origin.from);
        let paid = self.pay_for(&[(by_address, BY_ADDRESS)])?;
        if state == State::Pending && self.shared.store.count(State::Pending).await? >= MAX_PENDING
        {
            return Err(AccountsError::RegistrationClosed);
        }
        let password = choose(applicant, &new)?;
        new.password = Some(self.shared.passwords.hash(&password).await?);
        let (id, now) = (AccountId::generate(), self.now());
        let made = self.insert(id, &new, now).await;
        if matches!(made, Err(AccountsError::NameTaken)) {
            // It has cost a hash already, and names are no secret.
            self.shared.limits.pay_back(paid);
        }
        made?;
        tracing::info!(account.id = %id, state = %new.state, "an account was made");
        self.account(id).await
    }
}

impl Accounts {
    /// Makes an account of which nothing is noted.
    pub(super) async fn insert(
        &self,
        id: AccountId,
        new: &NewAccount,
        at: WallClock,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.shared.store.begin().await?;
        store::insert(&mut transaction, id, (new, at)).await?;
        Ok(transaction.commit().await?)
    }
}

fn read(applicant: &Applicant<'_>, policy: &Policy) -> Result<NewAccount, AccountsError> {
    let username = Username::new(applicant.username)?;
    let email = applicant.email.map(str::trim).filter(|typed| !typed.is_empty());
    let email = email.map(Address::new).transpose()?;
    policy.check_mail(email.as_ref())?;
    let state_reason = reason(applicant.reason)?;
    Ok(NewAccount { email, state_reason, ..NewAccount::named(username) })
}

fn choose(applicant: &Applicant<'_>, new: &NewAccount) -> Result<Password, AccountsError> {
    let mail = new.email.as_ref().map_or("", |address| address.as_str());
    Ok(Password::choose(applicant.password.reveal(), &[new.username.as_str(), mail])?)
}
