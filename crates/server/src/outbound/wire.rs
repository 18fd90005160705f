//! One request on one connection: TCP to a checked address, TLS where the address asks for it,
//! HTTP/1.1 (RFC 9112).

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Answer, OutboundError, Target};

/// What a connection runs over.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

#[derive(Clone)]
pub(super) struct Wire {
    tls: TlsConnector,
}

/// A connection to who was asked for.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
}

impl Wire {
    pub(super) fn new(extra: Vec<CertificateDer<'static>>) -> Result<Self, OutboundError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(OutboundError::Certificates)?;
        let provider = Arc::clone(config.crypto_provider());
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider)
            .map_err(OutboundError::Certificates)?;
        let config = config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    pub(super) async fn connect(
        &self,
        target: &Target,
        address: SocketAddr,
    ) -> Result<Connection, OutboundError> {
        let stream = TcpStream::connect(address).await.map_err(OutboundError::Unreachable)?;
        let stream: Box<dyn Stream> = if target.is_encrypted {
            let name = ServerName::try_from(target.host.clone())
                .map_err(|error| OutboundError::Unreachable(io::Error::other(error)))?;
            let stream = self.tls.connect(name, stream).await;
            Box::new(stream.map_err(OutboundError::Unreachable)?)
        } else {
            Box::new(stream)
        };
        Ok(Connection { stream })
    }
}

impl Connection {
    /// Sends a request and reads its answer.
    pub(super) async fn ask(
        self,
        request: Request<Vec<u8>>,
        max_answer: usize,
    ) -> Result<Answer, OutboundError> {
        let (mut head, body) = request.into_parts();
        let host = head.uri.authority().map(|it| it.as_str().to_owned()).unwrap_or_default();
        let host = HeaderValue::try_from(host).map_err(|_| OutboundError::BadUrl)?;
        head.headers.insert(header::HOST, host);
        // Origin form (RFC 9112 §3.2.1).
        let path = head.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        head.uri = path.parse::<Uri>().map_err(|_| OutboundError::BadUrl)?;
        let request = Request::from_parts(head, Full::new(Bytes::from(body)));

        let handshake = http1::handshake(TokioIo::new(self.stream)).await;
        let (mut sender, connection) = handshake.map_err(OutboundError::Broken)?;
        let talk = async move {
            let answer = sender.send_request(request).await.map_err(OutboundError::Broken)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, max_answer).collect().await;
            let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
                Ok(error) => OutboundError::Broken(*error),
                Err(other) if other.is::<LengthLimitError>() => OutboundError::TooLarge,
                Err(other) => OutboundError::Unreachable(io::Error::other(other)),
            })?;
            let body = body.to_bytes().to_vec();
            Ok(Answer { status: head.status.as_u16(), fields: head.headers, body })
        };
        let mut talk = std::pin::pin!(talk);
        // The connection is driven here, not in a task: it ends with the request.
        tokio::select! {
            answer = talk.as_mut() => answer,
            driven = connection => match driven {
                Ok(()) => talk.await,
                Err(error) => Err(OutboundError::Broken(error)),
            },
        }
    }
}
