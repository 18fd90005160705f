//! What a webhook is, and what it is told of.

use rivulet_media::time::WallClock;
use serde_json::{Map, Value, json};

use super::{Facts, NotifyError};
use crate::access::words;
use crate::clock::rfc3339;
use crate::ids::DeliveryId;
use crate::outbound::Target;
use crate::seal::Secret;

/// Longest address of a webhook, in bytes.
const MAX_URL_LEN: usize = 2000;
/// Bounds of a secret, in bytes.
const SECRET_LEN: std::ops::RangeInclusive<usize> = 8..=256;

words! {
    /// What happened, by Owncast's names.
    EventKind {
        /// Somebody said something.
        Chat = "CHAT",
        /// Somebody took another name.
        NameChange = "NAME_CHANGE",
        /// Somebody came into chat.
        UserJoined = "USER_JOINED",
        /// Somebody left chat.
        UserParted = "USER_PARTED",
        /// A broadcast began.
        StreamStarted = "STREAM_STARTED",
        /// A broadcast ended.
        StreamStopped = "STREAM_STOPPED",
        /// The channel says that something else is on.
        StreamTitleUpdated = "STREAM_TITLE_UPDATED",
        /// Messages were hidden or shown again.
        VisibilityUpdate = "VISIBILITY-UPDATE",
        /// Somebody elsewhere follows the channel.
        FediverseFollow = "FEDIVERSE_ENGAGEMENT_FOLLOW",
        /// Something is too much for the server, or no more: none of Owncast's.
        Alert = "ALERT",
    }
}

/// Where news is sent.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) number: u64,
    pub(crate) url: String,
    pub(crate) events: Vec<EventKind>,
    /// What deliveries are signed with.
    pub(crate) secret: Secret,
    pub(crate) created_at: WallClock,
    pub(crate) last_used_at: Option<WallClock>,
}

/// A webhook as somebody wishes it.
#[derive(Clone, Debug)]
pub(crate) struct NewWebhook {
    pub(crate) url: String,
    pub(crate) events: Vec<EventKind>,
    pub(crate) secret: Option<Secret>,
}

impl NewWebhook {
    /// Where it would be sent, if it may be so.
    pub(super) fn check(&self) -> Result<Target, NotifyError> {
        if self.url.len() > MAX_URL_LEN {
            return Err(NotifyError::LongUrl);
        }
        if self.events.is_empty() {
            return Err(NotifyError::NoEvents);
        }
        if self.secret.as_ref().is_some_and(|it| !SECRET_LEN.contains(&it.reveal().len())) {
            return Err(NotifyError::BadSecret);
        }
        Ok(Target::parse(&self.url)?)
    }
}

/// Something that was sent, or is being sent.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) id: DeliveryId,
    pub(crate) webhook: u64,
    pub(crate) event: EventKind,
    pub(crate) body: String,
    pub(crate) created_at: WallClock,
    pub(crate) attempts: u32,
    pub(crate) tried_at: Option<WallClock>,
    /// What the receiver said last.
    pub(crate) status: Option<u16>,
    /// Why it said nothing; empty when it did.
    pub(crate) failure: String,
    /// Whether it is not tried any more by itself.
    pub(crate) is_done: bool,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) id: String,
    pub(crate) at: WallClock,
    /// What there is to say of it beside, by Owncast's names.
    pub(crate) more: Map<String, Value>,
}

impl Event {
    /// The document that is sent (Owncast 0.3.0).
    pub(super) fn document(&self, facts: &Facts) -> Value {
        let mut data = self.more.clone();
        let mut put = |name: &str, value: Value| {
            data.entry(name.to_owned()).or_insert(value);
        };
        put("id", json!(self.id));
        put("timestamp", json!(rfc3339(self.at)));
        put("serverURL", json!(facts.server_url));
        put("status", facts.document());
        if matches!(
            self.kind,
            EventKind::StreamStarted | EventKind::StreamStopped | EventKind::StreamTitleUpdated
        ) {
            put("name", json!(facts.name));
            put("summary", json!(facts.summary));
            put("streamTitle", json!(facts.title));
        }
        if self.kind == EventKind::FediverseFollow {
            data.remove("status");
        }
        json!({ "type": self.kind, "eventData": data })
    }
}
