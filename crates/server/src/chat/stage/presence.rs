//! Who is there. Several sockets of one person are one person; who is gone for a moment is not gone.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::chat::model::who::{Chatter, Speaker};
use crate::chat::wire::ours;
use crate::ids::ChatterId;

/// How long somebody may be gone without anybody being told.
const GRACE: Duration = Duration::from_secs(10);
/// Names that are told at one time; the others are counted.
const MAX_NAMED: usize = 20;
/// Turns in which arrivals count as one crowd: ten seconds.
const CROWD: usize = 10;

/// Who is there.
#[derive(Default)]
pub(super) struct Presence {
    people: HashMap<ChatterId, Person>,
    /// Of those, who has a socket.
    here: usize,
    sockets: usize,
    /// Of those, who said who they are.
    introduced: usize,
    came: Vec<ChatterId>,
    went: VecDeque<(Instant, ChatterId)>,
    told: usize,
    arrivals: VecDeque<usize>,
}

struct Person {
    chatter: Chatter,
    /// As they came.
    speaker: Box<Speaker>,
    sockets: usize,
    /// When the last socket was closed.
    gone_since: Option<Instant>,
}

/// How many came within the last ten seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::chat) struct Arrivals(pub(in crate::chat) usize);

impl Presence {
    pub(super) fn count_in(&mut self) {
        self.sockets += 1;
    }

    pub(super) fn introduce(&mut self, speaker: &Speaker) {
        let (id, chatter) = (speaker.id, speaker.chatter());
        self.introduced += 1;
        if let Some(person) = self.people.get_mut(&id) {
            self.here += usize::from(person.sockets == 0);
            person.sockets += 1;
            (person.chatter, person.gone_since) = (chatter, None);
            return;
        }
        self.here += 1;
        let speaker = Box::new(speaker.clone());
        self.people.insert(id, Person { chatter, speaker, sockets: 1, gone_since: None });
        self.came.push(id);
    }

    pub(super) fn reintroduce(&mut self, id: ChatterId, chatter: Chatter) {
        if let Some(person) = self.people.get_mut(&id) {
            person.chatter = chatter;
        }
    }

    pub(super) fn count_out(&mut self, who: Option<ChatterId>) {
        self.sockets -= 1;
        let Some(id) = who else { return };
        self.introduced -= 1;
        let Some(person) = self.people.get_mut(&id) else { return };
        person.sockets = person.sockets.saturating_sub(1);
        if person.sockets == 0 {
            self.here -= 1;
            let now = Instant::now();
            person.gone_since = Some(now);
            self.went.push_back((now, id));
        }
    }

    /// What changed since the last turn, if anything did, and how many came lately.
    pub(super) fn turn(&mut self, now: Instant) -> (Option<ours::Presence>, Arrivals) {
        let came = std::mem::take(&mut self.came);
        self.arrivals.push_back(came.len());
        if self.arrivals.len() > CROWD {
            self.arrivals.pop_front();
        }
        let joined = came.iter().filter_map(|id| self.people.get(id)).take(MAX_NAMED);
        let joined: Vec<_> = joined.map(|person| person.chatter.clone()).collect();
        let mut left = Vec::new();
        while self.went.front().is_some_and(|(since, _)| now >= *since + GRACE) {
            let Some((since, id)) = self.went.pop_front() else { break };
            // Who came back meanwhile is not gone, or is gone since later.
            if self.people.get(&id).is_some_and(|person| person.gone_since == Some(since))
                && let Some(person) = self.people.remove(&id)
                && left.len() < MAX_NAMED
            {
                left.push(person.chatter);
            }
        }
        let arrivals = Arrivals(self.arrivals.iter().sum());
        let count = self.count();
        if joined.is_empty() && left.is_empty() && count == self.told {
            return (None, arrivals);
        }
        self.told = count;
        (Some(ours::Presence { joined, left, count }), arrivals)
    }

    pub(super) fn document(&self) -> ours::Present {
        let some = self.people.values().take(MAX_NAMED).map(|person| person.chatter.clone());
        ours::Present { count: self.count(), some: some.collect() }
    }

    pub(super) fn people(&self) -> Vec<Chatter> {
        let here = self.people.values().filter(|person| person.sockets > 0);
        here.map(|person| person.chatter.clone()).collect()
    }

    /// What others know of somebody who is there.
    pub(super) fn chatter(&self, id: ChatterId) -> Option<Chatter> {
        self.people.get(&id).map(|person| person.chatter.clone())
    }

    /// Somebody who is there.
    pub(super) fn person(&self, id: ChatterId) -> Option<Speaker> {
        let person = self.people.get(&id)?;
        Some(Speaker { name: person.chatter.name.clone(), ..Speaker::clone(&person.speaker) })
    }

    pub(super) fn sockets(&self) -> usize {
        self.sockets
    }

    /// People, and sockets of whom nobody knows whose they are.
    fn count(&self) -> usize {
        self.here + self.sockets.saturating_sub(self.introduced)
    }
}
