//! Why no certificate came.

use std::io;
use std::path::PathBuf;

use crate::outbound::OutboundError;
use crate::seal::SealError;
use crate::tls::Flaw;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AcmeError {
    #[error("the authority is not reached, or refuses")]
    Authority(#[from] instant_acme::Error),
    #[error("the address of the authority cannot be used: check acme_directory")]
    Directory(#[source] OutboundError),
    #[error(
        "the authority did not find this server behind {host} ({reason}): port 443 of {host} must \
         lead to this server, through no proxy that ends TLS"
    )]
    Unproven { host: String, reason: String },
    #[error("the authority has no challenge `tls-alpn-01` for {0}, the one that is answered here")]
    NoChallenge(String),
    #[error("the authority gave nothing in {0} minutes")]
    TooSlow(u64),
    #[error("the certificate that came cannot be used")]
    Unusable(#[from] Flaw),
    #[error("the certificate that came is not for the hosts that it was asked for")]
    OfOthers,
    #[error("a key or a request for a certificate cannot be made")]
    Making(#[from] rcgen::Error),
    #[error("{path} cannot be written: check that the data folder is writable and has room")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Sealing(#[from] SealError),
    #[error("what is kept cannot be put into words")]
    Words(#[from] serde_json::Error),
}
