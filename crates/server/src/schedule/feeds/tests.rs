//! Feeds are read back by readers that are not ours.

use std::time::Duration;

use icalendar::parser::{read_calendar, unfold};
use rivulet_media::time::WallClock;

use super::{Calendar, Entry, Event, Feed};
use crate::schedule::recurrence::{Rule, Series, WallTime, Zone};

fn wall(text: &str) -> WallTime {
    WallTime::parse(text).unwrap()
}

fn event(place: &str, rule: Option<&str>) -> Event {
    let rule = rule.map(|rule| Rule::parse(rule).unwrap());
    let first = wall("2026-11-22T20:00");
    let series = Series::new(first, Zone::parse(place).unwrap(), rule).unwrap();
    Event {
        uid: "0192f0c1-0000-7000-8000-000000000001".to_owned(),
        created_at: WallClock::from_unix_millis(1_795_000_000_000),
        changed_at: WallClock::from_unix_millis(1_795_000_100_000),
        sequence: 3,
        series,
        instead_of: None,
        without: Vec::new(),
        duration: Duration::from_secs(5400),
        title: "Birds, bees; and \\ more".to_owned(),
        description: "First line\r\nsecond line with a very long text, so that it is folded, more than once: 🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦".to_owned(),
        url: Some("https://live.example/@birds/schedule/1".to_owned()),
        is_cancelled: false,
    }
}

fn calendar(events: Vec<Event>) -> String {
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let url = Some("https://live.example/@birds".to_owned());
    Calendar { name: "Birds & bees".to_owned(), url, now, events }.render()
}

/// The lines between `BEGIN:name` and its end.
fn part<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let lines = text.split("\r\n").skip_while(|line| *line != format!("BEGIN:{name}")).skip(1);
    lines.take_while(|line| *line != format!("END:{name}")).collect()
}

#[test]
fn calendars_are_as_another_reader_expects_them() {
    let mut weekly = event("Europe/Berlin", Some("FREQ=WEEKLY;BYDAY=SU"));
    weekly.without = vec![wall("2026-11-29T20:00")];
    let mut moved = event("Europe/Berlin", None);
    moved.instead_of = Some(wall("2026-12-06T20:00"));
    let text = calendar(vec![weekly, moved]);

    let unfolded = unfold(&text);
    let read = read_calendar(&unfolded).unwrap();
    let names: Vec<&str> = read.components.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["VTIMEZONE", "VEVENT", "VEVENT"]);
    let value = |component: usize, name: &str| {
        let found = read.components[component].find_prop(name);
        found.unwrap_or_else(|| panic!("{name} is missing")).val.as_str().to_owned()
    };
    assert_eq!(value(1, "RRULE"), "FREQ=WEEKLY;BYDAY=SU");
    assert_eq!(value(1, "DTSTART"), "20261122T200000");
    assert_eq!(value(1, "EXDATE"), "20261129T200000");
    assert_eq!(value(1, "DURATION"), "PT5400S");
    // The reader takes the escapes away.
    assert_eq!(value(1, "SUMMARY"), "Birds, bees; and \\ more");
    assert!(value(1, "DESCRIPTION").starts_with("First line\nsecond line"));
    assert_eq!(value(2, "RECURRENCE-ID"), "20261206T200000");
    assert_eq!((value(1, "UID"), value(1, "STATUS")), (value(2, "UID"), "CONFIRMED".to_owned()));
    let zone = read.components[1].find_prop("DTSTART").unwrap().params[0].clone();
    assert_eq!((zone.key.as_str(), zone.val.unwrap().as_str()), ("TZID", "Europe/Berlin"));
}

#[test]
fn lines_are_folded_between_characters() {
    let text = calendar(vec![event("UTC", None)]);
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    assert!(
        text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n'])
    );
    let long = text.split("\r\n").filter(|line| line.starts_with(' ')).count();
    assert!(long >= 2, "{text}");
    assert!(text.contains("DTSTART:20261122T200000Z\r\n"), "{text}");
    assert!(!text.contains("VTIMEZONE"), "times in UTC need none: {text}");
}

#[test]
fn places_come_with_their_changes_of_clocks() {
    let text = calendar(vec![event("Europe/Berlin", Some("FREQ=DAILY;COUNT=200"))]);
    // Winter time since October 2026, summer time in March 2027; the last stream is in June.
    let zone = part(&text, "VTIMEZONE");
    let expected = [
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20270328T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
    ];
    assert_eq!(zone, expected);
    // What never ends is described for some years.
    let text = calendar(vec![event("Europe/Berlin", Some("FREQ=DAILY"))]);
    assert!(text.contains("RDATE:20271031T030000\r\n") && text.contains("RDATE:20301027T030000"));
    let text = calendar(vec![event("Asia/Kathmandu", None), event("Asia/Kathmandu", None)]);
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert!(text.contains("TZOFFSETTO:+0545\r\n"), "{text}");
}

#[test]
fn what_is_cancelled_says_so() {
    let cancelled = Event { is_cancelled: true, ..event("UTC", None) };
    assert!(calendar(vec![cancelled]).contains("\r\nSTATUS:CANCELLED\r\n"));
}

#[test]
fn atom_is_well_formed_whatever_the_titles_say() {
    let at = WallClock::from_unix_millis(1_795_000_000_000);
    let entry = Entry {
        id: "urn:uuid:0192f0c1-0000-7000-8000-000000000001".to_owned(),
        title: "<script>\u{0}\u{b}&\"'".to_owned(),
        page: "/@birds/schedule/1?a&b".to_owned(),
        published_at: at,
        updated_at: at,
        text: "]]> \u{ffff}🐦\nsecond".to_owned(),
    };
    let feed = Feed {
        id: "urn:uuid:0192f0c1-0000-7000-8000-000000000002".to_owned(),
        title: "Birds & bees".to_owned(),
        author: "Birds".to_owned(),
        itself: "/@birds/schedule.atom".to_owned(),
        page: "/@birds".to_owned(),
        updated_at: at,
        entries: vec![entry],
    };
    insta::assert_snapshot!(feed.render());
}

#[test]
fn an_empty_calendar_is_still_a_calendar() {
    let text = calendar(Vec::new());
    let unfolded = unfold(&text);
    let read = read_calendar(&unfolded).unwrap();
    let names: Vec<&str> = read.components.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["VTIMEZONE"], "{text}");
    let expected = [
        "TZID:UTC",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0000",
        "TZNAME:UTC",
        "END:STANDARD",
    ];
    assert_eq!(part(&text, "VTIMEZONE"), expected);
}
