//! The log as admins read it.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Action, Actor, Filter, Line, SubjectKind};
use super::{Audit, AuditId};
use crate::access::Caller;
use crate::api::{ApiError, Problem, Query, limit};
use crate::clock::rfc3339;
use crate::ids::AccountId;

/// Lines on one page, unless fewer are asked for.
const MAX_PAGE: u32 = 100;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Audit> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The log's routes.
pub(crate) fn routes(audit: Audit) -> OpenApiRouter {
    described().with_state(audit)
}

/// Who asks, as the log will name them.
impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self::of(&Caller::from_request_parts(parts, state).await?))
    }
}

/// One thing that somebody did.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// Its id; a later one sorts after it.
    id: String,
    /// When (RFC 3339, UTC).
    at: String,
    /// Whose account; null for the command line and the system.
    #[schema(required)]
    actor_id: Option<String>,
    /// Who, by the name of then.
    actor: String,
    /// What, as one word.
    #[schema(value_type = Action, example = "channel.renamed")]
    action: String,
    /// What kind of thing it was done to.
    subject_kind: SubjectKind,
    /// Which one; empty for the site.
    subject_id: String,
    /// Its name of then.
    subject: String,
    /// What was, of what has changed.
    #[schema(required)]
    was: Option<serde_json::Value>,
    /// What became of it.
    #[schema(required)]
    became: Option<serde_json::Value>,
}

/// A page of the log, newest first.
#[derive(Serialize, ToSchema)]
struct AuditPage {
    entries: Vec<AuditEntry>,
    /// Ask with this for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// The former page's `next`
    cursor: Option<String>,
    /// Entries on a page, 1 to 100
    limit: Option<u32>,
    /// Only what this account did
    actor: Option<String>,
    /// Only this action
    action: Option<Action>,
    /// Only what was done to this kind of thing
    subject_kind: Option<SubjectKind>,
    /// Only what was done to the thing of this id
    subject: Option<String>,
}

/// Who did what
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit",
    params(AuditQuery),
    responses(
        (status = 200, body = AuditPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(audit): State<Audit>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = limit(query.limit, MAX_PAGE, MAX_PAGE)?;
    let filter = query.filter()?;
    let lines = audit.list(&filter, limit).await.map_err(|error| ApiError::internal(&error))?;
    let is_full = lines.len() >= limit as usize;
    let next = lines.last().filter(|_| is_full).map(|line| line.id.to_string());
    Ok(Json(AuditPage { entries: lines.into_iter().map(AuditEntry::from).collect(), next }))
}

impl AuditQuery {
    fn filter(self) -> Result<Filter, ApiError> {
        let before = self.cursor.map(|it| {
            AuditId::parse(&it).ok_or_else(|| {
                ApiError::bad_request("`cursor` is what the answer before said as `next`")
            })
        });
        let actor = self.actor.map(|it| {
            AccountId::parse(&it).ok_or_else(|| {
                ApiError::bad_request(
                    "`actor` is the `id` of an account, as the list of accounts has it",
                )
            })
        });
        Ok(Filter {
            before: before.transpose()?,
            actor: actor.transpose()?,
            action: self.action,
            kind: self.subject_kind,
            subject: self.subject,
        })
    }
}

impl From<Line> for AuditEntry {
    fn from(line: Line) -> Self {
        Self {
            id: line.id.to_string(),
            at: rfc3339(line.at),
            actor_id: line.actor.map(|id| id.to_string()),
            actor: line.actor_name,
            action: line.action,
            subject_kind: line.subject.kind,
            subject_id: line.subject.id,
            subject: line.subject.name,
            was: line.was,
            became: line.became,
        }
    }
}
