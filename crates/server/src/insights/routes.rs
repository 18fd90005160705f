//! What players report.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Insights;
use super::report::PlaybackReport;
use crate::api::{ApiError, Code, Problem};
use crate::channels::Channel;

/// The largest report, in bytes. Against clients who let the server hold what they do not finish.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Insights> {
    OpenApiRouter::new().routes(routes!(playback))
}

/// This room's routes.
pub(crate) fn routes(insights: Insights) -> OpenApiRouter {
    described().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(insights)
}

/// What a player reports about itself, every ten seconds while it plays
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/playback",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = PlaybackReport,
    responses(
        (status = 204, description = "Taken"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn playback(
    State(insights): State<Insights>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let _report = PlaybackReport::parse(&body)
        .map_err(|wrong| ApiError::with_detail(Code::BadRequest, wrong))?;
    let _channel = find(&insights, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(insights: &Insights, name: &str) -> Result<Channel, ApiError> {
    let found = insights.find(name).await.map_err(|error| ApiError::internal(&error))?;
    found.ok_or_else(|| ApiError::new(Code::ChannelNotFound))
}
