//! The beginning of an encrypted connection, bounded in time and number: a handshake costs more
//! than most requests, and memory before anybody has asked for anything.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::places::Places;
use crate::tls::PROOF;

/// How long a client may take until the handshake is done.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Handshakes at one time; the next one waits, within its own time.
const MAX_HANDSHAKES: usize = 4096;
/// One client may be in one of this many of them, so that no few can keep everybody else out.
const CLIENT_SHARE: usize = 16;
/// With this every handshake begins (RFC 8446 §5.1), and nothing that is sent in the clear.
const HANDSHAKE: u8 = 22;

/// Begins encrypted connections.
pub(super) struct Encrypted {
    acceptor: TlsAcceptor,
    beginning: Places,
}

/// How a client began.
pub(super) enum Greeted {
    Encrypted(Box<TlsStream<TcpStream>>),
    /// It does not know that this port is encrypted.
    Plain(TcpStream),
}

impl Encrypted {
    pub(super) fn new(acceptor: TlsAcceptor, trusted_proxies: &[IpNet]) -> Self {
        let beginning = Places::shared(MAX_HANDSHAKES, CLIENT_SHARE, trusted_proxies);
        Self { acceptor, beginning }
    }

    /// Shakes hands; `None` when nothing comes of it, which is the client's own affair.
    pub(super) async fn greet(&self, stream: TcpStream, client: IpAddr) -> Option<Greeted> {
        let greeting = async {
            let _place = self.beginning.give(self.beginning.next().await, client)?;
            let mut first = [0];
            if stream.peek(&mut first).await.ok()? == 0 {
                return None;
            }
            if first != [HANDSHAKE] {
                return Some(Greeted::Plain(stream));
            }
            let stream = self.acceptor.accept(stream).await.ok()?;
            if stream.get_ref().1.alpn_protocol() == Some(PROOF) {
                // An authority has seen what it came for.
                return None;
            }
            Some(Greeted::Encrypted(Box::new(stream)))
        };
        timeout(HANDSHAKE_TIMEOUT, greeting).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::ServerConfig;
    use std::sync::Arc;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    fn door() -> Encrypted {
        let key = KeyPair::generate().unwrap();
        let names = vec!["a.example".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        Encrypted::new(TlsAcceptor::from(Arc::new(config)), &[])
    }

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (client, listener.accept().await.unwrap().0)
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_finish_the_handshake_is_not_waited_for() {
        let (door, from) = (door(), IpAddr::from([192, 0, 2, 1]));
        for said in [&b""[..], &[HANDSHAKE], &[HANDSHAKE, 3, 1, 1, 0, 1]] {
            let (mut client, server) = pair().await;
            client.write_all(said).await.unwrap();
            assert!(door.greet(server, from).await.is_none(), "{said:?}");
        }
        assert!(door.beginning.is_empty());
    }

    #[tokio::test]
    async fn who_says_something_else_is_told_from_who_encrypts() {
        let (door, from) = (door(), IpAddr::from([192, 0, 2, 1]));
        let (mut client, server) = pair().await;
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        assert!(matches!(door.greet(server, from).await, Some(Greeted::Plain(_))));
        let (mut client, server) = pair().await;
        client.write_all(&[HANDSHAKE, 3, 1, 0, 2, 9, 9]).await.unwrap();
        assert!(door.greet(server, from).await.is_none());
    }
}
