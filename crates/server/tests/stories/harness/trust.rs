//! A certificate authority of the stories' own, and clients that trust it and nobody else.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair,
    PublicKeyData as _,
};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// What a client talks through.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The name that stories call their encrypted servers, in certificates and by clients.
pub(crate) const NAME: &str = "stories";

/// Signs certificates, and leaves them in files.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    folder: TempDir,
}

/// Whom a client trusts.
#[derive(Clone, Debug)]
pub(crate) struct Trust(Arc<ClientConfig>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "The stories' authority");
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.pem"), root.pem()).unwrap();
        let root = root.der().clone();
        Self { issuer: Issuer::new(params, key), root, folder }
    }

    /// Where the server's certificate lies.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// Where its key lies.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Where the authority's own certificate lies.
    pub(crate) fn root_file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// What signs.
    pub(crate) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// Shakes hands as whoever is called this.
    pub(crate) fn acceptor(&self, names: &[&str]) -> TlsAcceptor {
        let (certificate, key) = self.certified(names);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn certified(&self, names: &[&str]) -> (Certificate, KeyPair) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// The flags of a server with this certificate.
    pub(crate) fn flags(&self) -> Vec<String> {
        let file = |path: PathBuf| path.display().to_string();
        let (certificate, key) = (file(self.certificate()), file(self.key()));
        vec!["--tls-cert".to_owned(), certificate, "--tls-key".to_owned(), key]
    }

    /// Puts a new certificate with a new key into the files; what Chromium calls that key.
    pub(crate) fn renew(&self, names: &[&str]) -> String {
        let (certificate, key) = self.certified(names);
        fs::write(self.certificate(), certificate.pem()).unwrap();
        fs::write(self.key(), key.serialize_pem()).unwrap();
        STANDARD.encode(digest(&SHA256, &key.subject_public_key_info()))
    }

    /// For clients that speak HTTP/1.1.
    pub(crate) fn trust(&self) -> Trust {
        self.trust_for(b"http/1.1")
    }

    /// For clients that speak this protocol alone.
    pub(crate) fn trust_for(&self, protocol: &[u8]) -> Trust {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        Trust(Arc::new(config))
    }
}

impl Trust {
    /// Shakes hands with who calls itself [`NAME`].
    pub(crate) async fn connect(&self, to: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(to).await?;
        let name = ServerName::try_from(NAME).unwrap();
        TlsConnector::from(Arc::clone(&self.0)).connect(name, stream).await
    }
}

/// The certificate that the other end showed.
pub(crate) fn shown(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
}
