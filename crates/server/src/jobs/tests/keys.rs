//! Jobs under a key: what is wanted twice is done as often as it takes, and no more.

use super::*;
use crate::db::scratch::on_both_databases;

on_both_databases!(
    the_same_key_twice_is_one_job,
    a_running_job_that_is_wanted_again_is_done_again,
    a_parked_job_that_is_wanted_again_gets_another_chance,
);

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
