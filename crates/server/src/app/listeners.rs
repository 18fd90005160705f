//! The sockets that people and encoders come to.

use std::io;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;

use crate::clock::rfc3339;
use crate::config::{Config, Listen};
use crate::running::Running;
use crate::tasks::Tasks;
use crate::tls::Tls;

/// The doors, open before anything else is.
pub(super) struct Listeners {
    pub(super) pages: TcpListener,
    pub(super) encoders: Option<TcpListener>,
    /// What encrypts what comes to the pages.
    tls: Option<Tls>,
}

impl Listeners {
    pub(super) async fn bind(config: &Config, media: &Handle) -> anyhow::Result<Self> {
        let tls = match &config.tls {
            Some(files) => Some(Tls::new(files.read().await?)?),
            None => None,
        };
        let pages = bind("http", config.http).await?;
        let encoders = match config.rtmp {
            // Its connections belong to the runtime that it is bound in.
            Some(listen) => Some(media.spawn(bind("rtmp", listen)).await??),
            None => None,
        };
        Ok(Self { pages, encoders, tls })
    }

    /// What encrypts the pages, with a certificate that is kept new from now on.
    pub(super) fn encryption(
        &self,
        config: &Config,
        tasks: &Tasks,
    ) -> io::Result<Option<TlsAcceptor>> {
        let (Some(tls), Some(files)) = (&self.tls, &config.tls) else { return Ok(None) };
        let about = tls.about();
        tracing::info!(names = %about, until = rfc3339(about.ends), "pages are encrypted");
        tls.keep_up(files.clone(), tasks)?;
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
