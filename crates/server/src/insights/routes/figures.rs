//! How the site and its broadcasts were.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bad;
use crate::api::{ApiError, Code, Refused};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::BroadcastId;
use crate::insights::kept::{Breakdown, Figure, Figures, Sample};
use crate::insights::ledger::History;
use crate::insights::store::Of;
use crate::insights::{InsightsError, Ledger};

/// What is told of where nobody says from when: the last day.
const USUAL: Duration = Duration::from_secs(86_400);

/// How it was over time.
#[derive(Serialize, ToSchema)]
pub(super) struct FiguresDocument {
    /// From one point to the next. The finest in which so much is kept and can be drawn.
    step_seconds: u64,
    /// The oldest first. Where nothing was measured there is none.
    points: Vec<FiguresPoint>,
    /// How it is now; for a channel `null` while it is off air.
    #[schema(required)]
    now: Option<FiguresPoint>,
}

/// What was measured from a time on.
#[derive(Serialize, ToSchema)]
struct FiguresPoint {
    /// When the point begins (RFC 3339, UTC).
    at: String,
    /// By name; the last word of a name says the unit. What nobody said is not there.
    #[schema(value_type = BTreeMap<String, f64>)]
    figures: BTreeMap<Figure, f64>,
    /// How many viewers are of which kind: by `countries`, `players`, `devices` and `renditions`.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, f64>>)]
    parts: BTreeMap<Breakdown, BTreeMap<String, f64>>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SpanQuery {
    /// From when on, in milliseconds since 1970; the last day without it
    from: Option<i64>,
    /// Until when; until now without it
    to: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChannelSpanQuery {
    /// From when on, in milliseconds since 1970; the last day without it
    from: Option<i64>,
    /// Until when; until now without it
    to: Option<i64>,
    /// Only this broadcast, all of it
    broadcast: Option<String>,
}

/// How the site was: its machine, its viewers, chat
#[utoipa::path(
    get,
    path = "/api/v1/admin/figures",
    params(SpanQuery),
    responses((status = 200, body = FiguresDocument), Refused)
)]
pub(super) async fn site(
    State(ledger): State<Ledger>,
    query: Result<Query<SpanQuery>, QueryRejection>,
) -> Result<Json<FiguresDocument>, ApiError> {
    let Query(SpanQuery { from, to }) = query.map_err(|error| bad(error.body_text()))?;
    let span = span((from, to), ledger.shared.clock.wall())?;
    let history = ledger.history(Of::Site, span).await?;
    let now = ledger.shared.latest();
    let now = now.at.and_then(|at| Some(point(at, now.figures().into_iter().next()?.1)));
    Ok(Json(document(history, now)))
}

/// How a channel's broadcasts were: viewers, what came from the encoder, how players fared
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/figures",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), ChannelSpanQuery),
    responses((status = 200, body = FiguresDocument), Refused)
)]
pub(super) async fn channel(
    State(ledger): State<Ledger>,
    Path(name): Path<String>,
    query: Result<Query<ChannelSpanQuery>, QueryRejection>,
) -> Result<Json<FiguresDocument>, ApiError> {
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    let channels = &ledger.shared.insights.shared.channels;
    let channel = channels.named(&name).await?;
    let channel = channel.ok_or_else(|| ApiError::new(Code::ChannelNotFound))?;
    let wall = ledger.shared.clock.wall();
    let (of, span) = match &query.broadcast {
        Some(id) => broadcast(&ledger, &channel, id).await?,
        None => (Of::Channel(channel.id), span((query.from, query.to), wall)?),
    };
    let history = ledger.history(of, span).await?;
    let now = ledger.shared.latest();
    let figures = now.of_channel(channel.id);
    let now = now.at.and_then(|at| Some(point(at, figures?)));
    Ok(Json(document(history, now)))
}

/// A broadcast of the channel, from its first minute to its last.
async fn broadcast(
    ledger: &Ledger,
    channel: &Channel,
    id: &str,
) -> Result<(Of, (WallClock, WallClock)), ApiError> {
    let missing = || ApiError::with_detail(Code::NotFound, "the channel had no such broadcast");
    let id = BroadcastId::parse(id).ok_or_else(missing)?;
    let live = &ledger.shared.insights.shared.live;
    let period = live.period(channel.id, id).await.map_err(|error| ApiError::internal(&error))?;
    let period = period.ok_or_else(missing)?;
    let now = ledger.shared.clock.wall();
    // What is measured in the minute of the end counts too.
    let minute = Duration::from_secs(60);
    Ok((Of::Broadcast(id), (period.0, period.1.unwrap_or(now) + minute)))
}

fn span(
    (from, to): (Option<i64>, Option<i64>),
    now: WallClock,
) -> Result<(WallClock, WallClock), ApiError> {
    let to = to.map_or(now, WallClock::from_unix_millis).min(now);
    let from = from.map_or(to - USUAL, WallClock::from_unix_millis);
    let begins = WallClock::from_unix_millis(0);
    if from >= to || from < begins {
        return Err(bad("`from` must be a time before `to`".to_owned()));
    }
    Ok((from, to))
}

fn document(history: History, now: Option<FiguresPoint>) -> FiguresDocument {
    let points = history.samples.into_iter();
    FiguresDocument {
        step_seconds: history.step.seconds().unsigned_abs(),
        points: points.map(|Sample { at, figures, .. }| point(at, figures)).collect(),
        now,
    }
}

fn point(at: WallClock, Figures { values, parts }: Figures) -> FiguresPoint {
    FiguresPoint { at: rfc3339(at), figures: values, parts }
}

impl From<InsightsError> for ApiError {
    fn from(error: InsightsError) -> Self {
        Self::internal(&error)
    }
}
