//! The task that has a certificate renewed in time.

use std::io;
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::client::Client;
use super::model::{Jitter, LEAST_PAUSE, pause, renewal};
use super::order::Desk;
use super::shelf::{Journal, Noted, Shelf, Trouble};
use super::{AcmeError, Doors, Settings};
use crate::clock::{Clock, rfc3339};
use crate::seal;
use crate::tasks::Tasks;
use crate::telemetry::chain;
use crate::tls::{About, Certificate, Tls};

/// The longest time between two looks at the clock: it is the world's, and may leap.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Who has the certificate renewed.
pub(super) struct Keeper {
    settings: Settings,
    client: Client,
    shelf: Shelf,
    tls: Tls,
    clock: Clock,
    /// When a certificate is due.
    due: WallClock,
    /// Nothing is ordered before.
    not_before: WallClock,
    /// One after another.
    failures: u32,
}

impl Keeper {
    /// Shows what is kept, and waits for nothing.
    pub(super) fn new(settings: &Settings, doors: Doors<'_>) -> Self {
        let Doors { tls, outbound, keyring, data_dir, clock } = doors;
        let epoch = WallClock::from_unix_millis(0);
        let mut keeper = Self {
            settings: settings.clone(),
            client: Client::new(outbound, clock),
            shelf: Shelf::new(data_dir, keyring),
            tls,
            clock,
            due: epoch,
            not_before: epoch,
            failures: 0,
        };
        keeper.take_kept();
        keeper
    }

    /// The certificate of an earlier run: shown whatever it says, for it is better than none.
    fn take_kept(&mut self) {
        let hosts = self.settings.hosts.join(", ");
        let kept = self.shelf.certificate().and_then(|kept| {
            let certificate = Certificate::from_pem(&kept.chain, &kept.key).ok()?;
            Some((kept.directory == self.settings.directory, certificate))
        });
        let Some((is_of_authority, certificate)) = kept else {
            tracing::warn!(
                hosts,
                "pages wait for their first certificate: the authority connects to port 443 of each \
                 host, which must lead here"
            );
            return;
        };
        let about = certificate.about().clone();
        tracing::info!(names = %about, until = rfc3339(about.ends), "pages are encrypted");
        if is_of_authority && self.settings.is_for(&about.names) {
            self.due = renewal(&about, jitter());
        }
        self.tls.show(certificate);
    }

    /// Keeps the certificate new until the tasks stop; tries at once on SIGHUP.
    pub(super) fn keep(mut self, tasks: &Tasks) -> io::Result<()> {
        let mut told = signal(SignalKind::hangup())?;
        let stopping = tasks.stopping();
        tasks.spawn("certificate", async move {
            tokio::select! {
                () = self.look_on(&mut told) => {}
                // An order that is not finished is begun anew by the next run.
                () = stopping.cancelled() => {}
            }
        });
        Ok(())
    }

    async fn look_on(&mut self, told: &mut Signal) {
        loop {
            let wait =
                self.due.max(self.not_before).as_unix_millis() - self.clock.wall().as_unix_millis();
            if wait <= 0 {
                self.order().await;
                continue;
            }
            let wait = Duration::from_millis(wait.unsigned_abs()).min(LOOK_EVERY);
            tokio::select! {
                () = sleep(wait) => {}
                // Somebody mended what was wrong, or says so.
                _ = told.recv() => self.not_before = self.clock.wall(),
            }
        }
    }

    async fn order(&mut self) {
        let Self { settings, client, shelf, tls, .. } = self;
        tracing::info!(hosts = settings.hosts.join(", "), "a certificate is ordered");
        let ordered = Desk { settings, client, shelf, tls }.order().await;
        let asked = self.client.asked_pause();
        let trouble = match ordered {
            Ok(certificate) => {
                self.arrived(certificate);
                None
            }
            Err(error) => Some(self.failed(&error, asked)),
        };
        let certificate = self.tls.about().as_ref().map(Noted::from);
        if let Err(error) = self.shelf.note(&Journal { certificate, trouble }) {
            tracing::warn!(
                error = chain(&error),
                "how it went with the certificate is not written down"
            );
        }
    }

    fn arrived(&mut self, certificate: Certificate) {
        let about: About = certificate.about().clone();
        self.tls.show(certificate);
        self.failures = 0;
        self.due = renewal(&about, jitter());
        self.not_before = later(self.clock.wall(), LEAST_PAUSE);
        let until = rfc3339(about.ends);
        tracing::info!(names = %about, until, "there is a new certificate, and it is used");
    }

    fn failed(&mut self, error: &AcmeError, asked: Option<Duration>) -> Trouble {
        self.failures = self.failures.saturating_add(1);
        let (now, reason) = (self.clock.wall(), chain(error));
        self.not_before = later(now, pause(self.failures, asked, jitter()));
        let next = rfc3339(self.not_before);
        match self.tls.about() {
            Some(about) => tracing::warn!(
                error = reason,
                next,
                until = rfc3339(about.ends),
                "no new certificate came; the old one stays, and another is ordered then, or on SIGHUP"
            ),
            None => tracing::warn!(
                error = reason,
                next,
                "no certificate came, and the pages wait for one; it is ordered again then, or on SIGHUP"
            ),
        }
        let (at_ms, next_ms) = (now.as_unix_millis(), self.not_before.as_unix_millis());
        Trouble { reason, at_ms, next_ms }
    }
}

fn later(at: WallClock, by: Duration) -> WallClock {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    WallClock::from_unix_millis(at.as_unix_millis().saturating_add(millis))
}

/// Some; where the system has no randomness, everybody comes at the same time.
fn jitter() -> Jitter {
    let [random, ..] = seal::entropy().unwrap_or_default();
    Jitter::of(random)
}
