//! What was.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Schedule;
use super::documents::BroadcastsDocument;
use super::{cursor, find};
use crate::api::{ApiError, Problem, Query, limit};

/// Broadcasts on one page.
const MAX_LIMIT: usize = 100;
/// Broadcasts on one page where nobody says.
const LIMIT: usize = 20;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// How many at most
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the page before ended: its `next`
    cursor: Option<String>,
}

/// Broadcasts of a channel that are over, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/broadcasts",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), Page),
    responses(
        (status = 200, body = BroadcastsDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    Query(query): Query<Page>,
) -> Result<Json<BroadcastsDocument>, ApiError> {
    let limit = limit(query.limit, LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::read_broadcast).transpose()?;
    let channel = find(&schedule, &name).await?;
    // One more than is shown tells whether there are more.
    let mut past = schedule.history(&channel, after, limit + 1).await?;
    let more = past.len() > limit;
    past.truncate(limit);
    let last = past.last().filter(|_| more);
    let next = last.map(|it| cursor::of_broadcast(it.mark()));
    Ok(Json(BroadcastsDocument { broadcasts: past.iter().map(Into::into).collect(), next }))
}
