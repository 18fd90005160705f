//! Who encodes how much: the machine's capacity, shared among broadcasts.
//!
//! Pure: events and time in, effects out. The rules:
//! * Every broadcast's first rung comes before anybody's second. Who waits for a first rung takes
//!   the room of others' further ones, and the queue is first come, first served. One that is too
//!   large for this machine lets others pass, and runs while it is alone.
//! * A child is given more rungs only after there was room for a while: each change interrupts it.
//! * A child that falls behind loses its costliest rung, and waits longer for it each time.
//! * A child that fails comes back after a wait that doubles. While it runs nobody else's does.

mod job;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use job::Plan;
use job::{Job, Phase};
use standing::standing;
pub(crate) use standing::{Standing, Why};

use super::ladder::Cost;
use crate::config::Share;
use crate::ids::BroadcastId;

/// Broadcasts that can want something at one time; more than one machine carries. Who comes later
/// has the passthrough rendition alone.
pub(super) const MAX_JOBS: usize = 1024;
/// A child this little behind keeps up.
const KEEPS_UP: Duration = Duration::from_millis(500);

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A broadcast wants rungs; or other ones than before, because its source has changed.
    Wants { id: BroadcastId, plan: Plan },
    /// A broadcast is over, or wants nothing more.
    Gone { id: BroadcastId },
    /// The first frames of a child have come.
    Started { id: BroadcastId, run: u64 },
    /// A child has ended by itself.
    Ended { id: BroadcastId, run: u64, how: Ending },
    /// A child tells how far it is behind its source.
    Progress { id: BroadcastId, run: u64, lag: Duration },
    /// A child is so far behind that its source did not wait.
    Overrun { id: BroadcastId, run: u64 },
    /// The machine's capacity was measured, or measured better.
    Capacity(Cost),
    /// Time has passed.
    Tick,
}

/// How a child ended.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    /// It should not have.
    Failed(Arc<str>),
    /// Its source has changed, and another plan is on its way.
    Reconfigured,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// Run a child with these rungs, in place of the one that runs.
    Start { id: BroadcastId, run: u64, rungs: Vec<u8> },
    /// Run none.
    Stop { id: BroadcastId },
    /// What the broadcast is doing has changed.
    Tell { id: BroadcastId, standing: Standing },
}

/// Everybody who wants to encode.
#[derive(Debug)]
pub(super) struct Scheduler {
    capacity: Option<Cost>,
    /// How much of it may be taken.
    share: Share,
    /// In the order of the queue.
    jobs: Vec<Job>,
    told: HashMap<BroadcastId, Standing>,
}

impl Scheduler {
    pub(super) fn new(share: Share) -> Self {
        Self { capacity: None, share, jobs: Vec::new(), told: HashMap::new() }
    }

    /// Takes note of an event, and says what to do. `jitter` is a random number from 0 to 1.
    pub(super) fn handle(&mut self, event: Event, now: Instant, jitter: f64) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.note(event, now, jitter, &mut effects);
        self.settle(now, &mut effects);
        self.tell(&mut effects);
        effects
    }

    /// When to call with [`Event::Tick`] if nothing happens before.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        self.jobs.iter().filter_map(|job| job.next_change(now)).min()
    }

    /// The room that is taken.
    pub(super) fn used(&self) -> Cost {
        self.jobs.iter().map(Job::used).sum()
    }

    /// The capacity as measured.
    pub(super) fn capacity(&self) -> Option<Cost> {
        self.capacity
    }

    /// The room there is for everybody together.
    fn limit(&self) -> Option<Cost> {
        self.capacity.map(|Cost(all)| Cost(all.saturating_mul(self.share.percent()) / 100))
    }

    fn note(&mut self, event: Event, now: Instant, jitter: f64, effects: &mut Vec<Effect>) {
        match event {
            Event::Wants { id, plan } => self.want(id, plan, effects),
            Event::Gone { id } => self.forget(id, effects),
            Event::Started { id, run } => {
                if let Some(job) = self.of_run(id, run) {
                    job.begin();
                }
            }
            Event::Ended { id, run, how } => {
                let limit = self.limit();
                if let Some(job) = self.of_run(id, run) {
                    match how {
                        Ending::Failed(why) => job.fail(why, now, jitter),
                        Ending::Reconfigured => job.phase = Phase::Unplanned,
                    }
                    if limit.is_none_or(|limit| job.plan.cost(1) > limit) {
                        job.keep_nothing();
                    }
                }
            }
            Event::Progress { id, run, lag } => {
                let Some(job) = self.of_run(id, run) else { return };
                if job.is_too_slow(lag, now) {
                    shed(job, now, effects);
                } else if lag > KEEPS_UP {
                    job.room_since = None;
                }
            }
            Event::Overrun { id, run } => {
                if let Some(job) = self.of_run(id, run) {
                    shed(job, now, effects);
                }
            }
            Event::Capacity(capacity) => self.capacity = Some(capacity),
            Event::Tick => {}
        }
    }

    fn forget(&mut self, id: BroadcastId, effects: &mut Vec<Effect>) {
        self.told.remove(&id);
        if let Some(at) = self.jobs.iter().position(|job| job.id == id)
            && self.jobs.remove(at).count() > 0
        {
            effects.push(Effect::Stop { id });
        }
    }

    fn want(&mut self, id: BroadcastId, plan: Plan, effects: &mut Vec<Effect>) {
        if let Some(job) = self.jobs.iter_mut().find(|job| job.id == id) {
            if job.count() > 0 {
                effects.push(Effect::Stop { id });
            }
            if matches!(job.phase, Phase::Running { .. } | Phase::Unplanned) {
                job.phase = Phase::Waiting;
            }
            if job.plan != plan {
                job.replan(plan);
            }
        } else if self.jobs.len() < MAX_JOBS {
            self.jobs.push(Job::new(id, plan));
        }
    }

    /// The broadcast, if it is this child of it that runs.
    fn of_run(&mut self, id: BroadcastId, run: u64) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id && job.run == run && job.count() > 0)
    }

    fn settle(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        self.end_waits(now);
        let Some(limit) = self.limit() else { return };
        let before: Vec<usize> = self.jobs.iter().map(Job::count).collect();
        let mut counts = before.clone();
        let all_served = self.serve_first_rungs(limit, &mut counts, now);
        if all_served {
            self.serve_more_rungs(limit, &before, &mut counts);
            self.grow(limit, &before, &mut counts, now);
        }
        for ((job, before), count) in self.jobs.iter_mut().zip(before).zip(counts) {
            if count == 0 && before > 0 {
                job.phase = Phase::Waiting;
                effects.push(Effect::Stop { id: job.id });
            } else if count != before {
                job.start(count, now);
                effects.push(start(job));
            }
        }
    }

    /// Those whose wait is over queue up: at their place, or at the end when it was kept for nobody.
    fn end_waits(&mut self, now: Instant) {
        let mut again = Vec::new();
        for job in &mut self.jobs {
            job.forgive(now);
            match job.phase {
                Phase::BackingOff { until, keeps, .. } if until <= now => {
                    job.phase = Phase::Waiting;
                    if keeps == 0 {
                        again.push(job.id);
                    }
                }
                Phase::Resting { until } if until <= now => {
                    job.phase = Phase::Waiting;
                    again.push(job.id);
                }
                _ => {}
            }
        }
        self.jobs.sort_by_key(|job| again.contains(&job.id));
    }

    /// The room that is taken once everybody has `counts` rungs.
    fn taken(&self, counts: &[usize]) -> Cost {
        let of = |(job, count): (&Job, &usize)| match job.phase {
            Phase::BackingOff { .. } => job.used(),
            _ => job.plan.cost(*count),
        };
        self.jobs.iter().zip(counts).map(of).sum()
    }

    /// Gives everybody who waits one rung, first come first served. Says whether all have one who
    /// could.
    fn serve_first_rungs(&self, limit: Cost, counts: &mut [usize], now: Instant) -> bool {
        for (at, job) in self.jobs.iter().enumerate() {
            if !job.is_waiting() || job.plan.len() == 0 {
                continue;
            }
            let mut attempt = counts.to_vec();
            attempt[at] = 1;
            // Too large for anything else: it has the machine to itself, or waits.
            if job.plan.cost(1) > limit {
                let alone = self.taken(counts) == Cost(0) && job.may_start(now);
                if alone && !self.somebody_fits(limit) {
                    counts.copy_from_slice(&attempt);
                }
                continue;
            }
            while self.taken(&attempt) > limit {
                match self.giver(limit, &attempt, now) {
                    Some(victim) => attempt[victim] -= 1,
                    None => return false,
                }
            }
            if !job.may_start(now) {
                return false;
            }
            counts.copy_from_slice(&attempt);
        }
        true
    }

    /// Whether anybody waits who fits.
    fn somebody_fits(&self, limit: Cost) -> bool {
        let fits = |job: &Job| job.plan.len() > 0 && job.plan.cost(1) <= limit;
        self.jobs.iter().any(|job| job.is_waiting() && fits(job))
    }

    /// Who must give a rung to somebody who has none: the one with the most, of several the latest,
    /// for it was served last. Nobody gives the only one, but for who runs because it was alone.
    fn giver(&self, limit: Cost, counts: &[usize], now: Instant) -> Option<usize> {
        let candidates = self.jobs.iter().zip(counts).enumerate();
        let can_give = |job: &Job, count: usize| match count {
            0 => false,
            1 => job.plan.cost(1) > limit,
            _ => job.is_waiting() || job.may_start(now),
        };
        candidates
            .filter(|(_, (job, count))| can_give(job, **count))
            .max_by_key(|(at, (_, count))| (**count, *at))
            .map(|(at, _)| at)
    }

    /// Gives those who begin now further rungs, each of them one before anybody gets another.
    fn serve_more_rungs(&self, limit: Cost, before: &[usize], counts: &mut [usize]) {
        let most = self.jobs.iter().map(|job| job.plan.len()).max().unwrap_or(0);
        for round in 1..most {
            for (at, job) in self.jobs.iter().enumerate() {
                let begins = before[at] == 0 && counts[at] == round && round < job.plan.len();
                // Who was too slow before begins small.
                if begins && job.sheds == 0 {
                    counts[at] += 1;
                    if self.taken(counts) > limit {
                        counts[at] -= 1;
                    }
                }
            }
        }
    }

    /// Adds a rung where there has been room for long enough, the poorest first.
    fn grow(&mut self, limit: Cost, before: &[usize], counts: &mut [usize], now: Instant) {
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        order.sort_by_key(|at| counts[*at]);
        for at in order {
            let taken = self.taken(counts);
            let job = &mut self.jobs[at];
            let may_grow = job.keeps_up() && counts[at] == before[at];
            if !may_grow || counts[at] >= job.plan.len() {
                continue;
            }
            if taken + job.next_cost() > limit {
                job.room_since = None;
                continue;
            }
            let since = *job.room_since.get_or_insert(now);
            if now.saturating_duration_since(since) >= job.patience() && job.may_start(now) {
                counts[at] += 1;
            }
        }
    }

    fn tell(&mut self, effects: &mut Vec<Effect>) {
        let waiting = |job: &&Job| job.is_waiting() && job.plan.len() > 0;
        let of = self.jobs.iter().filter(waiting).count();
        let mut place = 0;
        for job in &self.jobs {
            if job.plan.len() == 0 {
                continue;
            }
            place += usize::from(job.is_waiting());
            let standing = standing(job, place, of, self.limit());
            if self.told.get(&job.id) != Some(&standing) {
                self.told.insert(job.id, standing.clone());
                effects.push(Effect::Tell { id: job.id, standing });
            }
        }
    }
}

/// Takes the costliest rung from a child that is too slow.
fn shed(job: &mut Job, now: Instant, effects: &mut Vec<Effect>) {
    job.sheds = job.sheds.saturating_add(1);
    let count = job.count();
    if count > 1 && job.may_start(now) {
        job.start(count - 1, now);
        effects.push(start(job));
    } else {
        job.phase = Phase::Resting { until: now + job.patience() };
        effects.push(Effect::Stop { id: job.id });
    }
}

fn start(job: &Job) -> Effect {
    Effect::Start { id: job.id, run: job.run, rungs: job.plan.numbers(job.count()) }
}
