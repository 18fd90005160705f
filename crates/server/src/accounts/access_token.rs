//! Access tokens of API clients: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037 §3.1), of
//! the type `at+jwt` (RFC 9068).
//!
//! There is one algorithm, and the header is one fixed text: a token that says anything else is none
//! of ours. A token names its login, which is looked up as well, so that revoking works at once.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{AccountId, LoginId};
use crate::seal::{Keyring, Secret};

/// How long a token is good for.
pub(super) const LASTS: Duration = Duration::from_secs(600);
/// `{"alg":"EdDSA","typ":"at+jwt"}`
const HEADER: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9";
/// Whom tokens are for.
const AUDIENCE: &str = "rivulet-api";
/// The longest token that is looked at, in bytes; ours are a third of it.
const MAX_LEN: usize = 2048;

/// What a token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) account: AccountId,
    pub(super) login: LoginId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    sub: String,
    /// The login.
    sid: String,
    jti: String,
    iat: i64,
    exp: i64,
}

/// A new token.
pub(super) fn issue(keyring: &Keyring, bearer: &Bearer, now: WallClock) -> Secret {
    let iat = now.as_unix_millis() / 1000;
    let lasts = i64::try_from(LASTS.as_secs()).unwrap_or_default();
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        sub: bearer.account.to_string(),
        sid: bearer.login.to_string(),
        jti: Uuid::now_v7().to_string(),
        iat,
        exp: iat + lasts,
    };
    let claims = serde_json::to_vec(&claims).expect("claims are plain texts and numbers");
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(keyring.sign(signed.as_bytes()));
    Secret::from(format!("{signed}.{signature}"))
}

/// Whether a text claims to be one of our tokens.
pub(super) fn is_one(text: &str) -> bool {
    text.strip_prefix(HEADER).is_some_and(|rest| rest.starts_with('.'))
}

/// Whose token it is; `None` when it is none of ours, or is over.
pub(super) fn read(keyring: &Keyring, token: &str, now: WallClock) -> Option<Bearer> {
    if token.len() > MAX_LEN || !is_one(token) {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !keyring.signed(signed.as_bytes(), &signature) {
        return None;
    }
    let (_, claims) = signed.split_once('.')?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let now = now.as_unix_millis() / 1000;
    let is_now = claims.iat <= now && now < claims.exp;
    if claims.aud != AUDIENCE || !is_now {
        return None;
    }
    Some(Bearer { account: AccountId::parse(&claims.sub)?, login: LoginId::parse(&claims.sid)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> WallClock {
        WallClock::from_unix_millis(1_795_303_588_000 + seconds * 1000)
    }

    #[test]
    fn a_token_is_good_for_ten_minutes_where_it_was_made() {
        let keyring = Keyring::for_tests(7);
        let bearer = Bearer { account: AccountId::generate(), login: LoginId::generate() };
        let token = issue(&keyring, &bearer, at(0));
        let read = |keyring, seconds| read(keyring, token.reveal(), at(seconds));
        assert_eq!(read(&keyring, 0).as_ref(), Some(&bearer));
        assert_eq!(read(&keyring, 599).as_ref(), Some(&bearer));
        assert_eq!(read(&keyring, 600), None);
        assert_eq!(read(&keyring, -1), None);
        assert_eq!(read(&Keyring::for_tests(8), 0), None);
        assert_ne!(token, issue(&keyring, &bearer, at(0)));
    }

    #[test]
    fn nothing_else_is_a_token() {
        let keyring = Keyring::for_tests(7);
        let header = URL_SAFE_NO_PAD.decode(HEADER).unwrap();
        assert_eq!(header, br#"{"alg":"EdDSA","typ":"at+jwt"}"#);
        let bearer = Bearer { account: AccountId::generate(), login: LoginId::generate() };
        let token = issue(&keyring, &bearer, at(0)).reveal().to_owned();
        let mut parts = token.split('.');
        let (_, claims, signature) =
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let none = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
        let mut other = URL_SAFE_NO_PAD.decode(claims).unwrap();
        other.push(b' ');
        let other = URL_SAFE_NO_PAD.encode(other);
        for wrong in [
            String::new(),
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{HEADER}.{claims}."),
            format!("{HEADER}.{claims}"),
            format!("{HEADER}.{other}.{signature}"),
            format!("{token}A"),
            format!("{token}.{}", "A".repeat(3000)),
        ] {
            assert_eq!(read(&keyring, &wrong, at(0)), None, "{wrong}");
        }
        // Signed by us, for something else.
        let sign = |claims: &str| {
            let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(keyring.sign(signed.as_bytes())))
        };
        let (sub, sid) = (bearer.account, bearer.login);
        let claims = |aud: &str| {
            let (iat, exp) = (at(0).as_unix_millis() / 1000, at(9).as_unix_millis() / 1000);
            format!(
                r#"{{"aud":"{aud}","sub":"{sub}","sid":"{sid}","jti":"a","iat":{iat},"exp":{exp}}}"#
            )
        };
        assert_eq!(read(&keyring, &sign(&claims(AUDIENCE)), at(0)), Some(bearer));
        for wrong in [claims("somebody-else"), "{}".to_owned(), "5".to_owned()] {
            assert_eq!(read(&keyring, &sign(&wrong), at(0)), None, "{wrong}");
        }
    }
}
