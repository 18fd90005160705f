//! Sockets that were open before the program was, and stay open after it (`sd_listen_fds(3)`): whoever
//! comes while nobody serves waits there for the next one who does.

use std::io;
use std::net::TcpListener as Socket;

use anyhow::{Context, ensure};
use listenfd::ListenFd;
use tokio::net::TcpListener;

/// One for pages, one for encoders.
const MAX_SOCKETS: usize = 2;

/// What whoever started the program handed over.
#[derive(Default)]
pub(crate) struct Handed {
    /// The first one.
    pub(super) pages: Option<Socket>,
    /// The second one.
    pub(super) encoders: Option<Socket>,
}

impl Handed {
    /// Takes what the environment names. To be called before there are threads: the variables are
    /// removed, so that no child takes them for its own.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        let mut all = ListenFd::from_env();
        ensure!(
            all.len() <= MAX_SOCKETS,
            "{} sockets were handed over: the first is for pages, the second for encoders, and there \
             is no use for others. Remove their ListenStream= from the socket unit",
            all.len()
        );
        let mut take = |index| {
            all.take_tcp_listener(index).with_context(|| {
                format!(
                    "socket {} that was handed over is none for TCP: write its ListenStream= as a \
                     port, or as an address with a port",
                    index + 1
                )
            })
        };
        Ok(Self { pages: take(0)?, encoders: take(1)? })
    }
}

/// Listens on a socket, within the runtime that its connections shall belong to.
pub(super) fn listen_on(socket: Socket) -> io::Result<TcpListener> {
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket)
}
