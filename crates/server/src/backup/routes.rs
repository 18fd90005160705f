//! The copies of the database, for admins.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BackupError;
use super::desk::{Copy, Desk};
use crate::api::{ApiError, Refused};
use crate::clock::rfc3339;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(list, make))
}

/// This room's routes.
pub(crate) fn routes(desk: Desk) -> OpenApiRouter {
    described().with_state(desk)
}

/// A copy of the database, in the folder `backups` of the data folder.
#[derive(Serialize, ToSchema)]
struct BackupDocument {
    /// The file's name.
    name: String,
    /// When it was made (RFC 3339, UTC).
    made_at: String,
    size_bytes: u64,
}

impl From<Copy> for BackupDocument {
    fn from(copy: Copy) -> Self {
        Self { name: copy.name, made_at: rfc3339(copy.at), size_bytes: copy.size_bytes }
    }
}

/// The copies of the database that there are, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/admin/backups",
    responses((status = 200, body = Vec<BackupDocument>), Refused)
)]
async fn list(State(desk): State<Desk>) -> Result<Json<Vec<BackupDocument>>, ApiError> {
    Ok(Json(desk.copies().await?.into_iter().map(BackupDocument::from).collect()))
}

/// Copies the database now
#[utoipa::path(
    post,
    path = "/api/v1/admin/backups",
    responses((status = 200, body = Vec<BackupDocument>), Refused)
)]
async fn make(State(desk): State<Desk>) -> Result<Json<Vec<BackupDocument>>, ApiError> {
    desk.copy_now().await?;
    list(State(desk)).await
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> Self {
        Self::internal(&error)
    }
}
