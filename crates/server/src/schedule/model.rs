//! What a planned stream is, when it happens, and the rules that its values obey.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;
use rivulet_media::time::WallClock;

use super::ScheduleError;
use super::recurrence::{Rule, Series, WallTime, Zone};
use crate::db::stored_as_text;
use crate::ids::{BroadcastId, ChannelId, ScheduledStreamId};

/// Streams of one channel that are not over. Against an editor's script that runs wild.
pub(crate) const MAX_STREAMS: usize = 100;
/// Occurrences of one stream that are cancelled or moved.
pub(crate) const MAX_EXCEPTIONS: usize = 200;
/// The same of all streams of one channel: each page of the channel reads them.
pub(crate) const MAX_CHANNEL_EXCEPTIONS: usize = 1_000;
/// How long before or after its time a stream may begin and still be that stream.
pub(crate) const LINK_WINDOW: Duration = Duration::from_secs(30 * 60);

stored_as_text!(WallTime);
stored_as_text!(Zone);
stored_as_text!(Rule, |text| Rule::parse(text).ok());

/// A planned stream, with all its occurrences.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) id: ScheduledStreamId,
    pub(crate) channel: ChannelId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) category: Option<String>,
    pub(crate) series: Series,
    pub(crate) duration: Duration,
    pub(crate) state: State,
    /// How often it was changed.
    pub(crate) revision: u32,
    pub(crate) created_at: WallClock,
    pub(crate) changed_at: WallClock,
    /// By the time that the rule gives them.
    pub(crate) exceptions: BTreeMap<WallTime, Exception>,
}

/// Whether a stream is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Planned,
    /// All of it is off; it stays, so that people see that.
    Cancelled,
}

/// What became of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exception {
    Cancelled,
    Moved(Move),
}

/// Where an occurrence was moved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) to: WallTime,
    pub(crate) duration: Option<Duration>,
    pub(crate) title: Option<String>,
}

/// One time that a stream happens.
#[derive(Clone, Debug)]
pub(crate) struct Occurrence<'a> {
    pub(crate) stream: &'a Stream,
    /// What it is called by: the time that the rule gives it.
    pub(crate) name: WallTime,
    /// When it begins, as the clocks of its place show it.
    pub(crate) wall: WallTime,
    pub(crate) starts_at: WallClock,
    pub(crate) duration: Duration,
    pub(crate) title: &'a str,
    pub(crate) fate: Fate,
}

/// What becomes of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Planned,
    Moved,
    Cancelled,
}

/// That a broadcast was an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) broadcast: BroadcastId,
    pub(crate) stream: ScheduledStreamId,
    pub(crate) occurrence: WallTime,
    pub(crate) starts_at: WallClock,
}

/// What somebody decides about a stream.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) category: Option<String>,
    /// `2026-11-22T20:00`.
    pub(crate) starts_at: String,
    pub(crate) time_zone: String,
    pub(crate) duration: Duration,
    /// RFC 5545; `None` happens once.
    pub(crate) rule: Option<String>,
    pub(crate) state: State,
}

impl Stream {
    /// A new stream.
    ///
    /// # Errors
    /// When a value breaks a rule.
    pub(crate) fn planned(
        plan: Plan,
        channel: ChannelId,
        at: WallClock,
    ) -> Result<Self, ScheduleError> {
        let series = plan.series()?;
        plan.check()?;
        Ok(Self {
            id: ScheduledStreamId::generate(),
            channel,
            title: plan.title,
            description: plan.description,
            category: plan.category,
            series,
            duration: plan.duration,
            state: plan.state,
            revision: 0,
            created_at: at,
            changed_at: at,
            exceptions: BTreeMap::new(),
        })
    }

    /// What was decided about it.
    pub(crate) fn plan(&self) -> Plan {
        Plan {
            title: self.title.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            starts_at: self.series.first().to_string(),
            time_zone: self.series.zone().to_string(),
            duration: self.duration,
            rule: self.series.rule().map(ToString::to_string),
            state: self.state,
        }
    }

    /// The same stream as it was decided now. Exceptions from occurrences that it does not have any
    /// more are gone.
    pub(crate) fn replanned(self, plan: Plan, at: WallClock) -> Result<Self, ScheduleError> {
        let new = Self::planned(plan, self.channel, at)?;
        let repeats = new.series.rule().is_some();
        let exceptions = self.exceptions.into_iter();
        let kept = exceptions.filter(|(name, _)| repeats && new.series.names(*name)).collect();
        let (id, revision) = (self.id, self.revision.saturating_add(1));
        Ok(Self { id, revision, created_at: self.created_at, exceptions: kept, ..new })
    }

    /// The occurrence of that name.
    pub(crate) fn name(&self, text: &str) -> Result<WallTime, ScheduleError> {
        let name = WallTime::parse(text).filter(|name| self.series.names(*name));
        name.ok_or_else(|| ScheduleError::NoOccurrence(text.chars().take(40).collect()))
    }

    /// The same with one occurrence cancelled or moved, or again as the rule has it.
    pub(crate) fn with_exception(
        mut self,
        name: WallTime,
        exception: Option<Exception>,
        at: WallClock,
    ) -> Result<Self, ScheduleError> {
        if self.series.rule().is_none() {
            return Err(ScheduleError::HappensOnce);
        }
        match exception {
            Some(exception) => {
                exception.check()?;
                self.exceptions.insert(name, exception);
            }
            None => {
                self.exceptions.remove(&name);
            }
        }
        if self.exceptions.len() > MAX_EXCEPTIONS {
            return Err(ScheduleError::TooManyExceptions);
        }
        Ok(Self { revision: self.revision.saturating_add(1), changed_at: at, ..self })
    }

    /// When the first of it begins, and the last, where there is one.
    pub(crate) fn span(&self) -> (WallClock, Option<WallClock>) {
        let zone = self.series.zone();
        let moved = self.exceptions.values().filter_map(|it| match it {
            Exception::Moved(moved) => Some(zone.at(moved.to)),
            Exception::Cancelled => None,
        });
        let begins = zone.at(self.series.first());
        let first = moved.clone().chain([begins]).min().unwrap_or(begins);
        let last = self.series.ends_by().map(|end| moved.chain([end]).max().unwrap_or(end));
        (clock(first), last.map(clock))
    }

    /// The occurrence of a name that the rule gives.
    pub(crate) fn at(&self, name: WallTime) -> Occurrence<'_> {
        match self.exceptions.get(&name) {
            Some(Exception::Moved(moved)) => self.occurrence(name, Some(moved), Fate::Moved),
            Some(Exception::Cancelled) => self.occurrence(name, None, Fate::Cancelled),
            None => self.occurrence(name, None, Fate::Planned),
        }
    }

    /// Occurrences that begin within `window`, in order.
    pub(crate) fn occurrences(&self, window: &Range<WallClock>) -> Vec<Occurrence<'_>> {
        self.lazily(window).collect()
    }

    /// The same, worked out one by one.
    fn lazily(&self, window: &Range<WallClock>) -> impl Iterator<Item = Occurrence<'_>> {
        let (from, to) = (timestamp(window.start), timestamp(window.end));
        let starts = self.series.starts(from).take_while(move |start| start.at < to);
        let as_planned = starts.filter_map(|start| match self.exceptions.get(&start.wall) {
            Some(Exception::Moved(_)) => None,
            Some(Exception::Cancelled) | None => Some(self.at(start.wall)),
        });
        let moved = self.exceptions.iter().filter_map(|(name, exception)| match exception {
            Exception::Moved(moved) => Some(self.occurrence(*name, Some(moved), Fate::Moved)),
            Exception::Cancelled => None,
        });
        // Those that were moved are few, and sorted; they are merged into what the rule gives.
        let mut moved: Vec<_> = moved.filter(|it| window.contains(&it.starts_at)).collect();
        moved.sort_by_key(|it| std::cmp::Reverse(it.place()));
        let mut as_planned = as_planned.peekable();
        std::iter::from_fn(move || {
            let next = as_planned.peek().map(Occurrence::place);
            match (next, moved.last().map(Occurrence::place)) {
                (Some(planned), Some(other)) if other < planned => moved.pop(),
                (Some(_), _) => as_planned.next(),
                (None, _) => moved.pop(),
            }
        })
    }

    /// The first occurrence that somebody who comes at `now` can still see begin: one that is late
    /// counts for as long as it could still be taken for itself.
    pub(crate) fn next(
        &self,
        window: &Range<WallClock>,
        links: &[Link],
        now: WallClock,
    ) -> Option<Occurrence<'_>> {
        let begun = |it: &Occurrence<'_>| {
            links.iter().any(|link| link.stream == self.id && link.occurrence == it.name)
        };
        self.lazily(window).find(|it| {
            it.fate != Fate::Cancelled && later(it.starts_at, LINK_WINDOW) >= now && !begun(it)
        })
    }

    /// At most `count` occurrences from `since` on, soonest first.
    pub(crate) fn soonest(&self, since: WallClock, count: usize) -> Vec<Occurrence<'_>> {
        self.lazily(&(since..WallClock::from_unix_millis(i64::MAX))).take(count).collect()
    }

    /// The last occurrence of a stream that is over.
    pub(crate) fn last(&self) -> Option<Occurrence<'_>> {
        let (first, last) = self.span();
        self.occurrences(&(first..later(last?, Duration::from_secs(1)))).pop()
    }

    fn occurrence<'a>(
        &'a self,
        name: WallTime,
        moved: Option<&'a Move>,
        fate: Fate,
    ) -> Occurrence<'a> {
        let wall = moved.map_or(name, |it| it.to);
        let fate = if self.state == State::Cancelled { Fate::Cancelled } else { fate };
        Occurrence {
            stream: self,
            name,
            wall,
            starts_at: clock(self.series.zone().at(wall)),
            duration: moved.and_then(|it| it.duration).unwrap_or(self.duration),
            title: moved.and_then(|it| it.title.as_deref()).unwrap_or(&self.title),
            fate,
        }
    }
}

impl Occurrence<'_> {
    /// What occurrences of several streams are sorted by.
    pub(crate) fn place(&self) -> (WallClock, ScheduledStreamId, WallTime) {
        (self.starts_at, self.stream.id, self.name)
    }

    /// When it is planned to end.
    pub(crate) fn ends_at(&self) -> WallClock {
        later(self.starts_at, self.duration)
    }
}

/// Which of these a broadcast is that began at `began`: the nearest that is not off.
pub(crate) fn nearest<'a, 'b>(
    occurrences: &'b [Occurrence<'a>],
    began: WallClock,
) -> Option<&'b Occurrence<'a>> {
    let distance =
        |it: &&Occurrence<'_>| it.starts_at.as_unix_millis().abs_diff(began.as_unix_millis());
    let window = u64::try_from(LINK_WINDOW.as_millis()).unwrap_or(u64::MAX);
    let on = occurrences.iter().filter(|it| it.fate != Fate::Cancelled);
    on.filter(|it| distance(it) <= window).min_by_key(distance)
}

pub(crate) fn later(at: WallClock, by: Duration) -> WallClock {
    let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    WallClock::from_unix_millis(at.as_unix_millis().saturating_add(ms))
}

pub(crate) fn earlier(at: WallClock, by: Duration) -> WallClock {
    let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    WallClock::from_unix_millis(at.as_unix_millis().saturating_sub(ms))
}

/// Times beyond the calendar are its end.
pub(crate) fn timestamp(at: WallClock) -> Timestamp {
    let beyond = if at.as_unix_millis() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.as_unix_millis()).unwrap_or(beyond)
}

fn clock(at: Timestamp) -> WallClock {
    WallClock::from_unix_millis(at.as_millisecond())
}

impl State {
    /// Reads the stored form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Planned, Self::Cancelled].into_iter().find(|it| it.to_string() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned",
            Self::Cancelled => "cancelled",
        })
    }
}

stored_as_text!(State);
