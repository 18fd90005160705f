//! iCalendar (RFC 5545), with the name and the refresh interval of RFC 7986.

use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use rivulet_media::time::WallClock;

use super::lines::Lines;
use super::zones;
use crate::schedule::recurrence::{Series, WallTime, Zone};

/// How often subscribers are asked to look, as RFC 5545 writes durations.
const REFRESH: &str = "PT1H";
/// How far ahead the changes of clocks of what never ends are spelled out, in years. Every look of a
/// subscriber moves it on.
const ZONE_YEARS: i64 = 5;

/// A calendar to subscribe to.
pub(crate) struct Calendar {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    /// When it is: of what never ends, some years from here on are described.
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<Event>,
}

/// One event: a stream with all its starts, or one start that was moved.
pub(crate) struct Event {
    /// Never changes.
    pub(crate) uid: String,
    pub(crate) created_at: WallClock,
    pub(crate) changed_at: WallClock,
    /// How often it was changed.
    pub(crate) sequence: u32,
    pub(crate) series: Series,
    /// Which start of the stream of the same `uid` this stands for.
    pub(crate) instead_of: Option<WallTime>,
    /// Starts that do not happen.
    pub(crate) without: Vec<WallTime>,
    pub(crate) duration: Duration,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) url: Option<String>,
    pub(crate) is_cancelled: bool,
}

impl Calendar {
    /// As it is served.
    pub(crate) fn render(&self) -> String {
        let mut lines = Lines::default();
        lines.property("BEGIN", "VCALENDAR");
        lines.property("VERSION", "2.0");
        lines.property("PRODID", "-//Rivulet//Schedule//EN");
        lines.text("NAME", &self.name);
        // What readers from before RFC 7986 look for.
        lines.text("X-WR-CALNAME", &self.name);
        lines.property("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        lines.property("X-PUBLISHED-TTL", REFRESH);
        if let Some(url) = &self.url {
            lines.property("URL", &uri(url));
        }
        for (zone, from, to) in self.zones() {
            zones::write(&mut lines, zone, from, to);
        }
        // A calendar has at least one component (§3.6), and an empty one no zone of its own.
        if self.events.is_empty() {
            zones::write(&mut lines, &Zone::utc(), self.now, self.now);
        }
        self.events.iter().for_each(|event| event.write(&mut lines));
        lines.property("END", "VCALENDAR");
        lines.finish()
    }

    /// Each zone once, with the years that its events need.
    fn zones(&self) -> Vec<(&Zone, Timestamp, Timestamp)> {
        let horizon = self.now.checked_add((ZONE_YEARS * 366 * 24).hours()).unwrap_or(self.now);
        let mut zones: Vec<(&Zone, Timestamp, Timestamp)> = Vec::new();
        for series in self.events.iter().map(|event| &event.series) {
            let zone = series.zone();
            if zone.as_str() == "UTC" {
                continue; // is written with a Z
            }
            let from = zone.at(series.first());
            let to = series.ends_by().unwrap_or(horizon).min(horizon).max(from);
            match zones.iter_mut().find(|(known, ..)| known.as_str() == zone.as_str()) {
                Some((_, first, last)) => {
                    *first = from.min(*first);
                    *last = to.max(*last);
                }
                None => zones.push((zone, from, to)),
            }
        }
        zones.sort_by(|(one, ..), (other, ..)| one.as_str().cmp(other.as_str()));
        zones
    }
}

impl Event {
    fn write(&self, lines: &mut Lines) {
        lines.property("BEGIN", "VEVENT");
        lines.property("UID", &self.uid);
        lines.property("DTSTAMP", &utc(self.changed_at));
        lines.property("CREATED", &utc(self.created_at));
        lines.property("LAST-MODIFIED", &utc(self.changed_at));
        lines.property("SEQUENCE", &self.sequence.to_string());
        self.time(lines, "DTSTART", self.series.first());
        lines.property("DURATION", &format!("PT{}S", self.duration.as_secs()));
        if let Some(start) = self.instead_of {
            self.time(lines, "RECURRENCE-ID", start);
        }
        if let Some(rule) = self.series.rule() {
            lines.property("RRULE", &rule.to_string());
        }
        for start in &self.without {
            self.time(lines, "EXDATE", *start);
        }
        lines.text("SUMMARY", &self.title);
        if !self.description.is_empty() {
            lines.text("DESCRIPTION", &self.description);
        }
        if let Some(url) = &self.url {
            lines.property("URL", &uri(url));
        }
        lines.property("STATUS", if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" });
        lines.property("TRANSP", "TRANSPARENT");
        lines.property("END", "VEVENT");
    }

    fn time(&self, lines: &mut Lines, name: &str, time: WallTime) {
        match self.series.zone().as_str() {
            "UTC" => lines.property(name, &format!("{}Z", time.compact())),
            zone => lines.property(&format!("{name};TZID={zone}"), &time.compact()),
        }
    }
}

fn utc(at: WallClock) -> String {
    let at = Timestamp::from_millisecond(at.as_unix_millis()).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// An address has no line breaks, whoever configured it.
fn uri(url: &str) -> String {
    url.chars().filter(|character| !character.is_control()).collect()
}
