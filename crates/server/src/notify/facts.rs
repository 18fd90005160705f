//! How the primary channel is, as Owncast tells it.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::{Notify, NotifyError};
use crate::clock::rfc3339;
use crate::live::Phase;

/// How the primary channel is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) summary: String,
    pub(crate) title: String,
    pub(crate) online: bool,
    /// When the broadcast began that is on.
    pub(crate) connected_at: Option<WallClock>,
    /// When the last one ended, while none is on.
    pub(crate) disconnected_at: Option<WallClock>,
    pub(crate) viewers: u64,
    pub(crate) session_peak: u64,
    pub(crate) overall_peak: u64,
    pub(crate) version: String,
    pub(crate) server_url: String,
}

impl Facts {
    /// What webhooks are told.
    pub(super) fn document(&self) -> Value {
        json!({
            "lastConnectTime": self.connected_at.map(rfc3339),
            "lastDisconnectTime": self.disconnected_at.map(rfc3339),
            "versionNumber": self.version,
            "streamTitle": self.title,
            "viewerCount": self.viewers,
            "overallMaxViewerCount": self.overall_peak,
            "sessionMaxViewerCount": self.session_peak,
            "online": self.online,
        })
    }
}

impl Notify {
    /// How the primary channel is.
    pub(crate) async fn facts(&self) -> Result<Facts, NotifyError> {
        let shared = &self.shared;
        let channel = shared.channels.primary().await?;
        let phase = *shared.live.watch(channel.id).borrow();
        let connected_at = match phase {
            Phase::Offline => None,
            Phase::OnAir { period, .. } | Phase::Reconnecting { period, .. } => {
                Some(period.started_at)
            }
        };
        let disconnected_at = match connected_at {
            Some(_) => None,
            None => shared.live.last_broadcast(channel.id).await?.map(|past| past.ended_at),
        };
        let viewers = shared.delivery.viewers(channel.id);
        let peaks = shared.live.peaks(channel.id).await?;
        Ok(Facts {
            name: channel.name,
            summary: channel.description,
            title: channel.title,
            online: connected_at.is_some(),
            connected_at,
            disconnected_at,
            viewers,
            session_peak: peaks.session.max(viewers),
            overall_peak: peaks.overall.max(viewers),
            version: shared.version.clone(),
            server_url: shared.public_url.clone(),
        })
    }
}
