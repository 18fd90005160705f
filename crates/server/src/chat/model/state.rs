//! What a room knows.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::event::Fact;
use super::habits::Habits;
use super::keys::{KeptKey, Keys, Known};
use super::poll::Poll;
use super::rules::{lenient, rules};
use super::sanction::Sanction;
use super::settings::Settings;
use super::who::{Kind, Speaker};
use super::{Answer, Decision, Draft, Effect, Held, Pin, Which};
use crate::chat::text::conduct::Rules;
use crate::chat::text::terms::Terms;
use crate::ids::{ChatterId, MessageId};

/// How long a shield stays up that a crowd raised.
const SHIELD: Duration = Duration::from_secs(600);
/// The pause between two messages while the shield is up, in seconds.
pub(super) const SHIELD_SLOW: u32 = 10;
/// What is in force in one room. Against a row that is read whole at every start.
pub(crate) const MAX_SANCTIONS: usize = 10_000;

/// Messages that were taken away, of which a room remembers that: more than wait at one time.
const MAX_GONE: usize = 1000;

/// A room.
#[derive(Debug)]
pub(crate) struct RoomState {
    pub(crate) settings: Settings,
    pub(crate) sanctions: Vec<Sanction>,
    pub(crate) pinned: Option<Pin>,
    pub(crate) poll: Option<Poll>,
    /// Whether everybody knows how the poll stands.
    pub(crate) is_counted: bool,
    pub(super) habits: Habits,
    pub(super) keys: Keys,
    /// Requests of the batch that is being committed.
    pub(super) waiting: HashSet<(ChatterId, String)>,
    /// Messages that were taken away since they were read.
    pub(super) gone: Gone,
    /// Messages that waited and were decided about since they were read.
    pub(super) reviewed: Gone,
    pub(super) is_on_air: bool,
    pub(super) off_air_since: Option<WallClock>,
    shield_until: Option<WallClock>,
    pub(crate) terms: Arc<Terms>,
    judging: Judging,
}

/// Messages that were taken away lately: whoever read one before may still want to change it.
#[derive(Debug, Default)]
pub(super) struct Gone(VecDeque<MessageId>);

impl Gone {
    /// Whether it was not known.
    pub(super) fn note(&mut self, id: MessageId) -> bool {
        if self.knows(id) {
            return false;
        }
        if self.0.len() >= MAX_GONE {
            self.0.pop_front();
        }
        self.0.push_back(id);
        true
    }

    /// It is there again.
    pub(super) fn forget(&mut self, id: &str) {
        self.0.retain(|gone| gone.to_string() != id);
    }

    pub(super) fn knows(&self, id: MessageId) -> bool {
        self.0.contains(&id)
    }
}

/// The rules by which texts are judged, put together whenever they change.
#[derive(Debug)]
struct Judging {
    usual: Rules,
    shielded: Rules,
    /// For those who are not judged.
    lenient: Rules,
}

impl Judging {
    fn new(settings: &Settings, terms: &Arc<Terms>) -> Self {
        let usual = rules(settings, terms, false);
        Self { shielded: rules(settings, terms, true), lenient: lenient(&usual), usual }
    }
}

/// What a room begins with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) settings: Settings,
    pub(crate) sanctions: Vec<Sanction>,
    pub(crate) pinned: Option<Pin>,
    pub(crate) terms: Arc<Terms>,
    pub(crate) poll: Option<Poll>,
    /// What clients called their requests lately, the oldest first, and how many were asked for.
    pub(crate) keys: (Vec<KeptKey>, usize),
    pub(crate) is_on_air: bool,
    /// When the last broadcast ended.
    pub(crate) off_air_since: Option<WallClock>,
}

impl RoomState {
    pub(crate) fn new(start: Start) -> Self {
        let Start { settings, sanctions, pinned, terms, poll, keys, is_on_air, off_air_since } =
            start;
        let judging = Judging::new(&settings, &terms);
        let (habits, shield_until) = Default::default();
        Self {
            settings,
            sanctions,
            pinned,
            poll,
            is_counted: false,
            habits,
            keys: Keys::new(keys.0, keys.1),
            waiting: HashSet::new(),
            gone: Gone::default(),
            reviewed: Gone::default(),
            is_on_air,
            off_air_since,
            shield_until,
            terms,
            judging,
        }
    }

    /// Takes over what was read from the database, and keeps what stands in no database: how people
    /// behaved, and a shield that a crowd raised.
    pub(crate) fn read_anew(&mut self, read: Self) {
        let mut habits = std::mem::take(&mut self.habits);
        habits.see_all_again();
        *self = Self { habits, shield_until: self.shield_until, ..read };
    }

    /// Whether the pinned message is seen no longer, or says something else now: then it is pinned no
    /// longer. Notes what is gone.
    pub(super) fn drops_pin(&mut self, effects: &[Effect]) -> bool {
        let mut drops = false;
        for effect in effects {
            let pinned = self.pinned.as_ref().map(|pin| &pin.message);
            drops |= pinned.is_some_and(|message| match effect {
                Effect::Hide { which, .. } => which.is(message),
                Effect::Rewrite { id, .. } => id.to_string() == message.id,
                _ => false,
            });
            if let Effect::Hide { which: Which::These(ids), .. } = effect {
                for id in ids {
                    self.gone.note(*id);
                }
            }
        }
        if drops {
            self.pinned = None;
        }
        drops
    }

    /// The batch is over: its requests are known, or were in vain.
    pub(crate) fn nothing_waits(&mut self) {
        self.waiting.clear();
    }

    /// A message is committed.
    pub(crate) fn said(&mut self, draft: &Draft, seq: u64, now: WallClock) {
        if let (Some(who), Some(key)) = (draft.chatter, &draft.key) {
            let about = || draft.fact.about().and_then(MessageId::parse);
            let id = draft.message.or_else(about);
            self.keys.insert((who, key.clone()), Known::Done { seq, id }, now);
        }
    }

    /// A message waits for a moderator, and that is committed.
    pub(crate) fn holds(&mut self, held: &Held, now: WallClock) {
        if let Some(key) = &held.key {
            self.keys.insert((held.chatter, key.clone()), Known::Held, now);
        }
    }

    /// Whether every request of the last ten minutes is remembered here.
    pub(crate) fn knows_all_keys(&self, now: WallClock) -> bool {
        self.keys.is_complete(now)
    }

    /// Whether the shield is up.
    pub(crate) fn is_shielded(&self, now: WallClock) -> bool {
        self.settings.shield || self.shield_until.is_some_and(|until| until > now)
    }

    /// Whether something that was in force for a time is over, and nobody was told.
    pub(crate) fn lapses(&self, now: WallClock) -> bool {
        self.shield_until.is_some_and(|until| until <= now) || self.pin_is_over(now)
    }

    /// What was in force for a time and is over is no longer shown as if it were.
    pub(super) fn lapse(&mut self, now: WallClock) -> Decision {
        let mut effects = Vec::new();
        if self.shield_until.is_some_and(|until| until <= now) {
            self.shield_until = None;
            if !self.settings.shield {
                effects.push(self.modes(now));
            }
        }
        if self.pin_is_over(now) {
            self.pinned = None;
            let fact = Fact::Pinned { message: None, by: String::new(), until: None };
            effects.extend([Effect::Pin(None), Effect::Append(Box::new(Draft::of(fact)))]);
        }
        Decision { effects, answer: Answer::Done { id: None } }
    }

    fn pin_is_over(&self, now: WallClock) -> bool {
        let until = self.pinned.as_ref().and_then(|pin| pin.until);
        until.is_some_and(|until| WallClock::from_unix_millis(until) <= now)
    }

    /// The channel is on air, or is no longer.
    pub(super) fn on_air(&mut self, is_on: bool, now: WallClock) -> Decision {
        if self.is_on_air && !is_on {
            self.off_air_since = Some(now);
        }
        self.is_on_air = is_on;
        Decision { effects: Vec::new(), answer: Answer::Done { id: None } }
    }

    /// So many came at once.
    pub(super) fn crowd(&mut self, now: WallClock) -> Decision {
        let was = self.is_shielded(now);
        self.shield_until = Some(now + SHIELD);
        let effects = if was { Vec::new() } else { vec![self.modes(now)] };
        Decision { effects, answer: Answer::Done { id: None } }
    }

    /// The room has other rules.
    pub(super) fn configure(&mut self, settings: Settings) {
        self.judging = Judging::new(&settings, &self.terms);
        self.settings = settings;
    }

    /// There are other terms.
    pub(super) fn other_terms(&mut self, terms: Arc<Terms>) -> Decision {
        self.judging = Judging::new(&self.settings, &terms);
        self.terms = terms;
        Decision { effects: Vec::new(), answer: Answer::Done { id: None } }
    }

    /// The rules by which somebody is judged.
    pub(super) fn rules_for(&self, by: &Speaker, now: WallClock) -> &Rules {
        match by.is_moderator() || by.kind == Kind::Bot {
            true => &self.judging.lenient,
            false if self.is_shielded(now) => &self.judging.shielded,
            false => &self.judging.usual,
        }
    }

    /// Somebody said something.
    pub(super) fn said_something(&mut self, by: &Speaker, text: &str, now: WallClock) {
        let rules = match by.is_moderator() || by.kind == Kind::Bot {
            true => &self.judging.lenient,
            false => &self.judging.usual,
        };
        let slow = Duration::from_secs(u64::from(self.settings.slow_seconds.max(SHIELD_SLOW)));
        self.habits.said(by.id, (text, slow), (rules, now));
    }

    /// Everybody is told the rules.
    pub(super) fn modes(&self, now: WallClock) -> Effect {
        let mut modes = self.settings.modes();
        modes.shield = self.is_shielded(now);
        Effect::Append(Box::new(Draft::of(Fact::Mode(modes))))
    }

    /// A shield that a crowd raised falls, whoever lowers it; whether there was one.
    pub(super) fn lower_shield(&mut self) -> bool {
        self.shield_until.take().is_some()
    }
}

impl Draft {
    /// Something that nobody said.
    pub(crate) fn of(fact: Fact) -> Self {
        Self { fact, chatter: None, message: None, key: None }
    }
}
