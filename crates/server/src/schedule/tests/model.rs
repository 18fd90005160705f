//! Situations of one stream.

use std::time::Duration;

use rivulet_media::time::WallClock;

use crate::ids::{BroadcastId, ChannelId};
use crate::schedule::ScheduleError;
use crate::schedule::model::{self, Exception, Fate, Link, Move, Plan, State, Stream};
use crate::schedule::recurrence::WallTime;

pub(super) fn at(text: &str) -> WallClock {
    WallClock::from_unix_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

pub(super) fn wall(text: &str) -> WallTime {
    WallTime::parse(text).unwrap()
}

/// Sundays at eight in the evening in Berlin, from 22 November 2026 on.
pub(super) fn sundays() -> Plan {
    Plan {
        title: "Birds at dusk".to_owned(),
        description: String::new(),
        category: None,
        starts_at: "2026-11-22T20:00".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        duration: Duration::from_secs(5400),
        rule: Some("FREQ=WEEKLY".to_owned()),
        state: State::Planned,
    }
}

pub(super) fn moved(to: &str) -> Exception {
    Exception::Moved(Move { to: wall(to), duration: None, title: None })
}

fn stream() -> Stream {
    Stream::planned(sundays(), ChannelId::generate(), at("2026-11-01T00:00:00Z")).unwrap()
}

/// Beginnings and fates in the weeks from 22 November to 20 December.
fn seen(stream: &Stream) -> Vec<(String, Fate)> {
    let window = at("2026-11-22T00:00:00Z")..at("2026-12-20T00:00:00Z");
    let occurrences = stream.occurrences(&window);
    occurrences.iter().map(|it| (it.wall.to_string(), it.fate)).collect()
}

#[test]
fn occurrences_are_cancelled_moved_and_restored() {
    let now = at("2026-11-02T00:00:00Z");
    let stream = stream();
    let stream = stream.with_exception(wall("2026-11-29T20:00"), Some(Exception::Cancelled), now);
    let moved_to = Some(moved("2026-12-14T19:00"));
    let stream = stream.unwrap().with_exception(wall("2026-12-06T20:00"), moved_to, now).unwrap();
    let expected = [
        ("2026-11-22T20:00:00", Fate::Planned),
        ("2026-11-29T20:00:00", Fate::Cancelled),
        ("2026-12-13T20:00:00", Fate::Planned),
        ("2026-12-14T19:00:00", Fate::Moved),
    ];
    assert_eq!(seen(&stream), expected.map(|(wall, fate)| (wall.to_owned(), fate)));
    assert_eq!(stream.revision, 2);

    let stream = stream.with_exception(wall("2026-11-29T20:00"), None, now).unwrap();
    assert_eq!(seen(&stream)[1], ("2026-11-29T20:00:00".to_owned(), Fate::Planned));
    let off = Plan { state: State::Cancelled, ..stream.plan() };
    let stream = stream.replanned(off, now).unwrap();
    assert!(seen(&stream).iter().all(|(_, fate)| *fate == Fate::Cancelled));
    assert_eq!(stream.exceptions.len(), 1, "what was moved is not forgotten");
}

#[test]
fn another_rule_forgets_exceptions_from_what_is_no_more() {
    let now = at("2026-11-02T00:00:00Z");
    let stream = stream();
    let stream = stream.with_exception(wall("2026-11-29T20:00"), Some(Exception::Cancelled), now);
    let stream = stream.unwrap();
    let stream =
        stream.with_exception(wall("2026-12-06T20:00"), Some(Exception::Cancelled), now).unwrap();
    let plan = Plan { rule: Some("FREQ=WEEKLY;INTERVAL=2".to_owned()), ..stream.plan() };
    let stream = stream.replanned(plan, now).unwrap();
    assert_eq!(stream.exceptions.keys().copied().collect::<Vec<_>>(), [wall("2026-12-06T20:00")]);
    let plan = Plan { rule: None, ..stream.plan() };
    assert!(stream.replanned(plan, now).unwrap().exceptions.is_empty());
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let refused = |change: fn(&mut Plan)| {
        let mut plan = sundays();
        change(&mut plan);
        Stream::planned(plan, ChannelId::generate(), WallClock::default()).unwrap_err().to_string()
    };
    for (change, said) in [
        ((|plan| plan.title = " ".to_owned()) as fn(&mut Plan), "title must be"),
        (|plan| plan.title = "a\nb".to_owned(), "title must be"),
        (|plan| plan.title = "a".repeat(141), "title must be"),
        (|plan| plan.description = "a".repeat(2001), "description must be"),
        (|plan| plan.duration = Duration::ZERO, "duration_minutes must be"),
        (|plan| plan.duration = Duration::from_secs(8 * 86_400), "duration_minutes must be"),
        (|plan| plan.starts_at = "tomorrow".to_owned(), "starts_at must be"),
        (|plan| plan.time_zone = "Berlin".to_owned(), "`Berlin` is no zone"),
        (|plan| plan.rule = Some("FREQ=YEARLY".to_owned()), "a rule says FREQ="),
        (|plan| plan.rule = Some("FREQ=WEEKLY;BYDAY=MO".to_owned()), "the rule does not name"),
    ] {
        assert!(refused(change).starts_with(said), "{} is not {said}", refused(change));
    }
    let stream = stream();
    assert!(matches!(stream.name("2026-11-23T20:00"), Err(ScheduleError::NoOccurrence(_))));
    let once = Stream::planned(
        Plan { rule: None, ..sundays() },
        ChannelId::generate(),
        WallClock::default(),
    );
    let first = wall("2026-11-22T20:00");
    let refused = once.unwrap().with_exception(first, None, WallClock::default());
    assert!(matches!(refused, Err(ScheduleError::HappensOnce)));
}

#[test]
fn the_next_one_is_not_off_not_long_past_and_not_begun() {
    let stream = stream();
    let window = at("2026-11-22T18:00:00Z")..at("2026-12-31T00:00:00Z");
    let next = |links: &[Link], now: &str| {
        stream.next(&window, links, at(now)).map(|it| it.wall.to_string()[..10].to_owned())
    };
    assert_eq!(next(&[], "2026-11-22T18:00:00Z").as_deref(), Some("2026-11-22"));
    assert_eq!(
        next(&[], "2026-11-22T19:30:00Z").as_deref(),
        Some("2026-11-22"),
        "half an hour late"
    );
    assert_eq!(next(&[], "2026-11-22T19:30:01Z").as_deref(), Some("2026-11-29"));
    let link = Link {
        broadcast: BroadcastId::generate(),
        stream: stream.id,
        occurrence: wall("2026-11-22T20:00"),
        starts_at: at("2026-11-22T19:00:00Z"),
    };
    assert_eq!(next(&[link], "2026-11-22T18:50:00Z").as_deref(), Some("2026-11-29"), "it is on");
}

#[test]
fn a_broadcast_is_the_nearest_within_half_an_hour() {
    let early = stream();
    let plan = Plan { starts_at: "2026-11-22T20:40".to_owned(), rule: None, ..sundays() };
    let late = Stream::planned(plan, early.channel, early.created_at).unwrap();
    let window = at("2026-11-22T00:00:00Z")..at("2026-11-23T00:00:00Z");
    let mut all = early.occurrences(&window);
    all.extend(late.occurrences(&window));
    let found = |began: &str| model::nearest(&all, at(began)).map(|it| it.stream.id);
    for (began, expected) in [
        ("2026-11-22T18:29:59Z", None),
        ("2026-11-22T18:30:00Z", Some(early.id)),
        ("2026-11-22T19:19:00Z", Some(early.id)),
        ("2026-11-22T19:21:00Z", Some(late.id)),
        ("2026-11-22T20:10:00Z", Some(late.id)),
        ("2026-11-22T20:10:01Z", None),
    ] {
        assert_eq!(found(began), expected, "{began}");
    }
}
