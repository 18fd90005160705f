//! Putting the test picture on air, and ending it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Ingest;
use super::test_picture::TestError;
use crate::api::{ApiError, Code, Refused};
use crate::channels::Channel;
use crate::clock::rfc3339;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Ingest> {
    OpenApiRouter::new().routes(routes!(show, end))
}

/// This room's routes.
pub(crate) fn routes(ingest: Ingest) -> OpenApiRouter {
    described().with_state(ingest)
}

/// The test picture is on air.
#[derive(Serialize, ToSchema)]
struct TestPictureShown {
    /// Until when (RFC 3339, UTC), unless it is ended or an encoder comes.
    until: String,
}

/// Puts the test picture on air for three minutes
///
/// Viewers see it as any stream. An encoder that comes takes its place.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/stream/test",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = TestPictureShown), Refused)
)]
async fn show(
    State(ingest): State<Ingest>,
    Path(name): Path<String>,
) -> Result<Json<TestPictureShown>, ApiError> {
    let channel = find(&ingest, &name).await?;
    let until = ingest.show_test_picture(&channel).await?;
    Ok(Json(TestPictureShown { until: rfc3339(until) }))
}

/// Ends the test picture at once
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/stream/test",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 204, description = "No test picture is on"), Refused)
)]
async fn end(
    State(ingest): State<Ingest>,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&ingest, &name).await?;
    ingest.end_test_picture(channel.id);
    Ok(StatusCode::NO_CONTENT)
}

async fn find(ingest: &Ingest, name: &str) -> Result<Channel, ApiError> {
    let found = ingest.shared.channels.named(name).await?;
    found.ok_or_else(|| ApiError::new(Code::ChannelNotFound))
}

impl From<TestError> for ApiError {
    fn from(error: TestError) -> Self {
        match error {
            TestError::Unreadable(_) | TestError::Live(_) => Self::internal(&error),
            refused => Self::with_detail(Code::Conflict, refused.to_string()),
        }
    }
}
