//! What was said is forgotten after as long as the site says.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::rooms::Shared;

/// How often it is looked for what is old.
const EVERY: Duration = Duration::from_secs(600);
/// Events that are forgotten at once: others write between two such steps.
const STEP: usize = 1000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Forgets, until the server stops.
pub(super) async fn run(shared: Arc<Shared>) {
    let stopping = shared.tasks.stopping();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let days = shared.doors.site.settings().settings.chat.kept_days;
        if days == 0 {
            continue;
        }
        let before = shared.clock.wall() - DAY * days;
        loop {
            match shared.store.forget(before, STEP).await {
                Ok(forgotten) if forgotten > 0 && !stopping.is_cancelled() => {}
                Ok(_) => break,
                Err(error) => {
                    let error = crate::telemetry::chain(&error);
                    tracing::warn!(error, "old chat is not forgotten; it is tried again");
                    break;
                }
            }
        }
    }
}
