//! What is written down of broadcasts, behind their backs: going live and ending never wait for the
//! disk, and what it refuses is tried again until it is taken. Segments wait for their numbers to be
//! written, a moment at most (`delivery`).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::air::{Air, Progress};
use super::entry::Ended;
use super::store::Record;
use super::{LiveError, Shared, lock};
use crate::ids::{BroadcastId, ChannelId};
use crate::telemetry;

/// How often it is looked whether something has to be written, while something is on air.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After a write, segments that begin within this time are written down together: many channels cost
/// one write. Less than a part takes: what is not written down is not listed.
const GATHER: Duration = Duration::from_millis(50);

/// How often a broadcast is written that gives out no numbers: what is lost of its peak of viewers,
/// and of the time of its end, when the machine crashes.
const WRITE_EVERY: Duration = Duration::from_secs(30);

/// What is known to be on disk.
#[derive(Default)]
pub(super) struct Ledger {
    /// What was written last of each channel.
    written: HashMap<ChannelId, Written>,
    /// Whether the last attempt failed, which is told once.
    pub(super) failing: bool,
}

#[derive(Clone, Copy)]
struct Written {
    broadcast: BroadcastId,
    progress: Progress,
    at: Instant,
}

pub(super) async fn run(shared: Arc<Shared>, stopping: CancellationToken) {
    let mut ledger = Ledger::default();
    let mut gathered = tokio::time::Instant::now();
    while !stopping.is_cancelled() {
        tokio::select! {
            () = shared.unwritten.notified() => sleep_until(gathered).await,
            () = sleep(LOOK_EVERY), if shared.is_busy() => {}
            () = stopping.cancelled() => {}
        }
        shared.write_down(&mut ledger).await;
        gathered = tokio::time::Instant::now() + GATHER;
    }
    // Everything once more, as it is in the end.
    ledger.written.clear();
    shared.write_down(&mut ledger).await;
}

impl Shared {
    fn is_busy(&self) -> bool {
        let entries = lock(&self.entries);
        entries.values().any(|entry| entry.on.is_some() || !entry.ended.is_empty())
    }

    pub(super) async fn write_down(&self, ledger: &mut Ledger) {
        match self.write(ledger).await {
            Ok(()) if ledger.failing => {
                ledger.failing = false;
                tracing::info!("broadcasts are recorded in the database again");
            }
            Err(error) if !ledger.failing => {
                ledger.failing = true;
                let error = telemetry::chain(&error);
                tracing::error!(error, "broadcasts go on, but cannot be recorded; trying again");
            }
            Ok(()) | Err(_) => {}
        }
    }

    async fn write(&self, ledger: &mut Ledger) -> Result<(), LiveError> {
        let now = self.clock.monotonic();
        let records = self.due(ledger, now);
        if records.is_empty() {
            return Ok(());
        }
        let saved = self.store.save(self.clock.wall(), &records).await;
        self.tell_packagers(&records, saved.is_ok());
        match saved {
            Ok(()) => self.note_written(ledger, &records, now),
            // One of them is wrong: the others do not pay for it.
            Err(LiveError::Db(error)) if error.is_taken() && records.len() > 1 => {
                return self.write_singly(ledger, &records, now).await;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn write_singly(
        &self,
        ledger: &mut Ledger,
        records: &[Record],
        now: Instant,
    ) -> Result<(), LiveError> {
        let mut result = Ok(());
        for record in records.chunks(1) {
            let saved = self.store.save(self.clock.wall(), record).await;
            self.tell_packagers(record, saved.is_ok());
            match saved {
                Ok(()) => self.note_written(ledger, record, now),
                Err(error) => result = Err(error),
            }
        }
        result
    }

    fn note_written(&self, ledger: &mut Ledger, records: &[Record], now: Instant) {
        for record in records {
            ledger.note(record, now);
        }
        self.forget_ended(records);
    }

    /// Packagers hold back what has a number that is not written down.
    fn tell_packagers(&self, records: &[Record], saved: bool) {
        let entries = lock(&self.entries);
        for record in records {
            let Some(entry) = entries.get(&record.channel) else { continue };
            // Also once it is over: its packager may still publish what it holds.
            let is_of = |air: &&Arc<Air>| air.period.broadcast == record.period.broadcast;
            let ended = entry.ended.iter().map(|it| &it.air);
            match entry.newest.iter().chain(ended).find(is_of) {
                Some(air) if saved => air.written(record.progress.next_sequence),
                Some(air) => air.unwritable(),
                None => {}
            }
        }
    }

    /// What has to be written: ends first, so that no channel has two broadcasts without one.
    fn due(&self, ledger: &Ledger, now: Instant) -> Vec<Record> {
        let entries = lock(&self.entries);
        let ended = entries.values().flat_map(|entry| &entry.ended);
        let ended = ended.map(|Ended { air, at }| Record::of(air, Some(*at)));
        let on = entries.values().filter_map(|entry| entry.on.as_ref());
        let on = on.filter(|on| ledger.is_due(&on.air, now)).map(|on| Record::of(&on.air, None));
        ended.chain(on).collect()
    }

    fn forget_ended(&self, written: &[Record]) {
        let is_written = |ended: &Ended| {
            let broadcast = ended.air.period.broadcast;
            written.iter().any(|it| it.ended_at.is_some() && it.period.broadcast == broadcast)
        };
        for entry in lock(&self.entries).values_mut() {
            entry.ended.retain(|ended| !is_written(ended));
        }
    }
}

impl Ledger {
    fn is_due(&self, air: &Air, now: Instant) -> bool {
        let written = self.written.get(&air.channel);
        let written = written.filter(|written| written.broadcast == air.period.broadcast);
        written.is_none_or(|written| {
            now.saturating_duration_since(written.at) >= WRITE_EVERY
                || air.progress().is_beyond(written.progress)
        })
    }

    fn note(&mut self, record: &Record, at: Instant) {
        let (broadcast, progress) = (record.period.broadcast, record.progress);
        self.written.insert(record.channel, Written { broadcast, progress, at });
    }
}
