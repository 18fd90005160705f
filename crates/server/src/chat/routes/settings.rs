//! The rules of a room.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Body, Code, Refused};
use crate::chat::model::settings::Settings;
use crate::chat::model::{Answer, Command};
use crate::chat::{Chat, ChatError};

/// The rules of the channel's chat
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/settings",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Settings), Refused)
)]
pub(super) async fn read(
    State(chat): State<Chat>,
    Path(name): Path<String>,
) -> Result<Json<Settings>, ApiError> {
    let channel = find(&chat, &name).await?;
    Ok(Json(chat.shared.settings(&channel).await?))
}

/// Changes the rules of the channel's chat that are named (RFC 7396)
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}/chat/settings",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = Settings,
    responses((status = 200, body = Settings), Refused)
)]
pub(super) async fn change(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Body(patch): Body<Value>,
) -> Result<Json<Settings>, ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let room = chat.room(&channel).await?;
    let done = room.ask(Command::Configure { by, patch }).await.map_err(ChatError::Refused)?;
    match done.answer {
        Answer::Settings(settings) => Ok(Json(*settings)),
        _ => Err(ApiError::new(Code::Internal)),
    }
}
