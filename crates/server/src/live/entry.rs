//! What is known of one channel: its phase, its broadcast and those that are not written yet.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::sync::watch;

use super::air::{Air, NewAir, Progress};
use super::leash::{Eviction, Leash};
use super::model::{Effect, Phase};
use crate::ids::StreamKeyId;

/// Ends of one channel's broadcasts that may wait to be written. Against an encoder that comes and
/// goes while the disk is full.
const MAX_UNWRITTEN_ENDS: usize = 64;

/// What is known of one channel.
pub(super) struct Entry {
    pub(super) phase: watch::Sender<Phase>,
    pub(super) grace: Duration,
    pub(super) on: Option<On>,
    /// The newest broadcast since the server was started: the next one goes on from its numbers.
    pub(super) newest: Option<Arc<Air>>,
    /// Ended broadcasts whose end is not written yet, oldest first.
    pub(super) ended: VecDeque<Ended>,
}

/// A broadcast that is over.
pub(super) struct Ended {
    pub(super) air: Arc<Air>,
    pub(super) at: WallClock,
}

/// The broadcast on air and its publisher's leash.
pub(super) struct On {
    pub(super) air: Arc<Air>,
    pub(super) leash: Arc<Leash>,
    /// What its publisher showed, where that is known.
    pub(super) key: Option<StreamKeyId>,
}

impl On {
    pub(super) fn new(new: NewAir) -> Self {
        Self { air: Arc::new(Air::new(new)), leash: Arc::default(), key: None }
    }

    /// Gives the place to a new publisher, and returns its seat. Whoever had it is evicted.
    pub(super) fn take_over(&mut self, rejoins: bool) -> u64 {
        self.leash.evict(Eviction::TakenOver);
        self.leash = Arc::default();
        let seat = self.air.seat_next();
        if rejoins {
            self.air.rejoin();
        }
        seat
    }
}

impl Entry {
    pub(super) fn current(&self) -> Phase {
        *self.phase.borrow()
    }

    /// See [`super::Shared::unused`].
    pub(super) fn unused(&self) -> Option<Progress> {
        Some(self.newest.as_ref()?.progress().for_the_next_broadcast())
    }

    /// The broadcast is over. Its packager may still publish what it holds.
    fn end(&mut self, at: WallClock) {
        let Some(On { air, .. }) = self.on.take() else { return };
        air.close();
        if self.ended.len() >= MAX_UNWRITTEN_ENDS {
            tracing::warn!("the end of a broadcast is forgotten: the disk has not taken it");
            // The oldest may stand in the database without its end, and has to get it.
            self.ended.remove(1);
        }
        self.ended.push_back(Ended { air, at });
    }

    /// Takes over a phase that came of time or of a publisher leaving.
    pub(super) fn settle(&mut self, phase: Phase, effects: &[Effect], at: WallClock) {
        for effect in effects {
            if let Effect::End(_) = effect {
                self.end(at);
            }
        }
        self.phase.send_if_modified(|current| {
            let changes = *current != phase;
            *current = phase;
            changes
        });
    }
}

impl Default for Entry {
    fn default() -> Self {
        let phase = watch::Sender::new(Phase::Offline);
        Self { phase, grace: Duration::ZERO, on: None, newest: None, ended: VecDeque::new() }
    }
}
