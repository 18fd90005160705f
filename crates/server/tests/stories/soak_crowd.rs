//! Load of Owncast's own kind: many who watch and more who chat, for some minutes (`make soak`).

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, StreamExt as _, stream};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::harness::{Http, PATIENCE, Server, Setup, Socket, Source, until};
use crate::owncast::client::{Client, started};

/// Players of HLS without parts, each from an address of its own.
const VIEWERS: u32 = 500;
/// Sockets of Owncast's chat, each from an address of its own.
const PEOPLE: u32 = 5_000;
/// Who is in chat speaks in turn, one message each second: of these.
const SPEAKERS: usize = 10;
/// How long it goes on, in seconds, where `RIVULET_SOAK_SECONDS` does not say it.
const LENGTH: u64 = 300;
/// Who come at one time.
const AT_ONCE: usize = 50;

/// An address of this machine's for everybody: 127.1.0.1 and on.
fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 1)) + number)
}

/// What players did together.
#[derive(Default)]
struct Watched {
    playlists: AtomicU64,
    segments: AtomicU64,
    bytes: AtomicU64,
}

/// Follows a playlist: waits for each segment, and fetches it. What went wrong, if anything.
async fn follow(
    http: Http,
    watched: Arc<Watched>,
    mut over: watch::Receiver<bool>,
) -> Option<String> {
    let mut next = None;
    loop {
        let path = match next {
            None => "/hls/0/stream.m3u8".to_owned(),
            Some(number) => format!("/hls/0/stream.m3u8?_HLS_msn={number}"),
        };
        let asked = tokio::select! {
            _ = over.wait_for(|over| *over) => return None,
            asked = http.try_get(&path) => asked,
        };
        let list = match asked {
            Ok(answer) if answer.status == 200 => answer.text(),
            Ok(answer) => return Some(format!("{path}: {} {}", answer.status, answer.text())),
            Err(error) => return Some(format!("{path}: {error}")),
        };
        watched.playlists.fetch_add(1, Ordering::Relaxed);
        let first = list.lines().find_map(|it| it.strip_prefix("#EXT-X-MEDIA-SEQUENCE:"));
        let first: u64 = first.and_then(|it| it.parse().ok()).unwrap_or_default();
        let is_segment = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let segments: Vec<_> = list.lines().filter(is_segment).collect();
        next = Some(first + segments.len() as u64);
        let Some(newest) = segments.last() else { continue };
        let path = format!("/hls/0/{newest}");
        match http.try_get(&path).await {
            Ok(answer) if answer.status == 200 => {
                watched.segments.fetch_add(1, Ordering::Relaxed);
                watched.bytes.fetch_add(answer.body.len() as u64, Ordering::Relaxed);
            }
            Ok(answer) => return Some(format!("{path}: {}", answer.status)),
            Err(error) => return Some(format!("{path}: {error}")),
        }
    }
}

/// Hears what is said, each text with when it was said, until `count` was; how long each took.
async fn listen(mut socket: Socket, since: Instant, mut count: watch::Receiver<u64>) -> Vec<u32> {
    let (mut delays, mut last) = (Vec::new(), u64::MAX);
    while (delays.len() as u64) < last {
        tokio::select! {
            // It is told once how many there were, after the last of them.
            Ok(said) = count.wait_for(|said| *said > 0), if last == u64::MAX => last = *said,
            text = socket.text() => {
                let text = text.expect("a socket was closed");
                let now = since.elapsed().as_millis();
                for said in text.split("at-").skip(1) {
                    let at: u128 = said.split('.').next().unwrap().parse().unwrap();
                    delays.push(u32::try_from(now.saturating_sub(at)).unwrap());
                }
            }
        }
    }
    delays
}

/// Somebody new, on a socket.
async fn arrive(server: &Server, number: u32) -> Socket {
    let http = Http::new(server.http).from(address(number));
    let made = http.post("/api/chat/register", "{}").await.json();
    let token = made["accessToken"].as_str().unwrap();
    let path = format!("/ws?accessToken={token}");
    Socket::connect_from(server, &path, address(number)).await.unwrap()
}

/// How much of a processor's time the server has taken, in seconds (`proc_pid_stat(5)`).
fn processor_seconds(server: &Server) -> f64 {
    let run = std::fs::read(server.data().join("run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_slice(&run).unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", run["pid"])).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let ticks: Vec<f64> = rest.split(' ').skip(11).take(2).map(|it| it.parse().unwrap()).collect();
    ticks.iter().sum::<f64>() / 100.0
}

/// Has people speak in turn, one message each second; how many there were.
async fn talk(speakers: &mut [Socket], since: Instant, length: Duration) -> u64 {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (began, mut said) = (Instant::now(), 0);
    for turn in (0..speakers.len()).cycle() {
        ticks.tick().await;
        if began.elapsed() >= length {
            return said;
        }
        for speaker in &mut *speakers {
            while let Some(text) = speaker.text().now_or_never() {
                assert!(text.is_some(), "a speaker's socket was closed");
            }
        }
        // A word that is not said twice in a row.
        let body = format!("message {said} at-{}.", since.elapsed().as_millis());
        speakers[turn].say(&json!({ "type": "CHAT", "body": body })).await;
        said += 1;
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes"]
async fn hundreds_watch_and_thousands_chat_without_an_error() {
    let length = std::env::var("RIVULET_SOAK_SECONDS").map(|it| it.parse().unwrap());
    let length = Duration::from_secs(length.unwrap_or(LENGTH));
    let server = started(Setup::default()).await;
    // Who comes is not announced to thousands who come.
    let quiet = Client::admin(&server).set("chat/joinmessagesenabled", &json!(false)).await;
    assert_eq!(quiet.status, 200, "{}", quiet.text());
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let (watched, (over, is_over)) = (Arc::new(Watched::default()), watch::channel(false));
    let viewers: Vec<JoinHandle<_>> = (0..VIEWERS)
        .map(|number| {
            let http = Http::new(server.http).from(address(number));
            tokio::spawn(follow(http, Arc::clone(&watched), is_over.clone()))
        })
        .collect();
    let came = stream::iter(VIEWERS..VIEWERS + PEOPLE).map(|number| arrive(&server, number));
    let mut sockets: Vec<_> = came.buffer_unordered(AT_ONCE).collect().await;
    let mut speakers = sockets.split_off(sockets.len() - SPEAKERS);
    let (since, (count, counted)) = (Instant::now(), watch::channel(0));
    let listeners: Vec<_> = sockets
        .into_iter()
        .map(|socket| tokio::spawn(listen(socket, since, counted.clone())))
        .collect();
    until("all are counted", async || {
        let status = Client::admin(&server).get("/api/admin/status").await.json();
        (status["viewerCount"] == VIEWERS).then_some(())
    })
    .await;
    let (before, began) = (processor_seconds(&server), Instant::now());
    let said = talk(&mut speakers, since, length).await;
    count.send_replace(said);
    let mut delays = Vec::new();
    for listener in listeners {
        delays.extend(timeout(PATIENCE, listener).await.expect("a message is missing").unwrap());
    }
    let busy = (processor_seconds(&server) - before) / began.elapsed().as_secs_f64();
    over.send_replace(true);
    for viewer in viewers {
        let wrong = timeout(PATIENCE, viewer).await.expect("a viewer stays").unwrap();
        assert_eq!(wrong, None);
    }
    delays.sort_unstable();
    let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
    let sum = |it: &AtomicU64| it.load(Ordering::Relaxed);
    println!(
        "{VIEWERS} viewers: {} playlists, {} segments, {} MB; {PEOPLE} in chat: {said} messages, \
         {} deliveries, after {} ms (half), {} ms (99 %), {} ms (all); {:.0} % of a core, {} MiB",
        sum(&watched.playlists),
        sum(&watched.segments),
        sum(&watched.bytes) / 1_000_000,
        delays.len(),
        at(50),
        at(99),
        at(100),
        busy * 100.0,
        server.memory() >> 20
    );
    assert!(sum(&watched.segments) >= u64::from(VIEWERS) * (length.as_secs() / 8), "they starve");
    drop(speakers);
    encoder.finish().await;
}
