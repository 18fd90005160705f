//! Who may read a stream's health: whoever has a stream key of the channel, and whoever sits at the
//! server itself.

use std::net::IpAddr;

use http::{HeaderMap, header};

use super::Insights;
use crate::api::{ApiError, Code};
use crate::attempts::Prefix;
use crate::channels::{Channel, ChannelsError};
use crate::http::client_address;

/// What proxies add to requests: who is behind one does not sit at the server.
const FORWARDING: [&str; 6] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Why somebody may not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    #[error(
        "Send a stream key of the channel as `Authorization: Bearer …`, or ask from the server itself."
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
        peer: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<(), Denied> {
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

/// Whether somebody sits at the server. A page of another site that a browser there shows does not:
/// it says where it is from, or uses a name of its own for this machine.
fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_forwarded = FORWARDING.iter().any(|name| headers.contains_key(*name));
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, it)| it == host);
    let origin = text(header::ORIGIN.as_str());
    peer.to_canonical().is_loopback()
        && !is_forwarded
        && names_this_machine(host)
        && origin.is_none_or(is_ours)
}

/// Whether a `Host` is this machine under a name that nobody else can give it.
fn names_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn who_sits_at_the_server_is_nobody_behind_a_proxy_or_on_another_sites_page() {
        let local = "127.0.0.1";
        for (peer, fields, is_in) in [
            (local, &[("host", "127.0.0.1:8080")][..], true),
            (local, &[("host", "localhost")], true),
            ("::1", &[("host", "[::1]:8080")], true),
            ("::ffff:127.0.0.1", &[("host", "localhost:1")], true),
            ("192.0.2.1", &[("host", "localhost")], false),
            (local, &[], false),
            (local, &[("host", "live.example.org")], false),
            (local, &[("host", "127.0.0.1.example.org")], false),
            (local, &[("host", "localhost"), ("x-forwarded-for", "192.0.2.1")], false),
            (local, &[("host", "localhost"), ("via", "1.1 a")], false),
            (local, &[("host", "localhost:1"), ("origin", "http://localhost:1")], true),
            (local, &[("host", "localhost:1"), ("origin", "http://localhost:2")], false),
            (local, &[("host", "localhost:1"), ("origin", "https://evil.example")], false),
            (local, &[("host", "localhost:1"), ("origin", "null")], false),
        ] {
            let seen = is_local(peer.parse().unwrap(), &headers(fields));
            assert_eq!(seen, is_in, "{peer} {fields:?}");
        }
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
