//! When something is too much, and when no more.
//!
//! What is watched must be over its limit for a while before it is told, and well below it for a
//! while before it is taken back: what goes to and fro around the limit is told once.

use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;

use crate::access::words;
use crate::ids::{AlertId, ChannelId};
use crate::site::AlertRules;

words! {
    /// What is watched.
    Watched {
        /// The processor is busy.
        Cpu = "cpu",
        /// The memory is full.
        Memory = "memory",
        /// The disk of the data folder is full.
        Disk = "disk",
        /// What an encoder sends comes later and later.
        EncoderLag = "encoder_lag",
        /// Encoded renditions fall behind.
        TranscoderLag = "transcoder_lag",
        /// Jobs were given up.
        FailingJobs = "failing_jobs",
    }
}

/// Something that is or was too much.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alert {
    pub(crate) id: AlertId,
    pub(crate) kind: Watched,
    /// Where it is not about the machine.
    pub(crate) channel: Option<ChannelId>,
    pub(crate) raised_at: WallClock,
    /// `None` while it stands.
    pub(crate) cleared_at: Option<WallClock>,
    pub(crate) sentence: String,
}

/// When it is too much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    /// From here on.
    pub(super) limit: f64,
    /// It is over when it is below this.
    pub(super) relief: f64,
    pub(super) raised_after: Duration,
    pub(super) cleared_after: Duration,
}

impl Watched {
    /// Its rule, unless it is switched off.
    pub(super) fn rule(self, rules: &AlertRules) -> Option<Rule> {
        let (limit, relief, raised_after, cleared_after) = match self {
            Self::Cpu => (rules.cpu_percent, 10, 60, 60),
            Self::Memory => (rules.memory_percent, 5, 60, 60),
            Self::Disk => (rules.disk_percent, 1, 0, 30),
            Self::EncoderLag | Self::TranscoderLag => (rules.lag_seconds, 1, 20, 20),
            Self::FailingJobs => (rules.failed_jobs, 1, 0, 0),
        };
        let secs = Duration::from_secs;
        let limit = (limit > 0).then(|| f64::from(limit))?;
        let relief = match self {
            // Half of it: what is late comes and goes in leaps.
            Self::EncoderLag | Self::TranscoderLag => limit / 2.0,
            Self::FailingJobs => limit,
            _ => limit - f64::from(relief),
        };
        Some(Rule {
            limit,
            relief,
            raised_after: secs(raised_after),
            cleared_after: secs(cleared_after),
        })
    }

    /// What is wrong and what to do about it, in words.
    pub(super) fn sentence(self, value: f64, of: &str) -> String {
        match self {
            Self::Cpu => format!(
                "The processor is {value:.0} % busy: encode fewer renditions, or give the server \
                 more."
            ),
            Self::Memory => {
                format!("{value:.0} % of the memory is taken: look for what else runs here.")
            }
            Self::Disk => format!(
                "The disk of the data folder is {value:.0} % full: make room, before recordings \
                 and settings cannot be written."
            ),
            Self::EncoderLag => format!(
                "What the encoder of {of} sends is {value:.0} s late: its upload is too slow, so \
                 lower its bitrate."
            ),
            Self::TranscoderLag => format!(
                "The encoded renditions of {of} are {value:.0} s behind: choose fewer or smaller \
                 ones."
            ),
            Self::FailingJobs => {
                let jobs = if value < 1.5 { "job was" } else { "jobs were" };
                format!("{value:.0} {jobs} given up: see why, and have it tried again.")
            }
        }
    }
}

/// One thing that is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Alarm {
    /// It is well, or has been too much since then.
    Quiet { over_since: Option<Instant> },
    /// It is told, and may have been well since then.
    Raised { id: AlertId, well_since: Option<Instant> },
}

/// What follows of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Raise,
    Clear(AlertId),
}

impl Alarm {
    pub(super) const WELL: Self = Self::Quiet { over_since: None };

    /// Takes a look in. An alarm that is raised gets the id `new`.
    pub(super) fn look(
        self,
        value: f64,
        rule: Rule,
        (now, new): (Instant, AlertId),
    ) -> (Self, Option<Effect>) {
        let lasts = |since: Instant, long: Duration| now.saturating_duration_since(since) >= long;
        match self {
            Self::Quiet { .. } if value < rule.limit => (Self::WELL, None),
            Self::Quiet { over_since } => {
                let since = over_since.unwrap_or(now);
                match lasts(since, rule.raised_after) {
                    true => (Self::Raised { id: new, well_since: None }, Some(Effect::Raise)),
                    false => (Self::Quiet { over_since: Some(since) }, None),
                }
            }
            Self::Raised { id, .. } if value >= rule.relief => {
                (Self::Raised { id, well_since: None }, None)
            }
            Self::Raised { id, well_since } => {
                let since = well_since.unwrap_or(now);
                match lasts(since, rule.cleared_after) {
                    true => (Self::WELL, Some(Effect::Clear(id))),
                    false => (Self::Raised { id, well_since: Some(since) }, None),
                }
            }
        }
    }

    /// Nobody watches it any more.
    pub(super) fn end(self) -> Option<Effect> {
        match self {
            Self::Quiet { .. } => None,
            Self::Raised { id, .. } => Some(Effect::Clear(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A look every ten seconds; what is told after each.
    fn told(rule: Rule, values: &[f64]) -> String {
        let (start, mut alarm) = (Instant::now(), Alarm::WELL);
        let looks = values.iter().zip(0_u64..).map(|(value, n)| {
            let now = start + Duration::from_secs(n * 10);
            let (next, effect) = alarm.look(*value, rule, (now, AlertId::generate()));
            alarm = next;
            match effect {
                Some(Effect::Raise) => '!',
                Some(Effect::Clear(_)) => '.',
                None => '-',
            }
        });
        looks.collect()
    }

    #[test]
    fn what_goes_to_and_fro_is_told_once() {
        let secs = Duration::from_secs;
        let rule = |raised, cleared| Rule {
            limit: 85.0,
            relief: 75.0,
            raised_after: secs(raised),
            cleared_after: secs(cleared),
        };
        for (rule, values, expected) in [
            (rule(20, 20), &[90.0, 90.0, 90.0, 90.0][..], "--!-"),
            // A moment is not told.
            (rule(20, 20), &[90.0, 90.0, 10.0, 90.0, 90.0, 90.0], "-----!"),
            // Just below the limit is not well.
            (rule(0, 0), &[85.0, 80.0, 76.0, 75.0, 74.0, 90.0], "!---.!"),
            // Well for a moment is not well.
            (rule(0, 20), &[90.0, 10.0, 10.0, 80.0, 10.0, 10.0, 10.0], "!-----."),
            (rule(0, 0), &[84.9, 0.0], "--"),
        ] {
            assert_eq!(told(rule, values), expected, "{values:?}");
        }
    }

    #[test]
    fn limits_are_the_sites_and_zero_switches_off() {
        let rules = AlertRules::default();
        for (watched, limit, relief) in [
            (Watched::Cpu, 85.0, 75.0),
            (Watched::Memory, 85.0, 80.0),
            (Watched::Disk, 90.0, 89.0),
            (Watched::TranscoderLag, 10.0, 5.0),
            (Watched::FailingJobs, 1.0, 1.0),
        ] {
            let rule = watched.rule(&rules).unwrap();
            assert_eq!((rule.limit, rule.relief), (limit, relief), "{watched}");
        }
        let off = AlertRules { cpu_percent: 0, ..rules };
        assert_eq!(Watched::Cpu.rule(&off), None);
        assert!(Watched::Disk.rule(&off).is_some());
    }

    #[test]
    fn what_is_watched_no_more_is_over() {
        let id = AlertId::generate();
        assert_eq!(Alarm::WELL.end(), None);
        assert_eq!(Alarm::Raised { id, well_since: None }.end(), Some(Effect::Clear(id)));
        for watched in Watched::ALL {
            assert!(watched.sentence(91.0, "Town").ends_with('.'), "{watched}");
        }
    }
}
