//! What was.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Schedule;
use super::documents::BroadcastsDocument;
use super::{cursor, find};
use crate::api::{ApiError, Code, Problem};

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
    /// Where the page before ended: its `next_cursor`
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
    query: Result<Query<Page>, QueryRejection>,
) -> Result<Json<BroadcastsDocument>, ApiError> {
    let bad = |detail: String| ApiError::with_detail(Code::BadRequest, detail);
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(bad(format!("`limit` is a number from 1 to {MAX_LIMIT}")));
    }
    let after = query.cursor.as_deref().map(cursor::read_broadcast).transpose()?;
    let channel = find(&schedule, &name).await?;
    // One more than is shown tells whether there are more.
    let mut past = schedule.history(&channel, after, limit + 1).await?;
    let more = past.len() > limit;
    past.truncate(limit);
    let last = past.last().filter(|_| more);
    let next_cursor = last.map(|it| cursor::of_broadcast(it.mark()));
    Ok(Json(BroadcastsDocument { broadcasts: past.iter().map(Into::into).collect(), next_cursor }))
}
