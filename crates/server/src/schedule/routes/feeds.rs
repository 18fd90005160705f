//! Feeds: the same bytes until something changes, so that subscribers ask cheaply.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use rivulet_media::time::WallClock;

use super::super::Schedule;
use crate::api::{ApiError, Code};
use crate::channels::Channel;
use crate::seal;

const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");
const ATOM: HeaderValue = HeaderValue::from_static("application/atom+xml; charset=utf-8");
/// Subscribers look every hour; what stands between us may keep it for five minutes.
const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A feed, ready.
pub(in crate::schedule) struct Rendered {
    pub(in crate::schedule) text: String,
    pub(in crate::schedule) changed_at: Option<WallClock>,
}

pub(super) async fn calendar(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(CALENDAR, &schedule.calendar(&channel).await?, &headers))
}

pub(super) async fn site_calendar(
    State(schedule): State<Schedule>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(respond(CALENDAR, &schedule.site_calendar().await?, &headers))
}

pub(super) async fn coming(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(ATOM, &schedule.coming_feed(&channel).await?, &headers))
}

pub(super) async fn broadcasts(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(ATOM, &schedule.broadcasts_feed(&channel).await?, &headers))
}

/// The channel of an address such as `/@rivulet/schedule.ics`.
async fn named(schedule: &Schedule, name: &str) -> Result<Channel, ApiError> {
    let missing = || ApiError::new(Code::NotFound);
    let slug = name.strip_prefix('@').ok_or_else(missing)?;
    schedule.find(slug).await?.ok_or_else(missing)
}

fn respond(form: HeaderValue, feed: &Rendered, headers: &HeaderMap) -> Response {
    let tag = etag(&feed.text);
    let mut response = if is_known(headers, &tag, feed.changed_at) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = feed.text.clone().into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, form);
        response
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, CACHING);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(header::ETAG, tag);
    }
    if let Some(date) = feed.changed_at.and_then(http_date) {
        out.insert(header::LAST_MODIFIED, date);
    }
    // Feeds are for every page and program.
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn etag(text: &str) -> String {
    let mut tag = String::from("\"");
    for byte in seal::plain_hash(text.as_bytes()).iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the client has this already (RFC 9110 §13.2.2: a tag says more than a date).
fn is_known(headers: &HeaderMap, tag: &str, changed_at: Option<WallClock>) -> bool {
    if let Some(known) = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok()) {
        let mut known = known.split(',').map(str::trim);
        return known.any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag);
    }
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|it| it.to_str().ok());
    let since = since.and_then(|text| jiff::fmt::rfc2822::parse(text).ok());
    // Dates of HTTP have no fractions.
    let changed = changed_at.map(|at| at.as_unix_millis().div_euclid(1000));
    since.zip(changed).is_some_and(|(since, changed)| changed <= since.timestamp().as_second())
}

fn http_date(at: WallClock) -> Option<HeaderValue> {
    let at = Timestamp::from_millisecond(at.as_unix_millis()).ok()?;
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()?;
    HeaderValue::try_from(text).ok()
}
