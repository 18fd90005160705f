//! Jobs from being wanted to being done, tried again, given up or forgotten.

use super::*;
use crate::db::scratch::on_both_databases;

on_both_databases!(
    what_is_enqueued_and_committed_is_done_once_and_gone,
    what_is_rolled_back_never_happened,
    jobs_are_done_in_the_order_in_which_they_are_due,
    what_is_due_later_waits,
    failures_are_tried_again_later_and_then_parked,
    the_poisoned_are_parked_at_once_and_an_admin_decides,
    a_panic_is_a_failure_like_others,
    too_much_is_refused,
    an_unknown_kind_waits_for_somebody_who_knows_it,
    a_worker_is_woken_at_once,
    the_parked_are_forgotten_in_the_end,
);

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
    let parked = place.jobs.parked(None, 10).await.unwrap();
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
    let parked = place.jobs.parked(None, 10).await.unwrap();
    let reasons: Vec<_> = parked.iter().map(|it| (it.reason.as_str(), it.attempts)).collect();
    assert_eq!(reasons, [("no such mailbox", 1); 2]);
    assert_eq!(parked[0].kind, "watched");
    let first = Some((parked[0].parked_at, parked[0].id));
    assert_eq!(place.jobs.parked(None, 1).await.unwrap(), parked[..1]);
    assert_eq!(place.jobs.parked(first, 10).await.unwrap(), parked[1..]);
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
