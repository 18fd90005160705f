//! Rules as text (RFC 5545 §3.3.10).

use std::fmt;
use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;

use super::{Day, End, Frequency, MAX_COUNT, Rule, RuleError};

/// The longest rule, in bytes: enough to list every day of a month by both ends. Against texts that
/// cost more to read than to send.
const MAX_RULE_LEN: usize = 400;
/// The longest interval: a year of days, and some.
const MAX_INTERVAL: u16 = 400;
/// How RFC 5545 writes a time in UTC.
const UTC: &str = "%Y%m%dT%H%M%SZ";

/// Abbreviations of the days, as they are written in a rule.
const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// The parts of a rule as they stand in a text, each at most once.
#[derive(Default)]
struct Parts<'a> {
    frequency: Option<&'a str>,
    interval: Option<&'a str>,
    days: Option<&'a str>,
    month_days: Option<&'a str>,
    count: Option<&'a str>,
    until: Option<&'a str>,
}

impl Rule {
    /// Reads a rule, in capitals or not.
    ///
    /// # Errors
    /// When it is none, or says something that is not understood here.
    pub(crate) fn parse(text: &str) -> Result<Self, RuleError> {
        if text.len() > MAX_RULE_LEN {
            return Err(RuleError::TooLong(MAX_RULE_LEN));
        }
        let text = text.to_ascii_uppercase();
        let parts = Parts::read(&text)?;
        let frequency = frequency(parts.frequency)?;
        let interval = parts.interval.map_or(Ok(NonZeroU16::MIN), interval)?;
        let days = parts.days.map_or(Ok(Vec::new()), days)?;
        let month_days = parts.month_days.map_or(Ok(Vec::new()), month_days)?;
        if frequency != Frequency::Monthly && days.iter().any(|day| day.nth.is_some()) {
            return Err(RuleError::NthOutsideMonth);
        }
        if frequency == Frequency::Weekly && !month_days.is_empty() {
            return Err(RuleError::MonthDayInWeek);
        }
        let end = match (parts.count, parts.until) {
            (None, None) => End::Never,
            (Some(text), None) => End::After(count(text)?),
            (None, Some(text)) => End::Until(until(text)?),
            (Some(_), Some(_)) => return Err(RuleError::TwoEnds),
        };
        Ok(Self { frequency, interval, days, month_days, end })
    }
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, RuleError> {
        let mut parts = Self::default();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(RuleError::Form)?;
            let (name, slot) = match name {
                "FREQ" => ("FREQ", &mut parts.frequency),
                "INTERVAL" => ("INTERVAL", &mut parts.interval),
                "BYDAY" => ("BYDAY", &mut parts.days),
                "BYMONTHDAY" => ("BYMONTHDAY", &mut parts.month_days),
                "COUNT" => ("COUNT", &mut parts.count),
                "UNTIL" => ("UNTIL", &mut parts.until),
                other => return Err(RuleError::Unknown(other.to_owned())),
            };
            if slot.replace(value).is_some() {
                return Err(RuleError::Twice(name));
            }
        }
        Ok(parts)
    }
}

fn frequency(text: Option<&str>) -> Result<Frequency, RuleError> {
    match text {
        Some("DAILY") => Ok(Frequency::Daily),
        Some("WEEKLY") => Ok(Frequency::Weekly),
        Some("MONTHLY") => Ok(Frequency::Monthly),
        _ => Err(RuleError::Frequency),
    }
}

fn interval(text: &str) -> Result<NonZeroU16, RuleError> {
    let interval = number(text).and_then(NonZeroU16::new);
    interval.filter(|it| it.get() <= MAX_INTERVAL).ok_or(RuleError::Interval)
}

fn count(text: &str) -> Result<u16, RuleError> {
    number(text).filter(|count| (1..=MAX_COUNT).contains(count)).ok_or(RuleError::Count)
}

/// Digits alone: no sign.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Digits with a sign or none.
fn signed(text: &str) -> Option<i8> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn until(text: &str) -> Result<Timestamp, RuleError> {
    let time = DateTime::strptime(UTC, text).map_err(|_| RuleError::Until)?;
    // The standard's form has 16 characters; what reads it would take fewer.
    let written = time.strftime(UTC).to_string();
    let at = TimeZone::UTC.to_timestamp(time).map_err(|_| RuleError::Until)?;
    if written == text { Ok(at) } else { Err(RuleError::Until) }
}

fn days(text: &str) -> Result<Vec<Day>, RuleError> {
    let mut days = text.split(',').map(day).collect::<Result<Vec<_>, _>>()?;
    days.sort_by_key(|day| day.rank());
    days.dedup();
    Ok(days)
}

fn day(text: &str) -> Result<Day, RuleError> {
    let found = DAYS.iter().find_map(|(name, day)| Some((text.strip_suffix(name)?, *day)));
    let (nth, weekday) = found.ok_or(RuleError::Day)?;
    if nth.is_empty() {
        return Ok(Day { nth: None, weekday });
    }
    let nth = signed(nth).filter(|nth| (1..=5).contains(&nth.unsigned_abs()));
    Ok(Day { nth: Some(nth.ok_or(RuleError::Nth)?), weekday })
}

fn month_days(text: &str) -> Result<Vec<i8>, RuleError> {
    let day = |text| signed(text).filter(|day| (1..=31).contains(&day.unsigned_abs()));
    let days: Option<Vec<i8>> = text.split(',').map(day).collect();
    let mut days = days.ok_or(RuleError::MonthDay)?;
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// The one form of each rule.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.frequency {
            Frequency::Daily => "FREQ=DAILY",
            Frequency::Weekly => "FREQ=WEEKLY",
            Frequency::Monthly => "FREQ=MONTHLY",
        })?;
        if self.interval != NonZeroU16::MIN {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::After(count) => write!(f, ";COUNT={count}")?,
            End::Until(at) => write!(f, ";UNTIL={}", at.strftime(UTC))?,
        }
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.days)
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        match index {
            0 => write!(f, ";{name}={item}")?,
            _ => write!(f, ",{item}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        let name = DAYS.iter().find(|(_, day)| *day == self.weekday);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}
