//! The one client for requests that the server makes of its own: webhooks, directories, other
//! instances.
//!
//! Invariants: it goes to global unicast addresses alone, by https alone, except to places that the
//! configuration names; what a name resolves to is checked, and the connection is made to that very
//! address; a redirect is an answer and never followed; a request ends within [`PATIENCE`], and no
//! more than [`MAX_ANSWER`] of an answer is read.

mod address;
mod allowed;
mod authorities;
mod error;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Request, Uri};
use rustls::pki_types::CertificateDer;
use tokio::net::lookup_host;
use tokio::time::timeout;

pub(crate) use address::is_global;
pub(crate) use allowed::{Allowed, AllowedError};
pub(crate) use authorities::authorities;
pub(crate) use error::OutboundError;

use wire::Wire;

/// How long a request may take, from the name's look-up to the answer's last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read: a stranger may send without end.
const MAX_ANSWER: usize = 1024 * 1024;
/// Addresses of one name that are tried. Against names with thousands.
const MAX_ADDRESSES: usize = 4;

/// The client.
#[derive(Clone)]
pub(crate) struct Outbound {
    wire: Wire,
    allowed: Arc<Allowed>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    uri: Uri,
    host: String,
    port: u16,
    is_encrypted: bool,
}

impl Target {
    /// Reads an address that somebody typed.
    ///
    /// # Errors
    /// When it is none of the web's.
    pub(crate) fn parse(text: &str) -> Result<Self, OutboundError> {
        let bad = || OutboundError::BadUrl;
        let uri: Uri = text.trim().parse().map_err(|_| bad())?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad()),
        };
        let authority = uri.authority().ok_or_else(bad)?;
        // Credentials in an address end up in logs.
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(bad());
        }
        let host = authority.host().trim_matches(['[', ']']).to_lowercase();
        let port = authority.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        Ok(Self { host, port, is_encrypted, uri })
    }
}

impl Outbound {
    /// The client, which may go to `allowed` private places, and trusts `extra` authorities besides
    /// those of this machine.
    ///
    /// # Errors
    /// When certificates cannot be read.
    pub(crate) fn new(
        allowed: Allowed,
        extra: Vec<CertificateDer<'static>>,
    ) -> Result<Self, OutboundError> {
        Ok(Self { wire: Wire::new(extra)?, allowed: Arc::new(allowed) })
    }

    /// Whether a request may go there, as far as its address says.
    ///
    /// # Errors
    /// When it may not.
    pub(crate) fn check(&self, target: &Target) -> Result<(), OutboundError> {
        let is_named = self.allowed.names(&target.host);
        match target.host.parse() {
            Ok(address) => {
                let is_allowed = is_named || self.allowed.contains(address);
                if !is_allowed && !address::is_global(address) {
                    return Err(OutboundError::Private);
                }
                if is_allowed || target.is_encrypted { Ok(()) } else { Err(OutboundError::Plain) }
            }
            // What it resolves to is looked at when a request goes there.
            Err(_) => {
                let may = target.is_encrypted || !self.allowed.is_empty();
                if may { Ok(()) } else { Err(OutboundError::Plain) }
            }
        }
    }

    /// Sends `body` with these fields.
    ///
    /// # Errors
    /// When it may not go there, or nothing comes back in time.
    pub(crate) async fn post(
        &self,
        target: &Target,
        fields: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, OutboundError> {
        let mut request = Request::post(target.uri.clone());
        for (name, value) in fields {
            request = request.header(*name, value);
        }
        self.ask(target, request.body(body).map_err(|_| OutboundError::BadUrl)?).await
    }

    /// Sends a request of any kind, which is addressed to `target`.
    ///
    /// # Errors
    /// When it may not go there, or nothing comes back in time.
    pub(crate) async fn ask(
        &self,
        target: &Target,
        request: Request<Vec<u8>>,
    ) -> Result<Answer, OutboundError> {
        timeout(PATIENCE, self.send(target, request)).await.map_err(|_| OutboundError::TooSlow)?
    }

    async fn send(
        &self,
        target: &Target,
        request: Request<Vec<u8>>,
    ) -> Result<Answer, OutboundError> {
        self.check(target)?;
        let found = lookup_host((target.host.as_str(), target.port));
        let found = found.await.map_err(OutboundError::Unknown)?;
        let is_named = self.allowed.names(&target.host);
        let mut refused = OutboundError::Private;
        for address in found.take(MAX_ADDRESSES) {
            let ip = address.ip().to_canonical();
            let is_allowed = is_named || self.allowed.contains(ip);
            if !is_allowed && !address::is_global(ip) {
                continue;
            }
            if !is_allowed && !target.is_encrypted {
                return Err(OutboundError::Plain);
            }
            match self.wire.connect(target, address).await {
                Ok(connection) => return connection.ask(request, MAX_ANSWER).await,
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }
}

#[cfg(test)]
mod tests;
