//! What admins see of webhooks and of what became of their deliveries.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Delivery, EventKind, NewWebhook, Webhook};
use super::{Notify, NotifyError};
use crate::api::{ApiError, Body, Code, Problem, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::DeliveryId;
use crate::seal::Secret;

/// Deliveries in one answer, the newest.
const MAX_SHOWN: usize = 100;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Notify> {
    OpenApiRouter::new()
        .routes(routes!(webhooks, create))
        .routes(routes!(remove))
        .routes(routes!(announce))
        .routes(routes!(deliveries))
        .routes(routes!(redeliver))
}

/// This room's routes.
pub(crate) fn routes(notify: Notify) -> OpenApiRouter {
    described().with_state(notify)
}

/// Where news is sent.
#[derive(Serialize, ToSchema)]
struct WebhookDocument {
    number: u64,
    url: String,
    /// What it is told of.
    events: Vec<EventKind>,
    created_at: String,
    /// When something was sent last.
    #[schema(required)]
    last_used_at: Option<String>,
}

/// Something that was sent, or is being sent.
#[derive(Serialize, ToSchema)]
struct DeliveryDocument {
    id: String,
    event: EventKind,
    /// What is sent, as JSON in text.
    body: String,
    created_at: String,
    /// How often it was tried.
    attempts: u32,
    #[schema(required)]
    tried_at: Option<String>,
    /// What the receiver answered last.
    #[schema(required)]
    status: Option<u16>,
    /// Why it did not answer; empty when it did.
    failure: String,
    /// Whether it is not tried any more by itself.
    is_done: bool,
}

/// Where news is sent
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    responses((status = 200, body = Vec<WebhookDocument>))
)]
async fn webhooks(State(notify): State<Notify>) -> Result<Json<Vec<WebhookDocument>>, ApiError> {
    Ok(Json(notify.webhooks().await?.into_iter().map(WebhookDocument::from).collect()))
}

/// A webhook to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    /// Where to send to.
    #[schema(example = "https://example.org/news")]
    url: String,
    /// What it is told of; at least one.
    events: Vec<EventKind>,
    /// What deliveries are signed with, 8 to 256 bytes; a random one when absent.
    secret: Option<String>,
}

/// A webhook with its secret.
#[derive(Serialize, ToSchema)]
struct NewWebhookDocument {
    #[serde(flatten)]
    webhook: WebhookDocument,
    /// What deliveries are signed with, shown here once.
    secret: String,
}

/// Tells a program by HTTP what happens on the primary channel
///
/// docs/OWNCAST.md says how deliveries are signed.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    request_body = WebhookBody,
    responses((status = 201, body = NewWebhookDocument), Refused)
)]
async fn create(
    State(notify): State<Notify>,
    actor: Actor,
    Body(wanted): Body<WebhookBody>,
) -> Result<(StatusCode, Json<NewWebhookDocument>), ApiError> {
    let WebhookBody { url, events, secret } = wanted;
    let secret = secret.filter(|it| !it.is_empty()).map(Secret::from);
    let made = notify.create(&actor, NewWebhook { url, events, secret }).await?;
    let secret = made.secret.reveal().to_owned();
    Ok((StatusCode::CREATED, Json(NewWebhookDocument { webhook: made.into(), secret })))
}

/// Removes a webhook and what is known of its deliveries
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{number}",
    params(("number" = u64, Path, description = "The webhook")),
    responses((status = 204, description = "Nothing is sent there any more"), Refused)
)]
async fn remove(
    State(notify): State<Notify>,
    Path(number): Path<u64>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    match notify.remove(&actor, number).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::new(Code::NotFound)),
    }
}

/// Tells webhooks once more that the broadcast has begun
///
/// Whoever missed it by itself hears it so: a program that was away, or people who were told of a
/// stream that had to be begun again.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/announcement",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 202, description = "It is told as soon as may be"), Refused)
)]
async fn announce(
    State(notify): State<Notify>,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    notify.announce(&name).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What was sent to a webhook, the latest first: a hundred at most
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{number}/deliveries",
    params(("number" = u64, Path, description = "The webhook")),
    responses((status = 200, body = Vec<DeliveryDocument>))
)]
async fn deliveries(
    State(notify): State<Notify>,
    Path(number): Path<u64>,
) -> Result<Json<Vec<DeliveryDocument>>, ApiError> {
    let found = notify.deliveries(number, (None, MAX_SHOWN)).await?;
    Ok(Json(found.into_iter().map(DeliveryDocument::from).collect()))
}

/// Sends something once more, as it was
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{number}/deliveries/{id}/redeliver",
    params(
        ("number" = u64, Path, description = "The webhook"),
        ("id" = String, Path, description = "The delivery"),
    ),
    responses(
        (status = 202, description = "It is sent as soon as may be"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn redeliver(
    State(notify): State<Notify>,
    Path((number, id)): Path<(u64, String)>,
) -> Result<StatusCode, ApiError> {
    let Some(id) = DeliveryId::parse(&id) else { return Err(ApiError::new(Code::NotFound)) };
    match notify.redeliver(number, id).await? {
        true => Ok(StatusCode::ACCEPTED),
        false => Err(ApiError::new(Code::NotFound)),
    }
}

impl From<Webhook> for WebhookDocument {
    fn from(webhook: Webhook) -> Self {
        Self {
            number: webhook.number,
            url: webhook.url,
            events: webhook.events,
            created_at: rfc3339(webhook.created_at),
            last_used_at: webhook.last_used_at.map(rfc3339),
        }
    }
}

impl From<Delivery> for DeliveryDocument {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            event: delivery.event,
            body: delivery.body,
            created_at: rfc3339(delivery.created_at),
            attempts: delivery.attempts,
            tried_at: delivery.tried_at.map(rfc3339),
            status: delivery.status,
            failure: delivery.failure,
            is_done: delivery.is_done,
        }
    }
}

impl From<NotifyError> for ApiError {
    fn from(error: NotifyError) -> Self {
        if matches!(error, NotifyError::NoChannel) {
            Self::new(Code::ChannelNotFound)
        } else if matches!(error, NotifyError::NotOnAir) {
            Self::with_detail(Code::Conflict, error.to_string())
        } else if error.is_refusal() {
            Self::with_detail(Code::Invalid, error.to_string())
        } else {
            Self::internal(&error)
        }
    }
}
