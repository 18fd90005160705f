//! The task that keeps the ledger: looks at everything every ten seconds, writes down every minute,
//! and tells what is too much.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::InsightsError;
use super::alarms::{Alert, Told};
use super::kept::{Gathering, Sample, Step, condense, forget};
use super::ledger::Inner;
use super::look::{ChannelLook, Look, Talk};
use super::machine::Machine;
use super::moments;
use super::store::{Of, Span};
use crate::clock::rfc3339;
use crate::ids::{ChannelId, short_id};
use crate::jobs;
use crate::notify::{Event, EventKind};
use crate::telemetry::chain;

/// How often everything is looked at.
const EVERY: Duration = Duration::from_secs(10);
/// Looks after which what takes a query is asked anew: a minute.
const LOOKS: u32 = 6;
/// Samples that are read for the moments of the last hours.
const MAX_RESTORED: usize = 1000;

pub(super) async fn run(ledger: Arc<Inner>, stopping: CancellationToken) {
    let mut keeper = Keeper::default();
    let mut news = ledger.chat.news();
    tell_failure(ledger.restore().await, "what was measured before cannot be read");
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopping.cancelled() => break,
            heard = news.recv() => match heard {
                Ok(news) => keeper.said += u64::from(news.document["type"] == "CHAT"),
                // Nearly all of what is missed in a flood was said.
                Err(RecvError::Lagged(missed)) => keeper.said += missed,
                Err(RecvError::Closed) => break,
            },
            _ = ticks.tick() => {
                tell_failure(keeper.look(&ledger).await, "the figures of this moment are lost");
            }
        }
    }
    let rest = keeper.gathering.finish();
    tell_failure(ledger.store.save(Step::Minute, &rest).await, "the last figures are lost");
}

fn tell_failure(done: Result<(), InsightsError>, what: &'static str) {
    if let Err(error) = done {
        tracing::warn!(error = chain(&error), "{what}");
    }
}

/// What the task knows.
#[derive(Default)]
struct Keeper {
    machine: Machine,
    gathering: Gathering,
    /// What was said in chat, and how much of that the last look told.
    said: u64,
    told: u64,
    looks: u32,
    jobs: Arc<Vec<jobs::Figures>>,
    totals: (u64, u64),
    condensed: Option<WallClock>,
}

impl Keeper {
    async fn look(&mut self, ledger: &Inner) -> Result<(), InsightsError> {
        let look = Arc::new(self.see(ledger).await?);
        let (now, at) = (ledger.clock.monotonic(), ledger.clock.wall());
        ledger.set_latest(Arc::clone(&look));
        ledger.moments.keep(&look, at);
        let settings = ledger.site.settings();
        let told = ledger.alarms.look(&look.measured(), &settings.settings.alerts, (now, at));
        for told in told {
            tell_failure(ledger.tell(told).await, "an alert reaches the log alone");
        }
        let over = self.gathering.add(at, look.figures());
        if !over.is_empty() {
            ledger.store.save(Step::Minute, &over).await?;
        }
        let condensed = Step::TenMinutes.floor(at);
        if self.condensed != Some(condensed) {
            self.condensed = Some(condensed);
            condense(&ledger.store, at).await?;
            forget(&ledger.store, settings.settings.figures.kept_days, at).await?;
        }
        Ok(())
    }

    async fn see(&mut self, ledger: &Inner) -> Result<Look, InsightsError> {
        let room = &ledger.insights.shared;
        if self.looks.is_multiple_of(LOOKS) {
            self.jobs = Arc::new(ledger.jobs.figures().await?);
            self.totals = ledger.chat.totals().await?;
        }
        self.looks = self.looks.wrapping_add(1);
        let primary = room.channels.primary().await?;
        let mut glimpses = room.glimpses(primary.id);
        let ids: Vec<ChannelId> = glimpses.keys().copied().collect();
        let crowds: BTreeMap<_, _> = ledger.chat.crowds().into_iter().collect();
        let channels = room.channels.those(&ids).await?.into_iter();
        let channels = channels.map(|channel| ChannelLook {
            viewers: room.delivery.viewers(channel.id),
            crowd: room.delivery.crowd(channel.id),
            glimpse: glimpses.remove(&channel.id).unwrap_or_default(),
            chat: crowds.get(&channel.id).map_or(0, |seats| *seats as u64),
            channel,
        });
        let (people, events) = self.totals;
        let talk = Talk {
            connections: crowds.values().map(|seats| *seats as u64).sum(),
            said: self.said,
            said_lately: self.said - self.told,
            people,
            events,
        };
        self.told = self.said;
        let load = self.machine.look(&ledger.data_dir, ledger.clock.monotonic());
        Ok(Look {
            at: Some(ledger.clock.wall()),
            load,
            channels: channels.collect(),
            jobs: Arc::clone(&self.jobs),
            talk,
        })
    }
}

impl Inner {
    /// Takes up what was written down before the server was started.
    async fn restore(&self) -> Result<(), InsightsError> {
        let now = self.clock.wall();
        self.store.clear_all(now).await?;
        let (step, from) = (Step::Minute, now - moments::SPAN);
        let span = Span { step, from, to: now, at_most: MAX_RESTORED };
        let primary = self.insights.shared.channels.primary().await?;
        let watched: Vec<Sample> = self.store.samples(Of::Channel(primary.id), span).await?;
        self.moments.restore(self.store.samples(Of::Site, span).await?, watched);
        Ok(())
    }

    /// To the log, to the database for the admin's page, and to webhooks.
    async fn tell(&self, told: Told) -> Result<(), InsightsError> {
        match &told {
            Told::Raised(alert) => {
                tracing::warn!(alert = %alert.kind, "{}", alert.sentence);
                self.store.raise(alert).await?;
            }
            Told::Cleared(alert) => {
                tracing::info!(alert = %alert.kind, "over: {}", alert.sentence);
                let at = alert.cleared_at.unwrap_or_else(|| self.clock.wall());
                self.store.clear(alert.id, at).await?;
            }
        }
        Ok(self.notify.tell(&event(&told, self.clock.wall())).await?)
    }
}

/// What webhooks are told.
fn event(told: &Told, at: WallClock) -> Event {
    let (Told::Raised(alert) | Told::Cleared(alert)) = told;
    let Alert { id, kind, channel, raised_at, cleared_at, sentence } = alert;
    let more = json!({
        "alert": id.to_string(),
        "kind": kind,
        "channel": channel.map(|id| id.to_string()),
        "raisedAt": rfc3339(*raised_at),
        "clearedAt": cleared_at.map(rfc3339),
        "sentence": sentence,
    });
    let more = more.as_object().cloned().unwrap_or_default();
    Event { kind: EventKind::Alert, id: short_id(), at, more }
}
