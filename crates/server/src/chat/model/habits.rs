//! How somebody has written lately: how often, and what.

use std::collections::HashMap;
use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::chat::text::conduct::{History, Rules};
use crate::ids::ChatterId;

/// People whose habits a room remembers. Against a crowd of guests that each say one thing.
const MAX_PEOPLE: usize = 20_000;
/// Between two names of one person: everybody is told of each.
const RENAMED: Duration = Duration::from_secs(2);
/// How long habits are remembered.
const MEMORY: Duration = Duration::from_secs(600);

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
    /// When they got another name last.
    renamed: Option<WallClock>,
    /// What they said, and how fast.
    pub(super) history: History,
}

impl Habits {
    pub(super) fn of(&self, who: ChatterId) -> Option<&Habit> {
        self.people.get(&who)
    }

    /// Somebody said something.
    pub(super) fn said(&mut self, who: ChatterId, text: &str, (rules, now): (&Rules, WallClock)) {
        self.make_room(who, now);
        let habit = self.people.entry(who).or_default();
        habit.last = Some(now);
        habit.history.note(text, rules, now);
    }

    /// Whether somebody may have another name now; when they may otherwise.
    pub(super) fn rename(&mut self, who: ChatterId, now: WallClock) -> Result<(), WallClock> {
        self.make_room(who, now);
        let habit = self.people.entry(who).or_default();
        match habit.renamed.map(|last| last + RENAMED).filter(|next| *next > now) {
            Some(next) => Err(next),
            None => {
                habit.renamed = Some(now);
                Ok(())
            }
        }
    }

    fn make_room(&mut self, who: ChatterId, now: WallClock) {
        if self.people.len() < MAX_PEOPLE || self.people.contains_key(&who) {
            return;
        }
        let horizon = now - MEMORY;
        self.people.retain(|_, habit| habit.last.is_some_and(|last| last > horizon));
        if self.people.len() >= MAX_PEOPLE {
            // Nobody's habits are worth more than memory.
            self.people.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::model::rules::rules;
    use crate::chat::model::settings::Settings;

    #[test]
    fn memory_is_bounded() {
        let mut habits = Habits::default();
        let now = WallClock::from_unix_millis(1_000_000);
        let rules = rules(&Settings::default(), &crate::chat::model::rules::no_terms(), false);
        for _ in 0..MAX_PEOPLE + 5 {
            habits.said(ChatterId::generate(), "hi", (&rules, now));
        }
        assert!(habits.people.len() <= MAX_PEOPLE);
    }
}
