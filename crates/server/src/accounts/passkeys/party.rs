//! Who asks for passkeys: this site, by its name in the world, and what it asks.
//!
//! A challenge is text that says how long it is good and for what, signed by the site's keys, so that
//! whoever asks for challenges without end fills nothing. That each works once is noted when one was
//! answered rightly.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rivulet_media::time::WallClock;

use super::proof::{Ceremony, ClientData, ProofError};
use crate::accounts::api_tokens::after;
use crate::ids::AccountId;
use crate::seal::{self, Keyring, SealError};

/// How long a challenge is good for: until somebody has found the device that they need.
pub(in crate::accounts) const LASTS: Duration = Duration::from_secs(600);

/// The site, as browsers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Party {
    /// What keys are bound to (§5.1.2: an effective domain).
    pub(in crate::accounts) id: String,
    /// The origin of its pages.
    origin: String,
}

/// What was asked, for whom and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Challenge {
    /// By which it is known to have been answered.
    pub(in crate::accounts) tag: String,
    pub(in crate::accounts) expires_at: WallClock,
}

impl Party {
    /// The site at its public address; `None` where browsers keep no keys for it: they want a host
    /// with a name, and a connection that nobody listens to.
    pub(in crate::accounts) fn at(public_url: Option<&str>) -> Option<Self> {
        let url: http::Uri = public_url?.parse().ok()?;
        let host = url.host()?.to_ascii_lowercase();
        let is_secure = url.scheme_str() == Some("https") || host == "localhost";
        let is_name = host.starts_with(|c: char| c.is_ascii_alphabetic())
            || host.rsplit('.').next().is_some_and(|it| !it.chars().all(|c| c.is_ascii_digit()));
        if !is_secure || !is_name || host.starts_with('[') {
            return None;
        }
        let scheme = url.scheme_str()?;
        let port = url.port_u16().filter(|port| Some(*port) != usual_port(scheme));
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { origin: format!("{scheme}://{host}{port}"), id: host })
    }

    /// Whether a page of ours asked.
    fn is_ours(&self, origin: &str) -> bool {
        // On one's own machine the port is whichever was free.
        let is_local = self.id == "localhost"
            && origin
                .strip_prefix("http://localhost")
                .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
        origin == self.origin || is_local
    }

    /// A new challenge, for anybody or for one account, as browsers are sent it.
    pub(in crate::accounts) fn challenge(
        keyring: &Keyring,
        account: Option<AccountId>,
        now: WallClock,
    ) -> Result<String, SealError> {
        let until = after(now, LASTS).as_unix_millis();
        let said = format!("{until}.{}", seal::random_token()?.reveal());
        let tag = tag(keyring, account, &said).to_hex();
        Ok(URL_SAFE_NO_PAD.encode(format!("{said}.{tag}")))
    }

    /// The challenge that a browser answers, if a page of ours put it, for this account, and lately.
    pub(in crate::accounts) fn answered(
        &self,
        keyring: &Keyring,
        (client_data, ceremony): (&[u8], Ceremony),
        (account, now): (Option<AccountId>, WallClock),
    ) -> Result<Challenge, ProofError> {
        let said = ClientData::read(client_data, ceremony)?;
        if !self.is_ours(&said.origin) {
            return Err(ProofError::OtherSite);
        }
        let challenge = URL_SAFE_NO_PAD.decode(&said.challenge).ok();
        let challenge = challenge.and_then(|bytes| String::from_utf8(bytes).ok());
        let challenge = challenge.ok_or(ProofError::OtherPurpose)?;
        let (said, shown) = challenge.rsplit_once('.').ok_or(ProofError::OtherPurpose)?;
        let until = said.split('.').next().and_then(|it| it.parse().ok());
        let expires_at = until.map(WallClock::from_unix_millis);
        let is_good = tag(keyring, account, said).matches_hex(shown);
        let expires_at = expires_at.filter(|it| is_good && *it > now);
        let expires_at = expires_at.ok_or(ProofError::OtherPurpose)?;
        Ok(Challenge { tag: shown.to_owned(), expires_at })
    }
}

fn tag(keyring: &Keyring, account: Option<AccountId>, said: &str) -> seal::Fingerprint {
    let of = account.map_or_else(|| "anybody".to_owned(), |id| id.to_string());
    keyring.fingerprint(&format!("passkey {of} {said}"))
}

fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.parse::<u16>().is_ok_and(|port| port.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_keep_keys_for_hosts_with_a_name() {
        let at = |url: &str| Party::at(Some(url)).map(|party| (party.id, party.origin));
        for (url, id, origin) in [
            ("https://Stream.Example", "stream.example", "https://stream.example"),
            ("https://stream.example:443", "stream.example", "https://stream.example"),
            ("https://stream.example:8443", "stream.example", "https://stream.example:8443"),
            ("https://7seas.example", "7seas.example", "https://7seas.example"),
            ("http://localhost:8080", "localhost", "http://localhost:8080"),
        ] {
            assert_eq!(at(url), Some((id.to_owned(), origin.to_owned())), "{url}");
        }
        for none in ["http://stream.example", "https://192.0.2.1", "https://[2001:db8::1]", "x"] {
            assert_eq!(at(none), None, "{none}");
        }
        assert_eq!(Party::at(None), None);
    }

    #[test]
    fn pages_of_ours_are_told_from_others() {
        let party = Party::at(Some("https://stream.example")).unwrap();
        assert!(party.is_ours("https://stream.example"));
        for other in [
            "http://stream.example",
            "https://stream.example:8443",
            "https://a.stream.example",
            "https://stream.example.evil.example",
            "http://localhost",
            "null",
            "",
        ] {
            assert!(!party.is_ours(other), "{other}");
        }
        let local = Party::at(Some("http://localhost:8080")).unwrap();
        for ours in ["http://localhost", "http://localhost:8080", "http://localhost:5173"] {
            assert!(local.is_ours(ours), "{ours}");
        }
        for other in ["http://localhost.evil.example", "http://localhost:", "http://localhost:1@x"]
        {
            assert!(!local.is_ours(other), "{other}");
        }
    }

    #[test]
    fn a_challenge_is_good_for_whom_it_was_made_and_for_a_while() {
        let party = Party::at(Some("https://a.example")).unwrap();
        let (keyring, other) = (Keyring::for_tests(1), Keyring::for_tests(2));
        let now = WallClock::from_unix_millis(1_000_000);
        let account = Some(AccountId::generate());
        let challenge = Party::challenge(&keyring, account, now).unwrap();
        let said = |challenge: &str, origin: &str| {
            format!(r#"{{"type":"webauthn.create","challenge":"{challenge}","origin":"{origin}"}}"#)
        };
        let answered = |keyring: &Keyring, said: &str, account, now| {
            let said = (said.as_bytes(), Ceremony::Create);
            party.answered(keyring, said, (account, now))
        };
        let right = said(&challenge, "https://a.example");
        let found = answered(&keyring, &right, account, now).unwrap();
        assert_eq!(found.expires_at, after(now, LASTS));
        let refused = |found: Result<Challenge, ProofError>| found.unwrap_err();
        let none = ProofError::OtherPurpose;
        assert_eq!(refused(answered(&other, &right, account, now)), none);
        assert_eq!(refused(answered(&keyring, &right, None, now)), none);
        let somebody = Some(AccountId::generate());
        assert_eq!(refused(answered(&keyring, &right, somebody, now)), none);
        assert_eq!(refused(answered(&keyring, &right, account, after(now, LASTS))), none);
        let elsewhere = said(&challenge, "https://b.example");
        assert_eq!(refused(answered(&keyring, &elsewhere, account, now)), ProofError::OtherSite);
        // Nobody makes one last longer.
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&challenge).unwrap()).unwrap();
        let longer = URL_SAFE_NO_PAD.encode(format!("9{text}"));
        for made_up in [longer.as_str(), "", "abc", "!", "Li4"] {
            let made_up = said(made_up, "https://a.example");
            assert_eq!(refused(answered(&keyring, &made_up, account, now)), none, "{made_up}");
        }
    }
}
