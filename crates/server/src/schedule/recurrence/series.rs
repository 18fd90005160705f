//! A rule with its beginning and its place, and when that is.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan as _};

use super::{End, Frequency, Rule, SeriesError, WallTime, Zone};

/// How far ahead anybody looks, from the beginning or from where they ask: rules that skip years –
/// the 29th of February – come round within them. Against rules that name next to nothing.
pub(crate) const MAX_YEARS: i16 = 10;
/// The most starts that one look gives: ten years of days.
const MAX_STARTS: usize = 3_700;
/// How far before a time of the world the search on the calendar begins: more than zones and
/// changes of clocks can make out.
const MARGIN_DAYS: i64 = 3;
/// Nothing is looked for after this day, whoever asks.
const LAST_DAY: Date = Date::constant(2209, 12, 31);

/// Something that happens once, or again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    first: WallTime,
    zone: Zone,
    rule: Option<Rule>,
}

/// One time that it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// What the clocks of its place show, or would without a change.
    pub(crate) wall: WallTime,
    /// When that is.
    pub(crate) at: Timestamp,
}

impl Series {
    /// A series that begins with `first`.
    ///
    /// # Errors
    /// When the rule does not name `first` itself: what would then come, every calendar decides
    /// otherwise (RFC 5545 §3.8.5.3).
    pub(crate) fn new(
        first: WallTime,
        zone: Zone,
        rule: Option<Rule>,
    ) -> Result<Self, SeriesError> {
        let series = Self { first, zone, rule };
        let begins = series.zone.at(first);
        let end = series.rule.as_ref().map(Rule::end);
        if matches!(end, Some(End::Until(until)) if until < begins) {
            return Err(SeriesError::EndsFirst);
        }
        let named = series.starts(begins).next();
        match named {
            Some(start) if start.wall == first => Ok(series),
            Some(start) => Err(SeriesError::Unnamed(start.wall)),
            None => Err(SeriesError::Never),
        }
    }

    /// A series that was checked when it was made. Not again: what its place decided about its clocks
    /// since then must not make it unreadable.
    pub(crate) fn kept(first: WallTime, zone: Zone, rule: Option<Rule>) -> Self {
        Self { first, zone, rule }
    }

    /// The first start.
    pub(crate) fn first(&self) -> WallTime {
        self.first
    }

    /// Where it happens.
    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// How it repeats, if it does.
    pub(crate) fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// The starts at or after `from`, in order, worked out one by one.
    pub(crate) fn starts(&self, from: Timestamp) -> impl Iterator<Item = Start> + '_ {
        Walk::new(self, from).skip_while(move |start| start.at < from).take(MAX_STARTS)
    }

    /// Whether it names this time.
    pub(crate) fn names(&self, wall: WallTime) -> bool {
        let at = self.zone.at(wall);
        self.starts(at).take_while(|start| start.at <= at).any(|start| start.wall == wall)
    }

    /// Nothing begins after this; `None` where there is no end.
    pub(crate) fn ends_by(&self) -> Option<Timestamp> {
        let begins = self.zone.at(self.first);
        match self.rule.as_ref().map(Rule::end) {
            None => Some(begins),
            Some(End::Never) => None,
            Some(End::Until(until)) => Some(until),
            Some(End::After(_)) => self.starts(begins).last().map(|start| start.at),
        }
    }
}

/// Walks over the calendar, period by period.
struct Walk<'a> {
    series: &'a Series,
    /// The number of the period that comes next.
    period: i64,
    /// The days of the present period that are left, the next one last.
    days: Vec<Date>,
    /// No day after this.
    limit: Date,
    /// How many may still come, where the rule counts.
    left: Option<u16>,
    last: Option<Timestamp>,
}

impl<'a> Walk<'a> {
    fn new(series: &'a Series, from: Timestamp) -> Self {
        let first = series.first.0.date();
        let near = series.zone.wall(from).date();
        let near = near.checked_sub(MARGIN_DAYS.days()).unwrap_or(Date::MIN).max(first);
        let left = match series.rule.as_ref().map(Rule::end) {
            None => Some(1),
            Some(End::After(count)) => Some(count),
            Some(End::Never | End::Until(_)) => None,
        };
        // Who counts counts from the beginning.
        let near = if left.is_some() { first } else { near };
        let limit = near.checked_add(MAX_YEARS.years()).unwrap_or(LAST_DAY).min(LAST_DAY);
        let period = series.rule.as_ref().map_or(0, |rule| rule.period_of(near, first));
        Self { series, period, days: Vec::new(), limit, left, last: None }
    }

    /// The next day, whether it is to be counted or not.
    fn day(&mut self) -> Option<Date> {
        let first = self.series.first.0.date();
        loop {
            if let Some(day) = self.days.pop() {
                return (day <= self.limit).then_some(day);
            }
            let Some(rule) = &self.series.rule else {
                return Some(first);
            };
            let opens = rule.opens(self.period, first).filter(|day| *day <= self.limit)?;
            self.period += 1;
            self.days = rule.days_from(opens, first);
        }
    }

    fn is_over(&self, at: Timestamp) -> bool {
        match self.series.rule.as_ref().map(Rule::end) {
            Some(End::Until(until)) => at > until,
            _ => false,
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Start;

    fn next(&mut self) -> Option<Start> {
        loop {
            if self.left == Some(0) {
                return None;
            }
            let day = self.day()?;
            let wall = WallTime(DateTime::from_parts(day, self.series.first.0.time()));
            let at = self.series.zone.at(wall);
            if self.is_over(at) {
                return None;
            }
            // Where a place leaves out a whole day, two days fall on one time, which is one start.
            if self.last.is_some_and(|last| at <= last) {
                continue;
            }
            self.last = Some(at);
            self.left = self.left.map(|left| left - 1);
            return Some(Start { wall, at });
        }
    }
}

impl Rule {
    /// The number of the period that holds `day`, or the one before its turn.
    fn period_of(&self, day: Date, first: Date) -> i64 {
        let days = day.duration_since(first).as_hours() / 24;
        let months =
            i64::from(day.year() - first.year()) * 12 + i64::from(day.month() - first.month());
        let passed = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => (days + i64::from(first.weekday().to_monday_zero_offset())) / 7,
            Frequency::Monthly => months,
        };
        passed.max(0) / i64::from(self.interval.get())
    }

    /// The first day of a period; `None` past the end of the calendar.
    fn opens(&self, period: i64, first: Date) -> Option<Date> {
        let turns = period.checked_mul(i64::from(self.interval.get()))?;
        match self.frequency {
            Frequency::Daily => first.checked_add(turns.days()).ok(),
            Frequency::Weekly => {
                let into_week = i64::from(first.weekday().to_monday_zero_offset());
                first.checked_add((turns * 7 - into_week).days()).ok()
            }
            Frequency::Monthly => first.first_of_month().checked_add(turns.months()).ok(),
        }
    }

    /// The days that the rule takes of the period that opens with `opens`, the last one first.
    fn days_from(&self, opens: Date, first: Date) -> Vec<Date> {
        let length = match self.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => i64::from(opens.days_in_month()),
        };
        let day = |offset: i64| opens.checked_add(offset.days()).ok();
        let taken = |day: &Date| *day >= first && self.takes(*day, first);
        (0..length).rev().filter_map(day).filter(taken).collect()
    }
}
