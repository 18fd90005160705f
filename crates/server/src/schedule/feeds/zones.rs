//! A place's changes of clocks as iCalendar spells them out (RFC 5545 §3.6.5), for calendars that
//! know no zones by name.

use jiff::Timestamp;
use jiff::tz::{Dst, Offset};

use super::lines::Lines;
use crate::schedule::recurrence::Zone;

/// The most changes that are listed: Morocco changes four times in some years.
const MAX_CHANGES: usize = 100;

/// Changes of one kind.
struct Observance {
    from: Offset,
    to: Offset,
    name: String,
    daylight: bool,
    /// When they happen, as the clocks showed until then.
    onsets: Vec<String>,
}

/// Writes a zone as it is from `from` to `to`.
pub(super) fn write(lines: &mut Lines, zone: &Zone, from: Timestamp, to: Timestamp) {
    lines.property("BEGIN", "VTIMEZONE");
    lines.property("TZID", zone.as_str());
    for observance in observances(zone, from, to) {
        let kind = if observance.daylight { "DAYLIGHT" } else { "STANDARD" };
        lines.property("BEGIN", kind);
        let mut onsets = observance.onsets.iter();
        onsets.next().into_iter().for_each(|first| lines.property("DTSTART", first));
        onsets.for_each(|other| lines.property("RDATE", other));
        lines.property("TZOFFSETFROM", &offset(observance.from));
        lines.property("TZOFFSETTO", &offset(observance.to));
        lines.text("TZNAME", &observance.name);
        lines.property("END", kind);
    }
    lines.property("END", "VTIMEZONE");
}

fn observances(zone: &Zone, from: Timestamp, to: Timestamp) -> Vec<Observance> {
    let rules = zone.rules();
    let mut observances: Vec<Observance> = Vec::new();
    // The one in force at the beginning, then those that come.
    let earlier = rules.preceding(from).next();
    let later = rules.following(from).take_while(|change| change.timestamp() <= to);
    let mut before = match &earlier {
        Some(change) => rules.to_offset(just_before(change.timestamp())),
        None => rules.to_offset(from),
    };
    if earlier.is_none() {
        let info = rules.to_offset_info(from);
        observances.push(Observance {
            from: before,
            to: before,
            name: info.abbreviation().to_owned(),
            daylight: info.dst() == Dst::Yes,
            onsets: vec!["19700101T000000".to_owned()],
        });
    }
    for change in earlier.into_iter().chain(later).take(MAX_CHANGES) {
        let (name, daylight) = (change.abbreviation(), change.dst() == Dst::Yes);
        let onset = before.to_datetime(change.timestamp()).strftime("%Y%m%dT%H%M%S").to_string();
        let same = observances.iter_mut().find(|it| {
            (it.from, it.to, it.daylight) == (before, change.offset(), daylight) && it.name == name
        });
        match same {
            Some(observance) => observance.onsets.push(onset),
            None => observances.push(Observance {
                from: before,
                to: change.offset(),
                name: name.to_owned(),
                daylight,
                onsets: vec![onset],
            }),
        }
        before = change.offset();
    }
    observances
}

fn just_before(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_sub(1)).unwrap_or(at)
}

/// `+0100`, with seconds where a place had such an offset.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}
