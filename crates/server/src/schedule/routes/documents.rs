//! The documents of this room, as the API describes them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::ScheduledStreamId;
use crate::schedule::model::{Exception, Fate, Link, Move, Occurrence, Plan, State, Stream};
use crate::schedule::recurrence::WallTime;
use crate::schedule::{ScheduleError, history};

/// A planned stream, one time that it happens.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Coming {
    /// The planned stream
    stream: String,
    /// What this occurrence is called by: the time that the stream's rule gives it
    #[schema(example = "2026-11-22T20:00:00")]
    occurrence: String,
    /// The channel's slug
    channel: String,
    /// The channel's name
    channel_name: String,
    pub(crate) title: String,
    description: String,
    #[schema(required)]
    category_id: Option<String>,
    /// RFC 3339, UTC
    pub(crate) starts_at: String,
    /// RFC 3339, UTC
    ends_at: String,
    /// What the clocks of its place show when it begins
    #[schema(example = "2026-11-22T20:00:00")]
    pub(crate) local_start: String,
    /// The place
    #[schema(example = "Europe/Berlin")]
    pub(crate) time_zone: String,
    state: OccurrenceState,
    /// The broadcasts that it became
    broadcasts: Vec<String>,
    /// Its page, for good
    #[schema(example = "/@rivulet/schedule/0192…")]
    pub(crate) url: String,
}

/// What becomes of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OccurrenceState {
    Planned,
    /// It begins at another time than the rule says
    Moved,
    Cancelled,
}

impl Coming {
    pub(crate) fn new(channel: &Channel, occurrence: &Occurrence<'_>) -> Self {
        let stream = occurrence.stream;
        Self {
            stream: stream.id.to_string(),
            occurrence: occurrence.name.to_string(),
            channel: channel.slug.to_string(),
            channel_name: channel.name.clone(),
            title: occurrence.title.to_owned(),
            description: stream.description.clone(),
            category_id: stream.category.clone(),
            starts_at: rfc3339(occurrence.starts_at),
            ends_at: rfc3339(occurrence.ends_at()),
            local_start: occurrence.wall.to_string(),
            time_zone: stream.series.zone().to_string(),
            state: match occurrence.fate {
                Fate::Planned => OccurrenceState::Planned,
                Fate::Moved => OccurrenceState::Moved,
                Fate::Cancelled => OccurrenceState::Cancelled,
            },
            broadcasts: Vec::new(),
            url: page_of(channel, stream.id),
        }
    }

    /// What becomes of it.
    pub(crate) fn state(&self) -> OccurrenceState {
        self.state
    }

    /// The same with the broadcasts that it became.
    pub(super) fn with_links(self, occurrence: &Occurrence<'_>, links: &[Link]) -> Self {
        let its = links.iter().filter(|link| {
            link.stream == occurrence.stream.id && link.occurrence == occurrence.name
        });
        Self { broadcasts: its.map(|link| link.broadcast.to_string()).collect(), ..self }
    }
}

/// Where a planned stream has its page.
pub(in crate::schedule) fn page_of(channel: &Channel, stream: ScheduledStreamId) -> String {
    format!("/@{}/schedule/{stream}", channel.slug)
}

/// A page of occurrences, in the order of their beginnings.
#[derive(Serialize, ToSchema)]
pub(super) struct OccurrencesDocument {
    pub(super) occurrences: Vec<Coming>,
    /// For `cursor`, where there are more
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// A planned stream as it was planned.
#[derive(Serialize, ToSchema)]
pub(super) struct ScheduledStreamDocument {
    id: String,
    title: String,
    description: String,
    #[schema(required)]
    category_id: Option<String>,
    /// What the clocks of its place show when it begins for the first time
    #[schema(example = "2026-11-22T20:00:00")]
    starts_at: String,
    /// A zone of the IANA database
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    duration_minutes: u64,
    /// How it repeats (RFC 5545 §3.3.10)
    #[schema(required, example = "FREQ=WEEKLY;BYDAY=SU")]
    rrule: Option<String>,
    state: StreamState,
    /// Occurrences that are cancelled or moved, by the time that the rule gives them
    exceptions: BTreeMap<String, ExceptionBody>,
    /// RFC 3339, UTC
    created_at: String,
    /// RFC 3339, UTC
    changed_at: String,
    /// Its page, for good
    url: String,
}

/// Whether a stream is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StreamState {
    Planned,
    /// All of it is off; it stays on the schedule, so that people see that
    Cancelled,
}

impl ScheduledStreamDocument {
    pub(super) fn new(channel: &Channel, stream: &Stream) -> Self {
        let exceptions = stream.exceptions.iter();
        Self {
            id: stream.id.to_string(),
            title: stream.title.clone(),
            description: stream.description.clone(),
            category_id: stream.category.clone(),
            starts_at: stream.series.first().to_string(),
            time_zone: stream.series.zone().to_string(),
            duration_minutes: stream.duration.as_secs() / 60,
            rrule: stream.series.rule().map(ToString::to_string),
            state: match stream.state {
                State::Planned => StreamState::Planned,
                State::Cancelled => StreamState::Cancelled,
            },
            exceptions: exceptions.map(|(name, it)| (name.to_string(), it.into())).collect(),
            created_at: rfc3339(stream.created_at),
            changed_at: rfc3339(stream.changed_at),
            url: page_of(channel, stream.id),
        }
    }
}

/// A stream to plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanBody {
    #[schema(min_length = 1, max_length = 140)]
    title: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    description: String,
    category_id: Option<String>,
    /// What the clocks of its place show when it begins for the first time, without an offset
    #[schema(example = "2026-11-22T20:00")]
    starts_at: String,
    /// A zone of the IANA database
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    #[schema(minimum = 1, maximum = 10080)]
    duration_minutes: u32,
    /// How it repeats (RFC 5545 §3.3.10): `FREQ` with `DAILY`, `WEEKLY` or `MONTHLY`, `INTERVAL`,
    /// `BYDAY`, `BYMONTHDAY`, `COUNT`, `UNTIL`; without it once
    #[schema(example = "FREQ=WEEKLY;BYDAY=SU")]
    rrule: Option<String>,
}

impl PlanBody {
    pub(super) fn plan(self) -> Plan {
        Plan {
            title: self.title,
            description: self.description,
            category: self.category_id,
            starts_at: self.starts_at,
            time_zone: self.time_zone,
            duration: minutes(self.duration_minutes),
            rule: self.rrule,
            state: State::Planned,
        }
    }
}

/// What to change of a planned stream; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanPatch {
    #[schema(min_length = 1, max_length = 140)]
    title: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// `null` takes it away
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    category_id: Option<Option<String>>,
    #[schema(example = "2026-11-22T20:00")]
    starts_at: Option<String>,
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    #[schema(minimum = 1, maximum = 10080)]
    duration_minutes: Option<u32>,
    /// `null` makes it happen once
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    rrule: Option<Option<String>>,
    state: Option<StreamState>,
}

impl PlanPatch {
    pub(super) fn apply(self, plan: &mut Plan) {
        put(&mut plan.title, self.title);
        put(&mut plan.description, self.description);
        put(&mut plan.category, self.category_id);
        put(&mut plan.starts_at, self.starts_at);
        put(&mut plan.time_zone, self.time_zone);
        put(&mut plan.duration, self.duration_minutes.map(minutes));
        put(&mut plan.rule, self.rrule);
        let state = self.state.map(|state| match state {
            StreamState::Planned => State::Planned,
            StreamState::Cancelled => State::Cancelled,
        });
        put(&mut plan.state, state);
    }
}

fn put<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

/// Tells `null` from what is not named.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}

/// What became of one occurrence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ExceptionBody {
    /// It is off
    Cancelled,
    /// It is at another time
    Moved {
        /// What the clocks of its place show then
        #[schema(example = "2026-11-23T18:00")]
        starts_at: String,
        /// As the stream's when absent
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 10080)]
        duration_minutes: Option<u32>,
        /// As the stream's when absent
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 140)]
        title: Option<String>,
    },
}

impl From<&Exception> for ExceptionBody {
    fn from(exception: &Exception) -> Self {
        match exception {
            Exception::Cancelled => Self::Cancelled,
            Exception::Moved(moved) => Self::Moved {
                starts_at: moved.to.to_string(),
                duration_minutes: moved
                    .duration
                    .map(|it| u32::try_from(it.as_secs() / 60).unwrap_or(u32::MAX)),
                title: moved.title.clone(),
            },
        }
    }
}

impl TryFrom<ExceptionBody> for Exception {
    type Error = ScheduleError;

    fn try_from(body: ExceptionBody) -> Result<Self, ScheduleError> {
        match body {
            ExceptionBody::Cancelled => Ok(Self::Cancelled),
            ExceptionBody::Moved { starts_at, duration_minutes, title } => {
                let must = "a time such as 2026-11-22T20:00, from the year 2000 to 2199";
                let to = WallTime::parse(&starts_at);
                let to = to.ok_or(ScheduleError::Field { field: "starts_at", must })?;
                Ok(Self::Moved(Move { to, duration: duration_minutes.map(minutes), title }))
            }
        }
    }
}

/// A page of broadcasts that are over, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct BroadcastsDocument {
    pub(super) broadcasts: Vec<PastBroadcast>,
    /// For `cursor`, where there are more
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// A broadcast that is over.
#[derive(Serialize, ToSchema)]
pub(super) struct PastBroadcast {
    id: String,
    /// RFC 3339, UTC
    started_at: String,
    /// RFC 3339, UTC
    ended_at: String,
    duration_ms: u64,
    /// The most who watched at one time
    peak_viewers: u64,
    /// What was on, where that is known
    #[schema(required)]
    title: Option<String>,
    /// The planned stream that it was
    #[schema(required)]
    stream: Option<String>,
}

impl From<&history::Past> for PastBroadcast {
    fn from(past: &history::Past) -> Self {
        Self {
            id: past.id.to_string(),
            started_at: rfc3339(past.started_at),
            ended_at: rfc3339(past.ended_at),
            duration_ms: u64::try_from(past.duration().as_millis()).unwrap_or(u64::MAX),
            peak_viewers: past.peak_viewers,
            title: past.title.clone(),
            stream: past.stream.map(|stream| stream.to_string()),
        }
    }
}
