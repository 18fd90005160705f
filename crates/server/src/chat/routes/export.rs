//! Everything that was said, to take away.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use super::find;
use crate::api::{ApiError, Refused};
use crate::channels::Channel;
use crate::chat::model::event::EventDocument;
use crate::chat::{Chat, ChatError};

/// Events that are read at one time: never all of them in memory.
const STEP: usize = 500;

/// Everything that everybody may see of the channel's chat, one event in a line, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/export",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "Lines of JSON", content_type = "application/x-ndjson"),
        Refused,
    )
)]
pub(super) async fn export(
    State(chat): State<Chat>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&chat, &name).await?;
    let file = format!("attachment; filename=\"{}-chat.ndjson\"", channel.slug);
    let headers = [(CONTENT_TYPE, "application/x-ndjson".to_owned()), (CONTENT_DISPOSITION, file)];
    let lines = stream::try_unfold((chat, channel, 0), async |(chat, channel, after)| {
        let read = step(&chat, &channel, after).await?;
        Ok::<_, ChatError>(read.map(|(text, last)| (text, (chat, channel, last))))
    });
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn step(
    chat: &Chat,
    channel: &Channel,
    after: u64,
) -> Result<Option<(String, u64)>, ChatError> {
    let events = chat.shared.store.events_after(channel.id, after, STEP).await?;
    let Some(last) = events.last().map(|event| event.seq) else { return Ok(None) };
    let mut text = String::new();
    for event in events {
        let document = EventDocument::from(event);
        text.push_str(&serde_json::to_string(&document).unwrap_or_default());
        text.push('\n');
    }
    Ok(Some((text, last)))
}
