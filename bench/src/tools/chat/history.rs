//! What is left of what was acknowledged: the server is killed in the middle of a conversation, again
//! and again, and so are clients, between a message and its acknowledgement.
//!
//! Who says something says it under one key until it is acknowledged, over as many connections as
//! that takes. Who reads comes back with the number of the last event that they saw. In the end
//! every message stands once in what each of them read, in the same place, and no number is missing.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::dialect::Dialect;
use super::people::{Role, address, open_rooms, register, sit};
use super::{Args, Case};
use crate::peer::Kept;
use crate::sheet::Sheet;
use crate::websocket::{Heard, Socket};

const WRITERS: usize = 100;
const READERS: usize = 4;
/// Between two messages of one person; people may do a little more.
const PAUSE: Duration = Duration::from_millis(850);
/// How long an acknowledgement is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two kills, at least, and how much longer it may be.
const LIFE: Duration = Duration::from_millis(800);
const LONGER_MS: u64 = 1500;
/// How long readers may take to have everything.
const SETTLE: Duration = Duration::from_secs(20);
/// One in so many messages is followed by a hang-up.
const HANG_UP: u64 = 8;

/// What everybody is told of the server.
#[derive(Clone, Copy)]
struct Now {
    host: SocketAddr,
    /// Whether nothing more is said.
    is_over: bool,
}

type News = watch::Receiver<Now>;

pub(super) async fn measure(args: &Args, sheet: &mut Sheet) -> Result<()> {
    let kept = Kept::new(None)?;
    let mut server = kept.start().await?;
    open_rooms(server.http(), kept.data(), &["primary"]).await?;
    let (tell, news) = watch::channel(Now { host: server.http(), is_over: false });
    let mut writers = JoinSet::new();
    for place in 0..WRITERS {
        let token = register(server.http(), address(place), Dialect::Ours).await?;
        writers.spawn(write(news.clone(), (place, token)));
    }
    let mut readers = JoinSet::new();
    for place in 0..READERS {
        readers.spawn(read(news.clone(), address(WRITERS + place * 50)));
    }
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..args.kills {
        sleep(LIFE + Duration::from_millis(dice.roll(LONGER_MS))).await;
        server.kill().await?;
        server = kept.start().await?;
        tell.send_modify(|now| now.host = server.http());
    }
    tell.send_modify(|now| now.is_over = true);
    let mut said = 0;
    while let Some(count) = writers.join_next().await {
        said += count??;
    }
    let mut histories = Vec::new();
    while let Some(history) = readers.join_next().await {
        histories.push(history??);
    }
    let faults: usize = histories.iter().map(|history| history.faults(said, &histories)).sum();
    server.stop().await?;
    let mut case = Case { sheet, name: format!("{} kills", args.kills) };
    case.add("acknowledged messages", "", said as f64);
    case.add("lost, repeated or out of order", "", faults as f64);
    Ok(())
}

/// Numbers that only look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Says one thing after the other until it is over; returns how many were acknowledged.
async fn write(news: News, (place, token): (usize, String)) -> Result<usize> {
    let mut dice = Dice(place as u64 * 0x9e37_79b9 + 0x1234_5678_9abc_def1);
    let mut socket = None;
    let mut said = 0;
    while !news.borrow().is_over {
        let key = format!("{place}-{said}");
        let text = format!("bq {key} and whatever else there is to say");
        let message = json!({ "type": "say", "key": key, "text": text }).to_string();
        let began = Instant::now();
        loop {
            let open = match socket.take() {
                Some(open) => Ok(open),
                None => enter(&news, address(place), &token).await,
            };
            let Ok(mut open) = open else {
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let hangs_up = dice.roll(HANG_UP) == 0;
            match timeout(PATIENCE, exchange(&mut open, &message, &key, hangs_up)).await {
                Ok(Ok(true)) => {
                    socket = Some(open);
                    break;
                }
                // Refused: too fast after a connection that took it, perhaps.
                Ok(Ok(false)) => {
                    socket = Some(open);
                    sleep(PAUSE).await;
                }
                // Hung up, killed or silent: the same again.
                Ok(Err(_)) | Err(_) => {}
            }
            ensure!(began.elapsed() < SETTLE * 3, "{key} is never acknowledged");
        }
        said += 1;
        sleep(PAUSE.saturating_sub(began.elapsed())).await;
    }
    Ok(said)
}

async fn enter(news: &News, from: Ipv4Addr, token: &str) -> Result<Socket> {
    let host = news.borrow().host;
    let path = "/api/v1/socket?channel=primary&chat=1";
    timeout(PATIENCE, sit((host, from, path), (Dialect::Ours, Role::Speaks, token))).await?
}

/// Whether the message was acknowledged, and not refused.
async fn exchange(socket: &mut Socket, message: &str, key: &str, hangs_up: bool) -> Result<bool> {
    socket.say(message).await?;
    ensure!(!hangs_up, "hung up");
    loop {
        match socket.hear().await? {
            Heard::Closed(closed) => anyhow::bail!("closed: {}", closed.reason),
            Heard::Text(text) => {
                let document: Value = serde_json::from_slice(&text)?;
                match document["type"].as_str() {
                    Some("ack") if document["key"] == key => return Ok(true),
                    Some("refused") if document["key"] == key => return Ok(false),
                    _ => {}
                }
            }
        }
    }
}

/// What one reader saw.
#[derive(Default)]
struct History {
    /// By number: the message's key, or nothing for events that are no messages.
    events: BTreeMap<u64, Option<String>>,
    /// Numbers that came again, went back, or could not be had any more.
    faults: usize,
    last: u64,
}

/// Reads until everybody is silent and nothing more comes.
async fn read(news: News, from: Ipv4Addr) -> Result<History> {
    let mut history = History::default();
    let mut quiet_since = Instant::now();
    loop {
        let (host, last) = (news.borrow().host, history.last);
        let path = format!("/api/v1/socket?channel=primary&chat=1&after={last}");
        let opened = timeout(PATIENCE, Socket::open(host, from, &path)).await;
        let Ok(Ok(mut socket)) = opened else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        loop {
            match timeout(PATIENCE, socket.hear()).await {
                Ok(Ok(Heard::Text(text))) => {
                    if history.take(&serde_json::from_slice(&text)?) {
                        quiet_since = Instant::now();
                    }
                }
                Ok(_) => break,
                Err(_) if news.borrow().is_over && quiet_since.elapsed() > PATIENCE * 2 => {
                    return Ok(history);
                }
                Err(_) => {}
            }
        }
    }
}

impl History {
    /// Whether there was an event in it.
    fn take(&mut self, message: &Value) -> bool {
        if message["type"] == "chat_welcome" && self.last > 0 && message["resumed"] != true {
            println!("  a reader cannot go on after {}", self.last);
            self.faults += 1;
        }
        let Some(events) = message["events"].as_array().filter(|_| message["type"] == "chat")
        else {
            return false;
        };
        for event in events {
            let Some(seq) = event["seq"].as_u64() else { continue };
            if seq != self.last + 1 {
                println!("  event {seq} comes after {}", self.last);
                self.faults += 1;
            }
            self.last = seq;
            let words = event["text"].as_str().unwrap_or_default();
            let key = words.strip_prefix("bq ").and_then(|rest| rest.split(' ').next());
            self.events.insert(seq, key.map(str::to_owned));
        }
        !events.is_empty()
    }

    /// What is wrong in it: beside what was acknowledged, and beside what others saw.
    fn faults(&self, said: usize, all: &[Self]) -> usize {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for key in self.events.values().flatten() {
            *times.entry(key).or_default() += 1;
        }
        let repeated = times.values().filter(|times| **times > 1).count();
        let lost = said.saturating_sub(times.len());
        let differs = all.iter().filter(|other| other.events != self.events).count();
        if lost + repeated + differs > 0 {
            println!("  a reader: {lost} lost, {repeated} repeated, unlike {differs} others");
        }
        self.faults + lost + repeated + differs
    }
}
