//! Who does which kind of job.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::{Failure, Job};
use crate::ids::JobId;

/// A job on its way to its handler.
#[derive(Clone, Debug)]
pub(crate) struct Run<P> {
    /// Stays the same over all attempts: what a handler tells others to know doubles by.
    pub(crate) id: JobId,
    /// 1 at first.
    pub(crate) attempt: u32,
    pub(crate) payload: P,
}

/// The handlers of a node. What none of them knows stays in the queue for a node that does.
#[derive(Default)]
pub(crate) struct Handlers {
    pub(super) crews: Vec<Arc<Crew>>,
}

/// A handler, and its limits.
pub(super) struct Crew {
    pub(super) kind: &'static str,
    pub(super) max_attempts: u32,
    pub(super) max_duration: Duration,
    /// One permit for each job of the kind at one time.
    pub(super) places: Arc<Semaphore>,
    handle: Box<Handle>,
}

type Handle = dyn Fn(Run<String>) -> Done + Send + Sync;
type Done = BoxFuture<'static, Result<(), Failure>>;

impl Handlers {
    /// With `handler` for jobs of kind `J`.
    pub(crate) fn with<J, F, Fut>(mut self, handler: F) -> Self
    where
        J: Job,
        F: Fn(Run<J::Payload>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        debug_assert!(self.crews.iter().all(|crew| crew.kind != J::KIND), "{} twice", J::KIND);
        let handle = move |run: Run<String>| match serde_json::from_str(&run.payload) {
            Ok(payload) => {
                let run = Run { id: run.id, attempt: run.attempt, payload };
                handler(run).boxed()
            }
            Err(error) => {
                let why = format!("this version cannot read what it was to do: {error}");
                std::future::ready(Err(Failure::Poisoned(why))).boxed()
            }
        };
        self.crews.push(Arc::new(Crew {
            kind: J::KIND,
            max_attempts: J::MAX_ATTEMPTS,
            max_duration: J::MAX_DURATION,
            places: Arc::new(Semaphore::new(J::MAX_AT_ONCE)),
            handle: Box::new(handle),
        }));
        self
    }
}

impl Crew {
    /// Does one job.
    pub(super) async fn handle(&self, run: Run<String>) -> Result<(), Failure> {
        (self.handle)(run).await
    }
}
