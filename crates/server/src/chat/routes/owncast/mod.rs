//! Owncast's chat over HTTP (Owncast 0.1.3): guests are registered, and what was said is read.

pub(super) mod socket;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CACHE_CONTROL, USER_AGENT,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::access::Caller;
use crate::accounts::Origin;
use crate::api::{ApiError, Code};
use crate::channels::Channel;
use crate::chat::model::who::Speaker;
use crate::chat::wire::owncast;
use crate::chat::{Chat, ChatError};

/// The largest body, in bytes.
const MAX_BODY: usize = 4096;

#[derive(Default, Deserialize, ToSchema)]
#[schema(as = OwncastRegisterBody)]
pub(super) struct RegisterBody {
    /// What to be called; made up when absent.
    #[serde(default, rename = "displayName")]
    display_name: Option<String>,
}

/// Somebody new in chat.
#[derive(Serialize, ToSchema)]
pub(super) struct Registered {
    id: String,
    /// What the socket is opened with.
    #[serde(rename = "accessToken")]
    access_token: String,
    #[serde(rename = "displayName")]
    display_name: String,
}

/// Become somebody in chat, as clients of Owncast do
#[utoipa::path(
    post,
    path = "/api/chat/register",
    request_body(content = Option<RegisterBody>, content_type = "application/json"),
    responses(
        (status = 200, body = Registered),
        (status = 403, description = "The address is banned"),
        (status = 429, description = "Too many from one address"),
    )
)]
pub(super) async fn register(
    State(chat): State<Chat>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    if body.len() > MAX_BODY {
        return Err(ApiError::new(Code::TooLarge));
    }
    // Clients send what they like here, or nothing.
    let body: RegisterBody = serde_json::from_slice(&body).unwrap_or_default();
    let channel = primary(&chat).await?;
    if chat.is_banned(&channel, caller.from).await? {
        return Err(ApiError::new(Code::Forbidden));
    }
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let origin = Origin::new(caller.from, agent);
    let accounts = &chat.shared.doors.accounts;
    let (guest, token) = accounts.welcome_guest(&origin).await.map_err(ChatError::from)?;
    let wished = body.display_name.filter(|name| !name.trim().is_empty());
    let name = match wished {
        Some(wished) => chat.name_guest(&channel, (token.reveal(), caller.from), &wished).await?,
        None => guest.name,
    };
    let registered = Registered {
        id: guest.id.to_string(),
        access_token: token.reveal().to_owned(),
        display_name: name,
    };
    let headers = [(CACHE_CONTROL, "no-store"), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((headers, Json(registered)).into_response())
}

/// The newest messages, as clients of Owncast read them
#[utoipa::path(
    get,
    path = "/api/chat",
    params(TokenQuery),
    responses(
        (status = 200, body = Vec<serde_json::Value>, description = "Events, the oldest first"),
        (status = 401, description = "Nobody has this token, or they may not come"),
    )
)]
pub(super) async fn history(
    State(chat): State<Chat>,
    caller: Caller,
    Query(query): Query<TokenQuery>,
) -> Result<Response, ApiError> {
    let channel = primary(&chat).await?;
    let token = query.access_token.unwrap_or_default();
    let guest = chat.guest(&channel, (&token, caller.from)).await?;
    let room = chat.room(&channel).await?;
    let may_come = |guest: &Speaker| !room.state().is_banned(guest, chat.now());
    if !guest.as_ref().is_some_and(may_come) {
        return Ok((StatusCode::UNAUTHORIZED, "unauthorized").into_response());
    }
    let (messages, emotes) = (room.stage.messages(), room.stage.emotes());
    let document = |event: &std::sync::Arc<_>| owncast::document(event, &*emotes);
    let events: Vec<_> = messages.iter().filter_map(document).collect();
    Ok(([(CACHE_CONTROL, "no-store")], Json(events)).into_response())
}

/// What a browser asks before a page of another site registers somebody.
pub(super) async fn preflight() -> Response {
    let allowed = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

/// Who asks, in Owncast's way.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TokenQuery {
    /// What registering answered
    #[serde(rename = "accessToken")]
    pub(super) access_token: Option<String>,
}

async fn primary(chat: &Chat) -> Result<Channel, ApiError> {
    find(chat, "primary").await
}
