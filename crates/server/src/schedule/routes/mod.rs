//! The schedule over HTTP: documents for programs, feeds for calendars and readers.

mod broadcasts;
mod cursor;
mod documents;
mod feeds;
mod occurrences;
mod streams;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use documents::page_of;
pub(crate) use documents::{Coming, OccurrenceState};
pub(super) use feeds::Rendered;

use super::Schedule;
use crate::api::ApiError;
use crate::channels::Channel;
use crate::ids::ScheduledStreamId;

/// The largest body, in bytes: a description of the greatest length in the widest characters,
/// escaped, is a quarter of it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Schedule> {
    OpenApiRouter::new()
        .routes(routes!(occurrences::of_channel, streams::plan))
        .routes(routes!(streams::show, streams::change, streams::remove))
        .routes(routes!(streams::except, streams::restore))
        .routes(routes!(occurrences::of_site))
        .routes(routes!(broadcasts::list))
}

/// This room's routes.
pub(crate) fn routes(schedule: Schedule) -> OpenApiRouter {
    described()
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .route("/schedule.ics", get(feeds::site_calendar))
        .route("/{name}/schedule.ics", get(feeds::calendar))
        .route("/{name}/schedule.atom", get(feeds::coming))
        .route("/{name}/broadcasts.atom", get(feeds::broadcasts))
        .with_state(schedule)
}

async fn find(schedule: &Schedule, name: &str) -> Result<Channel, ApiError> {
    schedule.channels.asked_for(name).await
}

fn stream_id(text: &str) -> Result<ScheduledStreamId, ApiError> {
    let id = ScheduledStreamId::parse(text);
    id.ok_or_else(|| super::ScheduleError::NoStream.into())
}
