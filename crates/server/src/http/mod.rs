//! The HTTP listener: HTTP/1.1 and HTTP/2 on one port, bounded and drained; encrypted where there is
//! a certificate.

mod client;
mod encoding;
mod encrypted;
mod farewell;
mod guard;
mod outlet;
mod percent;
mod places;
mod plain;
mod private;
mod slow;
mod way_out;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Version;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(crate) use client::{client_address, is_encrypted, is_local};
pub(crate) use encoding::accepts;
pub(crate) use farewell::{Why, farewell, is_too_long};
pub(crate) use outlet::{Outlet, Put, TextFrame, Wire};
pub(crate) use percent::percent_encoded;
pub(crate) use places::{Place, make_room};
pub(crate) use private::keep_from_caches;
pub(crate) use way_out::{Gone, WayOut};

use crate::tasks::Tasks;
use encrypted::{Encrypted, Greeted};
use guard::{Guarded, Patience};
use places::Places;
use slow::InTime;

/// How long a client may take to send a request's head: slow heads hold connections for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest head of a request on HTTP/1.1, in bytes.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// Requests at one time on one HTTP/2 connection.
const MAX_STREAMS: u32 = 200;
/// How often an idle HTTP/2 connection is asked whether it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long accepting pauses when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a client may take over [`LEAST_PROGRESS`] bytes while there are more for it: slower
/// than any stream, and the memory of what it does not read is not its own.
const STALL_TIMEOUT: Duration = Duration::from_secs(20);
/// In bytes; see [`STALL_TIMEOUT`].
const LEAST_PROGRESS: usize = 64 * 1024;
/// How long the kernel tries to send what is in its buffer: who vanished is gone after that.
const VANISHED: Duration = Duration::from_secs(30);

/// Who a request came from.
#[derive(Clone)]
pub(crate) struct Peer {
    /// The other end of the connection.
    pub(crate) address: IpAddr,
    /// The connection's place, for whoever keeps the connection after the request.
    pub(crate) place: Arc<Place>,
    /// The connection's way out; there is none where it is encrypted.
    outlet: Option<Arc<Outlet>>,
}

impl Peer {
    /// The way out, for whoever keeps the connection after the request; `None` where that is shared
    /// with other requests, or leads through a cipher.
    pub(crate) fn outlet(&self, version: Version) -> Option<Arc<Outlet>> {
        self.outlet.clone().filter(|_| version < Version::HTTP_2)
    }
}

/// What serves, and for how many.
pub(crate) struct Site {
    /// Where connections come in.
    pub(crate) listener: TcpListener,
    /// What encrypts them, if anything does.
    pub(crate) tls: Option<TlsAcceptor>,
    /// What answers.
    pub(crate) router: Router,
    /// Connections open at one time; see [`make_room`].
    pub(crate) places: usize,
    /// Proxies, each of which may hold any number of the places.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

/// What every connection of a site passes.
struct Door {
    builder: Builder<TokioExecutor>,
    router: Router,
    /// With what answers those who do not encrypt.
    encrypted: Option<(Encrypted, Router)>,
}

/// Serves a site until the tasks are told to stop; then finishes what is running.
pub(crate) async fn serve(site: Site, tasks: Tasks) {
    let Site { listener, router, trusted_proxies, .. } = site;
    let stopping = tasks.stopping();
    let places = Places::new(site.places, &trusted_proxies);
    let encrypted = site.tls.map(|it| (Encrypted::new(it, &trusted_proxies), plain::router()));
    let door = Arc::new(Door { builder: builder(), router, encrypted });
    loop {
        let place = tokio::select! {
            place = places.next() => place,
            () = stopping.cancelled() => return,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = places.give(place, peer.ip()) else { continue };
                let from = (peer.ip(), Arc::new(place));
                let (door, stopping) = (Arc::clone(&door), stopping.clone());
                tasks.spawn("http connection", async move {
                    door.connection(stream, from, &stopping).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted; raise the limit of open files");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(KEEP_ALIVE)
        .enable_connect_protocol();
    builder
}

impl Door {
    async fn connection(
        &self,
        stream: TcpStream,
        (address, place): (IpAddr, Arc<Place>),
        stopping: &CancellationToken,
    ) {
        // Playlists are small and awaited: they must not sit in a buffer. Failing costs only delay.
        let _ = stream.set_nodelay(true);
        // Without it a client that vanished is noticed later, and nothing else is worse.
        let _ = set_tcp_user_timeout(&stream, VANISHED.as_millis() as u32);
        let Some((encrypted, plain)) = &self.encrypted else {
            let (wire, outlet) = Wire::new(stream);
            let peer = Peer { address, place, outlet: Some(outlet) };
            return self.talk(wire, (peer, &self.router), stopping).await;
        };
        let peer = Peer { address, place, outlet: None };
        let greeted = tokio::select! {
            greeted = encrypted.greet(stream, address) => greeted,
            () = stopping.cancelled() => return,
        };
        match greeted {
            Some(Greeted::Encrypted(stream)) => {
                self.talk(stream, (peer, &self.router), stopping).await;
            }
            Some(Greeted::Plain(stream)) => self.talk(stream, (peer, plain), stopping).await,
            None => {}
        }
    }

    /// Answers what comes in, whatever it comes through.
    async fn talk(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        (peer, router): (Peer, &Router),
        stopping: &CancellationToken,
    ) {
        let stream = Guarded::new(
            stream,
            Patience { greeting: HEAD_TIMEOUT, stall: STALL_TIMEOUT, progress: LEAST_PROGRESS },
        );
        let service = router.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            request.map(|body| axum::body::Body::new(InTime::new(body)))
        });
        let service = TowerToHyperService::new(service);
        let serving = self.builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut serving = std::pin::pin!(serving);
        // How a client ends its connection is its own affair; there is nobody to tell.
        tokio::select! {
            _ = serving.as_mut() => return,
            () = stopping.cancelled() => serving.as_mut().graceful_shutdown(),
        }
        let _ = serving.await;
    }
}
