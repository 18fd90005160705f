//! What is to come on each channel, and what was: planned streams that repeat or do not, as
//! occurrences in time, as calendars and feeds, and the broadcasts that they became.
//!
//! Invariants: occurrences are worked out when somebody asks and never stored, so a rule of a
//! hundred years costs a row; what one question can cost is bounded by the streams of a channel, the
//! length of the window and `recurrence`'s ten years; a broadcast that begins within half an hour of
//! an occurrence stands in the history as that stream, under the title that it then had, for as long
//! as the stream is on the schedule, and beside the occurrence for as long as that has its time.

mod actor;
mod error;
mod everybody;
mod feeds;
mod history;
mod kept;
mod model;
mod plan;
mod recurrence;
mod routes;
mod store;
mod subscribe;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use rivulet_media::time::WallClock;

pub(crate) use error::ScheduleError;
pub(crate) use routes::{Coming, OccurrenceState, described, routes};

use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::ids::{ChannelId, ScheduledStreamId};
use crate::live::Live;
use crate::site::Site;
use crate::tasks::Tasks;
use everybody::{Everybody, Minutes};
use kept::Kept;
use model::{Exception, LINK_WINDOW, Link, MAX_STREAMS, Plan, Stream};
use routes::Rendered;
use store::Store;
use subscribe::Form;

/// Streams of a channel that one question looks at: all that can be to come, and as many that were.
const MAX_CHANNEL_STREAMS: usize = 2 * MAX_STREAMS;
/// Streams of the whole site that one question looks at: those that never end, then those that end
/// last. A site with more has channels' own schedules and the directory.
const MAX_SITE_STREAMS: usize = 2_000;
/// Links that one question looks at.
const MAX_LINKS: usize = 4_000;
/// Feeds of channels that are kept: a great one has 2 MiB.
const MAX_KEPT_FEEDS: usize = 32;
/// Windows of the site's schedule that are kept: a great one has 20 MiB.
const MAX_KEPT_WINDOWS: usize = 4;
/// How far ahead the next stream of a channel is looked for.
const NEXT_WITHIN: Duration = Duration::from_secs(366 * 24 * 3600);

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Schedule {
    store: Store,
    channels: Channels,
    live: Live,
    site: Site,
    clock: Clock,
    public_url: Option<Arc<str>>,
    kept: Arc<Answers>,
}

/// The rooms this one needs.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) channels: Channels,
    pub(crate) live: Live,
    pub(crate) site: Site,
}

/// What many ask for again and again.
struct Answers {
    feeds: Kept<(ChannelId, Form), Rendered>,
    calendar: Kept<(), Rendered>,
    site: Kept<Minutes, Arc<Everybody>>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            feeds: Kept::new(MAX_KEPT_FEEDS),
            calendar: Kept::new(1),
            site: Kept::new(MAX_KEPT_WINDOWS),
        }
    }
}

impl Schedule {
    /// The room; among `tasks` it notes which broadcasts were planned.
    pub(crate) fn new(doors: Doors, config: &Config, clock: Clock, tasks: &Tasks) -> Self {
        let Doors { db, channels, live, site } = doors;
        let public_url = config.public_url.as_deref().map(Arc::from);
        let begins = live.begins();
        let (store, kept) = (Store::new(db), Arc::default());
        let schedule = Self { store, channels, live, site, clock, public_url, kept };
        let work = actor::run(schedule.clone(), begins, tasks.stopping());
        tasks.spawn("schedule", work);
        schedule
    }

    /// Plans a stream.
    async fn plan(&self, channel: &Channel, plan: Plan) -> Result<Stream, ScheduleError> {
        let now = self.clock.wall();
        let stream = Stream::planned(plan, channel.id, now)?;
        if stream.span().1.is_some_and(|last| last < now) {
            let must = "such that something is still to come";
            return Err(ScheduleError::Field { field: "starts_at", must });
        }
        self.store.insert(&stream).await?;
        self.changed(channel);
        Ok(stream)
    }

    /// Changes a stream to what `change` makes of its plan: also so that it is over now, for its past
    /// stays.
    async fn replan(
        &self,
        channel: &Channel,
        id: ScheduledStreamId,
        change: impl FnOnce(&mut Plan),
    ) -> Result<Stream, ScheduleError> {
        let stream = self.stream(channel, id).await?;
        let mut plan = stream.plan();
        change(&mut plan);
        let stream = stream.replanned(plan, self.clock.wall())?;
        self.store.update(&stream).await?;
        self.changed(channel);
        Ok(stream)
    }

    /// Cancels or moves one occurrence; without an exception it is again as the rule has it.
    async fn except(
        &self,
        channel: &Channel,
        (id, occurrence): (ScheduledStreamId, &str),
        exception: Option<Exception>,
    ) -> Result<Stream, ScheduleError> {
        let stream = self.stream(channel, id).await?;
        let name = stream.name(occurrence)?;
        let stream = stream.with_exception(name, exception, self.clock.wall())?;
        self.store.update(&stream).await?;
        self.changed(channel);
        Ok(stream)
    }

    /// Takes a stream off the schedule.
    async fn remove(&self, channel: &Channel, id: ScheduledStreamId) -> Result<(), ScheduleError> {
        self.store.remove(channel.id, id, self.clock.wall()).await?;
        self.changed(channel);
        Ok(())
    }

    /// Whoever has just planned something wants to see it.
    fn changed(&self, channel: &Channel) {
        self.kept.feeds.forget(|(of, _)| *of == channel.id);
        self.kept.calendar.forget(|()| true);
        self.kept.site.forget(|_| true);
    }

    async fn stream(
        &self,
        channel: &Channel,
        id: ScheduledStreamId,
    ) -> Result<Stream, ScheduleError> {
        self.store.stream(channel.id, id).await?.ok_or(ScheduleError::NoStream)
    }

    /// The streams of a channel of which something may begin within `window`.
    async fn of_channel(
        &self,
        channel: ChannelId,
        window: &Range<WallClock>,
    ) -> Result<Vec<Stream>, ScheduleError> {
        self.store.of_channel(channel, window, MAX_CHANNEL_STREAMS).await
    }

    /// The broadcasts that occurrences of these streams became.
    async fn links_of(
        &self,
        channel: ChannelId,
        streams: &[Stream],
        window: &Range<WallClock>,
    ) -> Result<Vec<Link>, ScheduleError> {
        match streams {
            [] => Ok(Vec::new()),
            _ => self.store.links_of(channel, window, MAX_LINKS).await,
        }
    }

    /// The channel's next stream, if one is planned.
    pub(crate) async fn next(&self, channel: &Channel) -> Result<Option<Coming>, ScheduleError> {
        let now = self.clock.wall();
        let window = model::earlier(now, LINK_WINDOW)..model::later(now, NEXT_WITHIN);
        let streams = self.of_channel(channel.id, &window).await?;
        let links = self.links_of(channel.id, &streams, &window).await?;
        let nearest = streams.iter().filter_map(|stream| stream.next(&window, &links, now));
        let nearest = nearest.min_by_key(model::Occurrence::place);
        Ok(nearest.map(|occurrence| Coming::new(channel, &occurrence)))
    }

    /// One planned stream of a channel with its nearest occurrences, for its own page; one that is
    /// over with its last.
    pub(crate) async fn show(
        &self,
        channel: &Channel,
        id: &str,
    ) -> Result<Option<Vec<Coming>>, ScheduleError> {
        let Some(id) = ScheduledStreamId::parse(id) else { return Ok(None) };
        let Some(stream) = self.store.stream(channel.id, id).await? else { return Ok(None) };
        let streams = [stream];
        let coming = self.nearest(channel, &streams);
        if !coming.is_empty() {
            return Ok(Some(coming));
        }
        let over = streams.iter().filter_map(Stream::last);
        Ok(Some(over.map(|occurrence| Coming::new(channel, &occurrence)).collect()))
    }

    /// What is to come on a channel, soonest first, for its page.
    pub(crate) async fn coming(&self, channel: &Channel) -> Result<Vec<Coming>, ScheduleError> {
        let now = self.clock.wall();
        let window = model::earlier(now, LINK_WINDOW)..model::later(now, NEXT_WITHIN);
        let streams = self.of_channel(channel.id, &window).await?;
        Ok(self.nearest(channel, &streams))
    }

    /// The occurrences of these that are to come, soonest first.
    fn nearest(&self, channel: &Channel, streams: &[Stream]) -> Vec<Coming> {
        let now = self.clock.wall();
        let since = model::earlier(now, LINK_WINDOW);
        let found = streams.iter().flat_map(|stream| stream.soonest(since, MAX_ON_PAGE));
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(model::Occurrence::place);
        found.truncate(MAX_ON_PAGE);
        found.iter().map(|occurrence| Coming::new(channel, occurrence)).collect()
    }
}

/// Occurrences that a page lists.
const MAX_ON_PAGE: usize = 20;
