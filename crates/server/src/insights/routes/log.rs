//! The newest lines of the log, and those to come.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;
use tracing::Level;
use utoipa::{IntoParams, ToSchema};

use super::bad;
use crate::api::{ApiError, Code, Refused};
use crate::clock::rfc3339;
use crate::insights::ledger::Ledger;
use crate::insights::logs::{Filter, MAX_TEXT_LEN};
use crate::telemetry::{Line, LogBook, MAX_LINES};

/// How bad a line is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl From<LogLevel> for Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            _ => Self::Debug,
        }
    }
}

/// One line of the log, without secrets.
#[derive(Serialize, ToSchema)]
struct LogLine {
    /// One more than the line before; begins anew with the server.
    number: u64,
    /// When (RFC 3339, UTC).
    at: String,
    level: LogLevel,
    /// Which part of the program wrote it.
    target: String,
    text: String,
}

impl From<&Line> for LogLine {
    fn from(line: &Line) -> Self {
        Self {
            number: line.number,
            at: rfc3339(line.at),
            level: line.level.into(),
            target: line.target.to_owned(),
            text: line.text.clone(),
        }
    }
}

/// The newest lines.
#[derive(Serialize, ToSchema)]
pub(super) struct LogPage {
    /// The oldest first.
    lines: Vec<LogLine>,
    /// Ask with `after` of this for what comes later.
    newest: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LogQuery {
    /// Only what came after the line of this number
    after: Option<u64>,
    /// At least so bad; `info` without it
    level: Option<LogLevel>,
    /// Only lines with this in them
    text: Option<String>,
    /// Lines at most, 1 to 2000
    limit: Option<usize>,
}

impl LogQuery {
    fn filter(&self) -> Result<Filter, ApiError> {
        let text = self.text.as_deref().unwrap_or_default().trim().to_lowercase();
        if text.len() > MAX_TEXT_LEN {
            return Err(bad("`text` has at most 200 characters".to_owned()));
        }
        Ok(Filter { level: self.level.unwrap_or(LogLevel::Info).into(), text })
    }
}

/// The newest lines of the log
///
/// As many as the server holds in memory, of this run.
#[utoipa::path(
    get,
    path = "/api/v1/admin/logs",
    params(LogQuery),
    responses((status = 200, body = LogPage), Refused)
)]
pub(super) async fn lines(
    State(ledger): State<Ledger>,
    query: Result<Query<LogQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    let limit = query.limit.unwrap_or(MAX_LINES);
    if !(1..=MAX_LINES).contains(&limit) {
        return Err(bad("`limit` must be 1 to 2000".to_owned()));
    }
    let (book, filter) = (&ledger.shared.book, query.filter()?);
    let newest = *book.watch().borrow();
    let lines = filter.newest(book.after(query.after.unwrap_or_default()), limit);
    let newest = lines.last().map_or(newest, |line| newest.max(line.number));
    let page = LogPage { lines: lines.iter().map(LogLine::from).collect(), newest };
    Ok((no_store(), Json(page)).into_response())
}

/// The lines of the log from now on, as they come (Server-Sent Events)
///
/// Every event is named `line` and holds a `LogLine`; its id is the line's number, so that who comes
/// back misses nothing that is still there.
#[utoipa::path(
    get,
    path = "/api/v1/admin/logs/tail",
    params(LogQuery),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        Refused,
    )
)]
pub(super) async fn tail(
    State(ledger): State<Ledger>,
    query: Result<Query<LogQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|error| bad(error.body_text()))?;
    let filter = query.filter()?;
    let shared = &ledger.shared;
    let place = Arc::clone(&shared.tails).try_acquire_owned().map_err(|_| {
        let detail = "as many pages follow the log as may: close one of them";
        ApiError::with_detail(Code::TooOften, detail)
    })?;
    let (book, newest) = (shared.book.clone(), shared.book.watch());
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let after = last.or(query.after).unwrap_or_else(|| *newest.borrow());
    let stopping = shared.stopping.clone();
    let tail =
        Tail { book, newest, filter, after, stopping, waiting: VecDeque::new(), _place: place };
    let events = stream::unfold(tail, |mut tail| async move {
        let line = tail.next().await?;
        Some((Ok::<_, Infallible>(event(&line)), tail))
    });
    Ok((no_store(), Sse::new(events).keep_alive(KeepAlive::default())).into_response())
}

/// Somebody who follows the log. What they are behind is what the log holds: nothing is kept for
/// them but their place in it.
struct Tail {
    book: LogBook,
    newest: watch::Receiver<u64>,
    filter: Filter,
    after: u64,
    waiting: VecDeque<Line>,
    stopping: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Tail {
    /// The next line; `None` when the server stops.
    async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Some(line);
            }
            self.newest.borrow_and_update();
            let lines = self.book.after(self.after);
            if let Some(newest) = lines.last() {
                self.after = newest.number;
                self.waiting = lines.into_iter().filter(|line| self.filter.lets(line)).collect();
                if !self.waiting.is_empty() {
                    continue;
                }
            }
            tokio::select! {
                () = self.stopping.cancelled() => return None,
                changed = self.newest.changed() => changed.ok()?,
            }
        }
    }
}

fn event(line: &Line) -> Event {
    let event = Event::default().event("line").id(line.number.to_string());
    // Numbers and texts are JSON.
    event.json_data(LogLine::from(line)).unwrap_or_default()
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
