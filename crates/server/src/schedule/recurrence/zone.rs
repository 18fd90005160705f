//! Places and what their clocks show.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The longest name of a zone; the longest there is has 32 characters.
const MAX_ZONE_LEN: usize = 64;
/// Years that a stream may be planned in: calendars everywhere understand these.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;
/// A moment on a clock, to the minute and to the second.
const FORMS: [(usize, &str); 2] = [(16, "%Y-%m-%dT%H:%M"), (19, "%Y-%m-%dT%H:%M:%S")];

/// Where it happens: a zone of the IANA database, such as `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// The zone without any rules.
    pub(crate) fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }

    /// The zone of that name, in the version of the database that came with the program.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if name.len() > MAX_ZONE_LEN || name.eq_ignore_ascii_case("etc/unknown") {
            return None;
        }
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        let name = rules.iana_name()?.to_owned();
        Some(Self { name, rules })
    }

    /// When its clocks show `time`. One that a change leaves out is read as if there were no
    /// change, and of one that comes twice it is the first (RFC 5545 §3.3.5).
    pub(crate) fn at(&self, time: WallTime) -> Timestamp {
        self.rules.to_timestamp(time.0).expect("a year with four digits is within the calendar")
    }

    /// What its clocks show at `at`.
    pub(crate) fn wall(&self, at: Timestamp) -> DateTime {
        self.rules.to_datetime(at)
    }

    /// Its offsets and their changes.
    pub(crate) fn rules(&self) -> &TimeZone {
        &self.rules
    }

    /// Its name in the database.
    pub(crate) fn as_str(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What a clock on a wall shows, wherever that is: `2026-11-22T20:00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WallTime(pub(super) DateTime);

impl WallTime {
    /// Reads `2026-11-22T20:00`, with or without seconds.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (_, form) = FORMS.iter().find(|(len, _)| *len == text.len())?;
        let time = DateTime::strptime(form, text).ok()?;
        let exact = time.strftime(form).to_string() == text;
        (exact && YEARS.contains(&time.year())).then_some(Self(time))
    }

    /// The same as RFC 5545 writes it: `20261122T200000`.
    pub(crate) fn compact(self) -> String {
        self.0.strftime("%Y%m%dT%H%M%S").to_string()
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
