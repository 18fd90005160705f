//! What keeps a request from its answer.

use std::io;
use std::path::PathBuf;

/// Why there is no answer. It names no address: who asks knows it, and it may hold a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboundError {
    #[error(
        "this is no address of the web: write it as https://example.org/path, without a password"
    )]
    BadUrl,
    #[error(
        "it leads to a private address; whoever runs the server can allow it with --allow-private"
    )]
    Private,
    #[error("it is not encrypted: use https, or allow the place with --allow-private")]
    Plain,
    #[error("its name is not known")]
    Unknown(#[source] io::Error),
    #[error("nobody answers there")]
    Unreachable(#[source] io::Error),
    #[error("it does not speak HTTP")]
    Broken(#[source] hyper::Error),
    #[error("it answered with more than 1 MiB")]
    TooLarge,
    #[error("it took longer than 10 seconds")]
    TooSlow,
    #[error("cannot read {path}: check `extra_ca`, and that the server may read it")]
    Authorities { path: PathBuf, source: io::Error },
    #[error("{path} holds no certificate: `extra_ca` names a file in PEM, of at most 1 MiB")]
    NoAuthorities { path: PathBuf },
    #[error("the certificates of this machine cannot be used")]
    Certificates(#[source] rustls::Error),
}
