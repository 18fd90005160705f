//! One broadcast in the eyes of the scheduler: what it wants, what it has, and how it has done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rivulet_media::frame::VideoCodec;

use crate::ids::BroadcastId;
use crate::transcode::ladder::{Cost, Ladder};

/// The wait after a first failure: viewers who lost a rung have it back within two seconds.
pub(super) const FIRST_BACKOFF: Duration = Duration::from_millis(500);
/// No wait is longer, but for its jitter.
pub(super) const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// A child that ran for so long was in good health: the next failure is a first one.
pub(super) const HEALTHY: Duration = Duration::from_secs(60);
/// From the second failure in a row on, who waits keeps no room from others.
const MAX_KEEPING_FAILURES: u32 = 1;
/// Two children of one broadcast never begin closer to each other, whatever the reason: against a
/// source that changes its configuration with every frame.
pub(super) const SPACING: Duration = Duration::from_millis(500);
/// How long there must be room before a rung comes back.
pub(super) const ROOM: Duration = Duration::from_secs(30);
/// The wait for a rung that is lost again and again doubles so often at most: to 16 minutes.
const MAX_DOUBLINGS: u32 = 5;
/// Who had all rungs for so long has proved that they fit.
const FORGIVEN: Duration = Duration::from_secs(600);
/// A child begins with what was kept while its source was measured, and is behind by that much.
pub(super) const CATCHING_UP: Duration = Duration::from_secs(10);
/// How far behind its source a child may be ...
const MAX_LAG: Duration = Duration::from_secs(2);
/// ... and for how long.
const MAX_BEHIND: Duration = Duration::from_secs(3);

/// The rungs of a ladder in the order in which they are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    decoding: Cost,
    rungs: Vec<(u8, Cost)>,
}

impl Plan {
    /// The cheapest that every player plays comes first, then the others, cheapest first: the
    /// costliest is the last to come and the first to go.
    pub(crate) fn of(ladder: &Ladder) -> Self {
        let mut rungs: Vec<_> = ladder.rungs.iter().collect();
        rungs.sort_by_key(|rung| (rung.cost, std::cmp::Reverse(rung.number)));
        if let Some(at) = rungs.iter().position(|rung| rung.codec == VideoCodec::H264) {
            let first = rungs.remove(at);
            rungs.insert(0, first);
        }
        let rungs = rungs.into_iter().map(|rung| (rung.number, rung.cost)).collect();
        Self { decoding: ladder.decoding, rungs }
    }

    #[cfg(test)]
    pub(super) fn new(decoding: Cost, rungs: Vec<(u8, Cost)>) -> Self {
        Self { decoding, rungs }
    }

    /// How many rungs there are.
    pub(super) fn len(&self) -> usize {
        self.rungs.len()
    }

    /// What the first so many rungs cost.
    pub(super) fn cost(&self, count: usize) -> Cost {
        if count == 0 {
            return Cost(0);
        }
        self.decoding + self.rungs.iter().take(count).map(|(_, cost)| *cost).sum()
    }

    /// The numbers of the first so many rungs, best first.
    pub(super) fn numbers(&self, count: usize) -> Vec<u8> {
        let mut numbers: Vec<u8> = self.rungs.iter().take(count).map(|(at, _)| *at).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The numbers of the others.
    pub(super) fn missing(&self, count: usize) -> Vec<u8> {
        let mut numbers: Vec<u8> = self.rungs.iter().skip(count).map(|(at, _)| *at).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// What a broadcast is doing.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// In the queue.
    Waiting,
    /// Its source has changed; the next plan is on its way.
    Unplanned,
    /// The first `count` rungs have a child.
    Running { count: usize, since: Instant, started: bool, behind_since: Option<Instant> },
    /// Its child failed. Room for `keeps` rungs is kept.
    BackingOff { until: Instant, keeps: usize, why: Arc<str> },
    /// Even its first rung was too slow.
    Resting { until: Instant },
}

/// A broadcast.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: BroadcastId,
    pub(super) plan: Plan,
    pub(super) phase: Phase,
    /// Counts its children: what is said of a former one is not of this.
    pub(super) run: u64,
    pub(super) last_start: Option<Instant>,
    /// Since when there has been room for one rung more.
    pub(super) room_since: Option<Instant>,
    /// How often it lost a rung for being slow.
    pub(super) sheds: u32,
    failures: u32,
}

impl Job {
    pub(super) fn new(id: BroadcastId, plan: Plan) -> Self {
        Self {
            id,
            plan,
            phase: Phase::Waiting,
            run: 0,
            last_start: None,
            room_since: None,
            sheds: 0,
            failures: 0,
        }
    }

    /// Rungs that have a child.
    pub(super) fn count(&self) -> usize {
        match self.phase {
            Phase::Running { count, .. } => count,
            _ => 0,
        }
    }

    /// Another source: what was too much of the last one may be little of this.
    pub(super) fn replan(&mut self, plan: Plan) {
        self.plan = plan;
        self.sheds = 0;
        match &mut self.phase {
            Phase::Resting { .. } => self.phase = Phase::Waiting,
            // What was kept was for the last one.
            Phase::BackingOff { keeps, .. } => *keeps = 0,
            _ => {}
        }
    }

    /// Whether it has a child that is as far as its source.
    pub(super) fn keeps_up(&self) -> bool {
        matches!(self.phase, Phase::Running { started: true, behind_since: None, .. })
    }

    /// The room it takes.
    pub(super) fn used(&self) -> Cost {
        match self.phase {
            Phase::Running { count, .. } => self.plan.cost(count),
            Phase::BackingOff { keeps, .. } => self.plan.cost(keeps),
            Phase::Waiting | Phase::Unplanned | Phase::Resting { .. } => Cost(0),
        }
    }

    /// What its next rung costs.
    pub(super) fn next_cost(&self) -> Cost {
        let now = self.plan.cost(self.count()).0;
        Cost(self.plan.cost(self.count() + 1).0.saturating_sub(now))
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting)
    }

    /// Whether a child of it may begin.
    pub(super) fn may_start(&self, now: Instant) -> bool {
        self.last_start.is_none_or(|last| now >= last + SPACING)
    }

    /// A child with the first `count` rungs begins.
    pub(super) fn start(&mut self, count: usize, now: Instant) {
        self.phase = Phase::Running { count, since: now, started: false, behind_since: None };
        self.run += 1;
        self.last_start = Some(now);
        self.room_since = None;
    }

    /// The first frames of its child have come.
    pub(super) fn begin(&mut self) {
        if let Phase::Running { started, .. } = &mut self.phase {
            *started = true;
        }
    }

    /// Its child failed. `jitter`, from 0 to 1, keeps many from coming back at the same moment. Its
    /// room is kept for it once.
    pub(super) fn fail(&mut self, why: Arc<str>, now: Instant, jitter: f64) {
        let Phase::Running { count, since, .. } = self.phase else { return };
        if now.saturating_duration_since(since) >= HEALTHY {
            self.failures = 0;
        }
        let delay = backoff(self.failures).mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
        self.failures = self.failures.saturating_add(1);
        let keeps = if self.failures <= MAX_KEEPING_FAILURES { count } else { 0 };
        self.phase = Phase::BackingOff { until: now + delay, keeps, why };
    }

    /// It runs because it is alone: nothing is kept for it.
    pub(super) fn keep_nothing(&mut self) {
        if let Phase::BackingOff { keeps, .. } = &mut self.phase {
            *keeps = 0;
        }
    }

    /// Notes how far behind its child is; says whether that has been too far for too long.
    pub(super) fn is_too_slow(&mut self, lag: Duration, now: Instant) -> bool {
        let Phase::Running { behind_since, since, .. } = &mut self.phase else { return false };
        let begins = now.saturating_duration_since(*since) < CATCHING_UP;
        if lag <= MAX_LAG || begins {
            *behind_since = None;
            return false;
        }
        let since = *behind_since.get_or_insert(now);
        now.saturating_duration_since(since) > MAX_BEHIND
    }

    /// How long there must be room before the next rung is added.
    pub(super) fn patience(&self) -> Duration {
        ROOM * 2_u32.pow(self.sheds.saturating_sub(1).min(MAX_DOUBLINGS))
    }

    /// Forgets the losses of somebody who has had everything for long.
    pub(super) fn forgive(&mut self, now: Instant) {
        if let Phase::Running { count, since, .. } = self.phase
            && count == self.plan.len()
            && now.saturating_duration_since(since) >= FORGIVEN
        {
            self.sheds = 0;
        }
    }

    /// When something about it changes by itself.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        let by_phase = match self.phase {
            Phase::BackingOff { until, .. } | Phase::Resting { until } => Some(until),
            Phase::Running { .. } => self.room_since.map(|since| since + self.patience()),
            Phase::Waiting | Phase::Unplanned => None,
        };
        let spacing = self.last_start.map(|last| last + SPACING);
        [by_phase, spacing].into_iter().flatten().filter(|at| *at > now).min()
    }
}

/// The wait after so many failures before.
fn backoff(failures: u32) -> Duration {
    (FIRST_BACKOFF * 2_u32.pow(failures.min(10))).min(MAX_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let waits: Vec<_> = (0..9).map(|failures| backoff(failures).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(backoff(u32::MAX), MAX_BACKOFF);
    }
}
