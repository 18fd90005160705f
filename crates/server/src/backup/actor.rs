//! The task that copies the database every few hours while the server runs.

use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::time::sleep;

use super::BackupError;
use super::desk::Desk;
use crate::config::Config;
use crate::tasks::Tasks;
use crate::telemetry::chain;

/// When it is tried again after a copy could not be made.
const RETRY: Duration = Duration::from_secs(600);

/// Copies the database among `tasks` as often as the configuration says.
pub(crate) fn keep(desk: &Desk, config: &Config, tasks: &Tasks) {
    let Some(every) = config.backup_every else { return };
    let keeper = Keeper { desk: desk.clone(), every };
    let stopping = tasks.stopping();
    tasks.spawn("backups", async move {
        // A copy that is given up half-way leaves a draft, which the next one removes.
        tokio::select! {
            () = stopping.cancelled() => {}
            () = keeper.run() => {}
        }
    });
}

struct Keeper {
    desk: Desk,
    every: Duration,
}

impl Keeper {
    async fn run(&self) {
        loop {
            let wait = match self.turn().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(reason = chain(&error), "the database could not be backed up");
                    RETRY
                }
            };
            sleep(wait).await;
        }
    }

    /// Makes a copy if it is time for one; gives how long it is until the next.
    async fn turn(&self) -> Result<Duration, BackupError> {
        let clock = self.desk.clock;
        let now = clock.wall();
        let newest = self.desk.folder.times().await?.into_iter().max();
        let wait = until_next(newest, now, self.every);
        if !wait.is_zero() {
            return Ok(wait);
        }
        let file = self.desk.copy(now).await?;
        let took_ms = (clock.wall().as_unix_millis() - now.as_unix_millis()).max(0);
        tracing::info!(file = %file.display(), took_ms, "backed up the database");
        Ok(self.every)
    }
}

/// How long it is until the next copy. One from the future says that the clock was wrong then or is
/// wrong now: a copy too many does no harm.
fn until_next(newest: Option<WallClock>, now: WallClock, every: Duration) -> Duration {
    let Some(newest) = newest.filter(|newest| *newest <= now) else { return Duration::ZERO };
    let age = u64::try_from(now.as_unix_millis() - newest.as_unix_millis()).unwrap_or_default();
    every.saturating_sub(Duration::from_millis(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_when_the_newest_is_old_enough() {
        let hour = Duration::from_secs(3600);
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let at = |minute: i64| WallClock::from_unix_millis(minute * 60_000);
        for (newest, now, wait) in [
            (None, 0, minutes(0)),
            (Some(0), 0, minutes(60)),
            (Some(0), 20, minutes(40)),
            (Some(0), 60, minutes(0)),
            (Some(0), 6000, minutes(0)),
            (Some(10), 0, minutes(0)),
        ] {
            assert_eq!(until_next(newest.map(at), at(now), hour), wait, "{newest:?} {now}");
        }
    }
}
