//! Work that may fail now and succeed later – mail, deliveries, clearing up –, kept in the database.
//!
//! A job is enqueued in the transaction that causes it, so it exists if and only if that happened.
//! It is done at least once: whoever takes one holds a lease, and a job whose lease is over, because
//! its holder was killed, is taken by another. So handlers do no harm when they run twice. One layer
//! retries, this one; what fails too often, or never can succeed, is parked with the reason until an
//! admin has it tried again or drops it. Several nodes may share the table.

mod error;
mod handlers;
mod model;
mod store;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

pub(crate) use error::JobsError;
pub(crate) use handlers::{Handlers, Run};
pub(crate) use model::{Failure, Figures, Parked};

use crate::clock::Clock;
use crate::db::{Db, Transaction};
use crate::ids::JobId;
use crate::tasks::Tasks;
use store::{NewJob, Store};
use worker::Worker;

/// Bytes of a job's payload: what is larger belongs into a table of its own, and its id here.
const MAX_PAYLOAD: usize = 64 * 1024;
/// Bytes of a key that makes a job the only one of its kind.
const MAX_KEY: usize = 255;
/// Parked jobs that are listed at one time.
const MAX_LISTED: usize = 100;

/// A kind of job.
pub(crate) trait Job: 'static {
    /// Its name in the database, which never changes.
    const KIND: &'static str;
    /// Jobs of this kind that one node does at a time: a flood of one kind leaves room for others.
    const MAX_AT_ONCE: usize = 4;
    /// How often one is tried before it is parked: twelve times are half a day.
    const MAX_ATTEMPTS: u32 = 12;
    /// How long one attempt may take.
    const MAX_DURATION: Duration = Duration::from_secs(300);
    /// What a handler needs to know. Kept as JSON: what must not be read at rest is sealed in it.
    type Payload: Serialize + DeserializeOwned + Send + 'static;
}

/// The handle of those who enqueue.
#[derive(Clone)]
pub(crate) struct Jobs {
    store: Store,
    clock: Clock,
    wake: Arc<Notify>,
}

/// A job that is about to be enqueued.
#[must_use = "it is not enqueued yet"]
pub(crate) struct Order<'a> {
    jobs: &'a Jobs,
    kind: &'static str,
    payload: String,
    due_at: WallClock,
    key: Option<String>,
}

/// Rung after the transaction is committed, it has the job done at once. Forgotten, the job waits
/// for the next look at the table, a few seconds.
#[must_use = "ring it once the transaction is committed"]
pub(crate) struct Wake(Arc<Notify>);

impl Jobs {
    /// The queue in `db`.
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        Self { store: Store::new(db), clock, wake: Arc::default() }
    }

    /// A job of kind `J`, to be done as soon as may be.
    ///
    /// # Errors
    /// When the payload is larger than a payload may be.
    pub(crate) fn order<J: Job>(&self, payload: &J::Payload) -> Result<Order<'_>, JobsError> {
        let payload = serde_json::to_string(payload).map_err(JobsError::Payload)?;
        if payload.len() > MAX_PAYLOAD {
            return Err(JobsError::TooLarge { kind: J::KIND });
        }
        Ok(Order { jobs: self, kind: J::KIND, payload, due_at: self.clock.wall(), key: None })
    }

    /// Enqueues a job in the transaction that causes it.
    ///
    /// # Errors
    /// When the payload is too large, or the database refuses it.
    pub(crate) async fn enqueue<J: Job>(
        &self,
        transaction: &mut Transaction,
        payload: &J::Payload,
    ) -> Result<Wake, JobsError> {
        self.order::<J>(payload)?.enqueue(transaction).await
    }

    /// Starts to do the jobs that `handlers` know, in tasks of `tasks`, until these are told to stop.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) async fn work(&self, handlers: Handlers, tasks: &Tasks) -> Result<(), JobsError> {
        self.store.take_over(self.clock.wall()).await?;
        let worker = Arc::new(Worker::new(self, handlers, tasks));
        tasks.spawn("jobs", worker.run());
        Ok(())
    }

    /// How many jobs of each kind wait, run and are parked.
    pub(crate) async fn figures(&self) -> Result<Vec<Figures>, JobsError> {
        Ok(self.store.figures().await?)
    }

    /// What was given up, the latest first.
    pub(crate) async fn parked(&self) -> Result<Vec<Parked>, JobsError> {
        Ok(self.store.parked(MAX_LISTED).await?)
    }

    /// Has a parked job tried again, as if for the first time. `false` when none of that id is
    /// parked.
    pub(crate) async fn retry(&self, id: JobId) -> Result<bool, JobsError> {
        let found = self.store.retry(id, self.clock.wall()).await?;
        self.wake.notify_one();
        Ok(found)
    }

    /// Forgets a parked job. `false` when none of that id is parked.
    pub(crate) async fn discard(&self, id: JobId) -> Result<bool, JobsError> {
        Ok(self.store.discard(id).await?)
    }
}

impl Order<'_> {
    /// Not before `at`.
    pub(crate) fn at(self, at: WallClock) -> Self {
        Self { due_at: at, ..self }
    }

    /// The same `key` twice is one job of its kind, with the payload that came last, done at the
    /// earlier time. One that is running is done once more; one that was parked gets another chance.
    pub(crate) fn once(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// Enqueues it in the transaction that causes it.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(crate) async fn enqueue(self, transaction: &mut Transaction) -> Result<Wake, JobsError> {
        if self.key.as_ref().is_some_and(|key| key.len() > MAX_KEY) {
            return Err(JobsError::TooLarge { kind: self.kind });
        }
        let new = NewJob {
            id: JobId::generate(),
            kind: self.kind,
            key: self.key,
            payload: self.payload,
            due_at: self.due_at,
            created_at: self.jobs.clock.wall(),
        };
        store::insert(transaction, new).await?;
        Ok(Wake(Arc::clone(&self.jobs.wake)))
    }

    /// Enqueues it by itself, where nothing causes it but the program.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(crate) async fn submit(self) -> Result<(), JobsError> {
        let mut transaction = self.jobs.store.begin().await?;
        let wake = self.enqueue(&mut transaction).await?;
        transaction.commit().await?;
        wake.ring();
        Ok(())
    }
}

impl Wake {
    /// There is something to do.
    pub(crate) fn ring(self) {
        self.0.notify_one();
    }
}

#[cfg(test)]
mod tests;
