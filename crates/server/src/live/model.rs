//! Whether a channel is on air: the states, and what each event makes of them.

use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;

use crate::ids::{BroadcastId, SessionId};

/// How long a publisher must have been silent before another may take its place: an encoder that
/// lost its network comes back on a new connection while the old one still seems open.
pub(crate) const TAKEOVER_SILENCE: Duration = Duration::from_secs(5);

/// One on-air period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// Its identity.
    pub(crate) broadcast: BroadcastId,
    /// When its first publisher arrived.
    pub(crate) started_at: WallClock,
}

/// What a channel is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing.
    Offline,
    /// A publisher is connected.
    OnAir { period: Period, session: SessionId },
    /// The publisher is gone and awaited.
    Reconnecting { period: Period, until: Instant },
}

/// What a transition asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A broadcast begins.
    Begin(Period),
    /// A publisher goes on with the broadcast: what follows does not continue what came before.
    Rejoin,
    /// The publisher of this session has lost its place.
    Evict(SessionId),
    /// The broadcast is over.
    End(Period),
}

/// A publisher at the door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// Its connection.
    pub(crate) session: SessionId,
    /// The broadcast to begin, should none be on.
    pub(crate) fresh: Period,
    /// How long the publisher on air has sent nothing.
    pub(crate) incumbent_silent_for: Duration,
}

/// Another publisher is on air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy;

impl Phase {
    /// A publisher has shown a right key.
    pub(crate) fn publisher_arrived(self, arrival: Arrival) -> Result<(Self, Vec<Effect>), Busy> {
        let session = arrival.session;
        match self {
            Self::Offline => {
                let period = arrival.fresh;
                Ok((Self::OnAir { period, session }, vec![Effect::Begin(period)]))
            }
            Self::Reconnecting { period, .. } => {
                Ok((Self::OnAir { period, session }, vec![Effect::Rejoin]))
            }
            Self::OnAir { period, session: old } => {
                if arrival.incumbent_silent_for < TAKEOVER_SILENCE {
                    return Err(Busy);
                }
                Ok((Self::OnAir { period, session }, vec![Effect::Evict(old), Effect::Rejoin]))
            }
        }
    }

    /// A publisher is gone. Only the one on air matters: an evicted one leaves later.
    pub(crate) fn publisher_left(
        self,
        session: SessionId,
        now: Instant,
        grace: Duration,
    ) -> (Self, Vec<Effect>) {
        match self {
            Self::OnAir { period, session: on_air } if on_air == session => {
                Self::Reconnecting { period, until: now + grace }.tick(now)
            }
            other => (other, vec![]),
        }
    }

    /// Somebody who may has ended it: nobody is waited for.
    pub(crate) fn ended(self) -> (Self, Vec<Effect>) {
        match self {
            Self::Offline => (self, vec![]),
            Self::OnAir { period, session } => {
                (Self::Offline, vec![Effect::Evict(session), Effect::End(period)])
            }
            Self::Reconnecting { period, .. } => (Self::Offline, vec![Effect::End(period)]),
        }
    }

    /// Time has passed.
    pub(crate) fn tick(self, now: Instant) -> (Self, Vec<Effect>) {
        match self {
            Self::Reconnecting { period, until } if until <= now => {
                (Self::Offline, vec![Effect::End(period)])
            }
            other => (other, vec![]),
        }
    }

    /// When [`Self::tick`] has something to do.
    pub(crate) fn deadline(self) -> Option<Instant> {
        match self {
            Self::Reconnecting { until, .. } => Some(until),
            Self::Offline | Self::OnAir { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(20);

    fn period() -> Period {
        let started_at = WallClock::from_unix_millis(1_000);
        Period { broadcast: BroadcastId::generate(), started_at }
    }

    fn arrival(session: SessionId, silent_secs: u64) -> Arrival {
        let incumbent_silent_for = Duration::from_secs(silent_secs);
        Arrival { session, fresh: period(), incumbent_silent_for }
    }

    #[test]
    fn a_gap_within_the_grace_is_one_broadcast_begun_and_ended_once() {
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let (first, second) = (SessionId::generate(), SessionId::generate());

        let mut effects = Vec::new();
        let (phase, caused) = Phase::Offline.publisher_arrived(arrival(first, 0)).unwrap();
        effects.extend(caused);
        let (phase, caused) = phase.publisher_left(first, at(60), GRACE);
        effects.extend(caused);
        let (phase, caused) = phase.publisher_arrived(arrival(second, 0)).unwrap();
        effects.extend(caused);
        let (phase, caused) = phase.publisher_left(second, at(90), GRACE);
        effects.extend(caused);
        let (phase, caused) = phase.tick(at(109));
        effects.extend(caused);
        let (phase, caused) = phase.tick(at(110));
        effects.extend(caused);

        assert_eq!(phase, Phase::Offline);
        let [Effect::Begin(begun), Effect::Rejoin, Effect::End(ended)] = effects[..] else {
            panic!("unexpected effects: {effects:?}");
        };
        assert_eq!(begun, ended);
    }

    #[test]
    fn a_second_publisher_waits_until_the_first_has_been_silent() {
        let (first, second) = (SessionId::generate(), SessionId::generate());
        let (phase, _) = Phase::Offline.publisher_arrived(arrival(first, 0)).unwrap();
        assert_eq!(phase.publisher_arrived(arrival(second, 4)), Err(Busy));
        let (phase, effects) = phase.publisher_arrived(arrival(second, 5)).unwrap();
        assert_eq!(effects, [Effect::Evict(first), Effect::Rejoin]);

        // The evicted connection closes later, and nobody minds.
        let (after, effects) = phase.publisher_left(first, Instant::now(), GRACE);
        assert_eq!((after, effects), (phase, vec![]));
    }

    #[test]
    fn what_somebody_ends_waits_for_nobody() {
        let session = SessionId::generate();
        let (phase, _) = Phase::Offline.publisher_arrived(arrival(session, 0)).unwrap();
        let (after, effects) = phase.ended();
        assert_eq!(after, Phase::Offline);
        assert!(
            matches!(effects[..], [Effect::Evict(evicted), Effect::End(_)] if evicted == session)
        );
        // The evicted connection closes later, and nobody minds.
        assert_eq!(after.publisher_left(session, Instant::now(), GRACE), (after, vec![]));

        let (waiting, _) = phase.publisher_left(session, Instant::now(), GRACE);
        let (after, effects) = waiting.ended();
        assert_eq!(after, Phase::Offline);
        assert!(matches!(effects[..], [Effect::End(_)]));
        assert_eq!(after.ended(), (Phase::Offline, vec![]));
    }

    #[test]
    fn without_grace_the_broadcast_ends_as_its_publisher_leaves() {
        let session = SessionId::generate();
        let (phase, _) = Phase::Offline.publisher_arrived(arrival(session, 0)).unwrap();
        let (phase, effects) = phase.publisher_left(session, Instant::now(), Duration::ZERO);
        assert_eq!(phase, Phase::Offline);
        assert!(matches!(effects[..], [Effect::End(_)]));
    }
}
