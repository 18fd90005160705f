//! The task that takes jobs when they are due, and the tasks that do them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use rivulet_media::time::WallClock;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::Jobs;
use super::handlers::{Crew, Handlers, Run};
use super::model::{Failure, Verdict, judge};
use super::store::{Claim, Store, Take};
use crate::clock::Clock;
use crate::db::DbError;
use crate::ids::LeaseId;
use crate::seal;
use crate::tasks::Tasks;
use crate::telemetry::chain;

/// Jobs of all kinds that one node does at a time.
const MAX_RUNNING: usize = 16;
/// How long a job is ours without a word from us: a node that was killed keeps it for so long.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// How often we say that we are still at it.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// How often the table is looked at without being told: for what other nodes enqueue.
const POLL_EVERY: Duration = Duration::from_secs(5);
/// How long a running job may go on when the server stops; then another time is its time.
const GRACE: Duration = Duration::from_secs(10);
/// How long parked jobs are kept for somebody to look at.
const KEEP_PARKED: Duration = Duration::from_secs(30 * 24 * 3600);
/// How often older ones are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Takes and does jobs.
pub(super) struct Worker {
    store: Store,
    clock: Clock,
    wake: Arc<Notify>,
    crews: Vec<Arc<Crew>>,
    tasks: Tasks,
    stopping: CancellationToken,
    /// One permit for each job at one time.
    places: Arc<Semaphore>,
    pub(super) grace: Duration,
}

/// What holds the places that a running job takes.
type Places = (OwnedSemaphorePermit, OwnedSemaphorePermit);

/// How an attempt ended.
enum End {
    Done,
    Failed(Failure),
    /// The server stops.
    Interrupted,
    /// Another node has it.
    Lost,
}

impl Worker {
    pub(super) fn new(jobs: &Jobs, handlers: Handlers, tasks: &Tasks) -> Self {
        Self {
            store: jobs.store.clone(),
            clock: jobs.clock,
            wake: Arc::clone(&jobs.wake),
            crews: handlers.crews,
            tasks: tasks.clone(),
            stopping: tasks.stopping(),
            places: Arc::new(Semaphore::new(MAX_RUNNING)),
            grace: GRACE,
        }
    }

    pub(super) async fn run(self: Arc<Self>) {
        let (mut failing, mut forget_at) = (false, self.clock.wall());
        while !self.stopping.is_cancelled() {
            let wait = match self.round(&mut forget_at).await {
                Ok(next) => {
                    failing = false;
                    until(self.clock.wall(), next).min(POLL_EVERY)
                }
                Err(error) => {
                    if !failing {
                        tracing::error!(error = chain(&error), "jobs wait: trying again");
                    }
                    failing = true;
                    POLL_EVERY
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = sleep(wait) => {}
                () = self.stopping.cancelled() => {}
            }
        }
    }

    async fn round(
        self: &Arc<Self>,
        forget_at: &mut WallClock,
    ) -> Result<Option<WallClock>, DbError> {
        let now = self.clock.wall();
        if *forget_at <= now {
            *forget_at = now + FORGET_EVERY;
            self.store.forget_parked(now - KEEP_PARKED).await?;
        }
        self.start_due().await
    }

    /// Starts what is due and has a place; when the next is due that has one.
    pub(super) async fn start_due(self: &Arc<Self>) -> Result<Option<WallClock>, DbError> {
        let mut next: Option<WallClock> = None;
        for crew in &self.crews {
            let now = self.clock.wall();
            let mut places = Vec::new();
            match self.store.next_due(crew.kind).await? {
                Some(due) if due <= now => places.extend(self.places(crew)),
                Some(due) => next = Some(next.map_or(due, |next| next.min(due))),
                None => {}
            }
            // Who has no place is looked at again when one comes free.
            if places.is_empty() {
                continue;
            }
            let take = Take {
                kind: crew.kind,
                now,
                lease: LeaseId::generate(),
                until: now + LEASE,
                at_most: places.len(),
            };
            for (claim, places) in self.store.take(take).await?.into_iter().zip(places) {
                let (worker, crew) = (Arc::clone(self), Arc::clone(crew));
                self.tasks.spawn("job", worker.attempt(crew, claim, places));
                // There may be more of them.
                next = Some(now);
            }
        }
        Ok(next)
    }

    /// Every place that is free for this kind.
    fn places<'a>(&'a self, crew: &'a Crew) -> impl Iterator<Item = Places> + 'a {
        std::iter::from_fn(|| {
            let here = Arc::clone(&self.places).try_acquire_owned().ok()?;
            let there = Arc::clone(&crew.places).try_acquire_owned().ok()?;
            Some((here, there))
        })
    }

    async fn attempt(self: Arc<Self>, crew: Arc<Crew>, claim: Claim, places: Places) {
        let end = self.perform(&crew, &claim).await;
        if let Err(error) = self.settle(&crew, &claim, end).await {
            // It is done again when its lease is over: handlers bear that.
            let error = chain(&error);
            tracing::error!(
                job.kind = crew.kind,
                error,
                "what became of a job is not written down"
            );
        }
        drop(places);
        self.wake.notify_one();
    }

    async fn perform(&self, crew: &Crew, claim: &Claim) -> End {
        if claim.attempts > crew.max_attempts {
            let why = "every attempt ended with the server, or was not written down";
            return End::Failed(Failure::Again(why.to_owned()));
        }
        let (id, attempt, payload) = (claim.id, claim.attempts, claim.payload.clone());
        let run = Run { id, attempt, payload };
        let work = AssertUnwindSafe(async { crew.handle(run).await }).catch_unwind();
        let interrupted = async {
            self.stopping.cancelled().await;
            sleep(self.grace).await;
        };
        tokio::select! {
            done = timeout(crew.max_duration, work) => match done {
                Ok(Ok(Ok(()))) => End::Done,
                Ok(Ok(Err(failure))) => End::Failed(failure),
                Ok(Err(_)) => {
                    tracing::error!(job.kind = crew.kind, "a job panicked; everything else goes on");
                    End::Failed(Failure::Again("it panicked; the log says where".to_owned()))
                }
                Err(_) => {
                    let why = format!("it took longer than {} s", crew.max_duration.as_secs());
                    End::Failed(Failure::Again(why))
                }
            },
            () = self.keep(claim) => End::Lost,
            () = interrupted => End::Interrupted,
        }
    }

    /// Renews the lease until it is lost.
    async fn keep(&self, claim: &Claim) {
        loop {
            sleep(RENEW_EVERY).await;
            match self.store.renew(claim, self.clock.wall() + LEASE).await {
                Ok(true) => {}
                Ok(false) => return,
                // The lease lasts for another attempt or two.
                Err(error) => tracing::warn!(error = chain(&error), "a lease was not renewed"),
            }
        }
    }

    async fn settle(&self, crew: &Crew, claim: &Claim, end: End) -> Result<(), DbError> {
        let now = self.clock.wall();
        let failure = match end {
            End::Done => return self.store.finish(claim).await,
            End::Interrupted => return self.store.give_back(claim, now).await,
            End::Lost => {
                tracing::warn!(job.kind = crew.kind, job.id = %claim.id, "a job's lease was lost");
                return Ok(());
            }
            End::Failed(failure) => failure,
        };
        let (kind, id, attempts) = (crew.kind, claim.id, claim.attempts);
        match judge(failure, attempts, crew.max_attempts, entropy()) {
            Verdict::Retry { after, reason } => {
                tracing::debug!(job.kind = kind, job.id = %id, attempts, "a job failed for now");
                self.store.retry_later(claim, now + after, &reason).await
            }
            Verdict::Park { reason } => {
                tracing::warn!(job.kind = kind, job.id = %id, attempts, "a job failed and is parked");
                self.store.park(claim, now, &reason).await
            }
        }
    }
}

/// How long it is until then.
fn until(now: WallClock, then: Option<WallClock>) -> Duration {
    let Some(then) = then else { return POLL_EVERY };
    let millis = then.as_unix_millis().saturating_sub(now.as_unix_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// To spread attempts by. Without randomness they are not spread, which hurts nobody much.
fn entropy() -> u64 {
    let bytes = seal::entropy().ok();
    let first = bytes.as_ref().and_then(|bytes| bytes.first_chunk());
    first.map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
