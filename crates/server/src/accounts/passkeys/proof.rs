//! What an authenticator shows, read and judged: W3C Web Authentication Level 3, §6.1 (authenticator
//! data), §5.8.1 (client data), and the checks of §7.1 and §7.2 that need nothing but what was sent.
//!
//! Authenticators are not asked who made them (attestation `none`), so nothing here reads CBOR: the
//! browser gives the public key as a `SubjectPublicKeyInfo` (§5.2.1.1), and somebody who sends
//! another one gives themself a key that does not fit.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};
use serde::Deserialize;

/// Longest account of what a browser was asked, in bytes: it may add to it, and a stranger may
/// write a book.
const MAX_CLIENT_DATA: usize = 8 * 1024;
/// Longest name of a key, in bytes (§5.8.3: authenticators give none that is longer).
const MAX_CREDENTIAL_ID: usize = 1023;
/// Longest public key, in bytes: RSA's of 4096 bits is half of it.
const MAX_PUBLIC_KEY: usize = 1024;
/// Length of SHA-256's result, in bytes.
const HASH_LEN: usize = 32;
/// Length of the name of an authenticator's make, in bytes.
const AAGUID_LEN: usize = 16;

/// Why something proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProofError {
    #[error("it is damaged")]
    Damaged,
    #[error("it was made for another purpose")]
    OtherPurpose,
    #[error("it was made for another site")]
    OtherSite,
    #[error("its owner did not unlock it")]
    NotUnlocked,
    #[error("it is of a kind that is not taken here")]
    OtherKind,
    #[error("its signature does not fit")]
    Forged,
}

/// How a key signs (IANA COSE algorithms), the preferred one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Algorithm {
    EdDsa,
    Es256,
    Rs256,
}

impl Algorithm {
    pub(in crate::accounts) const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// As COSE and the database number it.
    pub(in crate::accounts) fn number(self) -> i64 {
        match self {
            Self::EdDsa => -8,
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }

    pub(in crate::accounts) fn of_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::EdDsa => &ED25519,
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// What a ceremony is for (§5.8.1: `type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Ceremony {
    Create,
    Get,
}

impl Ceremony {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// What a browser says it was asked, and by whom.
#[derive(Debug, Deserialize)]
pub(in crate::accounts) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    /// In Base64url.
    pub(in crate::accounts) challenge: String,
    pub(in crate::accounts) origin: String,
    #[serde(default, rename = "crossOrigin")]
    is_framed: bool,
}

impl ClientData {
    /// Reads it as the browser wrote it.
    pub(in crate::accounts) fn read(bytes: &[u8], ceremony: Ceremony) -> Result<Self, ProofError> {
        if bytes.len() > MAX_CLIENT_DATA {
            return Err(ProofError::Damaged);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| ProofError::Damaged)?;
        if read.kind != ceremony.name() {
            return Err(ProofError::OtherPurpose);
        }
        // A page of somebody else's around ours could have asked for it.
        if read.is_framed { Err(ProofError::OtherSite) } else { Ok(read) }
    }
}

/// What an authenticator says of itself and of what it did.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::accounts) struct AuthenticatorData<'a> {
    /// How often the key was used; 0 where nobody counts.
    pub(in crate::accounts) sign_count: u32,
    /// Whether a copy of the key may be kept elsewhere.
    pub(in crate::accounts) backup_eligible: bool,
    /// Whether one is.
    pub(in crate::accounts) backed_up: bool,
    /// The name of a key that was made just now.
    pub(in crate::accounts) credential_id: Option<&'a [u8]>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads what was made for the site `rp_id`, by somebody who was there and proved to the
    /// authenticator who they are.
    pub(in crate::accounts) fn read(bytes: &'a [u8], rp_id: &str) -> Result<Self, ProofError> {
        let damaged = ProofError::Damaged;
        let (rp_hash, rest) = bytes.split_first_chunk::<HASH_LEN>().ok_or(damaged)?;
        let (flags, rest) = rest.split_first().ok_or(damaged)?;
        let (sign_count, rest) = rest.split_first_chunk::<4>().ok_or(damaged)?;
        if rp_hash != sha256(rp_id.as_bytes()).as_ref() {
            return Err(ProofError::OtherSite);
        }
        let is_set = |bit: u32| flags & (1 << bit) != 0;
        let (is_present, is_verified) = (is_set(0), is_set(2));
        if !(is_present && is_verified) {
            return Err(ProofError::NotUnlocked);
        }
        let (backup_eligible, backed_up) = (is_set(3), is_set(4));
        if backed_up && !backup_eligible {
            return Err(damaged);
        }
        let credential_id = if is_set(6) { Some(credential_id(rest)?) } else { None };
        let sign_count = u32::from_be_bytes(*sign_count);
        Ok(Self { sign_count, backup_eligible, backed_up, credential_id })
    }
}

/// The name of a new key (§6.5.1).
fn credential_id(bytes: &[u8]) -> Result<&[u8], ProofError> {
    let damaged = ProofError::Damaged;
    let (_, rest) = bytes.split_first_chunk::<AAGUID_LEN>().ok_or(damaged)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(damaged)?;
    let id = rest.get(..usize::from(u16::from_be_bytes(*length))).ok_or(damaged)?;
    if is_credential_id(id) { Ok(id) } else { Err(damaged) }
}

/// Whether bytes can be the name of a key.
pub(in crate::accounts) fn is_credential_id(id: &[u8]) -> bool {
    (1..=MAX_CREDENTIAL_ID).contains(&id.len())
}

/// What recognises the signatures of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct PublicKey {
    pub(in crate::accounts) algorithm: Algorithm,
    /// A `SubjectPublicKeyInfo` (RFC 5280 §4.1).
    pub(in crate::accounts) bytes: Vec<u8>,
}

impl PublicKey {
    /// Reads a key that is to be kept.
    pub(in crate::accounts) fn read(bytes: Vec<u8>, algorithm: i64) -> Result<Self, ProofError> {
        let algorithm = Algorithm::of_number(algorithm).ok_or(ProofError::OtherKind)?;
        let key = Self { algorithm, bytes };
        key.parsed().map(|_| key)
    }

    fn parsed(&self) -> Result<ParsedPublicKey, ProofError> {
        if self.bytes.len() > MAX_PUBLIC_KEY {
            return Err(ProofError::Damaged);
        }
        let parsed = ParsedPublicKey::new(self.algorithm.verification(), &self.bytes);
        parsed.map_err(|_| ProofError::Damaged)
    }

    /// Whether the key signed what the authenticator and the browser say (§7.2).
    pub(in crate::accounts) fn check(
        &self,
        (authenticator_data, client_data): (&[u8], &[u8]),
        signature: &[u8],
    ) -> Result<(), ProofError> {
        let signed = [authenticator_data, sha256(client_data).as_ref()].concat();
        self.parsed()?.verify_sig(&signed, signature).map_err(|_| ProofError::Forged)
    }
}

fn sha256(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
    use proptest::prelude::*;

    use super::*;

    const HERE: &str = "stories.example";

    /// As an authenticator writes it, with the name of a new key where there is one.
    fn written(rp_id: &str, flags: u8, id: Option<&[u8]>) -> Vec<u8> {
        let mut bytes = sha256(rp_id.as_bytes()).as_ref().to_vec();
        bytes.push(flags);
        bytes.extend(7_u32.to_be_bytes());
        if let Some(id) = id {
            bytes.extend([0; AAGUID_LEN]);
            bytes.extend(u16::try_from(id.len()).unwrap().to_be_bytes());
            bytes.extend(id);
            bytes.extend(b"\xa5\x01\x02 and so on: the key in CBOR");
        }
        bytes
    }

    #[test]
    fn an_authenticator_says_whom_it_served_and_how() {
        let bytes = written(HERE, 0b0101_1101, Some(b"key"));
        let read = AuthenticatorData::read(&bytes, HERE).unwrap();
        let expected = AuthenticatorData {
            sign_count: 7,
            backup_eligible: true,
            backed_up: true,
            credential_id: Some(&b"key"[..]),
        };
        assert_eq!(read, expected);
        let plain = written(HERE, 0b0000_0101, None);
        assert_eq!(AuthenticatorData::read(&plain, HERE).unwrap().credential_id, None);
        for (bytes, rp_id, error) in [
            (written(HERE, 0b0000_0101, None), "evil.example", ProofError::OtherSite),
            (written(HERE, 0b0000_0001, None), HERE, ProofError::NotUnlocked),
            (written(HERE, 0b0000_0100, None), HERE, ProofError::NotUnlocked),
            (written(HERE, 0b0001_0101, None), HERE, ProofError::Damaged),
            (written(HERE, 0b0100_0101, None), HERE, ProofError::Damaged),
            (written(HERE, 0b0100_0101, Some(b"")), HERE, ProofError::Damaged),
            (written(HERE, 0b0100_0101, Some(&[1; 1024])), HERE, ProofError::Damaged),
        ] {
            assert_eq!(AuthenticatorData::read(&bytes, rp_id), Err(error), "{bytes:?}");
        }
        for length in 0..bytes.len() - 40 {
            assert!(AuthenticatorData::read(&bytes[..length], HERE).is_err(), "{length}");
        }
    }

    #[test]
    fn a_browser_says_what_it_was_asked() {
        let data = |kind: &str, framed: &str| {
            format!(r#"{{"type":"{kind}","challenge":"abc","origin":"https://a"{framed},"new":1}}"#)
        };
        let read = |text: &str, ceremony| ClientData::read(text.as_bytes(), ceremony);
        let plain = data("webauthn.get", "");
        let found = read(&plain, Ceremony::Get).unwrap();
        assert_eq!((&*found.challenge, &*found.origin), ("abc", "https://a"));
        assert!(read(&data("webauthn.get", r#","crossOrigin":false"#), Ceremony::Get).is_ok());
        let error = |text: &str, ceremony| read(text, ceremony).unwrap_err();
        assert_eq!(error(&plain, Ceremony::Create), ProofError::OtherPurpose);
        assert_eq!(error(&data("payment.get", ""), Ceremony::Get), ProofError::OtherPurpose);
        let framed = data("webauthn.get", r#","crossOrigin":true"#);
        assert_eq!(error(&framed, Ceremony::Get), ProofError::OtherSite);
        for bad in ["", "null", "[]", "{}", &plain[..20], &" ".repeat(9000)] {
            assert_eq!(error(bad, Ceremony::Get), ProofError::Damaged, "{bad}");
        }
    }

    #[test]
    fn a_signature_fits_what_was_signed_and_nothing_else() {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
        let document = document.unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref()).unwrap();
        let public = PublicKey::read(pair.public_key().as_ref().to_vec(), -7).unwrap();
        let (authenticator, client) = (written(HERE, 5, None), br#"{"type":"webauthn.get"}"#);
        let signed = [&authenticator[..], sha256(client).as_ref()].concat();
        let signature = pair.sign(&random, &signed).unwrap();
        let signature = signature.as_ref();
        assert_eq!(public.check((&authenticator, client), signature), Ok(()));
        let forged = Err(ProofError::Forged);
        assert_eq!(public.check((&authenticator, b"{}"), signature), forged);
        assert_eq!(public.check((&written(HERE, 29, None), client), signature), forged);
        for at in 0..signature.len() {
            let mut altered = signature.to_vec();
            altered[at] ^= 1;
            assert!(public.check((&authenticator, client), &altered).is_err(), "{at}");
        }
        // The same key under another algorithm is none, and neither is nonsense.
        for (bytes, number, error) in [
            (public.bytes.clone(), -257, ProofError::Damaged),
            (public.bytes.clone(), -8, ProofError::Damaged),
            (public.bytes.clone(), -47, ProofError::OtherKind),
            (vec![1; 64], -7, ProofError::Damaged),
            (vec![4; 2000], -7, ProofError::Damaged),
            (Vec::new(), -7, ProofError::Damaged),
        ] {
            assert_eq!(PublicKey::read(bytes, number), Err(error), "{number}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_is_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = bytes;
            let _ = AuthenticatorData::read(&bytes, HERE);
            let _ = ClientData::read(&bytes, Ceremony::Get);
            let _ = PublicKey::read(bytes.clone(), -7);
            let hash = sha256(HERE.as_bytes());
            bytes.splice(0..bytes.len().min(HASH_LEN), hash.as_ref().iter().copied());
            let _ = AuthenticatorData::read(&bytes, HERE);
        }
    }
}
