//! Feeds. What is shown is known by its hash alone: a date would lie, for what is hidden, renamed,
//! removed or simply over changes a feed too.

use std::fmt::Write as _;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::Schedule;
use super::super::subscribe::Form;
use crate::api::{ApiError, Code};
use crate::channels::Channel;
use crate::seal;

const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");
const ATOM: HeaderValue = HeaderValue::from_static("application/atom+xml; charset=utf-8");
/// Subscribers look every hour; what stands between us may keep it for five minutes.
const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A feed, ready.
#[derive(Clone)]
pub(in crate::schedule) struct Rendered {
    text: Bytes,
    tag: String,
}

impl Rendered {
    pub(in crate::schedule) fn new(text: String) -> Self {
        let tag = etag(&text);
        Self { text: text.into(), tag }
    }

    #[cfg(test)]
    pub(in crate::schedule) fn text(&self) -> &Bytes {
        &self.text
    }
}

pub(super) async fn calendar(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(CALENDAR, &schedule.feed_of(&channel, Form::Calendar).await?, &headers))
}

pub(super) async fn site_calendar(
    State(schedule): State<Schedule>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(respond(CALENDAR, &schedule.calendar_of_all().await?, &headers))
}

pub(super) async fn coming(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(ATOM, &schedule.feed_of(&channel, Form::Coming).await?, &headers))
}

pub(super) async fn broadcasts(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = named(&schedule, &name).await?;
    Ok(respond(ATOM, &schedule.feed_of(&channel, Form::Broadcasts).await?, &headers))
}

/// The channel of an address such as `/@rivulet/schedule.ics`.
async fn named(schedule: &Schedule, name: &str) -> Result<Channel, ApiError> {
    let missing = || ApiError::new(Code::NotFound);
    let slug = name.strip_prefix('@').ok_or_else(missing)?;
    schedule.channels.named(slug).await?.ok_or_else(missing)
}

fn respond(form: HeaderValue, feed: &Rendered, headers: &HeaderMap) -> Response {
    let mut response = if is_known(headers, &feed.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = feed.text.clone().into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, form);
        response
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, CACHING);
    if let Ok(tag) = HeaderValue::try_from(&feed.tag) {
        out.insert(header::ETAG, tag);
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

/// Whether the client has this already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let mut known = known.into_iter().flat_map(|it| it.split(',')).map(str::trim);
    known.any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag)
}
