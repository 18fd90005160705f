//! Polls.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Body, Refused};
use crate::chat::model::Command;
use crate::chat::model::poll::Question;
use crate::chat::{Chat, ChatError};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PollBody {
    /// What is asked, at most 200 characters.
    question: String,
    /// 2 to 10 answers of at most 80 characters.
    choices: Vec<String>,
    /// How long answers count: 1 to 86400.
    seconds: u64,
}

/// Asks everybody in the channel's chat something
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/chat/poll",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = PollBody,
    responses((status = 204, description = "It is asked"), Refused)
)]
pub(super) async fn open(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Body(body): Body<PollBody>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let PollBody { question, choices, seconds } = body;
    let question = Question { question, choices, lasts: Duration::from_secs(seconds) };
    let command = Command::Ask { by, question };
    chat.room(&channel).await?.ask(command).await.map_err(ChatError::Refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the poll before its time
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/chat/poll",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 204, description = "It is over"), Refused)
)]
pub(super) async fn close(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let command = Command::Tally { end: Some(by) };
    chat.room(&channel).await?.ask(command).await.map_err(ChatError::Refused)?;
    Ok(StatusCode::NO_CONTENT)
}
