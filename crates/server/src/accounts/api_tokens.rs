//! Tokens that people make for programs of theirs, each good for what it was made for.

use std::collections::BTreeSet;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::model::line;
use super::{Accounts, AccountsError, Kind};
use crate::access::{Person, Scope, Via};
use crate::ids::{AccountId, ApiTokenId};
use crate::seal::{self, Secret};

/// What every token begins with, so that people and programs which look for leaked secrets know it.
pub(super) const PREFIX: &str = "rvlt_";
/// Tokens of one account.
pub(super) const MAX_TOKENS: u32 = 50;
/// Longest label, in characters.
const MAX_LABEL: usize = 60;
/// The longest that a token may last.
const MAX_LASTS: Duration = Duration::from_secs(3600 * 24 * 366);
/// How often the last use is written down.
const TOUCH_EVERY: Duration = Duration::from_secs(300);

/// A token, without the secret.
#[derive(Clone, Debug)]
pub(crate) struct ApiToken {
    pub(crate) id: ApiTokenId,
    pub(crate) label: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) created_at: WallClock,
    pub(crate) expires_at: Option<WallClock>,
    pub(crate) last_used_at: Option<WallClock>,
}

/// What somebody wishes of a new token.
pub(crate) struct Wished<'a> {
    pub(crate) label: &'a str,
    pub(crate) scopes: BTreeSet<Scope>,
    /// `None` for until it is removed.
    pub(crate) lasts: Option<Duration>,
}

impl Accounts {
    /// Makes a token; the secret is shown here and nowhere again.
    pub(crate) async fn add_token(
        &self,
        account: AccountId,
        wished: Wished<'_>,
    ) -> Result<(ApiToken, Secret), AccountsError> {
        let label = line("label", wished.label, MAX_LABEL)?;
        if wished.lasts.is_some_and(|lasts| lasts.is_zero() || lasts > MAX_LASTS) {
            let must = "be 1 to 366".to_owned();
            return Err(AccountsError::Field { name: "expires_in_days", must });
        }
        let now = self.now();
        let token = ApiToken {
            id: ApiTokenId::generate(),
            label,
            scopes: wished.scopes,
            created_at: now,
            expires_at: wished.lasts.map(|lasts| after(now, lasts)),
            last_used_at: None,
        };
        let secret = Secret::from(format!("{PREFIX}{}", seal::random_token()?.reveal()));
        let hash = self.hash_of(Kind::ApiToken, secret.reveal());
        self.shared.store.insert_token(account, (&token, &hash)).await?;
        Ok((token, secret))
    }

    /// The tokens of an account, oldest first.
    pub(crate) async fn tokens(&self, account: AccountId) -> Result<Vec<ApiToken>, AccountsError> {
        self.shared.store.tokens(account).await
    }

    /// Ends a token.
    pub(crate) async fn remove_token(
        &self,
        account: AccountId,
        token: ApiTokenId,
    ) -> Result<(), AccountsError> {
        let was = self.shared.store.delete_token(account, token).await?;
        self.tell_ended(account);
        if was { Ok(()) } else { Err(AccountsError::Missing("token")) }
    }

    pub(super) async fn by_api_token(
        &self,
        token: &str,
    ) -> Result<Option<(Person, Via)>, AccountsError> {
        let now = self.now();
        let hash = self.hash_of(Kind::ApiToken, token);
        let Some(shown) = self.shared.store.token(&hash, now).await? else { return Ok(None) };
        if shown.last_used_at.is_none_or(|last| after(last, TOUCH_EVERY) <= now) {
            self.shared.store.touch_token(shown.id, now).await?;
        }
        Ok(Some((shown.person, Via::ApiToken { token: shown.id, scopes: shown.scopes })))
    }
}

/// So long after `at`.
pub(super) fn after(at: WallClock, lasts: Duration) -> WallClock {
    let lasts = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
    WallClock::from_unix_millis(at.as_unix_millis().saturating_add(lasts))
}
