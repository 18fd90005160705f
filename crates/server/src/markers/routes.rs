//! Markers, for those who work on the channel.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Marker, Words};
use super::store::Marked;
use super::{Markers, MarkersError, Place};
use crate::api::{ApiError, Body, Refused};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::MarkerId;

/// The largest body, in bytes: a text of the greatest length in the widest characters, escaped, is
/// half of it.
const MAX_BODY_BYTES: usize = 4 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Markers> {
    OpenApiRouter::new()
        .routes(routes!(marked))
        .routes(routes!(list, set))
        .routes(routes!(reword, remove))
}

/// This room's routes.
pub(crate) fn routes(markers: Markers) -> OpenApiRouter {
    described().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(markers)
}

/// A moment of a broadcast that somebody marked.
#[derive(Serialize, ToSchema)]
struct MarkerDocument {
    /// Its id; a later one sorts after it
    id: String,
    /// Where it is in the broadcast's pictures and sound, in milliseconds: pauses in which the encoder
    /// was gone take no time there
    position_ms: u64,
    /// How long the broadcast had been on by the clock on the wall, in milliseconds
    elapsed_ms: u64,
    /// When (RFC 3339, UTC)
    at: String,
    /// What it says; may be empty
    text: String,
    /// Who set it, by the name of then
    by: String,
}

impl MarkerDocument {
    fn new(marker: Marker, started_at: WallClock) -> Self {
        Self {
            id: marker.id.to_string(),
            position_ms: millis(marker.position),
            elapsed_ms: millis(marker.elapsed(started_at)),
            at: rfc3339(marker.at),
            text: marker.text,
            by: marker.made_by,
        }
    }
}

/// The markers of a broadcast, in their order.
#[derive(Serialize, ToSchema)]
struct MarkersDocument {
    broadcast_id: String,
    /// When the broadcast began (RFC 3339, UTC)
    started_at: String,
    /// At most 200
    markers: Vec<MarkerDocument>,
}

/// Which of a channel's broadcasts have markers.
#[derive(Serialize, ToSchema)]
struct MarkedDocument {
    /// The newest first, at most 1,000
    broadcasts: Vec<MarkedBroadcast>,
}

/// A broadcast that has markers.
#[derive(Serialize, ToSchema)]
struct MarkedBroadcast {
    broadcast_id: String,
    /// How many
    markers: u64,
}

/// What a marker says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMarker {
    /// One line; may be absent
    #[serde(default)]
    #[schema(max_length = 140)]
    text: String,
}

/// What a marker says from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkerPatch {
    /// One line; may be empty
    #[schema(max_length = 140)]
    text: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct BroadcastPath {
    /// The channel's slug, or `primary`
    name: String,
    /// The broadcast's id, or `current` for the one that is on
    broadcast: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MarkerPath {
    /// The channel's slug, or `primary`
    name: String,
    /// The broadcast's id, or `current` for the one that is on
    broadcast: String,
    /// The marker's id
    marker: String,
}

/// Which broadcasts have markers
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/markers",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = MarkedDocument), Refused)
)]
async fn marked(
    State(markers): State<Markers>,
    Path(name): Path<String>,
) -> Result<Json<MarkedDocument>, ApiError> {
    let channel = find(&markers, &name).await?;
    let broadcasts = markers.marked(&channel).await?;
    Ok(Json(MarkedDocument { broadcasts: broadcasts.into_iter().map(Into::into).collect() }))
}

impl From<Marked> for MarkedBroadcast {
    fn from(marked: Marked) -> Self {
        Self { broadcast_id: marked.broadcast.to_string(), markers: marked.markers }
    }
}

/// The markers of a broadcast
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/markers",
    params(BroadcastPath),
    responses((status = 200, body = MarkersDocument), Refused)
)]
async fn list(
    State(markers): State<Markers>,
    Path(BroadcastPath { name, broadcast }): Path<BroadcastPath>,
) -> Result<Json<MarkersDocument>, ApiError> {
    let channel = find(&markers, &name).await?;
    let (id, started_at) = markers.broadcast(&channel, &broadcast).await?;
    let all = markers.list(&channel, id).await?;
    let document = |marker| MarkerDocument::new(marker, started_at);
    Ok(Json(MarkersDocument {
        broadcast_id: id.to_string(),
        started_at: rfc3339(started_at),
        markers: all.into_iter().map(document).collect(),
    }))
}

/// Mark this moment of the broadcast that is on
///
/// A broadcast has at most 200 markers.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/markers",
    params(BroadcastPath),
    request_body = NewMarker,
    responses((status = 201, body = MarkerDocument), Refused)
)]
async fn set(
    State(markers): State<Markers>,
    Path(BroadcastPath { name, broadcast }): Path<BroadcastPath>,
    actor: Actor,
    Body(new): Body<NewMarker>,
) -> Result<(StatusCode, Json<MarkerDocument>), ApiError> {
    let channel = find(&markers, &name).await?;
    let words = Words::parse(&new.text)?;
    let (marker, period) = markers.set(&actor, (&channel, broadcast.as_str()), words).await?;
    Ok((StatusCode::CREATED, Json(MarkerDocument::new(marker, period.started_at))))
}

/// Have a marker say something else
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}",
    params(MarkerPath),
    request_body = MarkerPatch,
    responses((status = 200, body = MarkerDocument), Refused)
)]
async fn reword(
    State(markers): State<Markers>,
    Path(path): Path<MarkerPath>,
    actor: Actor,
    Body(patch): Body<MarkerPatch>,
) -> Result<Json<MarkerDocument>, ApiError> {
    let (channel, place, started_at) = at(&markers, &path).await?;
    let words = Words::parse(&patch.text)?;
    let marker = markers.reword(&actor, &channel, (place, words)).await?;
    Ok(Json(MarkerDocument::new(marker, started_at)))
}

/// Remove a marker
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}",
    params(MarkerPath),
    responses((status = 204, description = "It is gone"), Refused)
)]
async fn remove(
    State(markers): State<Markers>,
    Path(path): Path<MarkerPath>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let (channel, place, _) = at(&markers, &path).await?;
    markers.remove(&actor, &channel, place).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(markers: &Markers, name: &str) -> Result<Channel, ApiError> {
    markers.shared.channels.asked_for(name).await
}

/// What an address names, and when its broadcast began.
async fn at(markers: &Markers, path: &MarkerPath) -> Result<(Channel, Place, WallClock), ApiError> {
    let channel = find(markers, &path.name).await?;
    let (broadcast, started_at) = markers.broadcast(&channel, &path.broadcast).await?;
    let marker = MarkerId::parse(&path.marker).ok_or(MarkersError::NoMarker)?;
    let place = Place { channel: channel.id, broadcast, marker };
    Ok((channel, place, started_at))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
