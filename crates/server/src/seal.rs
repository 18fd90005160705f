//! Secrets at rest: sealing with authenticated encryption, and keyed hashes for look-up.
//!
//! Both keys are derived (HKDF, RFC 5869) from one random key file in the data folder, so that a
//! stolen database alone reveals no secret, and a stream key can be found without being readable.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::{constant_time, hkdf, hmac, rand};

/// Length of the key file and of the keys derived from it, in bytes.
const KEY_LEN: usize = 32;

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    #[error("cannot read or create the key file {path}: check that the data folder is writable")]
    KeyFile { path: PathBuf, source: io::Error },
    #[error(
        "the key file {path} is damaged: it must hold {KEY_LEN} bytes. Restore it from a backup; \
         without it the stream keys in the database cannot be read"
    )]
    KeyLength { path: PathBuf },
    #[error("a sealed value cannot be opened: it belongs to another key file or was altered")]
    Open,
    #[error("the system's random source failed")]
    Random,
}

/// A text that must not appear in logs: it prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A keyed hash of a secret, by which it is looked up.
#[derive(Clone)]
pub(crate) struct Fingerprint([u8; KEY_LEN]);

impl Fingerprint {
    /// The database's text form.
    pub(crate) fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Compares with the database's text form in constant time.
    pub(crate) fn matches_hex(&self, hex: &str) -> bool {
        constant_time::verify_slices_are_equal(self.to_hex().as_bytes(), hex.as_bytes()).is_ok()
    }
}

/// The keys of this installation.
pub(crate) struct Keyring {
    sealing: RandomizedNonceKey,
    lookup: hmac::Key,
}

impl Keyring {
    /// Reads the key file, or creates it with random bytes, readable by its owner alone.
    pub(crate) fn open_or_create(path: &Path) -> Result<Self, SealError> {
        let key_file = |source| SealError::KeyFile { path: path.to_owned(), source };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = vec![0; KEY_LEN];
                rand::fill(&mut bytes).map_err(|_| SealError::Random)?;
                write_private(path, &bytes).map_err(key_file)?;
                bytes
            }
            Err(error) => return Err(key_file(error)),
        };
        let key: [u8; KEY_LEN] =
            bytes.try_into().map_err(|_| SealError::KeyLength { path: path.to_owned() })?;
        Ok(Self::from_key(&key))
    }

    fn from_key(key: &[u8; KEY_LEN]) -> Self {
        let sealing = RandomizedNonceKey::new(&AES_256_GCM, &derive(key, b"seal"))
            .expect("the derived key has AES-256's length");
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, &derive(key, b"lookup"));
        Self { sealing, lookup }
    }

    /// Encrypts `secret`. `purpose` binds the result to its use: a value sealed for one purpose
    /// does not open for another.
    pub(crate) fn seal(&self, purpose: &str, secret: &Secret) -> Result<Vec<u8>, SealError> {
        let mut sealed = secret.reveal().as_bytes().to_vec();
        let nonce = self
            .sealing
            .seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| SealError::Random)?;
        sealed.extend_from_slice(nonce.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made for the same purpose.
    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, SealError> {
        let (body, nonce) = sealed.split_last_chunk().ok_or(SealError::Open)?;
        let mut body = body.to_vec();
        let nonce = aws_lc_rs::aead::Nonce::assume_unique_for_key(*nonce);
        let opened = self
            .sealing
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body)
            .map_err(|_| SealError::Open)?;
        let text = String::from_utf8(opened.to_vec()).map_err(|_| SealError::Open)?;
        Ok(Secret(text))
    }

    /// The keyed hash by which `secret` is found.
    pub(crate) fn fingerprint(&self, secret: &str) -> Fingerprint {
        let tag = hmac::sign(&self.lookup, secret.as_bytes());
        let mut bytes = [0; KEY_LEN];
        bytes.copy_from_slice(tag.as_ref());
        Fingerprint(bytes)
    }
}

/// 256 random bits as text that survives being typed into an encoder.
pub(crate) fn random_token() -> Result<Secret, SealError> {
    use base64::Engine as _;
    let mut bytes = [0; KEY_LEN];
    rand::fill(&mut bytes).map_err(|_| SealError::Random)?;
    Ok(Secret(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}

/// Random bytes for protocols that need some.
pub(crate) fn entropy() -> Result<[u8; KEY_LEN], SealError> {
    let mut bytes = [0; KEY_LEN];
    rand::fill(&mut bytes).map_err(|_| SealError::Random)?;
    Ok(bytes)
}

/// Writes a file that only its owner may read, and makes sure it reached the disk whole: a
/// half-written key would lose every secret.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

fn derive(key: &[u8; KEY_LEN], purpose: &[u8]) -> [u8; KEY_LEN] {
    let mut derived = [0; KEY_LEN];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"rivulet")
        .extract(key)
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut derived))
        .expect("one hash length is a valid length for HKDF");
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_no_other() {
        let keyring = Keyring::from_key(&[7; KEY_LEN]);
        let sealed = keyring.seal("stream key", &Secret::new("abc")).unwrap();
        assert_eq!(keyring.open("stream key", &sealed).unwrap().reveal(), "abc");
        assert!(keyring.open("webhook", &sealed).is_err());
        assert!(Keyring::from_key(&[8; KEY_LEN]).open("stream key", &sealed).is_err());
        assert!(keyring.open("stream key", &sealed[..4]).is_err());
    }

    #[test]
    fn fingerprints_depend_on_the_key_and_match_their_text() {
        let fingerprint = Keyring::from_key(&[7; KEY_LEN]).fingerprint("abc");
        assert!(fingerprint.matches_hex(&fingerprint.to_hex()));
        let other = Keyring::from_key(&[8; KEY_LEN]).fingerprint("abc");
        assert!(!other.matches_hex(&fingerprint.to_hex()));
    }

    #[test]
    fn secrets_print_as_stars() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "***");
    }
}
