//! A certificate that can be shown: its key is its own, and what it says has been read.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use rivulet_media::time::WallClock;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// Names that are read of one certificate: against a file that holds nothing else.
const MAX_NAMES: usize = 1000;

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
#[derive(Debug, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("there is no certificate, or it is not what it says")]
    Chain,
    #[error("its key is another's")]
    Unrelated,
    #[error("no signature can be made with its key")]
    Key(#[source] rustls::Error),
}

impl Certificate {
    /// From the chain, the server's own certificate first, and the key.
    pub(crate) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, Flaw> {
        let about = chain.first().and_then(|own| About::read(own)).ok_or(Flaw::Chain)?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Flaw::Unrelated,
            rustls::Error::InvalidCertificate(_) => Flaw::Chain,
            other => Flaw::Key(other),
        })?;
        Ok(Self { key: Arc::new(key), about })
    }

    /// From the same as text (PEM, RFC 7468).
    pub(crate) fn from_pem(chain: &str, key: &str) -> Result<Self, Flaw> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain.as_bytes()).collect();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| Flaw::Unrelated)?;
        Self::new(chain.map_err(|_| Flaw::Chain)?, key)
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
    /// As much of a certificate as people want to know of it (RFC 5280 §4.1); `None` when it is none.
    /// Whether it is valid is for those to judge who are shown it.
    pub(super) fn read(certificate: &[u8]) -> Option<Self> {
        let (_, read) = parse_x509_certificate(certificate).ok()?;
        let at = |seconds: i64| WallClock::from_unix_millis(seconds.saturating_mul(1000));
        let validity = read.validity();
        let of_names = read.subject_alternative_name().ok().flatten();
        let names = of_names.iter().flat_map(|it| &it.value.general_names);
        Some(Self {
            names: names.filter_map(name).take(MAX_NAMES).collect(),
            begins: at(validity.not_before.timestamp()),
            ends: at(validity.not_after.timestamp()),
        })
    }

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

/// A host or an address; other kinds of names are nobody's that a browser asks for.
fn name(name: &GeneralName<'_>) -> Option<String> {
    match *name {
        GeneralName::DNSName(host) => Some(host.to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(bytes).map(|it| IpAddr::from(Ipv4Addr::from(it)));
            let v6 = <[u8; 16]>::try_from(bytes).map(|it| IpAddr::from(Ipv6Addr::from(it)));
            Some(v4.or(v6).ok()?.to_string())
        }
        _ => None,
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
