//! The task that notices what happens on the primary channel.

use serde_json::Map;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::model::{Event, EventKind};
use super::{Notify, NotifyError};
use crate::ids::{BroadcastId, short_id};
use crate::live::Phase;
use crate::telemetry::chain;

/// What was known at the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    broadcast: Option<BroadcastId>,
    title: String,
}

impl Seen {
    /// What has happened since. `taken_up` says that a broadcast began before this process did.
    fn since(&self, was: &Self, taken_up: bool) -> Vec<EventKind> {
        let mut events = Vec::new();
        if was.broadcast != self.broadcast {
            events.extend(was.broadcast.map(|_| EventKind::StreamStopped));
            events.extend(self.broadcast.filter(|_| !taken_up).map(|_| EventKind::StreamStarted));
        }
        if was.title != self.title {
            events.push(EventKind::StreamTitleUpdated);
        }
        events
    }
}

pub(super) async fn run(notify: Notify, stopping: CancellationToken) {
    let Ok(primary) = notify.shared.channels.primary().await else {
        tracing::error!("webhooks are told nothing: the primary channel cannot be read");
        return;
    };
    let mut phase = notify.shared.live.watch(primary.id);
    let mut news = notify.shared.channels.news();
    let mut seen = Seen { broadcast: broadcast(*phase.borrow()), title: primary.title };
    loop {
        let title = tokio::select! {
            () = stopping.cancelled() => return,
            changed = phase.changed() => match changed {
                Ok(()) => seen.title.clone(),
                Err(_) => return,
            },
            heard = news.recv() => match heard {
                Ok(news) if news.id != primary.id => continue,
                Ok(news) => news.channel.map_or(seen.title.clone(), |it| it.title.clone()),
                Err(RecvError::Lagged(_)) => match notify.shared.channels.primary().await {
                    Ok(channel) => channel.title,
                    Err(_) => continue,
                },
                Err(RecvError::Closed) => return,
            },
        };
        let now = Seen { broadcast: broadcast(*phase.borrow_and_update()), title };
        let air = notify.shared.live.on_air(primary.id);
        let taken_up = air.is_some_and(|air| air.taken_up);
        for kind in now.since(&seen, taken_up) {
            if let Err(error) = happened(&notify, kind).await {
                tracing::error!(error = chain(&error), "a webhook's news is lost");
            }
        }
        seen = now;
    }
}

/// Writes down what happened, and has it sent.
pub(super) async fn happened(notify: &Notify, kind: EventKind) -> Result<(), NotifyError> {
    let at = notify.shared.clock.wall();
    notify.tell(&Event { kind, id: short_id(), at, more: Map::new() }).await
}

fn broadcast(phase: Phase) -> Option<BroadcastId> {
    match phase {
        Phase::Offline => None,
        Phase::OnAir { period, .. } | Phase::Reconnecting { period, .. } => Some(period.broadcast),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broadcast_is_told_once_whatever_its_encoder_does() {
        use EventKind::{StreamStarted, StreamStopped, StreamTitleUpdated};
        let (one, other) = (Some(BroadcastId::generate()), Some(BroadcastId::generate()));
        let seen = |broadcast, title: &str| Seen { broadcast, title: title.to_owned() };
        for (was, now, taken_up, expected) in [
            (seen(None, "a"), seen(None, "a"), false, vec![]),
            (seen(None, "a"), seen(one, "a"), false, vec![StreamStarted]),
            (seen(None, "a"), seen(one, "a"), true, vec![]),
            (seen(one, "a"), seen(one, "a"), false, vec![]),
            (seen(one, "a"), seen(one, "b"), false, vec![StreamTitleUpdated]),
            (seen(one, "a"), seen(None, "a"), false, vec![StreamStopped]),
            (seen(one, "a"), seen(other, "a"), false, vec![StreamStopped, StreamStarted]),
        ] {
            assert_eq!(now.since(&was, taken_up), expected, "{was:?} {now:?}");
        }
    }
}
