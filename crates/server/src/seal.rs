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
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use aws_lc_rs::{constant_time, hkdf, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Length of the key file and of the keys derived from it, in bytes.
const KEY_LEN: usize = 32;
/// Length of a minted token's random half and of its signed half, in bytes.
const MINT_LEN: usize = KEY_LEN / 2;

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
    #[error(
        "the key file {path} is missing, and the database holds stream keys that only it can open. \
         Restore it from a backup; without one, move the database away and begin anew"
    )]
    KeyMissing { path: PathBuf },
    #[error("a sealed value cannot be opened: it belongs to another key file or was altered")]
    Open,
    #[error("the system's random source failed")]
    Random,
}

/// A text that must not appear in logs: it prints as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    #[cfg(test)]
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
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
    minting: hmac::Key,
    signing: Ed25519KeyPair,
}

impl Keyring {
    /// Reads the key file, or creates it with random bytes, readable by its owner alone. For
    /// folders where nothing is sealed yet: what another key sealed, a new one cannot open.
    pub(crate) fn open_or_create(path: &Path) -> Result<Self, SealError> {
        match Self::open(path) {
            Err(SealError::KeyMissing { .. }) => {
                let key = entropy()?;
                write_private(path, &key)
                    .map_err(|source| SealError::KeyFile { path: path.to_owned(), source })?;
                Ok(Self::from_key(&key))
            }
            opened => opened,
        }
    }

    /// Reads the key file and changes nothing.
    pub(crate) fn open(path: &Path) -> Result<Self, SealError> {
        let bytes = fs::read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => SealError::KeyMissing { path: path.to_owned() },
            _ => SealError::KeyFile { path: path.to_owned(), source },
        })?;
        let key: [u8; KEY_LEN] =
            bytes.try_into().map_err(|_| SealError::KeyLength { path: path.to_owned() })?;
        Ok(Self::from_key(&key))
    }

    fn from_key(key: &[u8; KEY_LEN]) -> Self {
        let sealing = RandomizedNonceKey::new(&AES_256_GCM, &derive(key, b"seal"))
            .expect("the derived key has AES-256's length");
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, &derive(key, b"lookup"));
        let minting = hmac::Key::new(hmac::HMAC_SHA256, &derive(key, b"mint"));
        let signing = Ed25519KeyPair::from_seed_unchecked(&derive(key, b"sign"))
            .expect("the derived key has the length of a seed of Ed25519");
        Self { sealing, lookup, minting, signing }
    }

    /// A keyring that no file holds.
    #[cfg(test)]
    pub(crate) fn for_tests(byte: u8) -> Self {
        Self::from_key(&[byte; KEY_LEN])
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
    pub(crate) fn unseal(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, SealError> {
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

impl Keyring {
    /// A random token that nobody else can make up, as text for cookies.
    pub(crate) fn mint(&self) -> Result<String, SealError> {
        let mut token = entropy()?;
        let (random, signature) = token.split_at_mut(MINT_LEN);
        let tag = hmac::sign(&self.minting, random);
        signature.copy_from_slice(tag.as_ref().split_at(MINT_LEN).0);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    /// Whether [`Self::mint`] made the token, before or after a restart.
    pub(crate) fn minted(&self, token: &str) -> bool {
        let mut bytes = [0; KEY_LEN];
        if URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) != Ok(KEY_LEN) {
            return false;
        }
        let (random, signature) = bytes.split_at(MINT_LEN);
        let tag = hmac::sign(&self.minting, random);
        constant_time::verify_slices_are_equal(signature, tag.as_ref().split_at(MINT_LEN).0).is_ok()
    }
}

impl Keyring {
    /// Signs what others may read and nobody else may write (Ed25519, RFC 8032).
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.signing.sign(bytes).as_ref().to_vec()
    }

    /// Whether [`Self::sign`] signed the bytes.
    pub(crate) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&ED25519, self.signing.public_key().as_ref());
        public.verify(bytes, signature).is_ok()
    }
}

/// 256 random bits as text that survives being typed into an encoder.
pub(crate) fn random_token() -> Result<Secret, SealError> {
    Ok(Secret(URL_SAFE_NO_PAD.encode(entropy()?)))
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
    fs::rename(&draft, path)?;
    // The name is in the folder, which is written on its own.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
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
        assert_eq!(keyring.unseal("stream key", &sealed).unwrap().reveal(), "abc");
        assert!(keyring.unseal("webhook", &sealed).is_err());
        assert!(Keyring::from_key(&[8; KEY_LEN]).unseal("stream key", &sealed).is_err());
        assert!(keyring.unseal("stream key", &sealed[..4]).is_err());
    }

    #[test]
    fn fingerprints_depend_on_the_key_and_match_their_text() {
        let fingerprint = Keyring::from_key(&[7; KEY_LEN]).fingerprint("abc");
        assert!(fingerprint.matches_hex(&fingerprint.to_hex()));
        let other = Keyring::from_key(&[8; KEY_LEN]).fingerprint("abc");
        assert!(!other.matches_hex(&fingerprint.to_hex()));
    }

    #[test]
    fn a_missing_key_file_is_made_only_where_nothing_is_sealed() {
        let folder = std::env::temp_dir().join(format!("rivulet-seal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret.key");
        assert!(matches!(Keyring::open(&path), Err(SealError::KeyMissing { .. })));
        assert!(!path.exists());
        let made = Keyring::open_or_create(&path).unwrap();
        let sealed = made.seal("test", &Secret::new("abc")).unwrap();
        for again in [Keyring::open(&path), Keyring::open_or_create(&path)] {
            assert_eq!(again.unwrap().unseal("test", &sealed).unwrap().reveal(), "abc");
        }
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Keyring::open_or_create(&path), Err(SealError::KeyLength { .. })));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn tokens_are_minted_here_or_nowhere() {
        let keyring = Keyring::from_key(&[7; KEY_LEN]);
        let token = keyring.mint().unwrap();
        assert!(Keyring::from_key(&[7; KEY_LEN]).minted(&token));
        assert!(!Keyring::from_key(&[8; KEY_LEN]).minted(&token));
        let altered = if token.starts_with('A') { "B" } else { "A" }.to_owned() + &token[1..];
        for other in [altered.as_str(), "", "a", &token[1..], &format!("{token}A"), "\u{e9}"] {
            assert!(!keyring.minted(other), "{other}");
        }
    }

    #[test]
    fn what_is_signed_here_is_signed_nowhere_else() {
        let keyring = Keyring::from_key(&[7; KEY_LEN]);
        let signature = keyring.sign(b"abc");
        assert!(Keyring::from_key(&[7; KEY_LEN]).signed(b"abc", &signature));
        assert!(!Keyring::from_key(&[8; KEY_LEN]).signed(b"abc", &signature));
        assert!(!keyring.signed(b"abd", &signature));
        assert!(!keyring.signed(b"abc", &signature[1..]));
    }

    #[test]
    fn secrets_print_as_stars() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "***");
    }
}
