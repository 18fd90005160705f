//! What admins see of webhooks and of what became of their deliveries.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Delivery, EventKind, Webhook};
use super::{Notify, NotifyError};
use crate::api::{ApiError, Code, Problem};
use crate::clock::rfc3339;
use crate::ids::DeliveryId;

/// Deliveries in one answer, the newest.
const MAX_SHOWN: usize = 100;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Notify> {
    OpenApiRouter::new()
        .routes(routes!(webhooks))
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
        if error.is_refusal() {
            Self::with_detail(Code::Invalid, error.to_string())
        } else {
            Self::internal(&error)
        }
    }
}
