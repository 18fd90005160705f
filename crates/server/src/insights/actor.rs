//! The task that looks at every channel, and hears what players tell on the way to their files.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::facts::{Transcoder, least_encoded_bps};
use super::record::{Look, Record};
use crate::delivery::Told;
use crate::live::{Air, Phase};

/// How often everything is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// Reports taken at one time.
const MAX_BATCH: usize = 256;

/// Where news comes from.
pub(super) struct Sources {
    pub(super) begins: mpsc::Receiver<Arc<Air>>,
    pub(super) told: mpsc::Receiver<Told>,
}

pub(super) async fn run(shared: Arc<Shared>, sources: Sources, stopping: CancellationToken) {
    let Sources { mut begins, mut told } = sources;
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reports = Vec::with_capacity(MAX_BATCH);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            Some(air) = begins.recv() => {
                let now = shared.clock.monotonic();
                shared.with_record(air.channel, now, |record, _| record.begin(air));
            }
            _ = ticks.tick() => shared.look(),
            _ = told.recv_many(&mut reports, MAX_BATCH), if !told.is_closed() => {
                reports.drain(..).for_each(|told| shared.hear(&told));
            }
        }
    }
}

impl Shared {
    /// Looks at every channel that anything is known of.
    fn look(&self) {
        let (now, at) = (self.clock.monotonic(), self.clock.wall());
        let mut state = self.state();
        state.budgets.prune(now);
        for (channel, record) in &mut state.records {
            let activity = record.on().and_then(|on| self.transcode.state(on));
            let activity = activity.map(|it| it.borrow().clone());
            let sent = self.delivery.watch(*channel).borrow().as_ref().map(|it| it.bitrate_bps);
            let encoded = activity.as_ref().and_then(least_encoded_bps);
            let look = Look {
                now,
                at,
                is_sending: matches!(*self.live.watch(*channel).borrow(), Phase::OnAir { .. }),
                viewers: self.delivery.viewers(*channel),
                least_bps: sent.into_iter().chain(encoded).min(),
                transcoder: activity.as_ref().and_then(Transcoder::of),
            };
            Record::look(record, look);
        }
    }

    /// Hears what a player tells on its way to a file. What is too much is not heard.
    fn hear(&self, told: &Told) {
        let Some(session) = &told.report.session else { return };
        let now = self.clock.monotonic();
        let (player, client) = (self.player(session), self.client(told.client));
        self.with_record(told.channel, now, |record, budgets| {
            // Who is known is charged by what its requests cost anyway.
            let known = record.players.knows(player) || budgets.take(client, 1, now);
            if known && record.players.admit(player, client, now).is_ok() {
                let _ = record.players.tell(player, &told.report, told.rendition, now);
            }
        });
    }
}
