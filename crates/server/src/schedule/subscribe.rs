//! Feeds of the schedule: what stands in them.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use rivulet_media::time::WallClock;

use super::feeds::{Calendar, Entry, Event, Feed};
use super::model::{self, Exception, Occurrence, State, Stream};
use super::recurrence::Series;
use super::routes::{Rendered, page_of};
use super::{Schedule, ScheduleError};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::ChannelId;

/// How long what is over stays in a calendar.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// How far ahead a calendar looks for streams that are still to begin.
const AHEAD: Duration = Duration::from_secs(2 * 366 * 24 * 3600);
/// Entries of an Atom feed.
const MAX_ENTRIES: usize = 50;

/// A feed of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Calendar,
    Coming,
    Broadcasts,
}

impl Schedule {
    /// A channel's feed, as it was a minute ago at the earliest.
    pub(super) async fn feed_of(
        &self,
        channel: &Channel,
        form: Form,
    ) -> Result<Rendered, ScheduleError> {
        let make = async {
            let text = match form {
                Form::Calendar => self.calendar(channel).await?,
                Form::Coming => self.coming_feed(channel).await?,
                Form::Broadcasts => self.broadcasts_feed(channel).await?,
            };
            Ok(Rendered::new(text))
        };
        self.kept.feeds.get((channel.id, form), self.clock, make).await
    }

    /// The calendar of all channels, as it was a minute ago at the earliest.
    pub(super) async fn calendar_of_all(&self) -> Result<Rendered, ScheduleError> {
        let make = async { Ok(Rendered::new(self.site_calendar().await?)) };
        self.kept.calendar.get((), self.clock, make).await
    }

    /// A channel's calendar.
    pub(super) async fn calendar(&self, channel: &Channel) -> Result<String, ScheduleError> {
        let streams = self.of_channel(channel.id, &self.calendar_window()).await?;
        let channels = HashMap::from([(channel.id, channel.clone())]);
        let url = self.absolute(&format!("/@{}", channel.slug));
        Ok(self.fill(channel.name.clone(), url, &streams, &channels).render())
    }

    /// The calendar of all channels.
    pub(super) async fn site_calendar(&self) -> Result<String, ScheduleError> {
        let streams = self.of_site(&self.calendar_window()).await?;
        let channels = self.channels_of(&streams).await?;
        let name = self.site.settings().settings.name.clone();
        let calendar = self.fill(name, self.absolute("/"), &streams, &channels);
        // Away from the tasks that serve: it may be long.
        let rendered = tokio::task::spawn_blocking(move || calendar.render());
        rendered.await.map_err(|_| ScheduleError::Broken)
    }

    /// What is to come on a channel, for readers of Atom.
    pub(super) async fn coming_feed(&self, channel: &Channel) -> Result<String, ScheduleError> {
        let now = self.clock.wall();
        let window = now..model::later(now, super::NEXT_WITHIN);
        let streams = self.of_channel(channel.id, &window).await?;
        let soonest = streams.iter().flat_map(|stream| stream.soonest(now, MAX_ENTRIES));
        let mut soonest: Vec<_> = soonest.filter(|it| window.contains(&it.starts_at)).collect();
        soonest.sort_by_key(Occurrence::place);
        soonest.truncate(MAX_ENTRIES);
        let changed_at = self.store.changed_at(channel.id).await?;
        let feed = Feed {
            title: format!("{}: coming streams", channel.name),
            entries: soonest.iter().map(|it| self.entry(channel, it)).collect(),
            ..self.feed(channel, "schedule", changed_at.unwrap_or(channel.created_at))
        };
        Ok(feed.render())
    }

    /// What was on a channel, for readers of Atom.
    pub(super) async fn broadcasts_feed(&self, channel: &Channel) -> Result<String, ScheduleError> {
        let past = self.history(channel, None, MAX_ENTRIES).await?;
        let newest = past.iter().map(|it| it.ended_at).max();
        let page = self.address(&format!("/@{}", channel.slug));
        let entries = past.iter().map(|it| Entry {
            id: format!("urn:uuid:{}", it.id),
            title: it
                .title
                .clone()
                .unwrap_or_else(|| format!("Broadcast of {}", day(it.started_at))),
            page: match it.stream {
                Some(stream) => self.address(&page_of(channel, stream)),
                None => page.clone(),
            },
            published_at: it.started_at,
            updated_at: it.ended_at,
            text: format!(
                "{} minutes, {} viewers at most",
                it.duration().as_secs() / 60,
                it.peak_viewers
            ),
        });
        let feed = Feed {
            title: format!("{}: broadcasts", channel.name),
            entries: entries.collect(),
            ..self.feed(channel, "broadcasts", newest.unwrap_or(channel.created_at))
        };
        Ok(feed.render())
    }

    fn calendar_window(&self) -> Range<WallClock> {
        let now = self.clock.wall();
        model::earlier(now, KEPT)..model::later(now, AHEAD)
    }

    fn fill(
        &self,
        name: String,
        url: Option<String>,
        streams: &[Stream],
        channels: &HashMap<ChannelId, Channel>,
    ) -> Calendar {
        let events = streams.iter().flat_map(|stream| match channels.get(&stream.channel) {
            Some(channel) => self.events(channel, stream),
            None => Vec::new(),
        });
        let now = model::timestamp(self.clock.wall());
        Calendar { name, url, now, events: events.collect() }
    }

    /// A stream with all its starts, then each that was moved.
    fn events(&self, channel: &Channel, stream: &Stream) -> Vec<Event> {
        let cancelled = stream.exceptions.iter();
        let cancelled = cancelled.filter(|(_, it)| matches!(it, Exception::Cancelled));
        let whole = Event {
            uid: stream.id.to_string(),
            created_at: stream.created_at,
            changed_at: stream.changed_at,
            sequence: stream.revision,
            series: stream.series.clone(),
            instead_of: None,
            without: cancelled.map(|(name, _)| *name).collect(),
            duration: stream.duration,
            title: stream.title.clone(),
            description: stream.description.clone(),
            url: self.absolute(&page_of(channel, stream.id)),
            is_cancelled: stream.state == State::Cancelled,
        };
        let moved = stream.exceptions.iter().filter_map(|(name, exception)| {
            let Exception::Moved(moved) = exception else { return None };
            let zone = stream.series.zone().clone();
            Some(Event {
                uid: whole.uid.clone(),
                url: whole.url.clone(),
                // Said once: it is the stream's, wherever one of its starts was moved.
                description: String::new(),
                series: Series::kept(moved.to, zone, None),
                instead_of: Some(*name),
                without: Vec::new(),
                duration: moved.duration.unwrap_or(stream.duration),
                title: moved.title.clone().unwrap_or_else(|| stream.title.clone()),
                ..whole
            })
        });
        let moved: Vec<Event> = moved.collect();
        std::iter::once(whole).chain(moved).collect()
    }

    fn feed(&self, channel: &Channel, kind: &str, updated_at: WallClock) -> Feed {
        Feed {
            id: format!("urn:uuid:{}#{kind}", channel.id),
            title: String::new(),
            author: channel.name.clone(),
            itself: self.address(&format!("/@{}/{kind}.atom", channel.slug)),
            page: self.address(&format!("/@{}", channel.slug)),
            updated_at,
            entries: Vec::new(),
        }
    }

    fn entry(&self, channel: &Channel, occurrence: &Occurrence<'_>) -> Entry {
        let stream = occurrence.stream;
        let off = if occurrence.fate == model::Fate::Cancelled { "Cancelled: " } else { "" };
        Entry {
            id: format!("urn:uuid:{}#{}", stream.id, occurrence.name.compact()),
            title: format!("{off}{}", occurrence.title),
            page: self.address(&page_of(channel, stream.id)),
            published_at: stream.created_at,
            updated_at: stream.changed_at,
            text: format!(
                "{} ({} {})\n{}",
                rfc3339(occurrence.starts_at),
                occurrence.wall,
                stream.series.zone(),
                stream.description
            ),
        }
    }

    /// An address that stands alone, where it is known what the world calls this site.
    fn absolute(&self, path: &str) -> Option<String> {
        self.public_url.as_ref().map(|site| format!("{site}{path}"))
    }

    /// An address for a reader, who knows where the feed came from.
    fn address(&self, path: &str) -> String {
        self.absolute(path).unwrap_or_else(|| path.to_owned())
    }
}

fn day(at: WallClock) -> String {
    rfc3339(at).chars().take(10).collect()
}
