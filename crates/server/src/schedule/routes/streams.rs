//! Planning: for those who may edit the channel.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::super::Schedule;
use super::documents::{ExceptionBody, PlanBody, PlanPatch, ScheduledStreamDocument};
use super::{find, stream_id};
use crate::api::{ApiError, Body, Problem};

/// Plan a stream
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/schedule",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = PlanBody,
    responses(
        (status = 201, body = ScheduledStreamDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn plan(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    Body(body): Body<PlanBody>,
) -> Result<(StatusCode, Json<ScheduledStreamDocument>), ApiError> {
    let channel = find(&schedule, &name).await?;
    let stream = schedule.plan(&channel, body.plan()).await?;
    Ok((StatusCode::CREATED, Json(ScheduledStreamDocument::new(&channel, &stream))))
}

/// A planned stream as it was planned
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/schedule/{stream}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("stream" = String, Path, description = "The planned stream's id"),
    ),
    responses(
        (status = 200, body = ScheduledStreamDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(schedule): State<Schedule>,
    Path((name, stream)): Path<(String, String)>,
) -> Result<Json<ScheduledStreamDocument>, ApiError> {
    let channel = find(&schedule, &name).await?;
    let stream = schedule.stream(&channel, stream_id(&stream)?).await?;
    Ok(Json(ScheduledStreamDocument::new(&channel, &stream)))
}

/// Change a planned stream, or call all of it off
///
/// Occurrences that were cancelled or moved stay so, as far as the stream still has them.
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}/schedule/{stream}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("stream" = String, Path, description = "The planned stream's id"),
    ),
    request_body = PlanPatch,
    responses(
        (status = 200, body = ScheduledStreamDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(schedule): State<Schedule>,
    Path((name, stream)): Path<(String, String)>,
    Body(patch): Body<PlanPatch>,
) -> Result<Json<ScheduledStreamDocument>, ApiError> {
    let channel = find(&schedule, &name).await?;
    let id = stream_id(&stream)?;
    let stream = schedule.replan(&channel, id, |plan| patch.apply(plan)).await?;
    Ok(Json(ScheduledStreamDocument::new(&channel, &stream)))
}

/// Take a planned stream off the schedule, its past included
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/schedule/{stream}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("stream" = String, Path, description = "The planned stream's id"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(schedule): State<Schedule>,
    Path((name, stream)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&schedule, &name).await?;
    schedule.remove(&channel, stream_id(&stream)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cancel or move one occurrence
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("stream" = String, Path, description = "The planned stream's id"),
        ("occurrence" = String, Path, description = "The time that the stream's rule gives it", example = "2026-11-22T20:00:00"),
    ),
    request_body = ExceptionBody,
    responses(
        (status = 200, body = ScheduledStreamDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn except(
    State(schedule): State<Schedule>,
    Path((name, stream, occurrence)): Path<(String, String, String)>,
    Body(body): Body<ExceptionBody>,
) -> Result<Json<ScheduledStreamDocument>, ApiError> {
    let channel = find(&schedule, &name).await?;
    let which = (stream_id(&stream)?, occurrence.as_str());
    let stream = schedule.except(&channel, which, Some(body.try_into()?)).await?;
    Ok(Json(ScheduledStreamDocument::new(&channel, &stream)))
}

/// Have one occurrence as the rule says, again
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("stream" = String, Path, description = "The planned stream's id"),
        ("occurrence" = String, Path, description = "The time that the stream's rule gives it", example = "2026-11-22T20:00:00"),
    ),
    responses(
        (status = 200, body = ScheduledStreamDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn restore(
    State(schedule): State<Schedule>,
    Path((name, stream, occurrence)): Path<(String, String, String)>,
) -> Result<Json<ScheduledStreamDocument>, ApiError> {
    let channel = find(&schedule, &name).await?;
    let which = (stream_id(&stream)?, occurrence.as_str());
    let stream = schedule.except(&channel, which, None).await?;
    Ok(Json(ScheduledStreamDocument::new(&channel, &stream)))
}
