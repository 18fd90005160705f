//! Every channel of the site, for those who run it: hidden ones too.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Doors;
use crate::api::{ApiError, Refused};
use crate::channels::Channel;
use crate::clock::rfc3339;

/// Channels in one answer. Who looks for one among more types a part of its name.
const MAX_LISTED: usize = 200;

/// Which channels.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sought {
    /// A part of the name; all when absent
    q: Option<String>,
}

/// A channel as those see it who run the site.
#[derive(Serialize, ToSchema)]
pub(super) struct SiteChannel {
    id: String,
    slug: String,
    name: String,
    is_primary: bool,
    /// Whether it was taken out of lists.
    hidden: bool,
    /// Since when nobody may publish (RFC 3339, UTC).
    #[schema(required)]
    locked_at: Option<String>,
    /// Since when there is such a channel (RFC 3339, UTC).
    created_at: String,
}

/// Channels of the site.
#[derive(Serialize, ToSchema)]
pub(super) struct SiteChannels {
    /// The primary one first, at most 200.
    channels: Vec<SiteChannel>,
    /// Whether there are more.
    more: bool,
}

impl From<Channel> for SiteChannel {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id.to_string(),
            slug: channel.slug.to_string(),
            name: channel.name,
            is_primary: channel.is_primary,
            hidden: channel.hidden,
            locked_at: channel.lock.map(|lock| rfc3339(lock.at)),
            created_at: rfc3339(channel.created_at),
        }
    }
}

/// Every channel of the site, hidden ones too
#[utoipa::path(
    get,
    path = "/api/v1/admin/channels",
    params(Sought),
    responses((status = 200, body = SiteChannels), Refused)
)]
pub(super) async fn list(
    State(doors): State<Doors>,
    Query(sought): Query<Sought>,
) -> Result<Json<SiteChannels>, ApiError> {
    let part = sought.q.unwrap_or_default().trim().to_lowercase();
    let is_meant = |channel: &Channel| {
        channel.slug.as_str().contains(&part) || channel.name.to_lowercase().contains(&part)
    };
    let mut found: Vec<_> = doors.channels.list().await?.into_iter().filter(is_meant).collect();
    let more = found.len() > MAX_LISTED;
    found.truncate(MAX_LISTED);
    Ok(Json(SiteChannels { channels: found.into_iter().map(SiteChannel::from).collect(), more }))
}
