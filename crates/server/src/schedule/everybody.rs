//! The schedule of the whole site. It is much to work out, so it is done once a minute, one at a time
//! and away from the tasks that serve.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rivulet_media::time::WallClock;

use super::model::{Link, Occurrence, Stream};
use super::recurrence::WallTime;
use super::{MAX_LINKS, MAX_SITE_STREAMS, Schedule, ScheduleError};
use crate::channels::Channel;
use crate::ids::{ChannelId, ScheduledStreamId};

/// A minute, in milliseconds: windows are widened to whole ones, so that many ask the same.
const MINUTE: i64 = 60_000;

/// What occurrences are sorted by.
pub(super) type Place = (WallClock, ScheduledStreamId, WallTime);
/// From one minute to another.
pub(super) type Minutes = (i64, i64);

/// What begins on the site within a window.
pub(super) struct Everybody {
    streams: HashMap<ScheduledStreamId, Stream>,
    /// All occurrences, in order.
    places: Vec<Place>,
    pub(super) links: Vec<Link>,
    pub(super) channels: HashMap<ChannelId, Channel>,
}

impl Everybody {
    /// At most `limit` occurrences within `window`, after one of them.
    pub(super) fn page(
        &self,
        window: &Range<WallClock>,
        after: Option<Place>,
        limit: usize,
    ) -> Vec<Occurrence<'_>> {
        let is_before =
            |place: &Place| place.0 < window.start || after.is_some_and(|after| *place <= after);
        let from = self.places.partition_point(is_before);
        let places = self.places.iter().skip(from).take_while(|place| place.0 < window.end);
        let occurrence = |(_, stream, name): &Place| Some(self.streams.get(stream)?.at(*name));
        places.take(limit).filter_map(occurrence).collect()
    }
}

impl Schedule {
    /// What begins on the site within a window, as it was known a minute ago at the earliest.
    pub(super) async fn everybody(
        &self,
        window: &Range<WallClock>,
    ) -> Result<Arc<Everybody>, ScheduleError> {
        let (start, end) = (window.start.as_unix_millis(), window.end.as_unix_millis());
        let minutes = (start.div_euclid(MINUTE), end.saturating_add(MINUTE - 1).div_euclid(MINUTE));
        self.kept.site.get(minutes, self.clock, self.work_out(minutes)).await
    }

    async fn work_out(&self, (start, end): Minutes) -> Result<Arc<Everybody>, ScheduleError> {
        let at = |minute: i64| WallClock::from_unix_millis(minute.saturating_mul(MINUTE));
        let window = at(start)..at(end);
        let streams = self.of_site(&window).await?;
        let channels = self.channels_of(&streams).await?;
        let links = self.store.links(&window, MAX_LINKS).await?;
        let worked_out = tokio::task::spawn_blocking(move || {
            let shown = streams.into_iter().filter(|it| channels.contains_key(&it.channel));
            let streams: HashMap<_, _> = shown.map(|stream| (stream.id, stream)).collect();
            let all = streams.values().flat_map(|stream| stream.occurrences(&window));
            let mut places: Vec<Place> = all.map(|it| it.place()).collect();
            places.sort_unstable();
            Arc::new(Everybody { streams, places, links, channels })
        });
        worked_out.await.map_err(|_| ScheduleError::Broken)
    }

    /// The streams of the site of which something may begin within `window`.
    pub(super) async fn of_site(
        &self,
        window: &Range<WallClock>,
    ) -> Result<Vec<Stream>, ScheduleError> {
        let hidden = self.channels.hidden().await?;
        self.store.of_site(window, &hidden, MAX_SITE_STREAMS).await
    }

    /// The channels of these streams that are shown in lists.
    pub(super) async fn channels_of(
        &self,
        streams: &[Stream],
    ) -> Result<HashMap<ChannelId, Channel>, ScheduleError> {
        let ids: BTreeSet<ChannelId> = streams.iter().map(|stream| stream.channel).collect();
        let ids: Vec<ChannelId> = ids.into_iter().collect();
        let listed = self.channels.those(&ids).await?.into_iter().filter(|it| !it.hidden);
        Ok(listed.map(|channel| (channel.id, channel)).collect())
    }
}
