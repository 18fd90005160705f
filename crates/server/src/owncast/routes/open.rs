//! What everybody may ask.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, Fault, document, fresh, nothing};
use super::call::Call;
use crate::insights::BareReport;
use crate::owncast::{Owncast, platforms};

/// Latencies above this are nonsense, in seconds.
const MAX_LATENCY: f64 = 100.0;

pub(super) async fn status(State(owncast): State<Owncast>, _: Call) -> Answer {
    fresh(owncast.status().await?)
}

pub(super) async fn config(State(owncast): State<Owncast>, _: Call) -> Answer {
    fresh(owncast.config().await?)
}

pub(super) async fn directory_entry(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(owncast.directory_entry().await?.ok_or(Fault::MISSING)?)
}

pub(super) async fn platforms(_: Call) -> Answer {
    document(platforms::all())
}

pub(super) async fn variants(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(owncast.video_variants().await?)
}

/// The caller watches.
pub(super) async fn ping(State(owncast): State<Owncast>, call: Call) -> Answer {
    owncast.doors().delivery.ping(Some(call.asker.client), &call.headers);
    nothing()
}

/// What Owncast's player says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Told {
    /// Bits per second.
    bandwidth: f64,
    /// Seconds.
    latency: f64,
    /// Seconds.
    download_duration: f64,
    errors: f64,
    quality_variant_changes: f64,
}

pub(super) async fn playback(State(owncast): State<Owncast>, call: Call) -> Answer {
    let told: Told = call.json()?;
    // A cast from a float stops at the bounds, and nothing is left of what is no number.
    let report = BareReport {
        bandwidth_bps: Some(told.bandwidth as u64).filter(|bits| *bits > 0),
        latency_ms: (told.latency > 0.0 && told.latency <= MAX_LATENCY)
            .then_some((told.latency * 1000.0) as u32),
        download_ms: (told.download_duration > 0.0 && told.download_duration <= MAX_LATENCY)
            .then_some((told.download_duration * 1000.0) as u32),
        errors: told.errors as u32,
        switches: told.quality_variant_changes as u32,
    };
    let agent = call.field(header::USER_AGENT);
    owncast.doors().insights.tell_bare((call.asker.client, agent), report).await;
    nothing()
}

/// CMCD as Owncast takes it: the same reports as at our own address.
pub(super) async fn cmcd(State(owncast): State<Owncast>, call: Call) -> Answer {
    let bad = || Fault::Blank(StatusCode::BAD_REQUEST);
    let insights = &owncast.doors().insights;
    let reports = match call.method {
        Method::OPTIONS => {
            let fields = [
                (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            ];
            return Ok((StatusCode::NO_CONTENT, fields).into_response());
        }
        Method::GET | Method::HEAD => {
            let report = call.query.get("CMCD").ok_or_else(bad)?;
            insights.read_report(report).map_err(|_| bad())?
        }
        Method::POST => insights.read_reports(&call.body).map_err(|_| bad())?,
        _ => return Err(bad()),
    };
    if !insights.tell_primary(call.asker.client, &reports).await {
        return Err(Fault::Blank(StatusCode::TOO_MANY_REQUESTS));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is to come.
pub(super) async fn schedule(State(owncast): State<Owncast>, call: Call) -> Answer {
    let time = |name: &str| match call.query.get(name) {
        None => Ok(None),
        Some(text) => text
            .parse::<jiff::Timestamp>()
            .map(Some)
            .map_err(|_| Fault::Blank(StatusCode::BAD_REQUEST)),
    };
    let (from, to) = (time("from")?, time("to")?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(Fault::no("`to` is before `from`"));
    }
    let fits = |event: &Value| {
        let starts = event
            .get("startTime")
            .and_then(Value::as_str)
            .and_then(|it| it.parse::<jiff::Timestamp>().ok());
        let after = from.is_none_or(|from| starts.is_some_and(|it| it >= from));
        after && to.is_none_or(|to| starts.is_some_and(|it| it <= to))
    };
    let events = owncast.coming().await?.into_iter().filter(fits);
    Ok(Json(events.collect::<Vec<_>>()).into_response())
}

/// The calendar is at an address of ours.
pub(super) async fn calendar(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    let mut there =
        Redirect::temporary(&format!("/@{}/schedule.ics", channel.slug)).into_response();
    let no_cache = axum::http::HeaderValue::from_static("no-cache");
    there.headers_mut().insert(HeaderName::from_static("cache-control"), no_cache);
    Ok(there)
}
