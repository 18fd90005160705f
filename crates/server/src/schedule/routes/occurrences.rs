//! What is to come, or was, as occurrences.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use rivulet_media::time::WallClock;
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Schedule;
use super::super::everybody::Place;
use super::super::model::{self, Link, Occurrence, Stream};
use super::cursor;
use super::documents::{Coming, OccurrencesDocument};
use crate::api::{ApiError, Problem, Query, limit};
use crate::channels::Channel;
use crate::ids::ChannelId;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Occurrences on one page.
const MAX_LIMIT: usize = 200;
/// Occurrences on one page where nobody says.
const LIMIT: usize = 50;

/// How long a window is where nobody says, and at most. Against questions that have us work out
/// years.
#[derive(Clone, Copy)]
struct Reach {
    usual: Duration,
    most: Duration,
}

const CHANNEL_REACH: Reach = Reach { usual: DAY.saturating_mul(28), most: DAY.saturating_mul(100) };
const SITE_REACH: Reach = Reach { usual: DAY.saturating_mul(7), most: DAY.saturating_mul(31) };

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Window {
    /// What begins at or after this (RFC 3339); now when absent
    #[param(example = "2026-11-22T00:00:00Z")]
    from: Option<String>,
    /// What begins before this (RFC 3339): at most 100 days after `from` for a channel, and 31 for
    /// the site; 28 or 7 days when absent
    #[param(example = "2026-11-29T00:00:00Z")]
    to: Option<String>,
    /// How many at most
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// Where the page before ended: its `next`
    cursor: Option<String>,
}

/// Streams to come on a channel
///
/// Every occurrence that begins within the window, those that are cancelled among them, in the order
/// of their beginnings.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/schedule",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), Window),
    responses(
        (status = 200, body = OccurrencesDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_channel(
    State(schedule): State<Schedule>,
    Path(name): Path<String>,
    Query(query): Query<Window>,
) -> Result<Json<OccurrencesDocument>, ApiError> {
    let channel = super::find(&schedule, &name).await?;
    let wanted = wanted(query, CHANNEL_REACH, schedule.clock.wall())?;
    let streams = schedule.of_channel(channel.id, &wanted.window).await?;
    let links = schedule.links_of(channel.id, &streams, &wanted.window).await?;
    let page = wanted.choose(&streams);
    let channels = HashMap::from([(channel.id, channel)]);
    Ok(Json(wanted.page(page, &links, &channels)))
}

/// Streams to come on the whole site
///
/// As of one channel, and up to a minute old. Of more than 2,000 streams within the window it shows
/// those that never end, then those that end last.
#[utoipa::path(
    get,
    path = "/api/v1/schedule",
    params(Window),
    responses(
        (status = 200, body = OccurrencesDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_site(
    State(schedule): State<Schedule>,
    Query(query): Query<Window>,
) -> Result<Json<OccurrencesDocument>, ApiError> {
    let wanted = wanted(query, SITE_REACH, schedule.clock.wall())?;
    let all = schedule.everybody(&wanted.window).await?;
    let page = all.page(&wanted.window, wanted.after, wanted.limit + 1);
    Ok(Json(wanted.page(page, &all.links, &all.channels)))
}

/// What somebody asks for, understood.
struct Wanted {
    window: Range<WallClock>,
    after: Option<Place>,
    limit: usize,
}

fn wanted(query: Window, reach: Reach, now: WallClock) -> Result<Wanted, ApiError> {
    let time = |name: &str, text: &str| {
        let time = text.parse::<jiff::Timestamp>().map(|it| it.as_millisecond());
        let detail = format!("`{name}` is a time such as 2026-11-22T20:00:00Z");
        time.map(WallClock::from_unix_millis).map_err(|_| ApiError::bad_request(detail))
    };
    let from = query.from.as_deref().map_or(Ok(now), |text| time("from", text))?;
    let usual = model::later(from, reach.usual);
    let to = query.to.as_deref().map_or(Ok(usual), |text| time("to", text))?;
    if to <= from || to > model::later(from, reach.most) {
        let days = reach.most.as_secs() / DAY.as_secs();
        return Err(ApiError::bad_request(format!(
            "`to` comes after `from`, and at most {days} days later"
        )));
    }
    let limit = limit(query.limit, LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::read_occurrence).transpose()?;
    Ok(Wanted { window: from..to, after, limit })
}

impl Wanted {
    /// One more than is shown tells whether there are more.
    fn choose<'a>(&self, streams: &'a [Stream]) -> Vec<Occurrence<'a>> {
        let all = streams.iter().flat_map(|stream| stream.occurrences(&self.window));
        let mut all: Vec<_> =
            all.filter(|it| self.after.is_none_or(|after| it.place() > after)).collect();
        all.sort_by_key(Occurrence::place);
        all.truncate(self.limit + 1);
        all
    }

    fn page(
        &self,
        mut all: Vec<Occurrence<'_>>,
        links: &[Link],
        channels: &HashMap<ChannelId, Channel>,
    ) -> OccurrencesDocument {
        let more = all.len() > self.limit;
        all.truncate(self.limit);
        let last = all.last().filter(|_| more);
        let next = last.map(|it| cursor::of_occurrence(it.place()));
        let coming = |it: &Occurrence<'_>| {
            let channel = channels.get(&it.stream.channel)?;
            Some(Coming::new(channel, it).with_links(it, links))
        };
        OccurrencesDocument { occurrences: all.iter().filter_map(coming).collect(), next }
    }
}
