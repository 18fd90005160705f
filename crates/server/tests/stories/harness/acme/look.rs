//! How an authority sees who is at a host (RFC 8737 §3): by a handshake and what is shown in it.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// `id-pe-acmeIdentifier`.
const ACME_IDENTIFIER: &str = "1.3.6.1.5.5.7.1.31";
const PROTOCOL: &[u8] = b"acme-tls/1";

/// Whether who answers there proves to be the host by this key authorization, or why not.
pub(super) async fn proven(at: SocketAddr, host: &str, authorization: &str) -> Result<(), String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        .with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    let stream = TcpStream::connect(at).await.map_err(|error| error.to_string())?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let stream = stream.map_err(|error| error.to_string())?;
    let session = stream.get_ref().1;
    if session.alpn_protocol() != Some(PROTOCOL) {
        return Err("it speaks another protocol".to_owned());
    }
    judge(&session.peer_certificates().unwrap()[0], host, authorization)
}

fn judge(certificate: &[u8], host: &str, authorization: &str) -> Result<(), String> {
    let (_, certificate) = parse_x509_certificate(certificate).unwrap();
    let names = certificate.subject_alternative_name().unwrap().unwrap();
    if names.value.general_names != [GeneralName::DNSName(host)] {
        return Err(format!("it is for {:?}", names.value.general_names));
    }
    let all = certificate.extensions();
    let Some(said) = all.iter().find(|it| it.oid.to_id_string() == ACME_IDENTIFIER) else {
        return Err("it proves nothing".to_owned());
    };
    // An octet string of 32 bytes, in DER.
    let digest = digest(&SHA256, authorization.as_bytes());
    let expected = [&[4, 32][..], digest.as_ref()].concat();
    match said.critical && said.value == expected {
        true => Ok(()),
        false => Err("it proves something else".to_owned()),
    }
}

/// Takes everybody's certificate, but not a key that is another's.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("both ends speak TLS 1.3".to_owned()))
    }

    /// By the key alone: what is critical in a proof, others refuse to read.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let unreadable = |_| Error::General("it is no certificate".to_owned());
        let (_, read) = parse_x509_certificate(certificate).map_err(unreadable)?;
        let key = SubjectPublicKeyInfoDer::from(read.public_key().raw);
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
