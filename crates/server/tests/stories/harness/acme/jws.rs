//! Signed requests as ACME has them (RFC 8555 §6.2): JWS, flattened, ES256.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone)]
pub(crate) struct Account {
    key: Value,
    /// Where mail to them goes.
    pub(crate) contact: Value,
}

/// A request whose signature is good.
pub(super) struct Letter {
    pub(super) account: Account,
    pub(super) nonce: String,
    pub(super) payload: Value,
}

impl Account {
    /// RFC 7638.
    pub(super) fn thumbprint(&self) -> String {
        let part = |name: &str| self.key[name].as_str().unwrap();
        let words = format!(
            r#"{{"crv":"{}","kty":"{}","x":"{}","y":"{}"}}"#,
            part("crv"),
            part("kty"),
            part("x"),
            part("y")
        );
        URL_SAFE_NO_PAD.encode(digest(&SHA256, words.as_bytes()))
    }

    fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        let coordinate = |name: &str| decoded(self.key[name].as_str().unwrap());
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text, signature).is_ok()
    }
}

impl Letter {
    pub(super) fn open(body: &[u8], url: &str, known: &HashMap<String, Account>) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let [protected, payload, signature] =
            ["protected", "payload", "signature"].map(|name| body[name].as_str());
        let (protected, payload, signature) = (protected?, payload?, signature?);
        let head: Value = serde_json::from_slice(&decoded(protected)).ok()?;
        let said: Value = serde_json::from_slice(&decoded(payload)).unwrap_or(json!(null));
        let account = match head["kid"].as_str() {
            Some(place) => known.get(place)?.clone(),
            None => Account { key: head["jwk"].clone(), contact: said["contact"].clone() },
        };
        let text = format!("{protected}.{payload}");
        let is_good = head["url"] == url
            && head["alg"] == "ES256"
            && account.signed(text.as_bytes(), &decoded(signature));
        let nonce = head["nonce"].as_str()?.to_owned();
        is_good.then_some(Self { account, nonce, payload: said })
    }
}

pub(super) fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}
