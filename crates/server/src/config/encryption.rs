//! Where the certificate for https comes from.

use std::path::PathBuf;

use super::ConfigError;
use super::raw::Settings;
use crate::{acme, tls};

/// How an address begins behind which everything is encrypted.
pub(super) const HTTPS: &str = "https://";

/// Where the certificate comes from.
#[derive(Clone, Debug)]
pub(crate) enum Encryption {
    /// Somebody leaves it in files.
    Files(tls::Files),
    /// The server asks an authority for it.
    Acme(acme::Settings),
}

/// What somebody wrote of it; `None` where the server does not encrypt by itself.
pub(super) fn encryption(settings: &mut Settings) -> Result<Option<Encryption>, ConfigError> {
    let files = files(settings.tls_cert.take(), settings.tls_key.take())?;
    let acme = acme::Settings::check(acme::Written {
        hosts: settings.acme.take(),
        email: settings.acme_email.take(),
        directory: settings.acme_directory.take(),
    })?;
    match (files, acme) {
        (None, None) => Ok(None),
        (Some(files), None) => Ok(Some(Encryption::Files(files))),
        (None, Some(acme)) => Ok(Some(Encryption::Acme(acme))),
        (Some(_), Some(_)) => Err(ConfigError::TwoCertificates),
    }
}

fn files(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<tls::Files>, ConfigError> {
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some(tls::Files { certificate, key })),
        _ => Err(ConfigError::HalfTls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_certificate_has_a_key_and_an_encrypted_name() {
        let with = |key: Option<&str>, url: Option<&str>| {
            let tls_cert = Some(PathBuf::from("c.pem"));
            let (tls_key, public_url) = (key.map(PathBuf::from), url.map(str::to_owned));
            Config::check(Settings { tls_cert, tls_key, public_url, ..Settings::default() })
        };
        assert!(matches!(with(None, None), Err(ConfigError::HalfTls)));
        let plain = with(Some("k.pem"), Some("http://a.example"));
        assert!(matches!(plain, Err(ConfigError::PlainUrl(_))));
        for url in [None, Some("https://a.example")] {
            let config = with(Some("k.pem"), url).unwrap();
            assert!(config.is_https() && config.scheme() == "https");
        }
        let public_url = Some("https://a.example".to_owned());
        let behind = Config::check(Settings { public_url, ..Settings::default() }).unwrap();
        assert!(behind.is_https() && behind.scheme() == "http");
    }

    #[test]
    fn there_is_one_certificate() {
        let acme = || Some(vec!["a.example".to_owned()]);
        let with = |file: Option<&str>, acme, email: Option<&str>| {
            let (tls_cert, tls_key) = (file.map(PathBuf::from), file.map(PathBuf::from));
            let acme_email = email.map(str::to_owned);
            Config::check(Settings { tls_cert, tls_key, acme, acme_email, ..Settings::default() })
        };
        let config = with(None, acme(), Some("ada@example.org")).unwrap();
        assert!(config.is_https() && matches!(config.tls, Some(Encryption::Acme(_))));
        let two = with(Some("c.pem"), acme(), None);
        assert!(matches!(two, Err(ConfigError::TwoCertificates)));
        for bad in [with(None, None, Some("ada@example.org")), with(None, acme(), Some("ada"))] {
            assert!(matches!(bad, Err(ConfigError::BadAcme(_))));
        }
    }
}
