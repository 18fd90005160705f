//! The actors of the stories: a server, encoders, viewers, a browser.
//!
//! Nobody sleeps for a fixed time: actors wait for what they expect ([`until`]), with a patience
//! that a busy machine does not exhaust.

pub(crate) mod acme;
mod browser;
mod devtools;
mod encoder;
pub(crate) mod ffmpeg;
mod hands;
pub(crate) mod http;
mod person;
mod program;
mod raw;
mod rtmp;
mod server;
mod site;
mod smtp;
mod socket;
mod sockets;
pub(crate) mod trust;
mod viewer;

use std::time::Duration;

use tokio::time::{Instant, sleep};

pub(crate) use browser::{Browser, Page};
pub(crate) use encoder::{Encoder, Source};
pub(crate) use ffmpeg::Ffmpeg;
pub(crate) use http::{Answer, Http};
pub(crate) use person::Person;
pub(crate) use program::Program;
pub(crate) use raw::Raw;
pub(crate) use rtmp::{Link, Refused};
pub(crate) use server::{Server, Setup, rivulet};
pub(crate) use site::{Database, Site, new_postgres, on_both_databases};
pub(crate) use smtp::MailServer;
pub(crate) use socket::Socket;
pub(crate) use sockets::Sockets;
pub(crate) use trust::{Authority, Trust};
pub(crate) use viewer::{Seen, Viewer};

/// How long anything may take that happens soon. Many times what it takes on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);
/// How often a condition is looked at that cannot be awaited.
const GLANCE: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let patience = Patience::until(what);
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        patience.wait().await;
    }
}

/// Waits between looks, and fails when it has waited in vain.
struct Patience<'a> {
    what: &'a str,
    deadline: Instant,
}

impl<'a> Patience<'a> {
    fn until(what: &'a str) -> Self {
        Self { what, deadline: Instant::now() + PATIENCE }
    }

    async fn wait(&self) {
        assert!(Instant::now() < self.deadline, "waited {PATIENCE:?} in vain until {}", self.what);
        sleep(GLANCE).await;
    }
}
