//! How somebody has written lately: how often, and what.

use std::collections::HashMap;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::who::Speaker;
use crate::attempts::Prefix;
use crate::chat::text::conduct::{History, Rules};
use crate::ids::ChatterId;

/// People whose habits a room remembers. Against a crowd of guests that each say one thing.
const MAX_PEOPLE: usize = 20_000;
/// People of whom a room remembers when they wrote last, which is all that slow mode asks for.
/// Against the same crowd, which would otherwise have slow mode forgotten by being many.
const MAX_WRITERS: usize = 200_000;
/// Names that one person gets at once, and how long one more takes: everybody is told of each.
const NAMES: u32 = 3;
const NAME_EVERY: Duration = Duration::from_secs(20);
/// Things beside messages that one person does at once – colours, answers, corrections – and how
/// long one more takes: each is written to the disk.
const ERRANDS: u32 = 8;
const ERRAND_EVERY: Duration = Duration::from_secs(1);
/// How long habits are remembered.
const MEMORY: Duration = Duration::from_secs(600);
/// How often it is written down that somebody is here.
const SEEN_EVERY: Duration = Duration::from_secs(600);

/// The habits of everybody in a room.
#[derive(Debug, Default)]
pub(super) struct Habits {
    people: HashMap<ChatterId, Habit>,
    wrote: HashMap<ChatterId, WallClock>,
}

/// The habits of one person.
#[derive(Clone, Debug, Default)]
pub(super) struct Habit {
    /// When they did anything last.
    last: WallClock,
    /// When they may have as many names at once as anybody again.
    names_at: WallClock,
    /// The same of errands.
    errands_at: WallClock,
    /// When it was written down that they are here, and from where.
    seen: Option<(WallClock, Prefix)>,
    /// What they said, and how fast.
    pub(super) history: History,
}

impl Habits {
    pub(super) fn of(&self, who: ChatterId) -> Option<&Habit> {
        self.people.get(&who)
    }

    /// When somebody wrote last.
    pub(super) fn wrote(&self, who: ChatterId) -> Option<WallClock> {
        self.wrote.get(&who).copied()
    }

    /// Somebody said something; `slow` is how long that is remembered at least.
    pub(super) fn said(
        &mut self,
        who: ChatterId,
        (text, slow): (&str, Duration),
        (rules, now): (&Rules, WallClock),
    ) {
        if self.wrote.len() >= MAX_WRITERS && !self.wrote.contains_key(&who) {
            let horizon = now - slow.max(MEMORY);
            self.wrote.retain(|_, at| *at > horizon);
            drop_oldest(&mut self.wrote, MAX_WRITERS, |at| *at);
        }
        self.wrote.insert(who, now);
        self.habit(who, now).history.note(text, rules, now);
    }

    /// Whether somebody may have another name now; when they may otherwise.
    pub(super) fn rename(
        &mut self,
        who: ChatterId,
        slow: Duration,
        now: WallClock,
    ) -> Result<(), WallClock> {
        let every = NAME_EVERY.max(slow);
        pay(&mut self.habit(who, now).names_at, (NAMES, every), now)
    }

    /// Whether somebody may do something beside writing now; when they may otherwise.
    pub(super) fn errand(&mut self, who: ChatterId, now: WallClock) -> Result<(), WallClock> {
        pay(&mut self.habit(who, now).errands_at, (ERRANDS, ERRAND_EVERY), now)
    }

    /// Whether it is time to write down that somebody is here; it counts as done.
    pub(super) fn see(&mut self, by: &Speaker, now: WallClock) -> bool {
        let seen = &mut self.habit(by.id, now).seen;
        let is_known = seen.is_some_and(|(at, from)| at + SEEN_EVERY > now && from == by.from);
        if !is_known {
            *seen = Some((now, by.from));
        }
        !is_known
    }

    /// What was to be written down may not have been.
    pub(super) fn see_all_again(&mut self) {
        self.people.values_mut().for_each(|habit| habit.seen = None);
    }

    fn habit(&mut self, who: ChatterId, now: WallClock) -> &mut Habit {
        if self.people.len() >= MAX_PEOPLE && !self.people.contains_key(&who) {
            let horizon = now - MEMORY;
            self.people.retain(|_, habit| habit.last > horizon);
            drop_oldest(&mut self.people, MAX_PEOPLE, |habit| habit.last);
        }
        let habit = self.people.entry(who).or_default();
        habit.last = now;
        habit
    }
}

/// Pays for one more of `burst` at once and one `every` so often.
fn pay(
    full_at: &mut WallClock,
    (burst, every): (u32, Duration),
    now: WallClock,
) -> Result<(), WallClock> {
    let then = (*full_at).max(now) + every;
    let latest = now + every.saturating_mul(burst);
    if then > latest {
        return Err(*full_at - every.saturating_mul(burst.saturating_sub(1)));
    }
    *full_at = then;
    Ok(())
}

/// Where there are too many, drops a quarter of them, those of longest ago.
fn drop_oldest<T>(of: &mut HashMap<ChatterId, T>, most: usize, when: impl Fn(&T) -> WallClock) {
    if of.len() < most {
        return;
    }
    let mut times: Vec<_> = of.values().map(&when).collect();
    let (_, quarter, _) = times.select_nth_unstable(most / 4);
    let horizon = *quarter;
    of.retain(|_, it| when(it) > horizon);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::model::rules::{no_terms, rules};
    use crate::chat::model::settings::Settings;

    #[test]
    fn memory_is_bounded_and_the_newest_are_remembered() {
        let mut habits = Habits::default();
        let at = |n: usize| WallClock::from_unix_millis(1_000_000 + n as i64);
        let rules = rules(&Settings::default(), &no_terms(), false);
        let slow = Duration::from_secs(3600);
        let mut newest = ChatterId::generate();
        for n in 0..MAX_WRITERS + 5 {
            newest = ChatterId::generate();
            habits.said(newest, ("hi", slow), (&rules, at(n)));
        }
        assert!(habits.people.len() <= MAX_PEOPLE && habits.wrote.len() <= MAX_WRITERS);
        assert!(habits.wrote.len() > MAX_WRITERS / 2, "most are remembered");
        assert_eq!(habits.wrote(newest), Some(at(MAX_WRITERS + 4)));
    }

    #[test]
    fn names_and_errands_are_few_at_once() {
        let (mut habits, who) = (Habits::default(), ChatterId::generate());
        let now = WallClock::from_unix_millis(1_000_000);
        for _ in 0..NAMES {
            assert_eq!(habits.rename(who, Duration::ZERO, now), Ok(()));
        }
        assert_eq!(habits.rename(who, Duration::ZERO, now), Err(now + NAME_EVERY));
        assert_eq!(habits.rename(who, Duration::ZERO, now + NAME_EVERY), Ok(()));
        for _ in 0..ERRANDS {
            assert_eq!(habits.errand(who, now), Ok(()));
        }
        assert_eq!(habits.errand(who, now), Err(now + ERRAND_EVERY));
    }
}
