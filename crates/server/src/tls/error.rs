//! Why there is no certificate.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error(
        "cannot read {path}: check `tls_cert` and `tls_key`, and that the server may read them"
    )]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} is larger than 1 MiB: `tls_cert` and `tls_key` name files in PEM")]
    TooLarge { path: PathBuf },
    #[error(
        "{path} holds no certificate: `tls_cert` names a file in PEM with the server's own \
         certificate first, then those that lead to its authority"
    )]
    NoCertificate { path: PathBuf },
    #[error("{path} holds no private key: `tls_key` names a file in PEM, without a password")]
    NoKey { path: PathBuf },
    #[error("the key in {key} is not that of the certificate in {certificate}: set both anew")]
    Unrelated { key: PathBuf, certificate: PathBuf },
    #[error("the key in {path} is of no kind that TLS uses: make one for ECDSA (P-256) or RSA")]
    Unusable { path: PathBuf, source: rustls::Error },
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}
