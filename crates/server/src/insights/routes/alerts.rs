//! What is or was too much.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{ApiError, Refused};
use crate::clock::rfc3339;
use crate::insights::alarms::{Alert, Watched};
use crate::insights::ledger::Ledger;

/// Alerts, those that stand first.
#[derive(Serialize, ToSchema)]
pub(super) struct AlertsDocument {
    alerts: Vec<AlertDocument>,
}

/// Something that is or was too much.
#[derive(Serialize, ToSchema)]
struct AlertDocument {
    id: String,
    /// What is watched.
    kind: Watched,
    /// The channel's id; `null` where it is about the machine.
    #[schema(required)]
    channel: Option<String>,
    /// What is wrong, and what to do about it, in words.
    sentence: String,
    /// Since when (RFC 3339, UTC).
    raised_at: String,
    /// Until when; `null` while it stands.
    #[schema(required)]
    cleared_at: Option<String>,
}

impl From<Alert> for AlertDocument {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id.to_string(),
            kind: alert.kind,
            channel: alert.channel.map(|id| id.to_string()),
            sentence: alert.sentence,
            raised_at: rfc3339(alert.raised_at),
            cleared_at: alert.cleared_at.map(rfc3339),
        }
    }
}

/// What is too much for the server, and what was in the last ninety days
#[utoipa::path(
    get,
    path = "/api/v1/admin/alerts",
    responses((status = 200, body = AlertsDocument), Refused)
)]
pub(super) async fn list(State(ledger): State<Ledger>) -> Result<Json<AlertsDocument>, ApiError> {
    let mut alerts = ledger.alerts().await?;
    // Within each, the latest stay first.
    alerts.sort_by_key(|alert| alert.cleared_at.is_some());
    Ok(Json(AlertsDocument { alerts: alerts.into_iter().map(AlertDocument::from).collect() }))
}
