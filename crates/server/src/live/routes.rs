//! Ending a broadcast, and keeping the next one from beginning.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Live;
use crate::api::{ApiError, Body, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Live> {
    OpenApiRouter::new().routes(routes!(end)).routes(routes!(release))
}

/// This room's routes.
pub(crate) fn routes(live: Live) -> OpenApiRouter {
    described().with_state(live)
}

/// How a broadcast is ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndStream {
    /// Whether nobody may publish until the lock is released. Without it most encoders come back by
    /// themselves, and begin another broadcast.
    #[serde(default)]
    lock: bool,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
struct StreamEnded {
    /// Whether a broadcast was on.
    was_on: bool,
    /// Since when nobody may publish (RFC 3339, UTC).
    #[schema(required)]
    locked_at: Option<String>,
}

/// Ends the channel's broadcast at once
///
/// Its encoder is told who ended it. It does not wait for the encoder to come back.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/stream/end",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = EndStream,
    responses(
        (status = 200, body = StreamEnded),
        Refused,
    )
)]
async fn end(
    State(live): State<Live>,
    Path(name): Path<String>,
    actor: Actor,
    Body(order): Body<EndStream>,
) -> Result<Json<StreamEnded>, ApiError> {
    let channel = live.shared.channels.asked_for(&name).await?;
    // Committed first: an encoder that comes back at once finds the lock.
    let on_air = live.on_air(channel.id).is_some();
    let channel = live.shared.channels.end_stream(&actor, channel.id, order.lock).await?;
    let why = match &channel.lock {
        Some(lock) => lock.to_string(),
        None => format!("{} ended the stream of this channel.", actor.name()),
    };
    let was_on = live.end(channel.id, &why) || on_air;
    let locked_at = channel.lock.map(|lock| rfc3339(lock.at));
    Ok(Json(StreamEnded { was_on, locked_at }))
}

/// Lets encoders publish to the channel again
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/stream/lock",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 204, description = "Nothing keeps an encoder from publishing"),
        Refused,
    )
)]
async fn release(
    State(live): State<Live>,
    Path(name): Path<String>,
    actor: Actor,
) -> Result<axum::http::StatusCode, ApiError> {
    let channel = live.shared.channels.asked_for(&name).await?;
    live.shared.channels.release_stream(&actor, channel.id).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
