//! What moderators do.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::find;
use super::orders::{ActionBody, MAX_MESSAGES, invalid, understood};
use crate::access::{Caller, SiteRole};
use crate::api::{ApiError, Body, Code, Query, Refused};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::chat::model::sanction::{ActionKind, Record};
use crate::chat::model::{Answer, By, Command};
use crate::chat::{Chat, ChatError};
use crate::clock::rfc3339;
use crate::ids::{ChatActionId, ChatterId};

/// Actions on a page.
const PAGE: usize = 50;

/// What was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Acted {
    /// By which it is undone.
    id: String,
}

/// Something that a moderator did.
#[derive(Serialize, ToSchema)]
pub(super) struct ActionDocument {
    id: String,
    kind: ActionKind,
    /// Against whom, if against a person.
    #[schema(required)]
    chatter_id: Option<String>,
    /// What they were called.
    chatter_name: String,
    /// Against which addresses, if against any: an address says where somebody lives, and is shown to
    /// those who look after the whole site; others read `hidden`.
    #[schema(required)]
    network: Option<String>,
    reason: String,
    by: String,
    /// When (RFC 3339, UTC).
    at: String,
    /// Until when it is in force (RFC 3339, UTC).
    #[schema(required)]
    until: Option<String>,
    /// When it was undone (RFC 3339, UTC).
    #[schema(required)]
    undone_at: Option<String>,
    #[schema(required)]
    undone_by: Option<String>,
}

/// The newest actions.
#[derive(Serialize, ToSchema)]
pub(super) struct Actions {
    actions: Vec<ActionDocument>,
    /// Whether there are more before them.
    more: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionQuery {
    /// Those before the action of this id
    before: Option<String>,
    /// Those about this person
    chatter: Option<String>,
}

/// Does something to keep order
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/actions",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = ActionBody,
    responses((status = 201, body = Acted), Refused)
)]
pub(super) async fn act(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Body(body): Body<ActionBody>,
) -> Result<(StatusCode, Json<Acted>), ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let (orders, reason) = understood(&chat, &channel, (body, is_staff(&caller))).await?;
    let room = chat.room(&channel).await?;
    let mut id = None;
    for order in orders {
        let (by, reason) = (by.clone(), reason.clone());
        let done = room.ask(Command::Moderate { by, order, reason }).await;
        if let Answer::Acted(acted) = done.map_err(ChatError::Refused)?.answer {
            id.get_or_insert(acted);
        }
    }
    let id = id.ok_or_else(|| ApiError::new(Code::Internal))?;
    Ok((StatusCode::CREATED, Json(Acted { id: id.to_string() })))
}

impl Chat {
    /// Does something to keep order, for whoever runs the site; the same document as over HTTP.
    pub(crate) async fn keep_order(
        &self,
        channel: &Channel,
        (actor, what): (&Actor, Value),
    ) -> Result<(), ApiError> {
        self.keep_order_as(channel, Self::admin(actor), what).await
    }

    /// The same for a guest who keeps order.
    pub(crate) async fn keep_order_as_keeper(
        &self,
        channel: &Channel,
        (actor, what): (&Actor, Value),
    ) -> Result<(), ApiError> {
        self.keep_order_as(channel, Self::as_keeper(actor), what).await
    }

    async fn keep_order_as(&self, channel: &Channel, by: By, what: Value) -> Result<(), ApiError> {
        let body = serde_json::from_value(what).map_err(|_| invalid("it is not understood"))?;
        let (orders, reason) = understood(self, channel, (body, true)).await?;
        let room = self.room(channel).await?;
        for order in orders {
            let (by, reason) = (by.clone(), reason.clone());
            let done = room.ask(Command::Moderate { by, order, reason }).await;
            done.map_err(ChatError::Refused)?;
        }
        Ok(())
    }
}

/// Takes back what was done, as far as it can be
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/chat/actions/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "What the action answered"),
    ),
    responses((status = 204, description = "It is undone"), Refused)
)]
pub(super) async fn undo(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let id = ChatActionId::parse(&id).ok_or(ChatError::NoSuch("action"))?;
    take_back(&chat, &channel, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what was done.
pub(super) async fn take_back(
    chat: &Chat,
    channel: &Channel,
    caller: &Caller,
    id: ChatActionId,
) -> Result<(), ApiError> {
    let by = chat.moderator(channel, caller).await?;
    let record = chat.shared.store.action(channel.id, id).await?;
    let record = record.ok_or(ChatError::NoSuch("action"))?;
    let hidden = chat.shared.store.hidden_by(channel.id, id, MAX_MESSAGES).await?;
    let room = chat.room(channel).await?;
    let rank = chat.rank_behind(channel, &record).await?;
    room.ask(Command::Undo { by, record, rank, hidden }).await.map_err(ChatError::Refused)?;
    Ok(())
}

/// What moderators did, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/actions",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), ActionQuery),
    responses((status = 200, body = Actions), Refused)
)]
pub(super) async fn list(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Query(query): Query<ActionQuery>,
) -> Result<Json<Actions>, ApiError> {
    let channel = find(&chat, &name).await?;
    let before = query.before.as_deref().and_then(ChatActionId::parse);
    let about = query.chatter.as_deref().and_then(ChatterId::parse);
    let mut records = chat.shared.store.actions(channel.id, (before, about), PAGE + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let actions = ActionDocument::all(records, &caller);
    Ok(Json(Actions { actions, more }))
}

impl ActionDocument {
    /// As `caller` may see them.
    pub(super) fn all(records: Vec<Record>, caller: &Caller) -> Vec<Self> {
        let is_staff = is_staff(caller);
        records.into_iter().map(|record| Self::new(record, is_staff)).collect()
    }

    fn new(record: Record, shows_addresses: bool) -> Self {
        let (undone_at, undone_by) = record.undone.unzip();
        Self {
            id: record.id.to_string(),
            kind: record.kind,
            chatter_id: record.chatter.map(|id| id.to_string()),
            chatter_name: record.chatter_name,
            network: record.network.map(|network| match shows_addresses {
                true => network.to_string(),
                false => "hidden".to_owned(),
            }),
            reason: record.reason,
            by: record.by_name,
            at: rfc3339(record.at),
            until: record.until.map(rfc3339),
            undone_at: undone_at.map(rfc3339),
            undone_by,
        }
    }
}

/// Whether somebody looks after the whole site.
fn is_staff(caller: &Caller) -> bool {
    let role = caller.person.as_ref().map(|person| person.role);
    matches!(role, Some(SiteRole::Admin | SiteRole::Moderator))
}
