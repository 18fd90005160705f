//! The HTTP listener: HTTP/1.1 and HTTP/2 (prior knowledge) on one port, bounded and drained.

mod client;
mod encoding;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

pub(crate) use client::client_address;
pub(crate) use encoding::accepts;

use crate::tasks::Tasks;

/// Connections open at one time; the next one waits in the kernel's queue.
const MAX_CONNECTIONS: usize = 50_000;
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

/// The address a connection came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serves `router` on `listener` until the tasks are told to stop; then finishes what is running.
pub(crate) async fn serve(listener: TcpListener, router: Router, tasks: Tasks) {
    let stopping = tasks.stopping();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let builder = Arc::new(builder());
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (builder, router) = (Arc::clone(&builder), router.clone());
                let stopping = stopping.clone();
                tasks.spawn("http connection", async move {
                    connection(&builder, stream, peer, router, stopping.cancelled()).await;
                    drop(place);
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
    peer: SocketAddr,
    router: Router,
    stopping: impl Future<Output = ()>,
) {
    // Playlists are small and awaited: they must not sit in a buffer. Failing costs only delay.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
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
