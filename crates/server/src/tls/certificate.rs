//! A certificate that can be shown: its key is its own, and what it says has been read.

use std::fmt;
use std::sync::Arc;

use rivulet_media::time::WallClock;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::der;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A certificate with the key that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    key: Arc<CertifiedKey>,
    about: About,
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// The hosts and addresses that it is for.
    pub(crate) names: Vec<String>,
    pub(crate) begins: WallClock,
    pub(crate) ends: WallClock,
}

/// Why a chain and a key make no certificate.
#[derive(Debug)]
pub(super) enum Flaw {
    /// There is none, or it is not what it says.
    Chain,
    /// The key is another's.
    Unrelated,
    /// No signature can be made with the key.
    Key(rustls::Error),
}

impl Certificate {
    /// From the chain, the server's own certificate first, and the key.
    pub(super) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, Flaw> {
        let about = chain.first().and_then(|own| der::about(own)).ok_or(Flaw::Chain)?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Flaw::Unrelated,
            rustls::Error::InvalidCertificate(_) => Flaw::Chain,
            other => Flaw::Key(other),
        })?;
        Ok(Self { key: Arc::new(key), about })
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    pub(super) fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.key)
    }

    /// Whether they are shown as the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.key.cert == other.key.cert
    }
}

impl About {
    /// Whole days until it is over; below 0 when it is.
    pub(crate) fn days_left(&self, now: WallClock) -> i64 {
        (self.ends.as_unix_millis() - now.as_unix_millis()).div_euclid(DAY_MS)
    }

    /// Whether it is for this host.
    pub(crate) fn is_for(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            // A star stands for one label (RFC 9525 §6.3).
            Some(parent) => host.split_once('.').is_some_and(|(label, rest)| {
                !label.is_empty() && rest.eq_ignore_ascii_case(parent)
            }),
            None => name.eq_ignore_ascii_case(host),
        })
    }
}

/// Its names, as many as fit into a line.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4;
        let some: Vec<_> = self.names.iter().take(SHOWN).map(String::as_str).collect();
        f.write_str(&some.join(", "))?;
        match self.names.len() {
            0 => f.write_str("no host"),
            1..=SHOWN => Ok(()),
            all => write!(f, " and {} more", all - SHOWN),
        }
    }
}
