//! The owner of background tasks: every task is awaited, can be told to stop, and a panic in one
//! is contained, logged and counted.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A handle on the tasks of one owner, who has none at first.
#[derive(Clone)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    runtime: Handle,
    stop: CancellationToken,
    panics: Arc<AtomicU64>,
}

impl Tasks {
    /// An owner whose tasks run on `runtime`.
    pub(crate) fn on(runtime: Handle) -> Self {
        let (tracker, stop, panics) = Default::default();
        Self { tracker, runtime, stop, panics }
    }

    /// Starts `work`. `name` says in the log which task it was, should it panic.
    pub(crate) fn spawn(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let panics = Arc::clone(&self.panics);
        let contained = async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                panics.fetch_add(1, Ordering::Relaxed);
                tracing::error!(task = name, "a task panicked; everything else goes on");
            }
        };
        self.tracker.spawn_on(contained, &self.runtime);
    }

    /// Resolves when the tasks are told to stop. Every loop selects on it.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells the tasks to stop and waits for them. `false` when some were still running at the end
    /// of `patience`.
    pub(crate) async fn shut_down(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_contained_and_counted() {
        let tasks = Tasks::on(Handle::current());
        tasks.spawn("failing", async { panic!("on purpose") });
        assert!(tasks.shut_down(Duration::from_secs(5)).await);
        assert_eq!(tasks.panics.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn tasks_are_told_to_stop_and_awaited() {
        let tasks = Tasks::on(Handle::current());
        let stopping = tasks.stopping();
        tasks.spawn("waiting", async move { stopping.cancelled().await });
        assert!(tasks.shut_down(Duration::from_secs(5)).await);
    }
}
