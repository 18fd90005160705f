//! What players report, and what the streamer reads.

mod alerts;
mod figures;
mod ledger;
mod log;
mod prometheus;

use std::net::IpAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::options;
use rivulet_media::cmcd::Report;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use ledger::{described_ledger, ledger_routes};

use super::document::HealthDocument;
use super::players::Refused;
use super::report::PlaybackReport;
use super::{Insights, telling};
use crate::access::Caller;
use crate::api::{ApiError, Code, Problem};
use crate::channels::Channel;
use crate::http::{Peer, client_address};

/// The largest report, in bytes. Against clients who let the server hold what they do not finish.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Insights> {
    let cmcd = OpenApiRouter::new()
        .routes(routes!(tell, tell_in_query))
        .route("/api/v1/cmcd", options(preflight))
        .layer(map_response(for_every_site));
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(playback)).merge(cmcd)
}

/// This room's routes.
pub(crate) fn routes(insights: Insights) -> OpenApiRouter {
    described().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(insights)
}

/// How a channel's stream is and was, in sentences with a remedy
///
/// For those who work on the channel, those who have a stream key of it, sent as
/// `Authorization: Bearer …`, and for programs on the server itself.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/health",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, body = HealthDocument),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn health(
    State(insights): State<Insights>,
    Path(name): Path<String>,
    caller: Caller,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<([(header::HeaderName, HeaderValue); 1], Json<HealthDocument>), ApiError> {
    let channel = find(&insights, &name).await?;
    insights.admit(&channel, (&caller, peer.map(|it| it.address)), &headers).await?;
    let now = insights.shared.clock.monotonic();
    let document = insights.shared.with_record(channel.id, now, |record, _| record.document());
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(document)))
}

/// What a player reports about itself, every ten seconds while it plays
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/playback",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = PlaybackReport,
    responses(
        (status = 204, description = "Taken"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn playback(
    State(insights): State<Insights>,
    Path(name): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let report = PlaybackReport::parse(&whole(body)?)
        .map_err(|wrong| ApiError::with_detail(Code::BadRequest, wrong))?;
    let channel = find(&insights, &name).await?;
    let shared = &insights.shared;
    let now = shared.clock.monotonic();
    let player = shared.player(&report.session);
    let client = shared.client(client(&insights, peer, &headers));
    shared.with_record(channel.id, now, |record, budgets| {
        if !budgets.take(client, 1, now) {
            return Err(too_often());
        }
        let admitted = record.players.admit(player, client, now);
        admitted.and_then(|()| record.players.report(player, &report, now)).or_else(refused)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TellQuery {
    /// The channel's slug; without it, `cid` may be one, and the primary channel is meant otherwise
    channel: Option<String>,
}

/// Reports of players that speak CMCD (CTA-5004-B, event mode), from any site
///
/// One report per line, or a JSON object, or an array of them.
#[utoipa::path(
    post,
    path = "/api/v1/cmcd",
    params(TellQuery),
    request_body(content = String, content_type = "application/cmcd"),
    responses(
        (status = 204, description = "Taken"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn tell(
    State(insights): State<Insights>,
    query: Result<Query<TellQuery>, QueryRejection>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let reports = telling::parse(&whole(body)?).map_err(bad)?;
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    take(&insights, query, client(&insights, peer, &headers), reports).await
}

/// A report of a player that speaks CMCD, in the query
#[utoipa::path(
    get,
    path = "/api/v1/cmcd",
    params(TellQuery, ("CMCD" = String, Query, description = "The report")),
    responses(
        (status = 204, description = "Taken"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn tell_in_query(
    State(insights): State<Insights>,
    RawQuery(raw): RawQuery,
    query: Result<Query<TellQuery>, QueryRejection>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let report = raw.as_deref().and_then(Report::in_query);
    let report = report.ok_or_else(|| bad("`CMCD` is missing".to_owned()))?;
    let report = report.map_err(|wrong| bad(wrong.to_string()))?;
    let reports = telling::checked(vec![report]).map_err(bad)?;
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    take(&insights, query, client(&insights, peer, &headers), reports).await
}

/// Takes reports in.
async fn take(
    insights: &Insights,
    query: TellQuery,
    client: IpAddr,
    reports: Vec<Report>,
) -> Result<StatusCode, ApiError> {
    let channel = match &query.channel {
        Some(name) => find(insights, name).await?,
        None => meant(insights, &reports).await?,
    };
    let shared = &insights.shared;
    let (now, client) = (shared.clock.monotonic(), shared.client(client));
    let of = |report: &Report| Some(shared.player(report.session.as_deref()?));
    let players: Vec<_> = reports.iter().map(of).collect();
    let charge = telling::charge(&players);
    shared.with_record(channel.id, now, |record, budgets| {
        if !budgets.take(client, charge, now) {
            return Err(too_often());
        }
        for (report, player) in reports.iter().zip(&players) {
            let Some(player) = *player else { continue };
            let admitted = record.players.admit(player, client, now);
            let told = admitted.and_then(|()| record.players.tell(player, report, None, now));
            told.or_else(refused)?;
        }
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The channel that reports which do not say so are about.
async fn meant(insights: &Insights, reports: &[Report]) -> Result<Channel, ApiError> {
    let content = reports.first().and_then(|report| report.content.as_deref());
    if let Some(name) = content
        && let Some(channel) = insights.find(name).await.map_err(|it| ApiError::internal(&it))?
    {
        return Ok(channel);
    }
    find(insights, "primary").await
}

async fn preflight() -> (StatusCode, [(header::HeaderName, HeaderValue); 3]) {
    let fields = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type")),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, fields)
}

/// Players stand on other sites too.
async fn for_every_site(mut response: Response) -> Response {
    let every = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, every);
    response
}

fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, ApiError> {
    body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::with_detail(Code::TooLarge, format!("at most {MAX_BODY_BYTES} bytes"))
        }
        _ => bad(error.body_text()),
    })
}

fn client(insights: &Insights, peer: Option<Extension<Peer>>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |it| it.address);
    client_address(peer, headers, &insights.shared.trusted_proxies)
}

/// There are so many players that one more tells nothing new.
fn refused(refused: Refused) -> Result<(), ApiError> {
    match refused {
        Refused::Full => Ok(()),
        Refused::TooOften => Err(too_often()),
    }
}

fn too_often() -> ApiError {
    ApiError::with_detail(Code::TooOften, "Report less often: every ten seconds is enough.")
}

fn bad(wrong: String) -> ApiError {
    ApiError::with_detail(Code::BadRequest, wrong)
}

async fn find(insights: &Insights, name: &str) -> Result<Channel, ApiError> {
    let found = insights.find(name).await.map_err(|error| ApiError::internal(&error))?;
    found.ok_or_else(|| ApiError::new(Code::ChannelNotFound))
}
