//! The sockets that people and encoders come to.

use std::io;
use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;

use super::handed::{Handed, listen_on};
use crate::acme;
use crate::clock::{Clock, rfc3339};
use crate::config::{Config, Encryption, Listen};
use crate::outbound::Outbound;
use crate::running::Running;
use crate::seal::Keyring;
use crate::tasks::Tasks;
use crate::tls::Tls;

/// The doors, open before anything else is.
pub(super) struct Listeners {
    pub(super) pages: TcpListener,
    pub(super) encoders: Option<TcpListener>,
    /// What encrypts what comes to the pages.
    tls: Option<Tls>,
}

/// What a certificate may need to be kept new.
pub(super) struct Renewing {
    pub(super) outbound: Outbound,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Clock,
}

impl Listeners {
    /// Takes what was handed over, and opens the rest.
    pub(super) async fn bind(
        config: &Config,
        handed: Handed,
        media: &Handle,
    ) -> anyhow::Result<Self> {
        let tls = match &config.tls {
            Some(Encryption::Files(files)) => Some(Tls::new(files.read().await?)?),
            Some(Encryption::Acme(_)) => Some(Tls::waiting()?),
            None => None,
        };
        let pages = match handed.pages {
            Some(socket) => listen_on(socket)?,
            None => bind("http", config.http).await?,
        };
        // Its connections belong to the runtime that it is bound in.
        let encoders = match (handed.encoders, config.rtmp) {
            (Some(_), None) => bail!(
                "a socket for encoders was handed over, and RTMP is switched off: remove the second \
                 ListenStream= from the socket unit, or set rtmp anew"
            ),
            (Some(socket), Some(_)) => Some(media.spawn(async move { listen_on(socket) }).await??),
            (None, Some(listen)) => Some(media.spawn(bind("rtmp", listen)).await??),
            (None, None) => None,
        };
        Ok(Self { pages, encoders, tls })
    }

    /// What encrypts the pages, with a certificate that is kept new from now on.
    pub(super) fn encryption(
        &self,
        config: &Config,
        renewing: Renewing,
        tasks: &Tasks,
    ) -> anyhow::Result<Option<TlsAcceptor>> {
        let (Some(tls), Some(encryption)) = (&self.tls, &config.tls) else { return Ok(None) };
        match encryption {
            Encryption::Files(files) => {
                if let Some(about) = tls.about() {
                    let until = rfc3339(about.ends);
                    tracing::info!(names = %about, until, "pages are encrypted");
                }
                tls.keep_up(files.clone(), tasks)?;
            }
            Encryption::Acme(settings) => {
                let Renewing { outbound, keyring, clock } = renewing;
                let (tls, data_dir) = (tls.clone(), config.data_dir.as_path());
                let doors = acme::Doors { tls, outbound, keyring, data_dir, clock };
                acme::keep(settings, doors, tasks)?;
            }
        }
        Ok(Some(tls.acceptor()))
    }

    pub(super) fn addresses(&self) -> io::Result<Running> {
        let rtmp = self.encoders.as_ref().map(TcpListener::local_addr).transpose()?;
        Ok(Running { http: self.pages.local_addr()?, rtmp })
    }
}

async fn bind(name: &'static str, listen: Listen) -> anyhow::Result<TcpListener> {
    let bound = match TcpListener::bind(listen.addr).await {
        Err(error) if listen.is_default && no_ipv6(&error) => {
            TcpListener::bind(listen.ipv4()).await
        }
        bound => bound,
    };
    bound.with_context(|| {
        format!("cannot listen on {}: choose another address with --{name}", listen.addr)
    })
}

fn no_ipv6(error: &io::Error) -> bool {
    // EAFNOSUPPORT, "address family not supported", has no kind of its own.
    const EAFNOSUPPORT: i32 = 97;
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(EAFNOSUPPORT)
}
