//! Stream keys as a channel's owners look after them.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::{KeyPatch, StreamKey};
use super::{ChannelName, Doors, Named, named};
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::StreamKeyId;
use crate::seal::Secret;

/// A stream key, without the secret.
#[derive(Serialize, ToSchema)]
pub(super) struct StreamKeyDocument {
    id: String,
    /// What it is for.
    label: String,
    /// When it was made (RFC 3339, UTC).
    created_at: String,
    /// When an encoder used it last (RFC 3339, UTC).
    #[schema(required)]
    last_used_at: Option<String>,
    /// Whether nobody may publish with it.
    disabled: bool,
}

impl From<StreamKey> for StreamKeyDocument {
    fn from(key: StreamKey) -> Self {
        Self {
            id: key.id.to_string(),
            label: key.label,
            created_at: rfc3339(key.created_at),
            last_used_at: key.last_used_at.map(rfc3339),
            disabled: key.disabled_at.is_some(),
        }
    }
}

/// A stream key with its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct RevealedKey {
    id: String,
    /// What goes into the encoder. Whoever has it can publish.
    key: String,
}

/// The channel's stream keys, oldest first, without their secrets
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/keys",
    params(ChannelName),
    responses((status = 200, body = Vec<StreamKeyDocument>), Refused)
)]
pub(super) async fn list(
    State(doors): State<Doors>,
    Named(channel): Named,
) -> Result<Json<Vec<StreamKeyDocument>>, ApiError> {
    let keys = doors.channels.keys(&channel).await?;
    Ok(Json(keys.into_iter().map(StreamKeyDocument::from).collect()))
}

/// A stream key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateKey {
    /// What it is for.
    #[schema(example = "OBS at home")]
    label: String,
}

/// Makes a stream key and shows it
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/keys",
    params(ChannelName),
    request_body = CreateKey,
    responses((status = 201, body = RevealedKey), Refused)
)]
pub(super) async fn create(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(wanted): Body<CreateKey>,
) -> Result<Response, ApiError> {
    let made = doors.channels.add_key(&actor, &channel, &wanted.label).await?;
    Ok((StatusCode::CREATED, revealed(made.0.id, &made.1)).into_response())
}

/// A change to a key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeKey {
    /// What it is for.
    label: Option<String>,
    /// Whether nobody may publish with it.
    disabled: Option<bool>,
}

/// Gives a stream key another label, disables or enables it
///
/// A broadcast that is published with a key that is disabled ends at once.
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}/keys/{id}",
    params(KeyPath),
    request_body = ChangeKey,
    responses((status = 200, body = StreamKeyDocument), Refused)
)]
pub(super) async fn change(
    State(doors): State<Doors>,
    Named(channel): Named,
    KeyId(id): KeyId,
    actor: Actor,
    Body(wanted): Body<ChangeKey>,
) -> Result<Json<StreamKeyDocument>, ApiError> {
    let ChangeKey { label, disabled } = wanted;
    let patch = (id, KeyPatch { label, disabled });
    let key = doors.channels.change_key(&actor, &channel, patch).await?;
    Ok(Json(key.into()))
}

/// Removes a stream key
///
/// A broadcast that is published with it ends at once.
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/keys/{id}",
    params(KeyPath),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(doors): State<Doors>,
    Named(channel): Named,
    KeyId(id): KeyId,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    doors.channels.remove_key(&actor, &channel, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a new secret in the place of a stream key's, and shows it
///
/// A broadcast that is published with the old one ends at once. The key's id changes with it.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/keys/{id}/rotate",
    params(KeyPath),
    responses((status = 200, body = RevealedKey), Refused)
)]
pub(super) async fn rotate(
    State(doors): State<Doors>,
    Named(channel): Named,
    KeyId(id): KeyId,
    actor: Actor,
) -> Result<Response, ApiError> {
    let (key, secret) = doors.channels.rotate_key(&actor, &channel, id).await?;
    Ok(revealed(key.id, &secret))
}

/// Shows a stream key
///
/// That somebody looked is in the audit log.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/keys/{id}/reveal",
    params(KeyPath),
    responses((status = 200, body = RevealedKey), Refused)
)]
pub(super) async fn reveal(
    State(doors): State<Doors>,
    Named(channel): Named,
    KeyId(id): KeyId,
    actor: Actor,
) -> Result<Response, ApiError> {
    let secret = doors.channels.reveal_key(&actor, &channel, id).await?;
    Ok(revealed(id, &secret))
}

/// Which key of which channel a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "the API description is made of it")]
struct KeyPath {
    /// The channel's slug, or `primary`
    name: String,
    /// The key's id
    id: String,
}

/// The key that a path names as `{id}`.
pub(super) struct KeyId(StreamKeyId);

impl<S: Send + Sync> FromRequestParts<S> for KeyId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let none = || ApiError::with_detail(Code::NotFound, "There is no such stream key.");
        StreamKeyId::parse(&named(parts, "id").await).map(Self).ok_or_else(none)
    }
}

/// A secret that no cache may keep.
fn revealed(id: StreamKeyId, secret: &Secret) -> Response {
    let document = RevealedKey { id: id.to_string(), key: secret.reveal().to_owned() };
    let mut response = Json(document).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
