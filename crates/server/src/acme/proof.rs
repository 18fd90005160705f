//! What an authority is shown that wants to know who is here (TLS-ALPN-01, RFC 8737 §3): a certificate
//! that nobody signed, for one host, with the answer to the challenge in it.

use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::AcmeError;

/// The proof for a host, and its key. `digest` is the SHA-256 of the key authorization.
pub(super) fn proof(
    host: &str,
    digest: &[u8; 32],
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), AcmeError> {
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.der().clone(), key.into()))
}
