//! What the admin sees of the queue, and decides about what was given up.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rivulet_media::time::WallClock;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Figures, Jobs, JobsError, Parked};
use crate::api::{ApiError, Code, Cursors, List, Page, PageQuery, Problem};
use crate::clock::rfc3339;
use crate::ids::JobId;

/// The queue and what reads its list by pages.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) jobs: Jobs,
    pub(crate) cursors: Cursors,
}

/// Jobs that were given up, the latest first.
struct ParkedJobs;

impl List for ParkedJobs {
    const NAME: &'static str = "parked jobs";
    /// When it was parked, and which it is.
    type Position = (i64, String);
}

/// The jobs of one kind.
#[derive(Serialize, ToSchema)]
struct JobFigures {
    kind: String,
    /// Wait for their time, for a worker, or for another attempt.
    waiting: u64,
    running: u64,
    /// Were given up.
    parked: u64,
}

/// How many jobs of each kind there are.
#[derive(Serialize, ToSchema)]
struct JobsDocument {
    kinds: Vec<JobFigures>,
}

/// A job that was given up.
#[derive(Serialize, ToSchema)]
struct ParkedJob {
    id: String,
    kind: String,
    /// How often it was tried.
    attempts: u32,
    /// What the last attempt failed of.
    reason: String,
    created_at: String,
    parked_at: String,
}

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(figures))
        .routes(routes!(parked))
        .routes(routes!(retry))
        .routes(routes!(discard))
}

/// The queue's routes.
pub(crate) fn routes(desk: Desk) -> OpenApiRouter {
    described().with_state(desk)
}

/// How many jobs of each kind wait, run and were given up
#[utoipa::path(get, path = "/api/v1/jobs", responses((status = 200, body = JobsDocument)))]
async fn figures(State(desk): State<Desk>) -> Result<Json<JobsDocument>, ApiError> {
    let kinds = desk.jobs.figures().await?.into_iter().map(JobFigures::from).collect();
    Ok(Json(JobsDocument { kinds }))
}

/// Jobs that were given up, the latest first
#[utoipa::path(
    get,
    path = "/api/v1/jobs/parked",
    params(PageQuery),
    responses(
        (status = 200, body = Page<ParkedJob>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn parked(
    State(desk): State<Desk>,
    query: PageQuery,
) -> Result<Json<Page<ParkedJob>>, ApiError> {
    let wanted = desk.cursors.wanted::<ParkedJobs>(&query)?;
    let after = wanted.after.as_ref().map(|(at, id)| {
        let id = JobId::parse(id).ok_or_else(|| ApiError::new(Code::CursorInvalid))?;
        Ok::<_, ApiError>((WallClock::from_unix_millis(*at), id))
    });
    let rows = desk.jobs.parked(after.transpose()?, wanted.rows()).await?;
    let position = |it: &Parked| (it.parked_at.as_unix_millis(), it.id.to_string());
    let page = desk.cursors.page::<ParkedJobs, _>(&wanted, rows, position);
    let items = page.items.into_iter().map(ParkedJob::from).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Has a job tried again that was given up
#[utoipa::path(
    post,
    path = "/api/v1/jobs/parked/{id}/retry",
    params(("id" = String, Path, description = "The job")),
    responses(
        (status = 204, description = "It is tried"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn retry(State(desk): State<Desk>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    found(desk.jobs.retry(job(&id)?).await?)
}

/// Forgets a job that was given up
#[utoipa::path(
    delete,
    path = "/api/v1/jobs/parked/{id}",
    params(("id" = String, Path, description = "The job")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn discard(State(desk): State<Desk>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    found(desk.jobs.discard(job(&id)?).await?)
}

fn job(id: &str) -> Result<JobId, ApiError> {
    JobId::parse(id).ok_or_else(|| ApiError::new(Code::NotFound))
}

fn found(found: bool) -> Result<StatusCode, ApiError> {
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::new(Code::NotFound)) }
}

impl From<Figures> for JobFigures {
    fn from(figures: Figures) -> Self {
        let Figures { kind, waiting, running, parked } = figures;
        Self { kind, waiting, running, parked }
    }
}

impl From<Parked> for ParkedJob {
    fn from(job: Parked) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            attempts: job.attempts,
            reason: job.reason,
            created_at: rfc3339(job.created_at),
            parked_at: rfc3339(job.parked_at),
        }
    }
}

impl From<JobsError> for ApiError {
    fn from(error: JobsError) -> Self {
        Self::internal(&error)
    }
}
