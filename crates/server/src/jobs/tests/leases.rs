//! Nodes that die, that are slow, and that are told to stop: who has a job, and for how long.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::db::scratch::on_both_databases;
use crate::ids::LeaseId;
use crate::jobs::store::Take;
use crate::jobs::worker::LEASE;

on_both_databases!(
    a_killed_nodes_job_is_anothers_after_its_lease,
    two_nodes_never_do_one_job_at_one_time,
    a_job_that_outlived_its_lease_cannot_be_finished_by_its_old_holder,
    stopping_lets_a_running_job_finish_and_gives_the_slow_back,
    an_attempt_that_never_came_back_counts,
);

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
    let parked = place.jobs.parked(None, 10).await.unwrap();
    assert!(parked[0].reason.contains("ended with the server"), "{parked:?}");
}
