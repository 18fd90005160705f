//! Alarms: what is watched, what stands, and who is told.

mod model;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rivulet_media::time::WallClock;

pub(crate) use model::{Alert, Watched};

use crate::ids::{AlertId, ChannelId};
use crate::site::AlertRules;
use model::{Alarm, Effect};

/// How much there is of something that is watched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) kind: Watched,
    pub(super) value: f64,
    /// The channel that it is about, by its id and its name.
    pub(super) channel: Option<(ChannelId, String)>,
}

/// What is to be told.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    Raised(Alert),
    Cleared(Alert),
}

type Key = (Watched, Option<ChannelId>);

/// Everything that is watched; no more than a few things, and two for every channel on air.
#[derive(Default)]
pub(super) struct Alarms {
    state: Mutex<HashMap<Key, (Alarm, Option<Alert>)>>,
}

impl Alarms {
    /// Takes in what was measured. What is not measured any more is over.
    pub(super) fn look(
        &self,
        all: &[Measured],
        rules: &AlertRules,
        (now, at): (Instant, WallClock),
    ) -> Vec<Told> {
        let (mut state, mut told) = (self.state(), Vec::new());
        let mut seen: Vec<Key> = Vec::with_capacity(all.len());
        for measured in all {
            let Some(rule) = measured.kind.rule(rules) else { continue };
            let key = (measured.kind, measured.channel.as_ref().map(|it| it.0));
            seen.push(key);
            let (alarm, alert) = state.entry(key).or_insert((Alarm::WELL, None));
            let id = AlertId::generate();
            let (next, effect) = alarm.look(measured.value, rule, (now, id));
            *alarm = next;
            if effect == Some(Effect::Raise) {
                *alert = Some(measured.alert(id, at));
            }
            told.extend(effect.and_then(|effect| tell(effect, alert, at)));
        }
        state.retain(|key, (alarm, alert)| {
            let stays = seen.contains(key);
            if !stays {
                told.extend(alarm.end().and_then(|effect| tell(effect, alert, at)));
            }
            stays
        });
        told
    }

    /// What stands, the oldest first.
    pub(super) fn standing(&self) -> Vec<Alert> {
        let mut all: Vec<_> = self.state().values().filter_map(|(_, it)| it.clone()).collect();
        all.sort_by_key(|it| (it.raised_at, it.id));
        all
    }

    fn state(&self) -> MutexGuard<'_, HashMap<Key, (Alarm, Option<Alert>)>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Measured {
    fn alert(&self, id: AlertId, at: WallClock) -> Alert {
        let name = self.channel.as_ref().map_or("", |(_, name)| name);
        Alert {
            id,
            kind: self.kind,
            channel: self.channel.as_ref().map(|it| it.0),
            raised_at: at,
            cleared_at: None,
            sentence: self.kind.sentence(self.value, name),
        }
    }
}

/// What is told of an effect on the alert that stands or stood.
fn tell(effect: Effect, alert: &mut Option<Alert>, at: WallClock) -> Option<Told> {
    match effect {
        Effect::Raise => alert.clone().map(Told::Raised),
        Effect::Clear(_) => {
            let over = alert.take()?;
            Some(Told::Cleared(Alert { cleared_at: Some(at), ..over }))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn alerts_stand_until_they_are_over_or_nobody_measures() {
        let (alarms, rules, start) = (Alarms::default(), AlertRules::default(), Instant::now());
        let channel = ChannelId::generate();
        let measured = |kind, value, channel: Option<ChannelId>| {
            let channel = channel.map(|id| (id, "Town".to_owned()));
            Measured { kind, value, channel }
        };
        let look = |secs, all: &[Measured]| {
            let at = WallClock::from_unix_millis(secs as i64 * 1000);
            alarms.look(all, &rules, (start + Duration::from_secs(secs), at))
        };
        let full = measured(Watched::Disk, 95.0, None);
        let late = measured(Watched::TranscoderLag, 30.0, Some(channel));
        let told = look(0, &[full.clone(), late.clone()]);
        let [Told::Raised(alert)] = told.as_slice() else { panic!("{told:?}") };
        assert!(alert.sentence.contains("95 % full"), "{}", alert.sentence);
        let told = look(20, &[full.clone(), late]);
        let [Told::Raised(late)] = told.as_slice() else { panic!("{told:?}") };
        assert!(late.sentence.contains("of Town are 30 s"), "{}", late.sentence);
        assert_eq!(alarms.standing().len(), 2);
        // The broadcast ended, and the disk is still full.
        let told = look(30, &[full]);
        let [Told::Cleared(over)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(
            (over.id, over.cleared_at),
            (late.id, Some(WallClock::from_unix_millis(30_000)))
        );
        assert_eq!(alarms.standing().len(), 1);
        assert_eq!(look(40, &[measured(Watched::Disk, 10.0, None)]), []);
        assert_eq!(look(70, &[measured(Watched::Disk, 10.0, None)]).len(), 1);
        assert_eq!(alarms.standing(), []);
    }
}
