//! Certificates: how the server proves to browsers that it is who they asked for (RFC 8446).
//!
//! Invariants: a connection keeps the certificate that it began with, so that a new one drops
//! nobody; and what cannot be used never takes the place of what can.

mod certificate;
mod error;
mod files;
mod keeper;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificate::{About, Certificate, Flaw};
pub(crate) use error::TlsError;
pub(crate) use files::Files;

/// What is spoken on an encrypted connection (RFC 7301), what is better first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// What an authority speaks that wants to see who is here (RFC 8737 §4): the handshake is all of it.
pub(crate) const PROOF: &[u8] = b"acme-tls/1";

/// A handle on the certificate in use.
#[derive(Clone)]
pub(crate) struct Tls {
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

/// What the next connection gets.
#[derive(Debug, Default)]
struct Shown {
    /// There is none while the first one is waited for: who cannot be proven right shakes no hands.
    certificate: ArcSwapOption<Certificate>,
    /// What authorities are shown, by host; no more than there are hosts in one order.
    proofs: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if hello.alpn().is_some_and(|offered| offered.eq([PROOF])) {
            let host = hello.server_name()?.to_ascii_lowercase();
            return self.proofs().get(&host).cloned();
        }
        self.certificate.load().as_ref().map(|certificate| certificate.key())
    }
}

impl Shown {
    fn proofs(&self) -> MutexGuard<'_, HashMap<String, Arc<CertifiedKey>>> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tls {
    /// Shows this certificate until another takes its place.
    pub(crate) fn new(certificate: Certificate) -> Result<Self, TlsError> {
        let tls = Self::speaking(&PROTOCOLS)?;
        tls.show(certificate);
        Ok(tls)
    }

    /// Has no certificate yet, and proves to authorities who is here.
    pub(crate) fn waiting() -> Result<Self, TlsError> {
        let [better, other] = PROTOCOLS;
        Self::speaking(&[better, other, PROOF])
    }

    fn speaking(protocols: &[&[u8]]) -> Result<Self, TlsError> {
        let shown = Arc::new(Shown::default());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Setup)?;
        let resolver: Arc<dyn ResolvesServerCert> = shown.clone();
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        // A player that comes again is spared half of the handshake, and so is this machine.
        config.ticketer = aws_lc_rs::Ticketer::new().map_err(TlsError::Setup)?;
        Ok(Self { shown, config: Arc::new(config) })
    }

    /// What the certificate in use says; `None` while there is none.
    pub(crate) fn about(&self) -> Option<About> {
        self.shown.certificate.load().as_ref().map(|certificate| certificate.about().clone())
    }

    /// What begins encrypted connections.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Puts a certificate in the place of the one in use; `false` when it is the same.
    pub(crate) fn show(&self, certificate: Certificate) -> bool {
        let used = self.shown.certificate.load();
        let is_new = !used.as_ref().is_some_and(|used| used.is_same(&certificate));
        if is_new {
            self.shown.certificate.store(Some(Arc::new(certificate)));
        }
        is_new
    }

    /// Shows this to authorities that ask for the host, and to nobody else. It is no [`Certificate`]:
    /// what it says is critical, and for authorities alone to understand.
    pub(crate) fn prove(
        &self,
        host: &str,
        (proof, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    ) -> Result<(), Flaw> {
        let keys = aws_lc_rs::default_provider().key_provider;
        let key = keys.load_private_key(key).map_err(Flaw::Key)?;
        let shown = Arc::new(CertifiedKey::new(vec![proof], key));
        self.shown.proofs().insert(host.to_ascii_lowercase(), shown);
        Ok(())
    }

    /// Proves nothing any more.
    pub(crate) fn forget_proofs(&self) {
        self.shown.proofs().clear();
    }
}

#[cfg(test)]
mod tests;
