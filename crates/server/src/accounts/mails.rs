//! What people are sent: links to choose another password, and to confirm an address.
//!
//! Links begin with the site's public URL and nothing else: what a request calls this host, anybody
//! can write. Asking for a link is a job that looks the account up later, so that the answer is the
//! same in every way whether there is one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::api_tokens::after;
use super::store::{Code, Purpose};
use super::{Accounts, AccountsError, Kind, Origin, SignedIn, State};
use crate::attempts::Limit;
use crate::ids::AccountId;
use crate::jobs::{Failure, Handlers, Job, Run};
use crate::mail::{Address, Letter, Message};
use crate::seal::{self, Secret};
use crate::telemetry::chain;

/// How long a link to choose another password is good for.
const RESET_LASTS: Duration = Duration::from_secs(3600);
/// How long a link to confirm an address is good for.
const CONFIRM_LASTS: Duration = Duration::from_secs(3600 * 24);
/// Links for one account: nobody's mailbox is filled from here.
const BY_NAME: Limit = Limit { burst: 3, every: Duration::from_secs(600) };
/// Links from one address.
const BY_ADDRESS: Limit = Limit { burst: 20, every: Duration::from_secs(60) };
/// The longest name that is looked up, in bytes.
const MAX_NAME: usize = 254;

/// The job of sending a link to choose another password.
pub(super) struct SendReset;

/// Whom it is for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// As somebody typed it; most likely nobody's.
    name: String,
}

impl Job for SendReset {
    const KIND: &'static str = "password reset";
    const MAX_ATTEMPTS: u32 = 5;
    const MAX_DURATION: Duration = Duration::from_secs(30);
    type Payload = Asked;
}

impl Accounts {
    /// Adds what sends the links.
    pub(crate) fn handle(&self, handlers: Handlers) -> Handlers {
        let accounts = self.clone();
        handlers.with::<SendReset, _, _>(move |run: Run<Asked>| {
            let accounts = accounts.clone();
            async move {
                let sent = accounts.send_reset(&run.payload.name).await;
                sent.map_err(|error| Failure::Again(chain(&error)))
            }
        })
    }

    /// Whether people can be sent links at all.
    pub(crate) fn sends_mail(&self) -> bool {
        self.shared.mail.is_configured() && self.shared.public_url.is_some()
    }

    /// Has a link sent to choose another password, if there is such an account.
    pub(crate) async fn ask_for_reset(
        &self,
        name: &str,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        if !self.sends_mail() {
            return Err(AccountsError::NoMail);
        }
        let limits = &self.shared.limits;
        let by_name = limits.counted("reset", name.trim().to_lowercase());
        let by_address = limits.counted("reset from", origin.from);
        // Every one counts: what becomes of it, the one who asks must not learn.
        drop(self.pay_for(&[(by_name, BY_NAME), (by_address, BY_ADDRESS)])?);
        if name.len() > MAX_NAME || name.contains('\0') {
            return Ok(());
        }
        let asked = Asked { name: name.to_owned() };
        Ok(self.shared.jobs.order::<SendReset>(&asked)?.submit().await?)
    }

    async fn send_reset(&self, name: &str) -> Result<(), AccountsError> {
        let Some(account) = self.find(name).await? else { return Ok(()) };
        let confirmed = account.email.clone().filter(|_| account.email_confirmed_at.is_some());
        let (State::Active, Some(address)) = (account.state, confirmed) else { return Ok(()) };
        let sent = (account.id, Purpose::Reset, RESET_LASTS);
        let message = |link| Message::ResetPassword { name: account.username.to_string(), link };
        self.send_link(sent, &address, message).await
    }

    /// Chooses another password with the code of a link. Who has a second factor must still sign in.
    pub(crate) async fn use_reset_link(
        &self,
        code: &str,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, AccountsError> {
        self.use_link((code, Purpose::Reset), password, origin).await
    }

    /// Changes an account's address, and has a link sent there to confirm it.
    pub(crate) async fn set_mail(
        &self,
        id: AccountId,
        (typed, password): (&str, &Secret),
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        let address = match typed.trim() {
            "" => None,
            typed => Some(Address::new(typed)?),
        };
        self.policy().check_mail(address.as_ref())?;
        let account = self.check_again(self.account(id).await?, password, origin).await?;
        let by_account = self.shared.limits.counted("confirm", id);
        drop(self.pay_for(&[(by_account, BY_NAME)])?);
        self.shared.store.set_mail(id, address.as_ref()).await?;
        let Some(address) = address.filter(|_| self.sends_mail()) else { return Ok(()) };
        let message = |link| Message::ConfirmAddress { name: account.username.to_string(), link };
        self.send_link((id, Purpose::Confirm, CONFIRM_LASTS), &address, message).await
    }

    /// Confirms an address with the code of a link.
    pub(crate) async fn confirm_mail(
        &self,
        code: &str,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        let (hash, id, address) = self.read_link((code, Purpose::Confirm), origin).await?;
        let address = address.ok_or(AccountsError::CodeInvalid)?;
        if !self.shared.store.use_code(&hash).await? {
            return Err(AccountsError::CodeInvalid);
        }
        self.shared.store.confirm_mail(id, (&address, self.now())).await
    }

    async fn send_link(
        &self,
        (account, purpose, lasts): (AccountId, Purpose, Duration),
        to: &Address,
        message: impl FnOnce(Secret) -> Message,
    ) -> Result<(), AccountsError> {
        let base = self.shared.public_url.as_deref().ok_or(AccountsError::NoMail)?;
        let (secret, now) = (seal::random_token()?, self.now());
        let page = match purpose {
            Purpose::Setup => "setup",
            Purpose::Reset => "reset-password",
            Purpose::Confirm => "confirm-mail",
        };
        let link = Secret::from(format!("{base}/{page}?code={}", secret.reveal()));
        let site = self.shared.site.clone();
        let letter = Letter { to: to.clone(), site, message: message(link) };
        let code = Code {
            hash: &self.hash_of(Kind::OneTimeCode, secret.reveal()),
            account,
            purpose,
            email: Some(to.clone()),
            at: now,
            expires_at: after(now, lasts),
        };
        let mut transaction = self.shared.store.begin().await?;
        self.shared.store.put_code(&mut transaction, &code).await?;
        let wake = self.shared.mail.send(&mut transaction, &letter).await?;
        transaction.commit().await?;
        wake.ring();
        Ok(())
    }
}
