//! A certificate in two files (PEM, RFC 7468), as certbot and other programs leave them.

use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::certificate::Flaw;
use super::{Certificate, TlsError};

/// The largest file that is read, in bytes: against a wrong name in the configuration.
const MAX_FILE: u64 = 1024 * 1024;

/// Where they are.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// The server's own certificate, and those that lead to its authority.
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Files {
    /// What is in them now.
    pub(crate) async fn read(&self) -> Result<Certificate, TlsError> {
        let no_certificate = || TlsError::NoCertificate { path: self.certificate.clone() };
        let chain = read(&self.certificate).await?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
        let chain = chain.map_err(|_| no_certificate())?;
        let key = read(&self.key).await?;
        let key = PrivateKeyDer::from_pem_slice(&key)
            .map_err(|_| TlsError::NoKey { path: self.key.clone() })?;
        Certificate::new(chain, key).map_err(|flaw| match flaw {
            Flaw::Chain => no_certificate(),
            Flaw::Unrelated => {
                TlsError::Unrelated { key: self.key.clone(), certificate: self.certificate.clone() }
            }
            Flaw::Key(source) => TlsError::Unusable { path: self.key.clone(), source },
        })
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
    if read as u64 > MAX_FILE {
        return Err(TlsError::TooLarge { path: path.to_owned() });
    }
    Ok(bytes)
}
