//! A conversation: some say so much each second, all of them count what comes.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::dialect::{Answer, Dialect, messages};
use super::tally::{Delays, Seen};
use crate::websocket::{Closed, Heard, Socket};

/// How long what was said may take to come, after the last of it.
const DRAIN: Duration = Duration::from_secs(8);
/// Before the first message, so that everybody listens.
const LEAD: Duration = Duration::from_millis(500);

/// When people speak, each of them once in as many seconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moments {
    /// One after the other, equally far apart: no two messages are near each other.
    InTurn,
    /// Each whenever they please: no one knows of the others. The same in every run.
    AsTheyPlease,
}

/// What is said.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) dialect: Dialect,
    pub(super) moments: Moments,
    /// Messages per second, of all who speak.
    pub(super) rate: f64,
    pub(super) speakers: usize,
    pub(super) window: Duration,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) delays: Delays,
    pub(super) said: u64,
    pub(super) accepted: u64,
    /// Answered before the last message was due.
    pub(super) in_time: u64,
    pub(super) refused: u64,
    /// Accepted messages that a socket did not get, over all sockets.
    pub(super) lost: u64,
    pub(super) repeated: u64,
    /// Why sockets closed.
    pub(super) closed: Vec<String>,
    /// From the first message to the last delivery.
    pub(super) took: Duration,
}

/// Lets those in the room talk; the first of them speak.
pub(super) async fn talk(sockets: Vec<Socket>, plan: Plan) -> Result<Outcome> {
    let begins = Instant::now() + LEAD;
    let mut parts = JoinSet::new();
    for (place, socket) in sockets.into_iter().enumerate() {
        let mouth = (place < plan.speakers).then_some(place);
        parts.spawn(Part::new(plan, begins).take(socket, mouth));
    }
    let mut all = Vec::new();
    while let Some(part) = parts.join_next().await {
        all.push(part??);
    }
    Ok(merged(&all, begins))
}

fn merged(parts: &[Part], begins: Instant) -> Outcome {
    let mut accepted = Seen::default();
    let mut delays = Delays::new();
    for part in parts {
        accepted.merge(&part.accepted);
        delays.merge(&part.delays);
    }
    let sum = |count: fn(&Part) -> u64| parts.iter().map(count).sum();
    let last = parts.iter().filter_map(|part| part.last).max().unwrap_or(begins);
    Outcome {
        delays,
        said: sum(|part| part.said),
        accepted: accepted.count(),
        in_time: sum(|part| part.in_time),
        refused: sum(|part| part.refused),
        lost: parts.iter().map(|part| part.seen.missing(&accepted)).sum(),
        repeated: sum(|part| part.repeated),
        closed: parts.iter().filter_map(|part| part.closed.clone()).collect(),
        took: last.saturating_duration_since(begins),
    }
}

/// A number from 0 to 1 that has nothing to do with the next one's (SplitMix64).
fn scattered(place: usize) -> f64 {
    let mut bits = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)) as f64 / u64::MAX as f64
}

/// What one socket says and hears.
struct Part {
    plan: Plan,
    begins: Instant,
    delays: Delays,
    seen: Seen,
    accepted: Seen,
    said: u64,
    in_time: u64,
    refused: u64,
    repeated: u64,
    closed: Option<String>,
    last: Option<Instant>,
}

impl Part {
    fn new(plan: Plan, begins: Instant) -> Self {
        Self {
            plan,
            begins,
            delays: Delays::new(),
            seen: Seen::default(),
            accepted: Seen::default(),
            said: 0,
            in_time: 0,
            refused: 0,
            repeated: 0,
            closed: None,
            last: None,
        }
    }

    async fn take(mut self, mut socket: Socket, mouth: Option<usize>) -> Result<Self> {
        let finder = self.plan.dialect.finder();
        let ends = self.begins + self.plan.window + DRAIN;
        let mut next = mouth.and_then(|place| self.turn(place));
        loop {
            let (at, index) = next.unwrap_or((ends, 0));
            tokio::select! {
                biased;
                heard = socket.hear() => match heard {
                    Ok(Heard::Text(text)) => self.hear(&finder, &text),
                    Ok(Heard::Closed(closed)) => return Ok(self.close(&closed)),
                    Err(error) => {
                        self.closed = Some(error.to_string());
                        return Ok(self);
                    }
                },
                () = sleep_until(at.min(ends)) => {
                    if next.is_none() {
                        return Ok(self);
                    }
                    let now = self.micros();
                    if let Err(error) = socket.say(&self.plan.dialect.say(now, index)).await {
                        self.closed = Some(error.to_string());
                        return Ok(self);
                    }
                    self.said += 1;
                    next = self.turn(index + self.plan.speakers);
                }
            }
        }
    }

    /// When the message of that number is due; `None` when it is over by then.
    fn turn(&self, index: usize) -> Option<(Instant, usize)> {
        let Plan { rate, speakers, .. } = self.plan;
        let (round, place) = (index / speakers, index % speakers);
        let phase = match self.plan.moments {
            Moments::InTurn => place as f64,
            Moments::AsTheyPlease => scattered(place) * speakers as f64,
        };
        let after = Duration::from_secs_f64(((round * speakers) as f64 + phase) / rate);
        (after < self.plan.window).then(|| (self.begins + after, index))
    }

    fn micros(&self) -> u64 {
        self.begins.elapsed().as_micros() as u64
    }

    fn hear(&mut self, finder: &memchr::memmem::Finder<'static>, text: &bytes::Bytes) {
        let now = self.micros();
        let mut is_chat = false;
        for came in messages(finder, text) {
            is_chat = true;
            self.delays.add(now.saturating_sub(came.sent_micros));
            self.repeated += u64::from(!self.seen.add(came.index));
            if self.plan.dialect == Dialect::Owncast {
                // That it came to somebody is all the acknowledgement there is.
                self.accepted.add(came.index);
            }
        }
        if is_chat {
            self.last = Some(Instant::now());
            return;
        }
        match self.plan.dialect.answer(text) {
            Some(Answer::Accepted(index)) => {
                let is_new = self.accepted.add(index);
                let in_time = u128::from(now) < self.plan.window.as_micros();
                self.in_time += u64::from(is_new && in_time);
            }
            Some(Answer::Refused) => self.refused += 1,
            None => {}
        }
    }

    fn close(mut self, closed: &Closed) -> Self {
        self.closed = Some(format!("{} {}", closed.code, closed.reason));
        self
    }
}
