//! Pictures that people give themselves.

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;

use super::owner::{refused, whole};
use super::{JPEG, caching, image};
use crate::access::Person;
use crate::api::{ApiError, Problem, Refused};
use crate::stills::{Spot, Stills, pictures};

/// Somebody's picture, if they have one
#[utoipa::path(
    get,
    path = "/api/v1/people/{username}/avatar.jpg",
    params(("username" = String, Path, description = "The account's name")),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn avatar(
    State(stills): State<Stills>,
    Path(username): Path<String>,
) -> Result<Response, ApiError> {
    let found = stills.shared.accounts.avatar(&username).await?;
    Ok(image(JPEG, caching(pictures::CACHED.as_secs()), found.map(Bytes::from)))
}

/// Give yourself a picture: a PNG, JPEG or WebP of at most 10 MiB
#[utoipa::path(
    put,
    path = "/api/v1/account/avatar.jpg",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is there"), Refused)
)]
pub(super) async fn set_avatar(
    State(stills): State<Stills>,
    person: Person,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let bytes = whole(bytes)?.into();
    let jpeg = stills.shared.pictures.prepare(Spot::Avatar, bytes).await.map_err(refused)?;
    stills.shared.accounts.set_avatar(person.account, &jpeg).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take your picture away
#[utoipa::path(
    delete,
    path = "/api/v1/account/avatar.jpg",
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_avatar(
    State(stills): State<Stills>,
    person: Person,
) -> Result<StatusCode, ApiError> {
    stills.shared.accounts.remove_avatar(person.account).await?;
    Ok(StatusCode::NO_CONTENT)
}
