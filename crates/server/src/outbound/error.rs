//! What keeps a request from its answer.

use std::io;

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
    #[error("the certificates of this machine cannot be used")]
    Certificates(#[source] rustls::Error),
}
