//! What a room knows, and who may write in it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::event::Fact;
use super::habits::Habits;
use super::keys::Keys;
use super::poll::Poll;
use super::refusal::{Reason, Refusal};
use super::rules::{lenient, rules};
use super::sanction::{Sanction, Whom};
use super::settings::{Open, Settings};
use super::who::{Kind, Speaker};
use super::{Answer, Decision, Draft, Effect, Pin, Which};
use crate::attempts::Prefix;
use crate::chat::text::conduct::Rules;
use crate::chat::text::terms::Terms;
use crate::ids::{ChatterId, MessageId};

/// How long a room stays open after a broadcast.
const AFTERGLOW: Duration = Duration::from_secs(300);
/// How long a shield stays up that a crowd raised.
const SHIELD: Duration = Duration::from_secs(600);
/// How long somebody must be known while the shield is up.
const SHIELD_KNOWN: Duration = Duration::from_secs(24 * 3600);
/// The pause between two messages while the shield is up, in seconds.
const SHIELD_SLOW: u32 = 10;
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
    /// Messages that were taken away, or decided about, since they were read.
    pub(super) gone: Gone,
    is_on_air: bool,
    off_air_since: Option<WallClock>,
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
    /// What clients called their requests lately, the oldest first.
    pub(crate) keys: Vec<(WallClock, ChatterId, String, u64, MessageId)>,
    pub(crate) is_on_air: bool,
    /// When the last broadcast ended.
    pub(crate) off_air_since: Option<WallClock>,
}

impl RoomState {
    pub(crate) fn new(start: Start) -> Self {
        let Start { settings, sanctions, pinned, terms, poll, keys, is_on_air, off_air_since } =
            start;
        let mut known = Keys::default();
        for (at, who, key, seq, id) in keys {
            known.insert((who, key), (seq, id), at);
        }
        let judging = Judging::new(&settings, &terms);
        let (habits, shield_until) = Default::default();
        Self {
            settings,
            sanctions,
            pinned,
            poll,
            is_counted: false,
            habits,
            keys: known,
            waiting: HashSet::new(),
            gone: Gone::default(),
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
        let habits = std::mem::take(&mut self.habits);
        *self = Self { habits, shield_until: self.shield_until, ..read };
    }

    /// Whether the pinned message is seen no longer, or says something else now: then it is pinned no
    /// longer. Notes what is gone.
    pub(super) fn drops_pin(&mut self, effects: &[Effect]) -> bool {
        let mut drops = false;
        for effect in effects {
            let pinned = self.pinned.as_ref().map(|pin| &pin.message);
            drops |= pinned.is_some_and(|message| match effect {
                Effect::Hide { which: Which::These(ids), .. } => {
                    ids.iter().any(|id| id.to_string() == message.id)
                }
                Effect::Hide { which: Which::All(who), .. } => who.to_string() == message.author.id,
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
        if let (Some(who), Some(key), Some(id)) = (draft.chatter, &draft.key, draft.message) {
            self.keys.insert((who, key.clone()), (seq, id), now);
        }
    }

    /// The ban that keeps somebody out, if one does.
    pub(crate) fn ban(
        &self,
        who: Option<ChatterId>,
        from: Prefix,
        now: WallClock,
    ) -> Option<&Sanction> {
        let is_against = |sanction: &&Sanction| match who {
            Some(who) => sanction.whom.is(who, from),
            None => sanction.whom.is_from(from),
        };
        self.sanctions.iter().filter(|it| it.is_ban && !it.is_over(now)).find(is_against)
    }

    /// Whether the shield is up.
    pub(crate) fn is_shielded(&self, now: WallClock) -> bool {
        self.settings.shield || self.shield_until.is_some_and(|until| until > now)
    }

    /// Whether somebody may write, whatever it is.
    pub(crate) fn may_write(&self, by: &Speaker, now: WallClock) -> Result<(), Refusal> {
        // Programs have a token of the site's.
        if by.kind == Kind::Bot && self.settings.enabled {
            return Ok(());
        }
        self.is_open(now)?;
        self.is_let(by, now)?;
        if by.is_moderator() { Ok(()) } else { self.fits(by, now) }
    }

    fn is_open(&self, now: WallClock) -> Result<(), Refusal> {
        if !self.settings.enabled {
            return Err(Refusal::new(Reason::Disabled, "this channel has no chat"));
        }
        let glows = self.off_air_since.is_some_and(|since| since + AFTERGLOW > now);
        if self.settings.open == Open::Always || self.is_on_air || glows {
            return Ok(());
        }
        Err(Refusal::new(Reason::Closed, "the chat opens with the next broadcast"))
    }

    /// Whether nothing is in force against somebody.
    fn is_let(&self, by: &Speaker, now: WallClock) -> Result<(), Refusal> {
        // Who keeps order is sent away by name alone: a range may be that of their own provider.
        let is_against = |sanction: &&Sanction| match by.is_moderator() {
            true => sanction.whom == Whom::Person(by.id),
            false => sanction.is_against(by),
        };
        let in_force = self.sanctions.iter().filter(|it| !it.is_over(now)).filter(is_against);
        let Some(sanction) = in_force.max_by_key(|it| it.is_ban) else { return Ok(()) };
        let (reason, what) = match sanction.is_ban {
            true => (Reason::Banned, "you are banned from this chat"),
            false => (Reason::TimedOut, "you may not write for a while"),
        };
        let detail = match sanction.reason.as_str() {
            "" => what.to_owned(),
            reason => format!("{what}: {reason}"),
        };
        let refusal = Refusal::new(reason, detail);
        Err(sanction.until.map_or(refusal.clone(), |until| refusal.until(until)))
    }

    /// Whether somebody is whom the room's rules ask for.
    fn fits(&self, by: &Speaker, now: WallClock) -> Result<(), Refusal> {
        let (rules, shielded) = (&self.settings, self.is_shielded(now));
        let refuse = |reason, detail: &str| Err(Refusal::new(reason, detail));
        if rules.quiet {
            return refuse(Reason::Quiet, "moderators alone may write now");
        }
        if (rules.signed_in_only || shielded) && by.kind == Kind::Guest {
            return refuse(Reason::SignedInOnly, "sign in to write here");
        }
        if let Some(minutes) = rules.followers_only_minutes {
            let Some(since) = by.follows_since else {
                return refuse(Reason::FollowersOnly, "follow the channel to write here");
            };
            let may_from = since + Duration::from_secs(u64::from(minutes) * 60);
            if may_from > now {
                let detail = format!("who follows for {minutes} minutes may write here");
                return Err(Refusal::new(Reason::FollowersOnly, detail).until(may_from));
            }
        }
        let known = Duration::from_secs(u64::from(rules.established_minutes) * 60);
        let known = if shielded { known.max(SHIELD_KNOWN) } else { known };
        if by.since + known > now {
            let detail = "who is here for a while longer may write";
            return Err(Refusal::new(Reason::EstablishedOnly, detail).until(by.since + known));
        }
        self.is_slow_enough(by, now)
    }

    fn is_slow_enough(&self, by: &Speaker, now: WallClock) -> Result<(), Refusal> {
        let slow = match self.is_shielded(now) {
            true => self.settings.slow_seconds.max(SHIELD_SLOW),
            false => self.settings.slow_seconds,
        };
        let last = self.habits.of(by.id).and_then(|habit| habit.last);
        let next = last.map(|last| last + Duration::from_secs(u64::from(slow)));
        match next.filter(|next| *next > now) {
            None => Ok(()),
            Some(next) => {
                let detail = format!("here everybody writes once in {slow} seconds");
                Err(Refusal::new(Reason::SlowMode, detail).until(next))
            }
        }
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
        self.habits.said(by.id, text, (rules, now));
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
