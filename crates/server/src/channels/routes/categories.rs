//! Categories as admins change them. The room `discovery` lists them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::Category;
use super::super::categories::CategoryText;
use super::Doors;
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::CategoryId;

/// A category.
#[derive(Serialize, ToSchema)]
pub(super) struct CategoryDocument {
    id: String,
    /// Its name in addresses.
    slug: String,
    /// Its name on pages.
    name: String,
    /// What belongs to it; may be empty.
    description: String,
    /// When it was made (RFC 3339, UTC).
    created_at: String,
}

impl From<Category> for CategoryDocument {
    fn from(category: Category) -> Self {
        Self {
            id: category.id.to_string(),
            slug: category.slug.to_string(),
            name: category.name,
            description: category.description,
            created_at: rfc3339(category.created_at),
        }
    }
}

/// Makes a category
#[utoipa::path(
    post,
    path = "/api/v1/admin/categories",
    request_body = CategoryText,
    responses((status = 201, body = CategoryDocument), Refused)
)]
pub(super) async fn create(
    State(doors): State<Doors>,
    actor: Actor,
    Body(wanted): Body<CategoryText>,
) -> Result<(StatusCode, Json<CategoryDocument>), ApiError> {
    let made = doors.channels.create_category(&actor, wanted).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Changes what is named of a category
#[utoipa::path(
    patch,
    path = "/api/v1/admin/categories/{id}",
    params(("id" = String, Path, description = "The category's id")),
    request_body(content = Object, description = "What changes"),
    responses((status = 200, body = CategoryDocument), Refused)
)]
pub(super) async fn change(
    State(doors): State<Doors>,
    Path(id): Path<String>,
    actor: Actor,
    Body(patch): Body<Value>,
) -> Result<Json<CategoryDocument>, ApiError> {
    let id = CategoryId::parse(&id).ok_or_else(missing)?;
    let changed = doors.channels.change_category(&actor, id, &patch).await?;
    Ok(Json(changed.ok_or_else(missing)?.into()))
}

/// Removes a category
///
/// Channels that were of it have none then.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/categories/{id}",
    params(("id" = String, Path, description = "The category's id")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(doors): State<Doors>,
    Path(id): Path<String>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let id = CategoryId::parse(&id).ok_or_else(missing)?;
    let was_there = doors.channels.remove_category(&actor, id).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(missing()) }
}

fn missing() -> ApiError {
    ApiError::with_detail(Code::NotFound, "There is no such category.")
}
