//! Who may read a stream's health: whoever works on the channel or shows a stream key of it, and
//! whoever sits at the server itself.

use std::net::IpAddr;

use http::{HeaderMap, header};

use super::Insights;
use crate::access::{Caller, Permission};
use crate::api::{ApiError, Code};
use crate::attempts::Prefix;
use crate::channels::{Channel, ChannelsError};
use crate::http::{client_address, is_local};

/// Why somebody may not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    #[error(
        "Sign in as somebody who works on the channel, send a stream key of it as \
         `Authorization: Bearer …`, or ask from the server itself."
    )]
    NoKey,
    #[error("This is not a stream key of the channel.")]
    WrongKey,
    #[error("Too many wrong stream keys came from this address. Try again shortly.")]
    Crowded,
    #[error("a stream key cannot be looked up")]
    Internal(#[from] ChannelsError),
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NoKey | Denied::WrongKey => {
                Self::with_detail(Code::KeyNeeded, denied.to_string())
            }
            Denied::Crowded => Self::with_detail(Code::TooOften, denied.to_string()),
            Denied::Internal(_) => Self::internal(&denied),
        }
    }
}

impl Insights {
    /// Whether whoever asks may read the channel's health.
    ///
    /// # Errors
    /// When not. A wrong key costs time, as it does encoders.
    pub(crate) async fn admit(
        &self,
        channel: &Channel,
        (caller, peer): (&Caller, Option<IpAddr>),
        headers: &HeaderMap,
    ) -> Result<(), Denied> {
        if let Some(person) = &caller.person {
            let role = self.shared.channels.role_of(person.account, channel.slug.as_str()).await?;
            if Permission::StreamHealth.check(caller, role).is_ok() {
                return Ok(());
            }
        }
        match bearer(headers) {
            Some(key) => self.admit_key(channel, peer, (key, headers)).await,
            None if peer.is_some_and(|peer| is_local(peer, headers)) => Ok(()),
            None => Err(Denied::NoKey),
        }
    }

    async fn admit_key(
        &self,
        channel: &Channel,
        peer: Option<IpAddr>,
        (key, headers): (&str, &HeaderMap),
    ) -> Result<(), Denied> {
        let shared = &self.shared;
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let from = Prefix::of(client_address(peer, headers, &shared.trusted_proxies));
        let turn = shared.attempts.turn(from, shared.clock).await;
        let mut turn = turn.ok_or(Denied::Crowded)?;
        let found = shared.channels.find_key(key).await?;
        if found.is_some_and(|found| found.channel == channel.id) {
            return Ok(());
        }
        turn.failed(shared.clock.monotonic());
        Err(Denied::WrongKey)
    }
}

/// The key in an `Authorization` field (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_key_comes_as_a_bearer_token() {
        let of = |value: &str| bearer(&headers(&[("authorization", value)])).map(str::to_owned);
        assert_eq!(of("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(of("bearer  abc").as_deref(), Some("abc"));
        assert_eq!(of("Basic abc"), None);
        assert_eq!(of("Bearer"), None);
    }
}
