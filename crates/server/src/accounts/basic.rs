//! Name and password with every request (RFC 7617), as Owncast's clients send them.
//!
//! A pair that was right is remembered for a minute under a keyed hash, so that a client that asks
//! often does not cost a password's hash each time. The hash is over the stored form too: whoever
//! changes the password ends what was remembered with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::model::Account;
use super::password::Password;
use super::{Accounts, AccountsError, Origin, SignIn};
use crate::ids::AccountId;
use crate::seal::Secret;

/// How long a right pair is remembered.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);
/// Right pairs at one time. There are as many as admins with clients; nobody else gets in here.
const MAX_REMEMBERED: usize = 100;

/// The pairs that were right a moment ago, by their keyed hashes.
#[derive(Clone, Default)]
pub(super) struct Remembered {
    until: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Remembered {
    fn knows(&self, hash: &str, now: Instant) -> bool {
        self.lock().get(hash).is_some_and(|until| now < *until)
    }

    fn remember(&self, hash: String, now: Instant) {
        let mut known = self.lock();
        known.retain(|_, until| now < *until);
        if known.len() < MAX_REMEMBERED {
            known.insert(hash, now + REMEMBERED_FOR);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        // Every statement leaves the table whole, so a panic elsewhere does not spoil it.
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts {
    /// Whose name and password these are, of a client that sends them with every request.
    ///
    /// # Errors
    /// When they are nobody's, or the account may not be used, or asks for a second factor.
    pub(crate) async fn check_basic(
        &self,
        shown: &SignIn<'_>,
        origin: &Origin,
    ) -> Result<Account, AccountsError> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let account = self.find(shown.name).await?;
        let hash = account.as_ref().and_then(|account| {
            let stored = account.password.as_ref()?;
            let pair = format!("basic {} {stored} {}", account.id, shown.password.reveal());
            Some(shared.keyring.fingerprint(&pair).to_hex())
        });
        if let (Some(account), Some(hash)) = (&account, &hash)
            && !account.has_totp
            && shared.remembered.knows(hash, now)
        {
            Self::may_sign_in(account)?;
            return Ok(account.clone());
        }
        let account = self.check(shown, origin).await?;
        if let Some(hash) = hash {
            shared.remembered.remember(hash, now);
        }
        Ok(account)
    }

    /// Gives an account another password, as somebody says who may; all of its logins end.
    ///
    /// # Errors
    /// When it is too easily guessed.
    pub(crate) async fn replace_password(
        &self,
        id: AccountId,
        new: &Secret,
    ) -> Result<(), AccountsError> {
        let account = self.account(id).await?;
        let new = Password::choose(new.reveal(), &[account.username.as_str()])?;
        self.change_password(id, &new).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_forgotten_in_time_and_never_too_much() {
        let (remembered, now) = (Remembered::default(), Instant::now());
        remembered.remember("a".to_owned(), now);
        assert!(remembered.knows("a", now) && !remembered.knows("b", now));
        assert!(!remembered.knows("a", now + REMEMBERED_FOR));
        for n in 0..MAX_REMEMBERED * 2 {
            remembered.remember(n.to_string(), now);
        }
        assert!(remembered.lock().len() <= MAX_REMEMBERED);
    }
}
