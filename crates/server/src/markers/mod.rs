//! Moments of broadcasts that somebody wants to find again: set while the broadcast is on, with a
//! word about them or without, and kept with it.
//!
//! Invariants: a marker says where it is twice, on the clock on the wall and in the time of the
//! broadcast's own pictures and sound, which stands still while its encoder is gone; a broadcast has
//! at most [`model::MAX_MARKERS`]; whatever becomes of a marker stands in the audit log.

mod error;
mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rivulet_media::time::WallClock;
use serde_json::{Value, json};
use tokio::sync::broadcast;

pub(crate) use error::MarkersError;
pub(crate) use routes::{described, routes};

use crate::audit::{Action, Actor, Audit, Entry, Subject, SubjectKind};
use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::db::{Db, Transaction};
use crate::ids::{BroadcastId, ChannelId, MarkerId};
use crate::live::{Live, Period};
use model::{MAX_MARKERS, Marker, Words};
use store::{Marked, Store};

/// News that a page may be behind; one that is further behind looks anew.
const MAX_BEHIND: usize = 64;

/// What stands in an address for the broadcast that is on.
const CURRENT: &str = "current";

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Markers {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    audit: Audit,
    channels: Channels,
    live: Live,
    clock: Clock,
    /// Channels of which markers have changed. Nobody may listen.
    news: broadcast::Sender<ChannelId>,
}

/// A marker by what an address names.
#[derive(Clone, Copy)]
struct Place {
    channel: ChannelId,
    broadcast: BroadcastId,
    marker: MarkerId,
}

impl Markers {
    /// The room over the database.
    pub(crate) fn new(db: Db, channels: Channels, (live, clock): (Live, Clock)) -> Self {
        let (store, audit) = (Store::new(db.clone()), Audit::new(db, clock));
        let (news, _) = broadcast::channel(MAX_BEHIND);
        Self { shared: Arc::new(Shared { store, audit, channels, live, clock, news }) }
    }

    /// The channels of which markers change from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<ChannelId> {
        self.shared.news.subscribe()
    }

    /// Marks this moment of the channel's broadcast.
    async fn set(
        &self,
        actor: &Actor,
        (channel, named): (&Channel, &str),
        words: Words,
    ) -> Result<(Marker, Period), MarkersError> {
        let shared = &self.shared;
        let air = shared.live.on_air(channel.id).ok_or(MarkersError::NotOnAir)?;
        let meant = named == CURRENT || BroadcastId::parse(named) == Some(air.period.broadcast);
        if !meant {
            return Err(MarkersError::NotOnAir);
        }
        let marker = Marker {
            id: MarkerId::generate(),
            channel: channel.id,
            broadcast: air.period.broadcast,
            at: shared.clock.wall(),
            position: air.length(),
            text: words.into(),
            made_by: actor.name().to_owned(),
        };
        let mut transaction = shared.store.begin().await?;
        if store::count(&mut transaction, &marker).await? >= MAX_MARKERS {
            return Err(MarkersError::Full);
        }
        store::insert(&mut transaction, &marker).await?;
        let became = Some(told(&marker));
        self.commit(transaction, (actor, channel), (None, became)).await?;
        Ok((marker, air.period))
    }

    /// Has a marker say something else.
    async fn reword(
        &self,
        actor: &Actor,
        channel: &Channel,
        (place, words): (Place, Words),
    ) -> Result<Marker, MarkersError> {
        let mut transaction = self.shared.store.begin().await?;
        let was = store::load(&mut transaction, place).await?.ok_or(MarkersError::NoMarker)?;
        let became = Marker { text: words.into(), ..was.clone() };
        if was.text != became.text {
            store::update(&mut transaction, &became).await?;
            let change = (Some(told(&was)), Some(told(&became)));
            self.commit(transaction, (actor, channel), change).await?;
        }
        Ok(became)
    }

    async fn remove(
        &self,
        actor: &Actor,
        channel: &Channel,
        place: Place,
    ) -> Result<(), MarkersError> {
        let mut transaction = self.shared.store.begin().await?;
        let was = store::load(&mut transaction, place).await?.ok_or(MarkersError::NoMarker)?;
        store::remove(&mut transaction, place).await?;
        self.commit(transaction, (actor, channel), (Some(told(&was)), None)).await
    }

    /// Writes the change with its line in the log, and tells whoever looks at markers.
    async fn commit(
        &self,
        mut transaction: Transaction,
        (actor, channel): (&Actor, &Channel),
        (was, became): (Option<Value>, Option<Value>),
    ) -> Result<(), MarkersError> {
        let subject = Subject::new(SubjectKind::Channel, channel.id, &channel.slug);
        let entry = Entry { actor, action: Action::ChannelMarkers, subject, was, became };
        self.shared.audit.record(&mut transaction, entry).await?;
        transaction.commit().await?;
        // Nobody may listen.
        let _ = self.shared.news.send(channel.id);
        Ok(())
    }

    /// A broadcast's markers, in their order.
    async fn list(
        &self,
        channel: &Channel,
        broadcast: BroadcastId,
    ) -> Result<Vec<Marker>, MarkersError> {
        Ok(self.shared.store.list(channel.id, broadcast).await?)
    }

    /// Which of the channel's broadcasts have markers, the newest first.
    async fn marked(&self, channel: &Channel) -> Result<Vec<Marked>, MarkersError> {
        Ok(self.shared.store.marked(channel.id).await?)
    }

    /// The broadcast of a channel that an address names, and when it began.
    async fn broadcast(
        &self,
        channel: &Channel,
        named: &str,
    ) -> Result<(BroadcastId, WallClock), MarkersError> {
        let live = &self.shared.live;
        let on_air = live.on_air(channel.id).map(|air| air.period);
        if named == CURRENT {
            let period = on_air.ok_or(MarkersError::NotOnAir)?;
            return Ok((period.broadcast, period.started_at));
        }
        let id = BroadcastId::parse(named).ok_or(MarkersError::NoBroadcast)?;
        // What has just begun is not written down yet.
        if let Some(period) = on_air.filter(|period| period.broadcast == id) {
            return Ok((id, period.started_at));
        }
        let period = live.period(channel.id, id).await?;
        period.map(|(started_at, _)| (id, started_at)).ok_or(MarkersError::NoBroadcast)
    }
}

/// As the log has it.
fn told(marker: &Marker) -> Value {
    let position_ms = u64::try_from(marker.position.as_millis()).unwrap_or(u64::MAX);
    json!({
        "broadcast": marker.broadcast.to_string(),
        "marker": marker.id.to_string(),
        "position_ms": position_ms,
        "text": marker.text,
    })
}
