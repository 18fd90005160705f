//! How somebody has written lately: how often, and what.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::ids::ChatterId;

/// People whose habits a room remembers. Against a crowd of guests that each say one thing.
const MAX_PEOPLE: usize = 20_000;
/// How long habits are remembered.
const MEMORY: Duration = Duration::from_secs(600);
/// Messages of one person that are remembered, to notice repetition.
const MAX_RECENT: usize = 5;
/// Messages that somebody may send at once.
const BURST: i64 = 6;
/// How long one more takes: somebody who goes on and on gets three through every two seconds.
const EVERY: Duration = Duration::from_millis(650);

/// The habits of everybody in a room.
#[derive(Debug, Default)]
pub(super) struct Habits {
    people: HashMap<ChatterId, Habit>,
}

/// The habits of one person.
#[derive(Clone, Debug, Default)]
pub(super) struct Habit {
    /// When they said something last.
    pub(super) last: Option<WallClock>,
    /// When they will have their whole budget again.
    whole_at: WallClock,
    /// What they said, folded, the newest last.
    pub(super) recent: VecDeque<(WallClock, String)>,
}

impl Habits {
    pub(super) fn of(&self, who: ChatterId) -> Option<&Habit> {
        self.people.get(&who)
    }

    /// Whether somebody may say one more thing now; when they may otherwise.
    pub(super) fn pay(&mut self, who: ChatterId, now: WallClock) -> Result<(), WallClock> {
        self.make_room(who, now);
        let habit = self.people.entry(who).or_default();
        let every = i64::try_from(EVERY.as_millis()).unwrap_or(i64::MAX);
        let then = habit.whole_at.max(now) + EVERY;
        let latest = now.as_unix_millis() + every * BURST;
        let over = then.as_unix_millis() - latest;
        if over > 0 {
            return Err(WallClock::from_unix_millis(now.as_unix_millis() + over));
        }
        habit.whole_at = then;
        Ok(())
    }

    /// Somebody said something.
    pub(super) fn said(&mut self, who: ChatterId, folded: String, now: WallClock) {
        self.make_room(who, now);
        let habit = self.people.entry(who).or_default();
        habit.last = Some(now);
        if habit.recent.len() >= MAX_RECENT {
            habit.recent.pop_front();
        }
        habit.recent.push_back((now, folded));
    }

    fn make_room(&mut self, who: ChatterId, now: WallClock) {
        if self.people.len() < MAX_PEOPLE || self.people.contains_key(&who) {
            return;
        }
        let horizon = now - MEMORY;
        self.people.retain(|_, habit| habit.last.is_some_and(|last| last > horizon));
        if self.people.len() >= MAX_PEOPLE {
            // Nobody's budget is worth more than memory.
            self.people.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_much_waits_and_who_waits_may() {
        let (mut habits, who) = (Habits::default(), ChatterId::generate());
        let now = WallClock::from_unix_millis(1_000_000);
        for _ in 0..BURST {
            habits.pay(who, now).unwrap();
        }
        assert_eq!(habits.pay(who, now), Err(now + EVERY));
        assert!(habits.pay(ChatterId::generate(), now).is_ok());
        assert!(habits.pay(who, now + EVERY).is_ok());
        assert!(habits.pay(who, now + EVERY).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let mut habits = Habits::default();
        let now = WallClock::from_unix_millis(1_000_000);
        for _ in 0..MAX_PEOPLE + 5 {
            habits.said(ChatterId::generate(), String::new(), now);
        }
        assert!(habits.people.len() <= MAX_PEOPLE);
        let who = ChatterId::generate();
        for n in 0..20 {
            habits.said(who, n.to_string(), now);
        }
        assert_eq!(habits.of(who).unwrap().recent.len(), MAX_RECENT);
    }
}
