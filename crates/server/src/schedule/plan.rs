//! The rules that a plan obeys, each refused by the name of its field.

use std::time::Duration;

use super::ScheduleError;
use super::model::{Exception, Plan};
use super::recurrence::{Rule, Series, WallTime, Zone};

/// Longest title, in characters: as a channel's.
const MAX_TITLE_LEN: usize = 140;
/// Longest description, in characters.
const MAX_DESCRIPTION_LEN: usize = 2_000;
/// Longest id of a category.
const MAX_CATEGORY_LEN: usize = 64;
/// How long a stream may take.
const DURATIONS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(7 * 24 * 3600);

impl Plan {
    pub(super) fn series(&self) -> Result<Series, ScheduleError> {
        let must = "a time such as 2026-11-22T20:00, from the year 2000 to 2199";
        let first = WallTime::parse(&self.starts_at);
        let first = first.ok_or(ScheduleError::Field { field: "starts_at", must })?;
        let zone = Zone::parse(&self.time_zone).ok_or_else(|| {
            ScheduleError::Zone(self.time_zone.chars().take(MAX_CATEGORY_LEN).collect())
        })?;
        let rule = self.rule.as_deref().map(Rule::parse).transpose()?;
        Ok(Series::new(first, zone, rule)?)
    }

    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        check_title(&self.title)?;
        check_duration(self.duration)?;
        if self.description.chars().count() > MAX_DESCRIPTION_LEN {
            let must = "at most 2,000 characters";
            return Err(ScheduleError::Field { field: "description", must });
        }
        if self.category.as_ref().is_some_and(|it| it.is_empty() || it.len() > MAX_CATEGORY_LEN) {
            let must = "the id of a category, or null";
            return Err(ScheduleError::Field { field: "category_id", must });
        }
        Ok(())
    }
}

impl Exception {
    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        let Self::Moved(moved) = self else { return Ok(()) };
        moved.title.as_deref().map_or(Ok(()), check_title)?;
        moved.duration.map_or(Ok(()), check_duration)
    }
}

fn check_title(title: &str) -> Result<(), ScheduleError> {
    let fits = !title.trim().is_empty()
        && title.chars().count() <= MAX_TITLE_LEN
        && !title.chars().any(char::is_control);
    let must = "1 to 140 characters on one line";
    if fits { Ok(()) } else { Err(ScheduleError::Field { field: "title", must }) }
}

fn check_duration(duration: Duration) -> Result<(), ScheduleError> {
    let must = "1 to 10,080 minutes, which is a week";
    let field = "duration_minutes";
    if DURATIONS.contains(&duration) { Ok(()) } else { Err(ScheduleError::Field { field, must }) }
}
