//! The queue on both databases, with time moved by hand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::store::Take;
use super::worker::LEASE;
use super::*;
use crate::clock::Hands;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::ids::LeaseId;

on_both_databases!(
    what_is_enqueued_and_committed_is_done_once_and_gone,
    what_is_rolled_back_never_happened,
    jobs_are_done_in_the_order_in_which_they_are_due,
    what_is_due_later_waits,
    failures_are_tried_again_later_and_then_parked,
    the_poisoned_are_parked_at_once_and_an_admin_decides,
    a_panic_is_a_failure_like_others,
    a_killed_nodes_job_is_anothers_after_its_lease,
    two_nodes_never_do_one_job_at_one_time,
    a_job_that_outlived_its_lease_cannot_be_finished_by_its_old_holder,
    the_same_key_twice_is_one_job,
    a_running_job_that_is_wanted_again_is_done_again,
    a_parked_job_that_is_wanted_again_gets_another_chance,
    stopping_lets_a_running_job_finish_and_gives_the_slow_back,
    an_attempt_that_never_came_back_counts,
    too_much_is_refused,
    an_unknown_kind_waits_for_somebody_who_knows_it,
    a_worker_is_woken_at_once,
    the_parked_are_forgotten_in_the_end,
);

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

async fn what_is_enqueued_and_committed_is_done_once_and_gone(engine: Engine) {
    let place = Place::on(engine).await;
    let mut transaction = place.db.begin().await.unwrap();
    let payload = "line\n\"quoted\"".to_owned();
    let wake = place.jobs.enqueue::<Watched>(&mut transaction, &payload).await.unwrap();
    transaction.commit().await.unwrap();
    wake.ring();
    assert_eq!(place.figures().await, [(1, 0, 0)]);
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    let run = told.recv().await.unwrap();
    assert_eq!((run.payload, run.attempt), (payload, 1));
    node.stop().await;
    assert!(told.try_recv().is_err());
    assert_eq!(place.figures().await, []);
}

async fn what_is_rolled_back_never_happened(engine: Engine) {
    let place = Place::on(engine).await;
    let mut transaction = place.db.begin().await.unwrap();
    let payload = "never".to_owned();
    let wake = place.jobs.enqueue::<Watched>(&mut transaction, &payload).await.unwrap();
    drop(transaction);
    wake.ring();
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    assert!(told.try_recv().is_err());
    assert_eq!(place.figures().await, []);
}

async fn jobs_are_done_in_the_order_in_which_they_are_due(engine: Engine) {
    let place = Place::on(engine).await;
    let now = place.jobs.clock.wall();
    for (what, second) in [("third", 3), ("first", 1), ("second", 2)] {
        let order = place.jobs.order::<InTurn>(&what.to_owned()).unwrap();
        order.at(now + Duration::from_secs(second)).submit().await.unwrap();
    }
    place.hands.advance(Duration::from_secs(10));
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    for expected in ["first", "second", "third"] {
        // A place is free when the last one has settled.
        while told.is_empty() {
            node.start_due().await;
        }
        assert_eq!(told.recv().await.unwrap().payload, expected);
    }
    node.stop().await;
}

async fn what_is_due_later_waits(engine: Engine) {
    let place = Place::on(engine).await;
    let due = place.jobs.clock.wall() + Duration::from_secs(60);
    let order = place.jobs.order::<Watched>(&"later".to_owned()).unwrap();
    order.at(due).submit().await.unwrap();
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    assert_eq!(node.worker.start_due().await.unwrap(), Some(due));
    place.hands.advance(Duration::from_secs(59));
    node.start_due().await;
    assert_eq!(place.figures().await, [(1, 0, 0)]);
    place.hands.advance(Duration::from_secs(1));
    node.start_due().await;
    assert_eq!(told.recv().await.unwrap().payload, "later");
    node.stop().await;
}

async fn failures_are_tried_again_later_and_then_parked(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("in vain").await;
    for attempt in 1..=Watched::MAX_ATTEMPTS {
        let (handlers, mut told) = telling(Err(Failure::Again("no route".to_owned())));
        let node = place.node(handlers);
        node.start_due().await;
        assert_eq!(told.recv().await.unwrap().attempt, attempt);
        node.stop().await;
        let (handlers, mut told) = telling(Ok(()));
        let impatient = place.node(handlers);
        impatient.start_due().await;
        impatient.stop().await;
        assert!(told.try_recv().is_err(), "tried again at once");
        place.hands.advance(Duration::from_secs(60));
    }
    assert_eq!(place.figures().await, [(0, 0, 1)]);
    let parked = place.jobs.parked().await.unwrap();
    assert_eq!((parked[0].reason.as_str(), parked[0].attempts), ("no route", 3));
}

async fn the_poisoned_are_parked_at_once_and_an_admin_decides(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("one").await;
    place.enqueue::<Watched>("other").await;
    let (handlers, _told) = telling(Err(Failure::Poisoned("no such mailbox".to_owned())));
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    let parked = place.jobs.parked().await.unwrap();
    let reasons: Vec<_> = parked.iter().map(|it| (it.reason.as_str(), it.attempts)).collect();
    assert_eq!(reasons, [("no such mailbox", 1); 2]);
    assert_eq!(parked[0].kind, "watched");
    assert_eq!(parked[0].parked_at, place.jobs.clock.wall());

    assert!(place.jobs.discard(parked[0].id).await.unwrap());
    assert!(!place.jobs.discard(parked[0].id).await.unwrap());
    assert!(place.jobs.retry(parked[1].id).await.unwrap());
    assert!(!place.jobs.retry(parked[1].id).await.unwrap());
    assert!(!place.jobs.discard(parked[1].id).await.unwrap(), "it is not parked");
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    let run = told.recv().await.unwrap();
    assert_eq!((run.id, run.attempt), (parked[1].id, 1));
    node.stop().await;
    assert_eq!(place.figures().await, []);
}

async fn a_panic_is_a_failure_like_others(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("fragile").await;
    let handlers = Handlers::default()
        .with::<Watched, _, _>(|run: Run<String>| async move { panic!("on purpose: {}", run.id) });
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    assert_eq!(place.figures().await, [(1, 0, 0)]);
    place.hands.advance(Duration::from_secs(60));
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    assert_eq!(told.recv().await.unwrap().attempt, 2);
    node.stop().await;
}

async fn a_killed_nodes_job_is_anothers_after_its_lease(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("precious").await;
    let mut doomed = tokio::runtime::Builder::new_multi_thread();
    let doomed = doomed.worker_threads(1).enable_all().build().unwrap();
    let (handlers, mut told) = hanging();
    let node = Node::on(doomed.handle(), &place.jobs, handlers);
    node.start_due().await;
    told.recv().await.unwrap();
    doomed.shutdown_background();
    assert_eq!(place.figures().await, [(0, 1, 0)]);

    let (handlers, mut told) = telling(Ok(()));
    let other = place.node(handlers);
    place.hands.advance(LEASE - Duration::from_millis(1));
    other.start_due().await;
    assert_eq!(place.figures().await, [(0, 1, 0)]);
    place.hands.advance(Duration::from_millis(1));
    other.start_due().await;
    let run = told.recv().await.unwrap();
    assert_eq!((run.payload.as_str(), run.attempt), ("precious", 2));
    other.stop().await;
    assert_eq!(place.figures().await, []);
}

async fn two_nodes_never_do_one_job_at_one_time(engine: Engine) {
    let place = Place::on(engine).await;
    const JOBS: usize = 60;
    for number in 0..JOBS {
        place.enqueue::<Watched>(&number.to_string()).await;
    }
    let (running, done) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let nodes = [(); 3].map(|()| {
        let (running, done) = (Arc::clone(&running), Arc::clone(&done));
        place.node(Handlers::default().with::<Watched, _, _>(move |run: Run<String>| {
            let (running, done) = (Arc::clone(&running), Arc::clone(&done));
            async move {
                {
                    let mut running = running.lock().unwrap();
                    assert!(!running.contains(&run.id), "twice at one time");
                    running.push(run.id);
                }
                tokio::task::yield_now().await;
                running.lock().unwrap().retain(|id| *id != run.id);
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        }))
    });
    while done.load(Ordering::Relaxed) < JOBS {
        futures_util::future::join_all(nodes.iter().map(Node::start_due)).await;
    }
    for node in nodes {
        node.stop().await;
    }
    assert_eq!(done.load(Ordering::Relaxed), JOBS);
    assert_eq!(place.figures().await, []);
}

async fn a_job_that_outlived_its_lease_cannot_be_finished_by_its_old_holder(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("slow").await;
    let store = &place.jobs.store;
    let take = || {
        let now = place.jobs.clock.wall();
        let lease = LeaseId::generate();
        Take { kind: Watched::KIND, now, lease, until: now + LEASE, at_most: 5 }
    };
    let before = store.take(take()).await.unwrap().remove(0);
    let soon = place.jobs.clock.wall() + LEASE * 2;
    assert!(store.renew(&before, soon).await.unwrap());
    place.hands.advance(LEASE);
    assert!(store.take(take()).await.unwrap().is_empty(), "it was renewed");
    place.hands.advance(LEASE);
    let after = store.take(take()).await.unwrap().remove(0);
    assert_eq!((after.id, after.attempts), (before.id, 2));
    assert!(!store.renew(&before, soon + LEASE).await.unwrap());
    store.finish(&before).await.unwrap();
    store.park(&before, soon, "late").await.unwrap();
    store.retry_later(&before, soon, "late").await.unwrap();
    store.give_back(&before, soon).await.unwrap();
    assert_eq!(place.figures().await, [(0, 1, 0)]);
    store.finish(&after).await.unwrap();
    assert_eq!(place.figures().await, []);
}

async fn the_same_key_twice_is_one_job(engine: Engine) {
    let place = Place::on(engine).await;
    let now = place.jobs.clock.wall();
    for (what, second) in [("old", 20), ("newer", 30), ("newest", 10)] {
        let order = place.jobs.order::<Watched>(&what.to_owned()).unwrap().once("key");
        order.at(now + Duration::from_secs(second)).submit().await.unwrap();
    }
    let other = place.jobs.order::<Watched>(&"other".to_owned()).unwrap().once("another");
    other.at(now + Duration::from_secs(60)).submit().await.unwrap();
    let kin = place.jobs.order::<InTurn>(&"another kind".to_owned()).unwrap().once("key");
    kin.at(now + Duration::from_secs(60)).submit().await.unwrap();
    assert_eq!(place.figures().await, [(1, 0, 0), (2, 0, 0)]);
    place.hands.advance(Duration::from_secs(10));
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    assert_eq!(told.recv().await.unwrap().payload, "newest");
    node.stop().await;
    assert!(told.try_recv().is_err());
}

async fn a_running_job_that_is_wanted_again_is_done_again(engine: Engine) {
    let place = Place::on(engine).await;
    let order = |what: &str| place.jobs.order::<Watched>(&what.to_owned()).unwrap().once("key");
    order("before").submit().await.unwrap();
    let (tell, mut told) = mpsc::channel(16);
    let go_on = Arc::new(Notify::new());
    let wait = Arc::clone(&go_on);
    let node = place.node(Handlers::default().with::<Watched, _, _>(move |run: Run<String>| {
        let (tell, wait) = (tell.clone(), Arc::clone(&wait));
        async move {
            tell.send(run.payload).await.unwrap();
            wait.notified().await;
            Ok(())
        }
    }));
    node.start_due().await;
    assert_eq!(told.recv().await.unwrap(), "before");
    let later = place.jobs.clock.wall() + Duration::from_secs(30);
    order("after").at(later).submit().await.unwrap();
    node.start_due().await;
    assert_eq!(place.figures().await, [(0, 1, 0)]);
    go_on.notify_one();
    while place.figures().await != [(1, 0, 0)] {
        tokio::task::yield_now().await;
    }
    place.hands.advance(Duration::from_secs(30));
    node.start_due().await;
    assert_eq!(told.recv().await.unwrap(), "after");
    go_on.notify_one();
    node.stop().await;
    assert_eq!(place.figures().await, []);
}

async fn a_parked_job_that_is_wanted_again_gets_another_chance(engine: Engine) {
    let place = Place::on(engine).await;
    let order = |what: &str| place.jobs.order::<Watched>(&what.to_owned()).unwrap().once("key");
    order("bad").submit().await.unwrap();
    let (handlers, _told) = telling(Err(Failure::Poisoned("bad".to_owned())));
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    assert_eq!(place.figures().await, [(0, 0, 1)]);
    place.hands.advance(Duration::from_secs(5));
    order("good").submit().await.unwrap();
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    let run = told.recv().await.unwrap();
    assert_eq!((run.payload.as_str(), run.attempt), ("good", 1));
    node.stop().await;
    assert_eq!(place.figures().await, []);
}

async fn stopping_lets_a_running_job_finish_and_gives_the_slow_back(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("quick").await;
    let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (start, wait) = (Arc::clone(&started), Arc::clone(&go_on));
    let node = place.node(Handlers::default().with::<Watched, _, _>(move |_: Run<String>| {
        let (start, wait) = (Arc::clone(&start), Arc::clone(&wait));
        async move {
            start.notify_one();
            wait.notified().await;
            Ok(())
        }
    }));
    node.start_due().await;
    started.notified().await;
    let finish = async {
        node.tasks.stopping().cancelled().await;
        go_on.notify_one();
    };
    let (stopped, ()) = tokio::join!(node.tasks.shut_down(Duration::from_secs(20)), finish);
    assert!(stopped);
    assert_eq!(place.figures().await, []);

    place.enqueue::<Watched>("slow").await;
    let (handlers, mut told) = hanging();
    let tasks = Tasks::on(Handle::current());
    let mut worker = Worker::new(&place.jobs, handlers, &tasks);
    worker.grace = Duration::ZERO;
    let node = Node { worker: Arc::new(worker), tasks };
    node.start_due().await;
    told.recv().await.unwrap();
    node.stop().await;
    assert_eq!(place.figures().await, [(1, 0, 0)]);
    let (handlers, mut told) = telling(Ok(()));
    let next = place.node(handlers);
    next.start_due().await;
    assert_eq!(told.recv().await.unwrap().attempt, 1, "the interrupted attempt does not count");
    next.stop().await;
}

async fn an_attempt_that_never_came_back_counts(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("deadly").await;
    for _ in 0..Watched::MAX_ATTEMPTS {
        let now = place.jobs.clock.wall();
        let (lease, until) = (LeaseId::generate(), now + LEASE);
        let take = Take { kind: Watched::KIND, now, lease, until, at_most: 1 };
        assert_eq!(place.jobs.store.take(take).await.unwrap().len(), 1);
        place.hands.advance(LEASE);
    }
    let (handlers, mut told) = telling(Ok(()));
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    assert!(told.try_recv().is_err(), "it is not let loose once more");
    let parked = place.jobs.parked().await.unwrap();
    assert!(parked[0].reason.contains("ended with the server"), "{parked:?}");
}

async fn too_much_is_refused(engine: Engine) {
    let place = Place::on(engine).await;
    let most = "x".repeat(MAX_PAYLOAD - 2);
    place.enqueue::<Watched>(&most).await;
    let refused = place.jobs.order::<Watched>(&format!("{most}x")).err();
    assert!(matches!(refused, Some(JobsError::TooLarge { kind: "watched" })), "{refused:?}");
    let order = place.jobs.order::<Watched>(&String::new()).unwrap();
    let refused = order.once("k".repeat(MAX_KEY + 1)).submit().await.err();
    assert!(matches!(refused, Some(JobsError::TooLarge { .. })), "{refused:?}");
    assert_eq!(place.figures().await, [(1, 0, 0)]);
}

async fn an_unknown_kind_waits_for_somebody_who_knows_it(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<InTurn>("later version's").await;
    let (handlers, _told) = hanging();
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    assert_eq!(place.figures().await, [(1, 0, 0)]);
}

async fn a_worker_is_woken_at_once(engine: Engine) {
    let place = Place::on(engine).await;
    let (handlers, mut told) = telling(Ok(()));
    let tasks = Tasks::on(Handle::current());
    place.jobs.work(handlers, &tasks).await.unwrap();
    let began = std::time::Instant::now();
    for round in 0..5 {
        place.enqueue::<Watched>(&round.to_string()).await;
        assert_eq!(told.recv().await.unwrap().payload, round.to_string());
    }
    // Polling alone takes five seconds for each.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(tasks.shut_down(Duration::from_secs(20)).await);
    assert_eq!(place.figures().await, []);
}

async fn the_parked_are_forgotten_in_the_end(engine: Engine) {
    let place = Place::on(engine).await;
    place.enqueue::<Watched>("bad").await;
    let (handlers, _told) = telling(Err(Failure::Poisoned("bad".to_owned())));
    let node = place.node(handlers);
    node.start_due().await;
    node.stop().await;
    let parked_at = place.jobs.clock.wall();
    assert_eq!(place.jobs.store.forget_parked(parked_at).await.unwrap(), 0);
    let later = parked_at + Duration::from_millis(1);
    assert_eq!(place.jobs.store.forget_parked(later).await.unwrap(), 1);
}
