//! The typed rule.

use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

/// How often a rule may say COUNT: three years of days. Against a count that somebody has us walk
/// through.
pub(crate) const MAX_COUNT: u16 = 1000;

/// How often something happens. Only [`Rule::parse`] makes one, so its parts fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(super) frequency: Frequency,
    /// Every so many days, weeks or months.
    pub(super) interval: NonZeroU16,
    /// Sorted, each once; none leaves the choice to the first start.
    pub(super) days: Vec<Day>,
    /// Sorted, each once; negative ones count from the month's end.
    pub(super) month_days: Vec<i8>,
    pub(super) end: End,
}

/// What passes between two turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    Daily,
    Weekly,
    Monthly,
}

/// A day of the week, or the nth such day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    /// From 1, or from -1 backwards; `None` is each.
    pub(crate) nth: Option<i8>,
    pub(crate) weekday: Weekday,
}

/// When a rule is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Never,
    /// After so many.
    After(u16),
    /// With the last one at or before this.
    Until(Timestamp),
}

impl Rule {
    /// When it is over.
    pub(crate) fn end(&self) -> End {
        self.end
    }

    /// Whether the rule's lists take this day of a period that is its turn. Where they say nothing,
    /// the day is that of the first start.
    pub(super) fn takes(&self, date: Date, first: Date) -> bool {
        match (self.days.is_empty(), self.month_days.is_empty()) {
            (true, true) => match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => date.weekday() == first.weekday(),
                Frequency::Monthly => date.day() == first.day(),
            },
            (no_days, no_month_days) => {
                (no_days || self.days.iter().any(|day| day.is(date)))
                    && (no_month_days || self.month_days.iter().any(|day| is_day(*day, date)))
            }
        }
    }
}

impl Day {
    fn is(self, date: Date) -> bool {
        let from_start = (date.day() - 1) / 7 + 1;
        let from_end = -((date.days_in_month() - date.day()) / 7 + 1);
        self.weekday == date.weekday()
            && self.nth.is_none_or(|nth| nth == from_start || nth == from_end)
    }

    /// What days are sorted by: weeks begin on Monday.
    pub(super) fn rank(self) -> (i8, i8) {
        (self.nth.unwrap_or_default(), self.weekday.to_monday_zero_offset())
    }
}

fn is_day(day: i8, date: Date) -> bool {
    day == date.day() || day == date.day() - date.days_in_month() - 1
}
