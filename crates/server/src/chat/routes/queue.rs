//! What moderators are asked to look at: messages that wait, reports, appeals.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::find;
use crate::access::Caller;
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::chat::model::event::Message;
use crate::chat::model::who::Speaker;
use crate::chat::model::{Answered, Command, Told};
use crate::chat::store::{Case, CaseKind};
use crate::chat::{Chat, ChatError};
use crate::clock::rfc3339;
use crate::ids::{ChatActionId, ChatItemId, MessageId};

/// Things that are shown at one time.
const PAGE: usize = 100;
/// Longest text, in characters.
const MAX_TEXT: usize = 1000;
/// How guests prove who they are outside of a socket.
const GUEST: &str = "x-guest-token";

/// A message that waits for a moderator.
#[derive(Serialize, ToSchema)]
pub(super) struct HeldMessage {
    id: String,
    message: Message,
    /// Why it waits.
    reason: String,
    /// Since when (RFC 3339, UTC).
    at: String,
}

/// A report of a message, or an appeal against an action.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseDocument {
    id: String,
    kind: CaseKind,
    /// The message or the action.
    subject_id: String,
    /// Who asks.
    chatter_id: String,
    chatter_name: String,
    text: String,
    /// Since when (RFC 3339, UTC).
    at: String,
}

/// What waits for moderators.
#[derive(Serialize, ToSchema)]
pub(super) struct Queue {
    /// Messages, the oldest first, at most 100.
    held: Vec<HeldMessage>,
    /// Reports and appeals, the oldest first, at most 100.
    cases: Vec<CaseDocument>,
}

/// What waits for those who keep order
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/queue",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Queue), Refused)
)]
pub(super) async fn list(
    State(chat): State<Chat>,
    Path(name): Path<String>,
) -> Result<Json<Queue>, ApiError> {
    let channel = find(&chat, &name).await?;
    let held = chat.shared.store.held(channel.id, PAGE).await?;
    let held = held.into_iter().map(|held| HeldMessage {
        id: held.id.to_string(),
        message: held.message,
        reason: held.reason,
        at: rfc3339(held.at),
    });
    let cases = chat.shared.store.open_cases(channel.id, PAGE).await?;
    let cases = cases.into_iter().map(|case| CaseDocument {
        id: case.id.to_string(),
        kind: case.kind,
        subject_id: case.subject,
        chatter_id: case.chatter.to_string(),
        chatter_name: case.chatter_name,
        text: case.text,
        at: rfc3339(case.at),
    });
    Ok(Json(Queue { held: held.collect(), cases: cases.collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Review {
    /// Whether it is said.
    approve: bool,
}

/// Has a message that waited be said, or not
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/held/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "The message's id"),
    ),
    request_body = Review,
    responses((status = 204, description = "It is decided"), Refused)
)]
pub(super) async fn review(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
    Body(body): Body<Review>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let id = MessageId::parse(&id).ok_or(ChatError::NoSuch("message"))?;
    let held = chat.shared.store.one_held(channel.id, id).await?;
    let held = Box::new(held.ok_or(ChatError::NoSuch("message"))?);
    let command = Command::Review { by, held, approve: body.approve };
    chat.room(&channel).await?.ask(command).await.map_err(ChatError::Refused)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseBody {
    /// The message that is reported, or the action that is appealed against.
    subject: String,
    /// What is wrong with it, at most 1,000 characters.
    text: String,
}

/// Reports a message to those who keep order
///
/// Guests show their token as `X-Guest-Token`.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/reports",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = CaseBody,
    responses((status = 202, description = "Somebody will look at it"), Refused)
)]
pub(super) async fn report(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<CaseBody>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let who = somebody(&chat, &channel, (&caller, &headers)).await?;
    let id = MessageId::parse(&body.subject).ok_or(ChatError::NoSuch("message"))?;
    let target = chat.shared.store.target(channel.id, id).await?;
    target.ok_or(ChatError::NoSuch("message"))?;
    open(&chat, &channel, (CaseKind::Report, who), body).await
}

/// Asks those who keep order to take back what they did to whoever asks
///
/// Guests show their token as `X-Guest-Token`.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/appeals",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = CaseBody,
    responses((status = 202, description = "Somebody will look at it"), Refused)
)]
pub(super) async fn appeal(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<CaseBody>,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let who = somebody(&chat, &channel, (&caller, &headers)).await?;
    let id = ChatActionId::parse(&body.subject).ok_or(ChatError::NoSuch("action"))?;
    let record = chat.shared.store.action(channel.id, id).await?;
    let against = record.filter(|record| record.chatter == Some(who.id));
    against.ok_or(ChatError::NoSuch("action"))?;
    open(&chat, &channel, (CaseKind::Appeal, who), body).await
}

/// What somebody asked those who keep order, and what became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnCase {
    kind: CaseKind,
    /// The message or the action.
    subject_id: String,
    text: String,
    /// When it was asked (RFC 3339, UTC).
    at: String,
    /// When it was decided (RFC 3339, UTC).
    #[schema(required)]
    decided_at: Option<String>,
    /// Whether whoever asked is right.
    granted: bool,
    /// What moderators say.
    answer: String,
}

/// What whoever asks has reported here and appealed against, and what became of it
///
/// Guests show their token as `X-Guest-Token`.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/appeals",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Vec<OwnCase>), Refused)
)]
pub(super) async fn own(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Vec<OwnCase>>, ApiError> {
    let channel = find(&chat, &name).await?;
    // Who was never here has asked nothing.
    let Some(who) = visitor(&chat, &channel, (&caller, &headers)).await? else {
        return Ok(Json(Vec::new()));
    };
    let cases = chat.shared.store.cases_of(channel.id, who.id, PAGE).await?;
    let own = cases.into_iter().map(|(case, outcome)| OwnCase {
        kind: case.kind,
        subject_id: case.subject,
        text: case.text,
        at: rfc3339(case.at),
        decided_at: outcome.as_ref().map(|outcome| rfc3339(outcome.at)),
        granted: outcome.as_ref().is_some_and(|outcome| outcome.granted),
        answer: outcome.map(|outcome| outcome.answer).unwrap_or_default(),
    });
    Ok(Json(own.collect()))
}

async fn somebody(
    chat: &Chat,
    channel: &Channel,
    asks: (&Caller, &HeaderMap),
) -> Result<Speaker, ApiError> {
    let visitor = visitor(chat, channel, asks).await?;
    visitor.ok_or_else(|| ApiError::new(Code::SignInNeeded))
}

/// Whoever asks, by account or by the token of a guest.
async fn visitor(
    chat: &Chat,
    channel: &Channel,
    (caller, headers): (&Caller, &HeaderMap),
) -> Result<Option<Speaker>, ApiError> {
    if let Some(speaker) = chat.caller(channel, caller).await? {
        return Ok(Some(speaker));
    }
    let token = headers.get(GUEST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(chat.guest(channel, (token, caller.from)).await?)
}

async fn open(
    chat: &Chat,
    channel: &Channel,
    (kind, who): (CaseKind, Speaker),
    body: CaseBody,
) -> Result<StatusCode, ApiError> {
    if !(1..=MAX_TEXT).contains(&body.text.trim().chars().count()) {
        return Err(ApiError::with_detail(Code::Invalid, "`text` has 1 to 1000 characters"));
    }
    let case = Case {
        id: ChatItemId::generate(),
        kind,
        subject: body.subject,
        chatter: who.id,
        chatter_name: who.name,
        text: body.text,
        at: chat.now(),
    };
    chat.shared.store.open_case(channel.id, &case).await?;
    chat.tell_queue(channel).await;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// Whether whoever asked is right: an action that they appealed against is undone then.
    granted: bool,
    /// What they are told.
    #[serde(default)]
    answer: String,
}

/// Decides a report or an appeal
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/cases/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "The report's or appeal's id"),
    ),
    request_body = Decision,
    responses((status = 204, description = "It is decided"), Refused)
)]
pub(super) async fn decide(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
    Body(body): Body<Decision>,
) -> Result<StatusCode, ApiError> {
    if body.answer.chars().count() > MAX_TEXT {
        return Err(ApiError::with_detail(Code::Invalid, "`answer` has at most 1000 characters"));
    }
    let channel = find(&chat, &name).await?;
    let id = ChatItemId::parse(&id).ok_or(ChatError::NoSuch("case"))?;
    let actor = Actor::of(&caller);
    let decided = (body.granted, body.answer.as_str());
    let by = (actor.name(), chat.now());
    let case = chat.shared.store.decide_case((channel.id, id), by, decided).await?;
    let case = case.ok_or(ChatError::NoSuch("case"))?;
    if let (CaseKind::Appeal, true, Some(action)) =
        (case.kind, body.granted, ChatActionId::parse(&case.subject))
    {
        super::actions::take_back(&chat, &channel, &caller, action).await?;
    }
    chat.tell_queue(&channel).await;
    if let Some(room) = chat.shared.open_room(channel.id) {
        let (kind, subject_id) = (case.kind.to_string(), case.subject);
        let (granted, answer) = (body.granted, body.answer);
        let answered = Answered { kind, subject_id, granted, answer };
        room.stage.tell(case.chatter, Told::Answered(Box::new(answered)));
    }
    Ok(StatusCode::NO_CONTENT)
}
