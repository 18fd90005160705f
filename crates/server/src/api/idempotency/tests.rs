//! Requests that come twice, on both databases.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::post;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tower::ServiceExt as _;

use super::*;
use crate::access::{Person, SiteRole};
use crate::attempts::Prefix;
use crate::clock::Hands;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::ids::AccountId;

on_both_databases!(
    the_same_request_twice_is_done_once,
    what_was_answered_is_kept_sealed,
    another_request_with_the_key_is_refused,
    a_key_is_its_callers_own,
    a_refusal_is_not_kept,
    a_twin_that_is_being_done_is_told_so,
    who_hangs_up_gets_the_answer_later,
    what_was_cut_off_is_done_again_after_a_while,
    without_a_key_or_an_account_everything_is_done,
    keys_and_bodies_have_a_length,
    answers_are_forgotten_after_a_day,
);

/// Toys are made, and each has another number.
struct Shop {
    _scratch: Scratch,
    db: Db,
    hands: &'static Hands,
    idempotency: Idempotency,
    begun: Arc<AtomicU32>,
    made: Arc<AtomicU32>,
    /// Toys called `slow` wait for it.
    go_on: Arc<Notify>,
    router: Router,
}

impl Shop {
    async fn on(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let db = Db::open(&scratch.database).await.unwrap();
        let keyring = Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap();
        let (clock, hands) = Clock::by_hand();
        let tasks = Tasks::on(Handle::current());
        let idempotency = Idempotency::new(db.clone(), Arc::new(keyring), clock, &tasks);
        let (begun, made): (Arc<AtomicU32>, Arc<AtomicU32>) = Default::default();
        let go_on = Arc::new(Notify::new());
        let (begin, count, wait) = (Arc::clone(&begun), Arc::clone(&made), Arc::clone(&go_on));
        let make = move |name: String| async move {
            begin.fetch_add(1, Ordering::Relaxed);
            if name == "slow" {
                wait.notified().await;
            }
            if name == "bad" {
                return ApiError::new(Code::BadRequest).into_response();
            }
            let number = count.fetch_add(1, Ordering::Relaxed);
            let place = (header::LOCATION, format!("/toys/{number}"));
            (StatusCode::CREATED, [place], format!("toy {number}: {name}")).into_response()
        };
        let once = from_fn_with_state(idempotency.clone(), once);
        let router = Router::new().route("/toys", post(make).put(async || "put")).layer(once);
        Self { _scratch: scratch, db, hands, idempotency, begun, made, go_on, router }
    }

    fn made(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    async fn ask(&self, request: Request) -> (u16, String, HeaderMap) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (head.status.as_u16(), String::from_utf8(body.to_vec()).unwrap(), head.headers)
    }

    async fn make(&self, who: AccountId, key: &str, name: &str) -> (u16, String) {
        let (status, body, _) = self.ask(request(Some(who), Some(key), name)).await;
        (status, body)
    }
}

fn request(who: Option<AccountId>, key: Option<&str>, name: &str) -> Request {
    let mut request = Request::post("/toys").body(Body::from(name.to_owned())).unwrap();
    if let Some(key) = key {
        request.headers_mut().insert(KEY, key.parse().unwrap());
    }
    let from = Prefix::of([192, 0, 2, 1].into());
    let person = |account| Person { account, username: "ada".to_owned(), role: SiteRole::Member };
    let caller = Caller { person: who.map(person), ..Caller::guest(from) };
    request.extensions_mut().insert(caller);
    request
}

async fn the_same_request_twice_is_done_once(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    let (status, body, headers) = shop.ask(request(Some(ada), Some("k"), "ball")).await;
    assert_eq!((status, body.as_str()), (201, "toy 0: ball"));
    assert!(headers.get(REPLAYED).is_none());
    let (status, body, again) = shop.ask(request(Some(ada), Some("k"), "ball")).await;
    assert_eq!((status, body.as_str()), (201, "toy 0: ball"));
    assert_eq!(again.get(REPLAYED).unwrap(), "true");
    for name in [header::CONTENT_TYPE, header::LOCATION] {
        assert_eq!(again.get(&name), headers.get(&name), "{name}");
    }
    assert_eq!(shop.make(ada, "other key", "ball").await, (201, "toy 1: ball".to_owned()));
    assert_eq!(shop.made(), 2);
}

async fn what_was_answered_is_kept_sealed(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    shop.make(ada, "my-key", "a-secret").await;
    let row = shop.db.query("SELECT * FROM idempotency").one().await.unwrap();
    let answer: Vec<u8> = row.get("answer").unwrap();
    let text: [String; 2] = ["request_key", "request"].map(|name| row.get(name).unwrap());
    for secret in ["secret", "my-key"] {
        assert!(!String::from_utf8_lossy(&answer).contains(secret));
        assert!(!text.iter().any(|text| text.contains(secret)));
    }
}

async fn another_request_with_the_key_is_refused(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    shop.make(ada, "k", "ball").await;
    let (status, body) = shop.make(ada, "k", "doll").await;
    assert_eq!(status, 422);
    assert!(body.contains("key_reused"), "{body}");
    assert_eq!(shop.made(), 1);
}

async fn a_key_is_its_callers_own(engine: Engine) {
    let shop = Shop::on(engine).await;
    let (ada, bob) = (AccountId::generate(), AccountId::generate());
    assert_eq!(shop.make(ada, "k", "ball").await.1, "toy 0: ball");
    assert_eq!(shop.make(bob, "k", "ball").await.1, "toy 1: ball");
}

async fn a_refusal_is_not_kept(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    assert_eq!(shop.make(ada, "k", "bad").await.0, 400);
    assert_eq!(shop.make(ada, "k", "ball").await.0, 201);
}

async fn a_twin_that_is_being_done_is_told_so(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    let mut first = Box::pin(shop.make(ada, "k", "slow"));
    while shop.begun.load(Ordering::Relaxed) == 0 {
        assert!(futures_util::poll!(&mut first).is_pending());
        tokio::task::yield_now().await;
    }
    let (status, _, headers) = shop.ask(request(Some(ada), Some("k"), "slow")).await;
    assert_eq!((status, headers.get(header::RETRY_AFTER).unwrap()), (409, &"1".parse().unwrap()));
    shop.go_on.notify_one();
    assert_eq!(first.await, (201, "toy 0: slow".to_owned()));
    assert_eq!(shop.make(ada, "k", "slow").await, (201, "toy 0: slow".to_owned()));
    assert_eq!(shop.made(), 1);
}

async fn who_hangs_up_gets_the_answer_later(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    let mut first = Box::pin(shop.make(ada, "k", "slow"));
    while shop.begun.load(Ordering::Relaxed) == 0 {
        assert!(futures_util::poll!(&mut first).is_pending());
        tokio::task::yield_now().await;
    }
    drop(first);
    shop.go_on.notify_one();
    let answer = loop {
        let answer = shop.make(ada, "k", "slow").await;
        if answer.0 != 409 {
            break answer;
        }
    };
    assert_eq!(answer, (201, "toy 0: slow".to_owned()));
    assert_eq!(shop.made(), 1);
}

async fn what_was_cut_off_is_done_again_after_a_while(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    shop.make(ada, "k", "ball").await;
    // As a server leaves it that is killed before it has answered.
    shop.db.command("UPDATE idempotency SET answer = NULL").execute().await.unwrap();
    assert_eq!(shop.make(ada, "k", "ball").await.0, 409);
    shop.hands.advance(PATIENCE);
    assert_eq!(shop.make(ada, "k", "ball").await, (201, "toy 1: ball".to_owned()));
    assert_eq!(shop.make(ada, "k", "ball").await, (201, "toy 1: ball".to_owned()));
}

async fn without_a_key_or_an_account_everything_is_done(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    for (who, key) in [(Some(ada), None), (None, Some("k"))] {
        for _ in 0..2 {
            assert_eq!(shop.ask(request(who, key, "ball")).await.0, 201);
        }
    }
    assert_eq!(shop.made(), 4);
    for _ in 0..2 {
        let mut put = request(Some(ada), Some("k"), "ball");
        *put.method_mut() = Method::PUT;
        let (status, _, headers) = shop.ask(put).await;
        assert_eq!((status, headers.get(REPLAYED)), (200, None));
    }
}

async fn keys_and_bodies_have_a_length(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    let longest = "k".repeat(MAX_KEY);
    assert_eq!(shop.make(ada, &longest, "ball").await.0, 201);
    for wrong in ["", &format!("{longest}k")] {
        assert_eq!(shop.make(ada, wrong, "ball").await.0, 400, "{}", wrong.len());
    }
    let mut binary = request(Some(ada), None, "ball");
    binary.headers_mut().insert(KEY, HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(shop.ask(binary).await.0, 400);
    let large = "x".repeat(MAX_REQUEST + 1);
    assert_eq!(shop.make(ada, "large", &large).await.0, 413);
}

async fn answers_are_forgotten_after_a_day(engine: Engine) {
    let (shop, ada) = (Shop::on(engine).await, AccountId::generate());
    let jobs = Jobs::new(shop.db.clone(), shop.idempotency.clock);
    shop.make(ada, "k", "ball").await;
    for (passed, expected) in [(KEPT, "toy 0: ball"), (Duration::from_millis(1), "toy 1: ball")] {
        shop.hands.advance(passed);
        shop.idempotency.begin(&jobs).await.unwrap();
        let tasks = Tasks::on(Handle::current());
        let handlers = shop.idempotency.handle(Handlers::default(), &jobs);
        jobs.work(handlers, &tasks).await.unwrap();
        // Done is what is due again in an hour.
        let now = shop.idempotency.clock.wall();
        loop {
            let row = shop.db.query("SELECT due_at, lease FROM job").one().await.unwrap();
            let lease: Option<String> = row.get("lease").unwrap();
            if lease.is_none() && row.get::<WallClock>("due_at").unwrap() == now + FORGET_EVERY {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert!(tasks.shut_down(Duration::from_secs(20)).await);
        assert_eq!(shop.make(ada, "k", "ball").await.1, expected);
    }
}
