//! Authorities of the operator's own, whom this machine does not know.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::OutboundError;

/// The largest file that is read, in bytes: against a wrong name in the configuration.
const MAX_FILE: u64 = 1024 * 1024;

/// The certificates in a file (PEM, RFC 7468).
///
/// # Errors
/// When it cannot be read, or holds none.
pub(crate) fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, OutboundError> {
    let unreadable = |source| OutboundError::Authorities { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(unreadable)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match read {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(OutboundError::NoAuthorities { path: path.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_certificates_or_is_refused_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert!(authorities(&path).unwrap_err().to_string().contains("ca.pem"));
        let own = || rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
        std::fs::write(&path, own().cert.pem() + &own().cert.pem()).unwrap();
        assert_eq!(authorities(&path).unwrap().len(), 2);
        for text in ["", "hush", "-----BEGIN CERTIFICATE-----\nMIIB\n"] {
            std::fs::write(&path, text).unwrap();
            let refused = authorities(&path).unwrap_err().to_string();
            assert!(refused.contains("holds no certificate"), "{refused}");
        }
    }
}
