//! A publisher: from its key to its packets on air.

use std::time::Instant;

use rivulet_media::flv::{Demuxer, Tag, demuxer};
use rivulet_media::frame::Packet;
use rivulet_media::rtmp::server::{PublishRequest, Refusal};

use super::Shared;
use crate::attempts::Prefix;
use crate::channels::Channel;
use crate::ids::StreamKeyId;
use crate::live::{Eviction, LiveError, Publication, REVOKED};
use crate::telemetry::chain;

/// The path that any channel's key may be used under.
const ANY_CHANNEL: &str = "live";

/// A publisher on air.
pub(super) struct Publisher {
    channel: Channel,
    publication: Publication,
    demuxer: Demuxer,
    /// Reused for every message.
    packets: Vec<Packet>,
    since: Instant,
}

/// Why somebody may not publish, for them and for the log.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) description: String,
    /// Whether the key was wrong, which costs time.
    pub(super) wrong_key: bool,
}

/// A key that was right, and what it opens.
pub(super) struct Grant {
    key: StreamKeyId,
    channel: Channel,
}

impl Publisher {
    /// Takes the channel's place on air.
    pub(super) async fn admit(shared: &Shared, grant: Grant) -> Result<Self, Refused> {
        let Grant { key, channel } = grant;
        // What an owner looks at before the first encoder is not worth refusing one.
        shared.end_test(channel.id);
        let admitted = shared.live.admit(&channel, Some(key)).await;
        let publication = admitted.map_err(|error| match error {
            LiveError::Busy => Refused::new(Refusal::InUse, error.to_string()),
            error => internal(&error),
        })?;
        // What was taken back between the look at the key and now, nobody heard who was not on air.
        if let Err(refused) = still_granted(shared, key, &channel).await {
            shared.live.end(channel.id, &refused.description);
            return Err(refused);
        }
        note_use(shared, key);
        let period = publication.period();
        tracing::info!(
            channel.id = %channel.id, broadcast.id = %period.broadcast,
            "an encoder publishes to {}", channel.slug
        );
        Ok(Self {
            demuxer: Demuxer::new(publication.start()),
            channel,
            publication,
            packets: Vec::new(),
            since: shared.clock.monotonic(),
        })
    }

    /// What to tell it when it has lost its place.
    pub(super) fn farewell(&self) -> (Refusal, String) {
        match self.publication.eviction() {
            Eviction::TakenOver => {
                (Refusal::InUse, "Another encoder took over this channel.".to_owned())
            }
            Eviction::Ended(why) => (Refusal::Unauthorized, why),
        }
    }

    pub(super) fn publication(&self) -> &Publication {
        &self.publication
    }

    /// Puts one message on air.
    pub(super) fn take(&mut self, tag: &Tag) -> Result<(), demuxer::Error> {
        let taken = self.demuxer.push(tag, &mut self.packets);
        for packet in self.packets.drain(..) {
            self.publication.publish(packet);
        }
        taken
    }

    /// Leaves, for this reason.
    pub(super) fn leave(self, now: Instant, reason: &str) {
        tracing::info!(
            channel.id = %self.channel.id,
            broadcast.id = %self.publication.period().broadcast,
            seconds = now.saturating_duration_since(self.since).as_secs(),
            damaged = self.demuxer.damaged(),
            "the encoder of {} left: {reason}", self.channel.slug
        );
    }
}

/// Waits for a turn and checks the key. That it was wrong is noted before anybody learns it.
pub(super) async fn authorize(
    shared: &Shared,
    from: Prefix,
    request: &PublishRequest,
) -> Result<Grant, Refused> {
    let turn = shared.attempts.turn(from, shared.clock).await;
    let mut turn = turn.ok_or_else(Refused::crowded)?;
    let grant = recognise(shared, request).await;
    if grant.as_ref().is_err_and(|refused| refused.wrong_key) {
        turn.failed(shared.clock.monotonic());
    }
    grant
}

async fn recognise(shared: &Shared, request: &PublishRequest) -> Result<Grant, Refused> {
    let channels = &shared.channels;
    let found = channels.recognise_key(request.key.expose()).await;
    let key = found.map_err(|error| internal(&error))?.ok_or_else(Refused::wrong_key)?;
    let channel = channels.by_id(key.channel).await.map_err(|error| internal(&error))?;
    let channel = channel.ok_or_else(Refused::wrong_key)?;
    // A right key under another channel's name is as wrong as any: it must not say whose it is.
    let app = request.app.as_str();
    let fits = app == ANY_CHANNEL
        || app == channel.slug.as_str()
        || channels.had_name(channel.id, app).await.map_err(|error| internal(&error))?;
    if !fits {
        return Err(Refused::wrong_key());
    }
    if key.is_disabled {
        return Err(Refused::revoked());
    }
    refuse_locked(&channel)?;
    Ok(Grant { key: key.id, channel })
}

/// Whether what was granted a moment ago still is.
async fn still_granted(
    shared: &Shared,
    key: StreamKeyId,
    channel: &Channel,
) -> Result<(), Refused> {
    let channels = &shared.channels;
    if !channels.is_key_good(key).await.map_err(|error| internal(&error))? {
        return Err(Refused::revoked());
    }
    let channel = channels.by_id(channel.id).await.map_err(|error| internal(&error))?;
    refuse_locked(&channel.ok_or_else(Refused::wrong_key)?)
}

fn refuse_locked(channel: &Channel) -> Result<(), Refused> {
    match &channel.lock {
        None => Ok(()),
        Some(lock) => Err(Refused::new(Refusal::Unauthorized, lock.to_string())),
    }
}

/// Notes that a key was used, without the encoder waiting for the disk.
fn note_use(shared: &Shared, key: StreamKeyId) {
    let channels = shared.channels.clone();
    shared.tasks.spawn("note a key's use", async move {
        if let Err(error) = channels.key_was_used(key).await {
            tracing::warn!(error = chain(&error), "the use of a stream key cannot be noted");
        }
    });
}

impl Refused {
    fn new(refusal: Refusal, description: impl Into<String>) -> Self {
        Self { refusal, description: description.into(), wrong_key: false }
    }

    fn revoked() -> Self {
        Self::new(Refusal::Unauthorized, REVOKED)
    }

    fn crowded() -> Self {
        let description = "Too many wrong stream keys came from this address. Try again shortly.";
        Self::new(Refusal::Unavailable, description)
    }

    fn wrong_key() -> Self {
        let description = "The stream key is not right for this address: copy server and key again from the site.";
        Self { wrong_key: true, ..Self::new(Refusal::BadName, description) }
    }
}

fn internal(error: &dyn std::error::Error) -> Refused {
    tracing::error!(error = chain(error), "an encoder cannot be admitted");
    Refused::new(Refusal::Unavailable, "The server has a problem; its log says which. Try again.")
}
