//! Words that may not be said, and what rules would have made of what was said.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::chat::model::refusal::Refusal;
use crate::chat::store::{KeptTerm, TermAction, TermKind};
use crate::chat::text::terms::{Action, How, MAX_TERMS, Term};
use crate::chat::{Chat, ChatError};
use crate::clock::rfc3339;
use crate::ids::ChatItemId;
use crate::merge_patch;

/// Terms that are tried at one time.
const MAX_TRIED: usize = 100;

/// A word that may not be said. Case, look-alikes and signs between letters make no difference.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TermBody {
    /// Two letters or digits at least, 60 characters at most.
    pattern: String,
    /// How it is looked for.
    #[serde(default = "word")]
    kind: TermKind,
    /// What becomes of the message.
    #[serde(default = "block")]
    action: TermAction,
}

fn word() -> TermKind {
    TermKind::Word
}

fn block() -> TermAction {
    TermAction::Block
}

/// A word that may not be said.
#[derive(Serialize, ToSchema)]
pub(super) struct TermDocument {
    id: String,
    pattern: String,
    kind: TermKind,
    action: TermAction,
    /// Whether it holds on the whole site.
    is_of_site: bool,
    by: String,
    /// Since when (RFC 3339, UTC).
    at: String,
}

impl From<KeptTerm> for TermDocument {
    fn from(term: KeptTerm) -> Self {
        Self {
            id: term.id.to_string(),
            pattern: term.pattern,
            kind: term.kind,
            action: term.action,
            is_of_site: term.is_of_site,
            by: term.by,
            at: rfc3339(term.at),
        }
    }
}

/// The words that may not be said in the channel's chat, the site's among them
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/terms",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Vec<TermDocument>), Refused)
)]
pub(super) async fn list(
    State(chat): State<Chat>,
    Path(name): Path<String>,
) -> Result<Json<Vec<TermDocument>>, ApiError> {
    let channel = find(&chat, &name).await?;
    let terms = chat.shared.store.terms(Some(channel.id), MAX_TERMS).await?;
    Ok(Json(terms.into_iter().map(TermDocument::from).collect()))
}

/// Adds a word that may not be said in the channel's chat
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/terms",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = TermBody,
    responses((status = 201, body = TermDocument), Refused)
)]
pub(super) async fn add(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Body(body): Body<TermBody>,
) -> Result<(StatusCode, Json<TermDocument>), ApiError> {
    let channel = find(&chat, &name).await?;
    let term = (body.pattern, body.kind, body.action);
    let term = chat.add_term(Some(&channel), term, &Actor::of(&caller)).await?;
    Ok((StatusCode::CREATED, Json(term.into())))
}

/// Removes a word that may not be said in the channel's chat
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/chat/terms/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "The term's id"),
    ),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let id = ChatItemId::parse(&id).ok_or(ChatError::NoSuch("term"))?;
    chat.remove_term(Some(&channel), id, &Actor::of(&caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a word that may not be said anywhere on the site
#[utoipa::path(
    post,
    path = "/api/v1/admin/chat/terms",
    request_body = TermBody,
    responses((status = 201, body = TermDocument), Refused)
)]
pub(super) async fn add_everywhere(
    State(chat): State<Chat>,
    caller: Caller,
    Body(body): Body<TermBody>,
) -> Result<(StatusCode, Json<TermDocument>), ApiError> {
    let term = (body.pattern, body.kind, body.action);
    let term = chat.add_term(None, term, &Actor::of(&caller)).await?;
    Ok((StatusCode::CREATED, Json(term.into())))
}

/// Removes a word that may not be said anywhere on the site
#[utoipa::path(
    delete,
    path = "/api/v1/admin/chat/terms/{id}",
    params(("id" = String, Path, description = "The term's id")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove_everywhere(
    State(chat): State<Chat>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let id = ChatItemId::parse(&id).ok_or(ChatError::NoSuch("term"))?;
    chat.remove_term(None, id, &Actor::of(&caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rules to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewBody {
    /// Settings that would change, as in a change of the rules.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Option<Value>,
    /// Further terms, at most 100.
    #[serde(default)]
    terms: Vec<TermBody>,
}

/// A message that would not have been said as it was.
#[derive(Serialize, ToSchema)]
pub(super) struct Example {
    id: String,
    author_name: String,
    text: String,
    code: crate::chat::model::refusal::Reason,
    detail: String,
    /// Which part of the text it is about: first byte, and the one after the last.
    #[schema(required)]
    range: Option<(usize, usize)>,
}

/// What rules would have made of the newest messages.
#[derive(Serialize, ToSchema)]
pub(super) struct PreviewDocument {
    /// How many messages were looked at: 1,000 at most.
    looked_at: usize,
    refused: usize,
    held: usize,
    /// The newest of those, at most 50.
    examples: Vec<Example>,
}

/// Tries rules on the newest messages, without changing anything
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/preview",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = PreviewBody,
    responses((status = 200, body = PreviewDocument), Refused)
)]
pub(super) async fn preview(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    Body(body): Body<PreviewBody>,
) -> Result<Json<PreviewDocument>, ApiError> {
    if body.terms.len() > MAX_TRIED {
        return Err(ApiError::with_detail(Code::Invalid, "at most 100 terms are tried at once"));
    }
    let channel = find(&chat, &name).await?;
    let mut settings = chat.shared.settings(&channel).await?;
    if let Some(patch) = &body.settings {
        settings = merge_patch::apply(&settings, patch).map_err(ChatError::Patch)?;
    }
    let terms: Vec<_> = body.terms.into_iter().map(Term::from).collect();
    let preview = chat.preview(&channel, &settings, &terms).await?;
    let examples = preview.examples.into_iter().map(|(target, reason)| {
        let refusal = Refusal::from(reason);
        Example {
            id: target.id.to_string(),
            author_name: target.message.author.name,
            text: target.message.text,
            code: refusal.reason,
            detail: refusal.detail,
            range: refusal.range,
        }
    });
    let (looked_at, refused, held) = (preview.looked_at, preview.refused, preview.held);
    Ok(Json(PreviewDocument { looked_at, refused, held, examples: examples.collect() }))
}

impl From<TermBody> for Term {
    fn from(body: TermBody) -> Self {
        Self {
            pattern: body.pattern,
            how: match body.kind {
                TermKind::Word => How::Word,
                TermKind::Substring => How::Substring,
                TermKind::Wildcard => How::Wildcard,
            },
            action: match body.action {
                TermAction::Hold => Action::Hold,
                TermAction::Block => Action::Block,
            },
        }
    }
}
