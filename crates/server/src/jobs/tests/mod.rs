//! The queue on both databases, with time moved by hand.

mod doing;
mod keys;
mod leases;

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::*;
use crate::clock::Hands;
use crate::db::Engine;
use crate::db::scratch::Scratch;

/// A job that a test watches.
struct Watched;

impl Job for Watched {
    const KIND: &'static str = "watched";
    const MAX_AT_ONCE: usize = 3;
    const MAX_ATTEMPTS: u32 = 3;
    type Payload = String;
}

/// One after the other.
struct InTurn;

impl Job for InTurn {
    const KIND: &'static str = "in turn";
    const MAX_AT_ONCE: usize = 1;
    type Payload = String;
}

/// A queue of its own.
struct Place {
    _scratch: Scratch,
    db: Db,
    jobs: Jobs,
    hands: &'static Hands,
}

impl Place {
    async fn on(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let (clock, hands) = Clock::by_hand();
        let jobs = Jobs::new(db.clone(), clock);
        Self { _scratch: scratch, db, jobs, hands }
    }

    async fn enqueue<J: Job<Payload = String>>(&self, what: &str) {
        self.jobs.order::<J>(&what.to_owned()).unwrap().submit().await.unwrap();
    }

    fn node(&self, handlers: Handlers) -> Node {
        Node::on(&Handle::current(), &self.jobs, handlers)
    }

    async fn figures(&self) -> Vec<(u64, u64, u64)> {
        let figures = self.jobs.figures().await.unwrap();
        figures.iter().map(|it| (it.waiting, it.running, it.parked)).collect()
    }
}

/// A worker that works when it is told to.
struct Node {
    worker: Arc<Worker>,
    tasks: Tasks,
}

impl Node {
    fn on(runtime: &Handle, jobs: &Jobs, handlers: Handlers) -> Self {
        let tasks = Tasks::on(runtime.clone());
        Self { worker: Arc::new(Worker::new(jobs, handlers, &tasks)), tasks }
    }

    async fn start_due(&self) {
        self.worker.start_due().await.unwrap();
    }

    async fn stop(self) {
        assert!(self.tasks.shut_down(Duration::from_secs(20)).await);
    }
}

/// Handlers that tell what they were given and end as they are told to.
fn telling(result: Result<(), Failure>) -> (Handlers, mpsc::Receiver<Run<String>>) {
    let (tell, told) = mpsc::channel(16);
    let handler = move |run: Run<String>| {
        let (tell, result) = (tell.clone(), result.clone());
        async move {
            tell.send(run).await.unwrap();
            result
        }
    };
    let handlers = Handlers::default().with::<Watched, _, _>(handler.clone());
    (handlers.with::<InTurn, _, _>(handler), told)
}

/// Handlers that never come back.
fn hanging() -> (Handlers, mpsc::Receiver<String>) {
    let (tell, told) = mpsc::channel(16);
    let handlers = Handlers::default().with::<Watched, _, _>(move |run: Run<String>| {
        let tell = tell.clone();
        async move {
            tell.send(run.payload).await.unwrap();
            std::future::pending().await
        }
    });
    (handlers, told)
}
