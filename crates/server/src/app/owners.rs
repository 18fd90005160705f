//! Who owns which tasks, and in which order they stop.

use std::time::Duration;

use anyhow::bail;
use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::tasks::Tasks;

/// How long stopping takes at most, step by step: 30 seconds in all, after which service managers
/// lose their patience.
pub(super) const PATIENCE: Patience = Patience {
    senders: Duration::from_secs(5),
    packagers: Duration::from_secs(5),
    others: Duration::from_secs(15),
    close: Duration::from_secs(5),
};

/// The owners of tasks, in the order in which they stop.
pub(super) struct Owners {
    /// Encoders and RTMP players, on the media thread.
    pub(super) senders: Tasks,
    /// What is made of their frames, on the media thread.
    pub(super) packagers: Tasks,
    /// Those who look after ffmpeg, on a thread of their own.
    pub(super) transcoders: Tasks,
    /// Requests and sockets.
    pub(super) servers: Tasks,
    /// What must be written down last.
    pub(super) keepers: Tasks,
}

/// How long each step of stopping may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// For encoders and their players to be told.
    pub(super) senders: Duration,
    /// For the last frames to be packaged.
    pub(super) packagers: Duration,
    /// For viewers to get what they were promised, and for progress to be written.
    pub(super) others: Duration,
    /// For the database.
    pub(super) close: Duration,
}

impl Owners {
    /// Owners of whom those who handle frames work on the runtime `media`, and those who look after
    /// ffmpeg on `transcode`.
    pub(super) fn new(media: &Handle, transcode: &Handle) -> Self {
        let on_media = || Tasks::on(media.clone());
        let elsewhere = || Tasks::on(Handle::current());
        Self {
            senders: on_media(),
            packagers: on_media(),
            transcoders: Tasks::on(transcode.clone()),
            servers: elsewhere(),
            keepers: elsewhere(),
        }
    }

    /// Stops media first, so that there is nothing more to keep; then everybody else at once:
    /// progress is written without waiting for the slowest viewer. A second signal stops at once.
    pub(super) async fn drain(
        &self,
        patience: Patience,
        again: &mut StopSignal,
    ) -> anyhow::Result<()> {
        let orderly = async {
            // Senders first; what they sent last is encoded and packaged before the rest goes.
            let sent = self.senders.shut_down(patience.senders).await;
            let (encoded, packaged) = tokio::join!(
                self.transcoders.shut_down(patience.packagers),
                self.packagers.shut_down(patience.packagers),
            );
            let sent = sent && encoded && packaged;
            let (served, kept) = tokio::join!(
                self.servers.shut_down(patience.others),
                self.keepers.shut_down(patience.others),
            );
            if !(sent && served && kept) {
                tracing::warn!("some connections did not finish in time and are cut off");
            }
        };
        tokio::select! {
            () = orderly => Ok(()),
            () = again.heard() => bail!("stopped at once, as told twice"),
        }
    }
}

/// What tells the program to stop. It is heard from the moment this is made: before that, a signal
/// ends the program as it stands.
pub(super) struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    pub(super) fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn heard(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stopping_takes_no_longer_than_promised_whoever_hangs() {
        let owners = Owners::new(&Handle::current(), &Handle::current());
        for tasks in [
            &owners.senders,
            &owners.packagers,
            &owners.transcoders,
            &owners.servers,
            &owners.keepers,
        ] {
            tasks.spawn("hanging", std::future::pending());
        }
        let began = Instant::now();
        owners.drain(PATIENCE, &mut StopSignal::listen().unwrap()).await.unwrap();
        assert!(began.elapsed() + PATIENCE.close <= Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn progress_is_written_while_viewers_are_still_served() {
        let owners = Owners::new(&Handle::current(), &Handle::current());
        owners.servers.spawn("hanging", std::future::pending());
        let stopping = owners.keepers.stopping();
        let (began, written) = (Instant::now(), Arc::new(Mutex::new(None)));
        let notes = Arc::clone(&written);
        owners.keepers.spawn("keeping", async move {
            stopping.cancelled().await;
            *notes.lock().unwrap() = Some(began.elapsed());
        });
        owners.drain(PATIENCE, &mut StopSignal::listen().unwrap()).await.unwrap();
        assert_eq!(*written.lock().unwrap(), Some(Duration::ZERO));
    }
}
