//! Certificates: how the server proves to browsers that it is who they asked for (RFC 8446).
//!
//! Invariants: a connection keeps the certificate that it began with, so that a new one drops
//! nobody; and what cannot be used never takes the place of what can.

mod certificate;
mod der;
mod error;
mod files;
mod keeper;

use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificate::{About, Certificate};
pub(crate) use error::TlsError;
pub(crate) use files::Files;

/// What is spoken on an encrypted connection (RFC 7301), what is better first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A handle on the certificate in use.
#[derive(Clone)]
pub(crate) struct Tls {
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

/// The certificate that the next connection gets.
#[derive(Debug)]
struct Shown(ArcSwap<Certificate>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().key())
    }
}

impl Tls {
    /// Shows this certificate until another takes its place.
    pub(crate) fn new(certificate: Certificate) -> Result<Self, TlsError> {
        let shown = Arc::new(Shown(ArcSwap::from_pointee(certificate)));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Setup)?;
        let resolver: Arc<dyn ResolvesServerCert> = shown.clone();
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        // A player that comes again is spared half of the handshake, and so is this machine.
        config.ticketer = aws_lc_rs::Ticketer::new().map_err(TlsError::Setup)?;
        Ok(Self { shown, config: Arc::new(config) })
    }

    /// What the certificate in use says.
    pub(crate) fn about(&self) -> About {
        self.shown.0.load().about().clone()
    }

    /// What begins encrypted connections.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Puts a certificate in the place of the one in use; `false` when it is the same.
    fn show(&self, certificate: Certificate) -> bool {
        let is_new = !self.shown.0.load().is_same(&certificate);
        if is_new {
            self.shown.0.store(Arc::new(certificate));
        }
        is_new
    }
}

#[cfg(test)]
mod tests;
