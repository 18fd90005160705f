//! What is kept of the authority's: the account there and the certificate, each sealed with the key
//! file in a file of its own; and, in the clear, how it went.
//!
//! A file is named by what it is and holds the whole of it, so that another place that several nodes
//! see, a table or a bucket, needs these same three reads and writes and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rivulet_media::time::WallClock;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::AcmeError;
use crate::seal::{self, Keyring, Secret};

const FOLDER: &str = "acme";
const ACCOUNT: &str = "account";
const CERTIFICATE: &str = "certificate";
const JOURNAL: &str = "journal.json";

pub(super) struct Shelf {
    folder: PathBuf,
    keyring: Arc<Keyring>,
}

/// An account at an authority.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptAccount {
    /// Of the authority whose it is.
    pub(super) directory: String,
    /// The library's own words.
    pub(super) credentials: serde_json::Value,
}

/// A certificate with its key, both in PEM.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptCertificate {
    /// Of the authority that gave it.
    pub(super) directory: String,
    pub(super) chain: String,
    pub(super) key: String,
}

/// How it went, for `rivulet doctor`: no secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// What is used now.
    pub(crate) certificate: Option<Noted>,
    /// What went wrong since.
    pub(crate) trouble: Option<Trouble>,
}

/// What a certificate says; times in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) names: Vec<String>,
    pub(crate) begins_ms: i64,
    pub(crate) ends_ms: i64,
}

/// Why no certificate came, and when the next one is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    pub(crate) reason: String,
    pub(crate) at_ms: i64,
    pub(crate) next_ms: i64,
}

impl Shelf {
    pub(super) fn new(data_dir: &Path, keyring: Arc<Keyring>) -> Self {
        Self { folder: data_dir.join(FOLDER), keyring }
    }

    /// The account at this authority.
    pub(super) fn account(&self, directory: &str) -> Option<KeptAccount> {
        self.open::<KeptAccount>(ACCOUNT).filter(|kept| kept.directory == directory)
    }

    pub(super) fn keep_account(&self, account: &KeptAccount) -> Result<(), AcmeError> {
        self.seal(ACCOUNT, account)
    }

    /// The account is none any more.
    pub(super) fn drop_account(&self) {
        // What is not there need not go, and what cannot go is replaced by the next one.
        let _ = fs::remove_file(self.place(ACCOUNT));
    }

    /// The certificate of the last order.
    pub(super) fn certificate(&self) -> Option<KeptCertificate> {
        self.open(CERTIFICATE)
    }

    pub(super) fn keep_certificate(&self, certificate: &KeptCertificate) -> Result<(), AcmeError> {
        self.seal(CERTIFICATE, certificate)
    }

    /// Writes down how it went.
    pub(super) fn note(&self, journal: &Journal) -> Result<(), AcmeError> {
        self.write(&self.folder.join(JOURNAL), serde_json::to_string(journal)?.as_bytes())
    }

    fn place(&self, what: &str) -> PathBuf {
        self.folder.join(format!("{what}.sealed"))
    }

    /// What was sealed; what cannot be opened, with another key file say, is asked for anew.
    fn open<T: DeserializeOwned>(&self, what: &str) -> Option<T> {
        let sealed = fs::read(self.place(what)).ok()?;
        let opened = self.keyring.unseal(&purpose(what), &sealed);
        let read = opened.ok().and_then(|text| serde_json::from_str(text.reveal()).ok());
        if read.is_none() {
            let file = self.place(what);
            tracing::warn!(file = %file.display(), "it cannot be opened with this key file, and is made anew");
        }
        read
    }

    fn seal<T: Serialize>(&self, what: &str, value: &T) -> Result<(), AcmeError> {
        let text = Secret::from(serde_json::to_string(value)?);
        self.write(&self.place(what), &self.keyring.seal(&purpose(what), &text)?)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), AcmeError> {
        let unwritable = |source| AcmeError::Unwritable { path: path.to_owned(), source };
        fs::create_dir_all(&self.folder).map_err(unwritable)?;
        seal::write_private(path, bytes).map_err(unwritable)
    }
}

fn purpose(what: &str) -> String {
    format!("acme {what}")
}

impl Journal {
    /// How it went for the server on this data folder; empty where nothing was asked for.
    pub(crate) fn read(data_dir: &Path) -> Self {
        let text = fs::read_to_string(data_dir.join(FOLDER).join(JOURNAL)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

impl From<&crate::tls::About> for Noted {
    fn from(about: &crate::tls::About) -> Self {
        let names = about.names.clone();
        let (begins, ends) = (about.begins.as_unix_millis(), about.ends.as_unix_millis());
        Self { names, begins_ms: begins, ends_ms: ends }
    }
}

impl From<Noted> for crate::tls::About {
    fn from(noted: Noted) -> Self {
        let at = WallClock::from_unix_millis;
        Self { names: noted.names, begins: at(noted.begins_ms), ends: at(noted.ends_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_sealed_and_belongs_to_one_authority() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = |byte| Shelf::new(folder.path(), Arc::new(Keyring::for_tests(byte)));
        assert!(shelf(1).account("https://a").is_none() && shelf(1).certificate().is_none());
        let credentials = serde_json::json!({ "key": "hush" });
        let account = KeptAccount { directory: "https://a".to_owned(), credentials };
        shelf(1).keep_account(&account).unwrap();
        let [directory, chain, key] = ["https://a", "chain", "hush"].map(str::to_owned);
        shelf(1).keep_certificate(&KeptCertificate { directory, chain, key }).unwrap();

        let kept = shelf(1).account("https://a").unwrap();
        assert_eq!(kept.credentials["key"], "hush");
        assert_eq!(shelf(1).certificate().unwrap().key, "hush");
        assert!(shelf(1).account("https://b").is_none());
        assert!(shelf(2).account("https://a").is_none() && shelf(2).certificate().is_none());
        for file in fs::read_dir(folder.path().join(FOLDER)).unwrap() {
            let text = fs::read(file.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&text).contains("hush"));
        }
        shelf(1).drop_account();
        assert!(shelf(1).account("https://a").is_none());
    }

    #[test]
    fn how_it_went_can_be_read_by_others() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Journal::read(folder.path()), Journal::default());
        let reason = "nobody answers".to_owned();
        let journal = Journal {
            certificate: Some(Noted { names: vec!["a".to_owned()], begins_ms: 1, ends_ms: 2 }),
            trouble: Some(Trouble { reason, at_ms: 3, next_ms: 4 }),
        };
        let shelf = Shelf::new(folder.path(), Arc::new(Keyring::for_tests(1)));
        shelf.note(&journal).unwrap();
        assert_eq!(Journal::read(folder.path()), journal);
    }
}
