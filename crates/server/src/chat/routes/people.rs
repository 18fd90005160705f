//! What those who keep order see of somebody, and what they note.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::ActionDocument;
use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::chat::model::who::Kind;
use crate::chat::store::{Known, Note};
use crate::chat::{Chat, ChatError};
use crate::clock::rfc3339;
use crate::ids::{ChatItemId, ChatterId};

/// Actions and notes that are shown.
const PAGE: usize = 100;
/// Longest note, in characters.
const MAX_NOTE: usize = 1000;

/// A note about somebody.
#[derive(Serialize, ToSchema)]
pub(super) struct NoteDocument {
    id: String,
    text: String,
    by: String,
    /// When (RFC 3339, UTC).
    at: String,
}

/// Somebody, as those see them who keep order.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatPerson)]
pub(super) struct PersonDocument {
    id: String,
    kind: Kind,
    name: String,
    /// Since when they are known (RFC 3339, UTC).
    since: String,
    /// What was done about them here, the newest first.
    actions: Vec<ActionDocument>,
    /// What was noted about them here, the newest first.
    notes: Vec<NoteDocument>,
}

/// Somebody who writes in the channel's chat, with what was done and noted about them
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/people/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "Whose id"),
    ),
    responses((status = 200, body = PersonDocument), Refused)
)]
pub(super) async fn person(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<Json<PersonDocument>, ApiError> {
    let channel = find(&chat, &name).await?;
    let id = ChatterId::parse(&id).ok_or(ChatError::NoSuch("person"))?;
    let store = &chat.shared.store;
    let known = match store.person(id).await? {
        Some(known) => known,
        // Somebody who is there and has not said anything yet.
        None => {
            let room = chat.shared.open_room(channel.id);
            let speaker = room.and_then(|room| room.stage.person(id));
            Known::from(&speaker.ok_or(ChatError::NoSuch("person"))?)
        }
    };
    let actions = store.actions(channel.id, (None, Some(id)), PAGE).await?;
    let notes = store.notes(channel.id, id, PAGE).await?;
    Ok(Json(PersonDocument {
        id: known.id.to_string(),
        kind: known.kind,
        name: known.name,
        since: rfc3339(known.created_at),
        actions: ActionDocument::all(actions, &caller),
        notes: notes.into_iter().map(NoteDocument::from).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    /// At most 1,000 characters.
    text: String,
}

/// Notes something about somebody, for others who keep order
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/people/{id}/notes",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "About whom"),
    ),
    request_body = NoteBody,
    responses((status = 201, body = NoteDocument), Refused)
)]
pub(super) async fn note(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
    Body(body): Body<NoteBody>,
) -> Result<(StatusCode, Json<NoteDocument>), ApiError> {
    if !(1..=MAX_NOTE).contains(&body.text.trim().chars().count()) {
        return Err(ApiError::with_detail(Code::Invalid, "`text` has 1 to 1000 characters"));
    }
    let channel = find(&chat, &name).await?;
    let who = chat.person(&channel, &id).await?;
    let actor = Actor::of(&caller);
    let by = actor.name().to_owned();
    let note = Note { id: ChatItemId::generate(), text: body.text, by, at: chat.now() };
    chat.shared.store.add_note(&channel, (who.id, &who.name), (&note, &actor)).await?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

impl From<Note> for NoteDocument {
    fn from(note: Note) -> Self {
        Self { id: note.id.to_string(), text: note.text, by: note.by, at: rfc3339(note.at) }
    }
}
