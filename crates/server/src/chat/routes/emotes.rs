//! Emotes: shown to everybody, added by those who work on the channel or run the site.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Code, Refused};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::chat::emotes::{Emote, pack};
use crate::chat::{Chat, ChatError};
use crate::ids::EmoteId;

/// The largest picture, in bytes.
pub(super) const MAX_PICTURE: usize = 512 * 1024;
/// The largest archive, in bytes.
pub(super) const MAX_PACK: usize = 16 * 1024 * 1024;
/// Its file's name has its id, so the file never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A picture that stands for a word.
#[derive(Serialize, ToSchema)]
pub(super) struct EmoteDocument {
    id: String,
    /// Written as `:name:`.
    name: String,
    /// Where its picture is.
    url: String,
    /// In pixels.
    width: u16,
    height: u16,
    /// Whether it moves.
    animated: bool,
    /// Whether it is one of the site's.
    is_of_site: bool,
}

/// What became of an archive.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatEmotePack)]
pub(super) struct PackDocument {
    added: Vec<EmoteDocument>,
    /// What was not added, and why.
    refused: Vec<NotAdded>,
}

/// A file of an archive that is no emote now.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatEmoteRefused)]
pub(super) struct NotAdded {
    name: String,
    detail: String,
}

impl From<&Emote> for EmoteDocument {
    fn from(emote: &Emote) -> Self {
        Self {
            id: emote.id.to_string(),
            name: emote.name.clone(),
            url: emote.url(),
            width: emote.width,
            height: emote.height,
            animated: emote.animated,
            is_of_site: emote.is_of_site,
        }
    }
}

/// The emotes of the channel's chat, the site's among them
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/emotes",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Vec<EmoteDocument>), Refused)
)]
pub(super) async fn list(
    State(chat): State<Chat>,
    Path(name): Path<String>,
) -> Result<Json<Vec<EmoteDocument>>, ApiError> {
    let channel = find(&chat, &name).await?;
    let emotes = chat.shared.emotes(channel.id).await?;
    Ok(Json(emotes.all().into_iter().map(EmoteDocument::from).collect()))
}

/// Adds an emote to the channel: a PNG, JPEG, GIF or WebP of at most 512 KiB
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/chat/emotes/{emote}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("emote" = String, Path, description = "Its name: 1 to 32 letters, digits, `_` or `-`"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = EmoteDocument), Refused)
)]
pub(super) async fn add(
    State(chat): State<Chat>,
    Path((name, emote)): Path<(String, String)>,
    caller: Caller,
    bytes: Bytes,
) -> Result<(StatusCode, Json<EmoteDocument>), ApiError> {
    let channel = find(&chat, &name).await?;
    keep(&chat, Some(&channel), (&emote, bytes), &caller).await
}

/// Removes an emote of the channel
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/chat/emotes/{emote}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("emote" = String, Path, description = "Its id"),
    ),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(chat): State<Chat>,
    Path((name, emote)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    take(&chat, Some(&channel), (&emote, &caller)).await
}

/// Adds all pictures of a ZIP archive to the channel, each named as its file: 16 MiB and 300 pictures
/// at most
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/emotes",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses((status = 200, body = PackDocument), Refused)
)]
pub(super) async fn add_pack(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    bytes: Bytes,
) -> Result<Json<PackDocument>, ApiError> {
    let channel = find(&chat, &name).await?;
    unpack(&chat, Some(&channel), (bytes, &caller)).await
}

/// Adds all pictures of a ZIP archive to the whole site, each named as its file: 16 MiB and 300
/// pictures at most
#[utoipa::path(
    post,
    path = "/api/v1/admin/chat/emotes",
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses((status = 200, body = PackDocument), Refused)
)]
pub(super) async fn add_pack_everywhere(
    State(chat): State<Chat>,
    caller: Caller,
    bytes: Bytes,
) -> Result<Json<PackDocument>, ApiError> {
    unpack(&chat, None, (bytes, &caller)).await
}

/// Adds an emote to the whole site: a PNG, JPEG, GIF or WebP of at most 512 KiB
#[utoipa::path(
    put,
    path = "/api/v1/admin/chat/emotes/{emote}",
    params(("emote" = String, Path, description = "Its name: 1 to 32 letters, digits, `_` or `-`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = EmoteDocument), Refused)
)]
pub(super) async fn add_everywhere(
    State(chat): State<Chat>,
    Path(emote): Path<String>,
    caller: Caller,
    bytes: Bytes,
) -> Result<(StatusCode, Json<EmoteDocument>), ApiError> {
    keep(&chat, None, (&emote, bytes), &caller).await
}

/// Removes an emote of the site
#[utoipa::path(
    delete,
    path = "/api/v1/admin/chat/emotes/{emote}",
    params(("emote" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_everywhere(
    State(chat): State<Chat>,
    Path(emote): Path<String>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    take(&chat, None, (&emote, &caller)).await
}

/// The picture of an emote.
pub(super) async fn file(
    State(chat): State<Chat>,
    Path(file): Path<String>,
) -> Result<Response, ApiError> {
    let id = file.split('.').next().and_then(EmoteId::parse);
    let id = id.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let found = chat.shared.store.picture(id).await?;
    let (media_type, bytes) = found.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, FOR_EVER.to_owned())];
    Ok((headers, bytes).into_response())
}

/// Adds one, and has rooms know it.
async fn keep(
    chat: &Chat,
    channel: Option<&Channel>,
    (name, bytes): (&str, Bytes),
    caller: &Caller,
) -> Result<(StatusCode, Json<EmoteDocument>), ApiError> {
    let emote = chat.add_emote(channel, (name, bytes), &Actor::of(caller)).await?;
    chat.use_emotes(channel.map(|channel| channel.id)).await?;
    Ok((StatusCode::CREATED, Json(EmoteDocument::from(&emote))))
}

/// Adds what is in an archive, one picture after the other: what is wrong with one keeps no other.
async fn unpack(
    chat: &Chat,
    channel: Option<&Channel>,
    (bytes, caller): (Bytes, &Caller),
) -> Result<Json<PackDocument>, ApiError> {
    let read = tokio::task::spawn_blocking(move || pack::pictures(&bytes)).await;
    let files = read.map_err(|error| ApiError::internal(&error))?;
    let files = files.map_err(|error| ApiError::with_detail(Code::Invalid, error.to_string()))?;
    let by = Actor::of(caller);
    let mut document = PackDocument { added: Vec::new(), refused: Vec::new() };
    for (name, file) in files {
        let refused = |detail: String| NotAdded { name: name.clone(), detail };
        match file {
            Err(error) => document.refused.push(refused(error.to_string())),
            Ok(bytes) => match chat.add_emote(channel, (&name, bytes.into()), &by).await {
                Ok(emote) => document.added.push(EmoteDocument::from(&emote)),
                Err(error) => {
                    let error = ApiError::from(error);
                    let detail = error.told().unwrap_or("it could not be kept: try again");
                    document.refused.push(refused(detail.to_owned()));
                }
            },
        }
    }
    chat.use_emotes(channel.map(|channel| channel.id)).await?;
    Ok(Json(document))
}

async fn take(
    chat: &Chat,
    channel: Option<&Channel>,
    (id, caller): (&str, &Caller),
) -> Result<StatusCode, ApiError> {
    let id = EmoteId::parse(id).ok_or(ChatError::NoSuch("emote"))?;
    if !chat.shared.store.remove_emote(id, channel, &Actor::of(caller)).await? {
        return Err(ChatError::NoSuch("emote").into());
    }
    chat.use_emotes(channel.map(|channel| channel.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
