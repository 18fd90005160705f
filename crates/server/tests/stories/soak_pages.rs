//! A page that somebody leaves open: a chat that rushes, and ten minutes of watching (`make soak`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::harness::{Page, Person, Server, Source};
use crate::pages_chat::{PASSWORD, ask, room, talker};

/// Guests who say something every second. One address makes no more at once.
const GUESTS: u32 = 50;
/// Sockets of whoever runs the site, whom nobody slows down, and how often each says something.
const HOSTS: u32 = 5;
const HOST_EVERY: Duration = Duration::from_millis(100);
/// How much slower the machine is made: a phone of some years.
const SLOWER: u32 = 4;
/// How long pictures are counted.
const COUNTED: Duration = Duration::from_secs(20);
/// Pictures a second that are smooth.
const SMOOTH: f64 = 45.0;
/// What is left of the machine's own rate where that is below [`SMOOTH`]: without a graphics card
/// every picture is drawn by the processor.
const SHARE: f64 = 0.75;

/// How long the watch is.
const LENGTH: Duration = Duration::from_secs(600);
/// What the page holds is compared with what it held after this.
const WARM: Duration = Duration::from_secs(120);
/// It may grow by so much: caches of the browser, not a leak.
const MAX_GROWTH_BYTES: u64 = 10 * 1024 * 1024;
/// The chat has a hundred rows at most, warm or not.
const MAX_GROWTH_NODES: u64 = 1500;

/// People who talk without end. Dropping it silences them.
struct Crowd {
    _tasks: JoinSet<()>,
    said: Arc<AtomicU64>,
}

impl Crowd {
    async fn of(server: &Server, guests: u32, hosts: u32) -> Self {
        let (mut tasks, said) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
        let admin = Person::signed_in(server, "admin", PASSWORD).await;
        for number in 0..guests + hosts {
            let (cookie, every) = if number < guests {
                (None, Duration::from_secs(1))
            } else {
                (admin.cookie.as_deref(), HOST_EVERY)
            };
            let mut socket = talker(server, cookie).await;
            let (said, mut tick) = (Arc::clone(&said), interval(every));
            tasks.spawn(async move {
                for round in 0_u64.. {
                    tick.tick().await;
                    let text = format!("number {number} for the {round}th time, :wave: @river");
                    let key = format!("{number}-{round}");
                    let say = json!({ "type": "say", "key": key, "text": text });
                    if ask(&mut socket, say).await["type"] == "ack" {
                        said.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        Self { _tasks: tasks, said }
    }

    fn said(&self) -> u64 {
        self.said.load(Ordering::Relaxed)
    }
}

/// Pictures a second that the page draws.
async fn pictures(page: &Page) -> f64 {
    let count = format!(
        "new Promise((done) => {{ let pictures = 0; const from = performance.now();
            const next = () => {{ pictures += 1; const passed = performance.now() - from;
                if (passed < {}) requestAnimationFrame(next); else done(pictures * 1000 / passed); }};
            requestAnimationFrame(next); }})",
        COUNTED.as_millis()
    );
    page.evaluate(&count).await.as_f64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a minute and a half"]
async fn a_chat_that_rushes_is_drawn_smoothly_on_a_slow_machine() {
    let (server, browser, keeper) = room().await;
    keeper.go("about:blank").await;
    let page = browser.open(&server.url("/@rivulet/chat")).await;
    page.resize(400, 820).await;
    page.shows("the chat", "document.querySelector('.chat textarea') !== null").await;
    page.slows_down(SLOWER).await;
    let quiet = pictures(&page).await;

    let crowd = Crowd::of(&server, GUESTS, HOSTS).await;
    page.shows("rows", "document.querySelectorAll('[data-part=chat-message]').length > 50").await;
    let (before, from) = (crowd.said(), Instant::now());
    let busy = pictures(&page).await;
    let rate = (crowd.said() - before) as f64 / from.elapsed().as_secs_f64();
    println!("{busy:.1} pictures a second at {rate:.0} messages a second, {quiet:.1} without any");
    assert!(rate > 90.0, "{rate} messages a second");
    assert!(
        busy >= SMOOTH.min(quiet * SHARE),
        "{busy} pictures a second, {quiet} without messages"
    );

    // What was said last is there at once: the page is not behind.
    drop(crowd);
    let admin = Person::signed_in(&server, "admin", PASSWORD).await;
    let mut host = talker(&server, admin.cookie.as_deref()).await;
    let last = json!({ "type": "say", "key": "end", "text": "that was all" });
    assert_eq!(ask(&mut host, last).await["type"], "ack");
    page.says("that was all").await;
    page.is_content().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "ten minutes"]
async fn ten_minutes_of_watching_leave_nothing_behind() {
    let (server, browser, keeper) = room().await;
    keeper.go("about:blank").await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let page = browser.open(&server.url("/")).await;
    page.player_is("state", "playing").await;
    let crowd = Crowd::of(&server, 10, 0).await;
    let (from, mut warm) = (Instant::now(), None);
    let mut minute = interval(Duration::from_secs(60));
    minute.tick().await;
    while from.elapsed() < LENGTH {
        minute.tick().await;
        let (bytes, nodes) = page.holds().await;
        println!(
            "{:.0} s: {:.1} MiB, {nodes} nodes, {} messages, {} stalls, {:?}",
            from.elapsed().as_secs_f64(),
            bytes as f64 / 1_048_576.0,
            crowd.said(),
            page.player("stalls").await,
            page.decoded().await,
        );
        if from.elapsed() >= WARM {
            warm.get_or_insert((bytes, nodes));
        }
    }
    page.plays(30).await;
    let ((warm_bytes, warm_nodes), (bytes, nodes)) = (warm.unwrap(), page.holds().await);
    assert!(bytes < warm_bytes + MAX_GROWTH_BYTES, "{bytes} bytes, {warm_bytes} when warm");
    assert!(nodes < warm_nodes + MAX_GROWTH_NODES, "{nodes} nodes, {warm_nodes} when warm");
    page.is_content().await;
}
