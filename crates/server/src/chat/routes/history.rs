//! What was said.

use axum::Json;
use axum::extract::{Path, State};
use rivulet_media::time::WallClock;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::api::{ApiError, Query, Refused, limit};
use crate::chat::Chat;
use crate::chat::model::event::{EventDocument, Message};
use crate::chat::store::Search;
use crate::clock::rfc3339;
use crate::ids::ChatterId;

/// Messages on a page.
const PAGE: usize = 50;
/// And at most.
const MAX_PAGE: usize = 100;
/// Longest text that is looked for, in bytes.
const MAX_SEARCH: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Messages before the event of this number; the newest without it
    before: Option<u64>,
    /// Events after the one of this number instead, oldest first, of every kind
    after: Option<u64>,
    /// How many, 1 to 100; 50 without it
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// Part of what happened.
#[derive(Serialize, ToSchema)]
pub(super) struct History {
    /// The events, the oldest first.
    events: Vec<EventDocument>,
    /// Whether there are more beyond them.
    more: bool,
}

/// What was said in the channel's chat, by pages
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/messages",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), PageQuery),
    responses((status = 200, body = History), Refused)
)]
pub(super) async fn messages(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<History>, ApiError> {
    let limit = limit(query.limit, PAGE, MAX_PAGE)?;
    let channel = find(&chat, &name).await?;
    let store = &chat.shared.store;
    let mut events = match query.after {
        Some(after) => store.events_after(channel.id, after, limit + 1).await?,
        None => store.messages_before(channel.id, query.before, limit + 1).await?,
    };
    let more = events.len() > limit;
    events.truncate(limit);
    if query.after.is_none() {
        events.reverse();
    }
    let events = events.into_iter().map(EventDocument::from).collect();
    Ok(Json(History { events, more }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchQuery {
    /// Words of the text
    q: Option<String>,
    /// Whose messages, by id
    chatter: Option<String>,
    /// Messages since then (RFC 3339)
    since: Option<String>,
    /// Messages before then (RFC 3339)
    until: Option<String>,
    /// Messages before the event of this number
    before: Option<u64>,
    /// How many, 1 to 100; 50 without it
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// A message, as those see it who keep order.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundMessage {
    /// Its event's number.
    seq: u64,
    /// When it was said (RFC 3339, UTC).
    at: String,
    /// Whether it was taken away.
    hidden: bool,
    /// The message.
    message: Message,
}

/// Messages that were found.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundMessages {
    /// The newest first.
    messages: Vec<FoundMessage>,
    /// Whether there are more before them.
    more: bool,
}

/// Looks for messages, also among those that were taken away: for those who keep order
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/search",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), SearchQuery),
    responses((status = 200, body = FoundMessages), Refused)
)]
pub(super) async fn search(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<FoundMessages>, ApiError> {
    let limit = limit(query.limit, PAGE, MAX_PAGE)?;
    let search = query.understood()?;
    let channel = find(&chat, &name).await?;
    let mut found = chat.shared.store.search(channel.id, &search, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let messages = found.into_iter().map(|found| FoundMessage {
        seq: found.seq,
        at: rfc3339(found.target.at),
        hidden: found.target.hidden,
        message: found.target.message,
    });
    Ok(Json(FoundMessages { messages: messages.collect(), more }))
}

impl SearchQuery {
    fn understood(self) -> Result<Search, ApiError> {
        let text = self.q.filter(|text| !text.trim().is_empty());
        if text.as_ref().is_some_and(|text| text.len() > MAX_SEARCH) {
            return Err(ApiError::bad_request("`q` has at most 200 bytes"));
        }
        let chatter = self.chatter.map(|id| {
            ChatterId::parse(&id)
                .ok_or_else(|| ApiError::bad_request("`chatter` is the id of somebody"))
        });
        let time = |text: Option<String>| text.map(|text| time(&text)).transpose();
        Ok(Search {
            text,
            chatter: chatter.transpose()?,
            since: time(self.since)?,
            until: time(self.until)?,
            before: self.before,
        })
    }
}

fn time(text: &str) -> Result<WallClock, ApiError> {
    let at: jiff::Timestamp = text
        .parse()
        .map_err(|_| ApiError::bad_request("times are written as 2026-11-22T20:00:00Z"))?;
    Ok(WallClock::from_unix_millis(at.as_millisecond()))
}
