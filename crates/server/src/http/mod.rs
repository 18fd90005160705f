//! The HTTP listener: HTTP/1.1 and HTTP/2 (prior knowledge) on one port, bounded and drained.

mod client;
mod encoding;
mod farewell;
mod guard;
mod outlet;
mod places;
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
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

pub(crate) use client::{client_address, is_encrypted, is_local};
pub(crate) use encoding::accepts;
pub(crate) use farewell::{Why, farewell, is_too_long};
pub(crate) use outlet::{Outlet, Put, TextFrame, Wire};
pub(crate) use places::{Place, make_room};
pub(crate) use way_out::{Gone, WayOut};

use crate::tasks::Tasks;
use guard::{Guarded, Patience};
use places::Places;

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
    /// The connection's way out.
    outlet: Arc<Outlet>,
}

impl Peer {
    /// The way out, for whoever keeps the connection after the request; `None` where that is shared
    /// with other requests.
    pub(crate) fn outlet(&self, version: Version) -> Option<Arc<Outlet>> {
        (version < Version::HTTP_2).then(|| Arc::clone(&self.outlet))
    }
}

/// What serves, and for how many.
pub(crate) struct Site {
    /// Where connections come in.
    pub(crate) listener: TcpListener,
    /// What answers.
    pub(crate) router: Router,
    /// Connections open at one time; see [`make_room`].
    pub(crate) places: usize,
    /// Proxies, each of which may hold any number of the places.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

/// Serves a site until the tasks are told to stop; then finishes what is running.
pub(crate) async fn serve(site: Site, tasks: Tasks) {
    let Site { listener, router, .. } = site;
    let stopping = tasks.stopping();
    let places = Places::new(site.places, &site.trusted_proxies);
    let builder = Arc::new(builder());
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
                let (builder, router) = (Arc::clone(&builder), router.clone());
                let stopping = stopping.clone();
                tasks.spawn("http connection", async move {
                    connection(&builder, stream, from, router, stopping.cancelled()).await;
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

async fn connection(
    builder: &Builder<TokioExecutor>,
    stream: TcpStream,
    (address, place): (IpAddr, Arc<Place>),
    router: Router,
    stopping: impl Future<Output = ()>,
) {
    // Playlists are small and awaited: they must not sit in a buffer. Failing costs only delay.
    let _ = stream.set_nodelay(true);
    // Without it a client that vanished is noticed later, and nothing else is worse.
    let _ = set_tcp_user_timeout(&stream, VANISHED.as_millis() as u32);
    let (wire, outlet) = Wire::new(stream);
    let peer = Peer { address, place, outlet };
    let stream = Guarded::new(
        wire,
        Patience { greeting: HEAD_TIMEOUT, stall: STALL_TIMEOUT, progress: LEAST_PROGRESS },
    );
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        request.map(axum::body::Body::new)
    });
    let service = TowerToHyperService::new(service);
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    // How a client ends its connection is its own affair; there is nobody to tell.
    tokio::select! {
        _ = serving.as_mut() => return,
        () = stopping => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
