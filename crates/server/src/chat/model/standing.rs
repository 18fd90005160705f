//! Who may come and who may write, by what is in force and by the rules of the room.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::refusal::{Reason, Refusal};
use super::sanction::{Sanction, Whom};
use super::settings::Open;
use super::state::{RoomState, SHIELD_SLOW};
use super::who::{Kind, Speaker};
use crate::attempts::Prefix;
use crate::chat::text::conduct;

/// How long a room stays open after a broadcast.
const AFTERGLOW: Duration = Duration::from_secs(300);
/// How long somebody must be known while the shield is up.
const SHIELD_KNOWN: Duration = Duration::from_secs(24 * 3600);
/// Networks of one /56, and of one /48, from which guests are kept from writing, after which all of
/// it is: whoever has one chooses among as many addresses as there are.
const MAX_AROUND: [usize; 2] = [3, 8];

impl RoomState {
    /// Whether it is worth looking at what somebody sends, before it costs anything.
    pub(crate) fn may_begin(
        &self,
        by: &Speaker,
        key: Option<&str>,
        now: WallClock,
    ) -> Result<(), Refusal> {
        let known = key.map(|key| (by.id, key.to_owned()));
        if known.is_some_and(|key| self.keys.find(&key).is_some() || self.waiting.contains(&key)) {
            return Ok(());
        }
        self.may_write(by, now)?;
        let habit = self.habits.of(by.id);
        let rules = self.rules_for(by, now);
        match habit.and_then(|habit| conduct::pace(rules, &habit.history, now)) {
            Some(reason) => Err(reason.into()),
            None => Ok(()),
        }
    }

    /// Whether somebody may do something beside writing now: it counts.
    pub(crate) fn may_run(&mut self, by: &Speaker, now: WallClock) -> Result<(), Refusal> {
        if by.is_moderator() || by.kind == Kind::Bot {
            return Ok(());
        }
        self.habits.errand(by.id, now).map_err(|until| {
            Refusal::new(Reason::Flood, "that is too much at once: wait a moment").until(until)
        })
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
        let Some(sanction) = self.against(by, now) else { return Ok(()) };
        let (reason, what) = match sanction.is_ban {
            true => (Reason::Banned, "you are banned from this chat"),
            false => (Reason::TimedOut, "you may not write for a while"),
        };
        let detail = match sanction.reason.as_str() {
            "" => what.to_owned(),
            reason => format!("{what}: {reason}"),
        };
        let refusal = Refusal {
            action: (sanction.whom == Whom::Person(by.id)).then_some(sanction.id),
            ..Refusal::new(reason, detail)
        };
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
        let slow = self.slow(now);
        let next = self.habits.wrote(by.id).map(|last| last + slow);
        match next.filter(|next| *next > now) {
            None => Ok(()),
            Some(next) => {
                let detail = format!("here everybody writes once in {} seconds", slow.as_secs());
                Err(Refusal::new(Reason::SlowMode, detail).until(next))
            }
        }
    }

    /// The pause between two messages of one person.
    pub(super) fn slow(&self, now: WallClock) -> Duration {
        let seconds = match self.is_shielded(now) {
            true => self.settings.slow_seconds.max(SHIELD_SLOW),
            false => self.settings.slow_seconds,
        };
        Duration::from_secs(u64::from(seconds))
    }

    /// Whether nobody may come from an address.
    pub(crate) fn is_banned_from(&self, from: Prefix, now: WallClock) -> bool {
        let mut in_force = self.sanctions.iter().filter(|it| it.is_ban && !it.is_over(now));
        in_force.any(|it| it.whom.is_from(from))
    }

    /// Whether somebody may not come.
    pub(crate) fn is_banned(&self, by: &Speaker, now: WallClock) -> bool {
        self.against(by, now).is_some_and(|sanction| sanction.is_ban)
    }

    /// What is in force against somebody; a ban before anything else.
    fn against(&self, by: &Speaker, now: WallClock) -> Option<&Sanction> {
        let in_force = || self.sanctions.iter().filter(|it| !it.is_over(now));
        // Who keeps order is sent away by name alone: a range may be that of their own provider.
        let is_meant = |sanction: &&Sanction| match by.is_moderator() {
            true => sanction.whom == Whom::Person(by.id),
            false => sanction.is_against(by),
        };
        let meant = in_force().filter(is_meant).max_by_key(|it| it.is_ban);
        meant.or_else(|| self.around(by, now))
    }

    /// What is in force against so many of the networks around somebody's that it is against them.
    fn around(&self, by: &Speaker, now: WallClock) -> Option<&Sanction> {
        let nets = by.from.around();
        let in_force = self.sanctions.iter().filter(|it| !it.is_over(now));
        let near: Vec<_> = in_force.filter_map(|it| Some((it, it.reaches(by)?.network))).collect();
        let counted = nets.iter().zip(MAX_AROUND).filter_map(|(net, most)| {
            let within = || near.iter().filter(|(_, network)| net.contains(network));
            let mut places: Vec<_> = within().map(|(_, network)| *network).collect();
            places.sort_unstable();
            places.dedup();
            (places.len() >= most).then(|| within().map(|(it, _)| *it).max_by_key(|it| it.is_ban))
        });
        counted.flatten().next()
    }
}
