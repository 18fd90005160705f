//! Whoever renews a certificate leaves the new one in the same files: they are looked at now and
//! then, and at once when somebody says so.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use super::{Files, Tls};
use crate::clock::rfc3339;
use crate::tasks::Tasks;
use crate::telemetry::chain;

/// How often the files are looked at by itself.
const LOOK_EVERY: Duration = Duration::from_secs(60);

impl Tls {
    /// Takes what comes into the files anew: each minute, and on SIGHUP.
    pub(crate) fn keep_up(&self, files: Files, tasks: &Tasks) -> io::Result<()> {
        let mut told = signal(SignalKind::hangup())?;
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut keeper = Keeper { tls: self.clone(), files, complaint: String::new() };
        let stopping = tasks.stopping();
        tasks.spawn("certificate", async move {
            loop {
                tokio::select! {
                    _ = looks.tick() => {}
                    _ = told.recv() => keeper.complaint.clear(),
                    () = stopping.cancelled() => return,
                }
                keeper.look().await;
            }
        });
        Ok(())
    }
}

struct Keeper {
    tls: Tls,
    files: Files,
    /// What was wrong at the last look, so that it is said once and not each minute.
    complaint: String,
}

impl Keeper {
    async fn look(&mut self) {
        match self.files.read().await {
            Ok(certificate) => {
                self.complaint.clear();
                let about = certificate.about().clone();
                if self.tls.show(certificate) {
                    let until = rfc3339(about.ends);
                    tracing::info!(names = %about, until, "there is a new certificate, and it is used");
                }
            }
            Err(error) => {
                let complaint = chain(&error);
                if complaint != self.complaint {
                    tracing::warn!(
                        error = complaint,
                        "the new certificate cannot be used; the old one stays"
                    );
                    self.complaint = complaint;
                }
            }
        }
    }
}
