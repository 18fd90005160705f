//! What was said is forgotten after as long as the site says, and where people wrote from sooner.

use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::time::{MissedTickBehavior, interval};

use super::ChatError;
use super::rooms::Shared;

/// How often it is looked for what is old.
const EVERY: Duration = Duration::from_secs(600);
/// Rows that are forgotten at once: others write between two such steps.
const STEP: usize = 1000;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long it is known where somebody wrote from who does not write any more: long enough to ban
/// who comes back, and no longer.
const ADDRESS_DAYS: u32 = 30;

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
        if let Err(error) = forget(&shared, shared.clock.wall()).await {
            let error = crate::telemetry::chain(&error);
            tracing::warn!(error, "old chat is not forgotten; it is tried again");
        }
    }
}

/// What is forgotten.
#[derive(Clone, Copy)]
enum What {
    Addresses,
    Reaches,
    Events,
    Queue,
    Guests,
}

/// Forgets all that is too old.
async fn forget(shared: &Shared, now: WallClock) -> Result<(), ChatError> {
    again(shared, (What::Addresses, now - DAY * ADDRESS_DAYS)).await?;
    again(shared, (What::Reaches, now)).await?;
    let days = shared.doors.site.settings().settings.chat.kept_days;
    if days == 0 {
        return Ok(());
    }
    let before = now - DAY * days;
    again(shared, (What::Events, before)).await?;
    again(shared, (What::Queue, before)).await?;
    // A day longer than what they said: it is known of every message who said it.
    again(shared, (What::Guests, before - DAY)).await
}

/// Step after step, until there is nothing more or the server stops.
async fn again(shared: &Shared, (what, before): (What, WallClock)) -> Result<(), ChatError> {
    let (stopping, store) = (shared.tasks.stopping(), &shared.store);
    while !stopping.is_cancelled() {
        let forgotten = match what {
            What::Addresses => store.forget_addresses(before, STEP).await?,
            What::Reaches => store.forget_reaches(before, STEP).await?,
            What::Events => store.forget(before, STEP).await?,
            What::Queue => store.forget_queue(before, STEP).await?,
            What::Guests => store.forget_guests(before, STEP).await?,
        };
        if forgotten == 0 {
            break;
        }
    }
    Ok(())
}
