//! Pictures that those who work on a channel give it.

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;

use super::{JPEG, caching, find, image, internal};
use crate::api::{ApiError, Code, Problem, Refused};
use crate::audit::Actor;
use crate::stills::{Spot, Stills, StillsError, pictures};

/// Gives the channel its own picture: a PNG, JPEG or WebP of at most 10 MiB
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/picture.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is there"), Refused)
)]
pub(super) async fn set_picture(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    set(&stills, &channel, (&actor, Spot::Picture), bytes).await
}

/// Takes the channel's picture away
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/picture.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_picture(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    remove(&stills, &channel, (&actor, Spot::Picture)).await
}

/// The channel's avatar, if it has one
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/avatar.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn avatar(
    State(stills): State<Stills>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    let found = stills.shared.pictures.image(channel.id, Spot::Avatar).await;
    Ok(image(JPEG, caching(pictures::CACHED.as_secs()), found.map_err(internal)?))
}

/// Gives the channel an avatar: a PNG, JPEG or WebP of at most 10 MiB
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/avatar.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is there"), Refused)
)]
pub(super) async fn set_avatar(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    set(&stills, &channel, (&actor, Spot::Avatar), bytes).await
}

/// Takes the channel's avatar away
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/avatar.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_avatar(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    remove(&stills, &channel, (&actor, Spot::Avatar)).await
}

/// The channel's banner, if it has one
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/banner.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn banner(
    State(stills): State<Stills>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    let found = stills.shared.pictures.image(channel.id, Spot::Banner).await;
    Ok(image(JPEG, caching(pictures::CACHED.as_secs()), found.map_err(internal)?))
}

/// Gives the channel a banner: a PNG, JPEG or WebP of at most 10 MiB
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/banner.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "It is there"), Refused)
)]
pub(super) async fn set_banner(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    set(&stills, &channel, (&actor, Spot::Banner), bytes).await
}

/// Takes the channel's banner away
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/banner.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_banner(
    State(stills): State<Stills>,
    Path(channel): Path<String>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    remove(&stills, &channel, (&actor, Spot::Banner)).await
}

async fn set(
    stills: &Stills,
    name: &str,
    (actor, spot): (&Actor, Spot),
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let bytes = whole(bytes)?;
    let channel = find(stills, name).await?;
    let pictures = &stills.shared.pictures;
    let done = pictures.set(actor, (&channel, spot), bytes.into()).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

async fn remove(
    stills: &Stills,
    name: &str,
    (actor, spot): (&Actor, Spot),
) -> Result<StatusCode, ApiError> {
    let channel = find(stills, name).await?;
    let done = stills.shared.pictures.remove(actor, (&channel, spot)).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

/// A file, if all of it came.
pub(super) fn whole(bytes: Result<Bytes, BytesRejection>) -> Result<Bytes, ApiError> {
    bytes.map_err(|error| {
        let code = match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            _ => Code::BadRequest,
        };
        ApiError::with_detail(code, error.body_text())
    })
}

pub(super) fn refused(error: StillsError) -> ApiError {
    match error {
        StillsError::TooLarge => ApiError::with_detail(Code::TooLarge, error.to_string()),
        StillsError::NoPicture
        | StillsError::TooManyPixels { .. }
        | StillsError::NoFfmpeg
        | StillsError::Nothing
        | StillsError::Ffmpeg(_) => ApiError::with_detail(Code::Invalid, error.to_string()),
        error => internal(error),
    }
}
