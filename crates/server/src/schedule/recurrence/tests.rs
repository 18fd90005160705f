//! Cases worked out by hand on a calendar, and properties of every rule.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Rule, RuleError, Series, SeriesError, WallTime, Zone};

fn wall(text: &str) -> WallTime {
    WallTime::parse(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn series(first: &str, place: &str, rule: &str) -> Series {
    Series::new(wall(first), zone(place), Some(Rule::parse(rule).unwrap())).unwrap()
}

/// The starts from the first one on, in UTC.
fn starts(series: &Series, count: usize) -> Vec<String> {
    let begins = series.zone().at(series.first());
    series.starts(begins).take(count).map(|start| start.at.to_string()).collect()
}

/// The days of the starts.
fn days(series: &Series, count: usize) -> Vec<String> {
    let begins = series.zone().at(series.first());
    let day = |start: super::series::Start| start.wall.to_string()[..10].to_owned();
    series.starts(begins).take(count).map(day).collect()
}

#[test]
fn rules_are_read_and_written_in_one_form() {
    for (text, written) in [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("freq=weekly;byday=th,mo,mo", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("BYDAY=SU;FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"),
        ("FREQ=WEEKLY;INTERVAL=1", "FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=+2TU,-1SU", "FREQ=MONTHLY;BYDAY=-1SU,2TU"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1,1", "FREQ=MONTHLY;BYMONTHDAY=-1,1,15"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR"),
        ("FREQ=DAILY;COUNT=010", "FREQ=DAILY;COUNT=10"),
        ("FREQ=DAILY;UNTIL=20261231T190000Z", "FREQ=DAILY;UNTIL=20261231T190000Z"),
    ] {
        let rule = Rule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(rule.to_string(), written, "{text}");
        assert_eq!(Rule::parse(written), Ok(rule), "{text}");
    }
}

#[test]
fn what_is_not_understood_is_refused_with_a_reason() {
    use RuleError as E;
    let unknown = |name: &str| E::Unknown(name.to_owned());
    for (text, reason) in [
        ("", E::Form),
        ("WEEKLY", E::Form),
        ("FREQ=WEEKLY;", E::Form),
        ("INTERVAL=2", E::Frequency),
        ("FREQ=YEARLY", E::Frequency),
        ("FREQ=SECONDLY", E::Frequency),
        ("FREQ=DAILY;BYHOUR=1", unknown("BYHOUR")),
        ("FREQ=WEEKLY;WKST=SU", unknown("WKST")),
        ("FREQ=DAILY;X=<b>", unknown("X")),
        ("FREQ=DAILY;FREQ=DAILY", E::Twice("FREQ")),
        ("FREQ=DAILY;INTERVAL=0", E::Interval),
        ("FREQ=DAILY;INTERVAL=401", E::Interval),
        ("FREQ=DAILY;INTERVAL=+1", E::Interval),
        ("FREQ=DAILY;INTERVAL=", E::Interval),
        ("FREQ=DAILY;COUNT=0", E::Count),
        ("FREQ=DAILY;COUNT=1001", E::Count),
        ("FREQ=DAILY;COUNT=99999999999", E::Count),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231T190000Z", E::TwoEnds),
        ("FREQ=DAILY;UNTIL=20261231", E::Until),
        ("FREQ=DAILY;UNTIL=20261231T190000", E::Until),
        ("FREQ=DAILY;UNTIL=20261331T190000Z", E::Until),
        ("FREQ=WEEKLY;BYDAY=", E::Day),
        ("FREQ=WEEKLY;BYDAY=XX", E::Day),
        ("FREQ=WEEKLY;BYDAY=MO,", E::Day),
        ("FREQ=WEEKLY;BYDAY=1MO", E::NthOutsideMonth),
        ("FREQ=MONTHLY;BYDAY=6MO", E::Nth),
        ("FREQ=MONTHLY;BYDAY=0MO", E::Nth),
        ("FREQ=MONTHLY;BYDAY=-MO", E::Nth),
        ("FREQ=MONTHLY;BYMONTHDAY=0", E::MonthDay),
        ("FREQ=MONTHLY;BYMONTHDAY=32", E::MonthDay),
        ("FREQ=WEEKLY;BYMONTHDAY=1", E::MonthDayInWeek),
    ] {
        assert_eq!(Rule::parse(text), Err(reason), "{text}");
    }
    assert!(matches!(Rule::parse(&"A".repeat(401)), Err(E::TooLong(_))));
    let said = Rule::parse("FREQ=DAILY;BYSETPOS=1").unwrap_err().to_string();
    assert!(said.starts_with("`BYSETPOS` is not understood: a rule is made of FREQ"), "{said}");
}

#[test]
fn days_come_as_on_the_calendar() {
    for (first, rule, expected) in [
        ("2026-11-23", "FREQ=DAILY;INTERVAL=3", vec!["2026-11-23", "2026-11-26", "2026-11-29"]),
        (
            "2026-11-23",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            vec!["2026-11-23", "2026-11-26", "2026-11-30", "2026-12-03"],
        ),
        // Weeks begin on Monday: the Sunday belongs to the first week, not to the next.
        (
            "2026-11-26",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU,MO",
            vec!["2026-11-26", "2026-11-29", "2026-12-07", "2026-12-10", "2026-12-13"],
        ),
        ("2026-11-24", "FREQ=WEEKLY", vec!["2026-11-24", "2026-12-01"]),
        (
            "2026-11-24",
            "FREQ=MONTHLY;BYDAY=4TU,-1SU",
            vec!["2026-11-24", "2026-11-29", "2026-12-22", "2026-12-27", "2027-01-26"],
        ),
        // Five Sundays: November 2026, January, May, August and October 2027.
        (
            "2026-11-29",
            "FREQ=MONTHLY;BYDAY=5SU",
            vec!["2026-11-29", "2027-01-31", "2027-05-30", "2027-08-29", "2027-10-31"],
        ),
        // Months without a 31st are left out.
        ("2026-10-31", "FREQ=MONTHLY", vec!["2026-10-31", "2026-12-31", "2027-01-31"]),
        (
            "2026-11-30",
            "FREQ=MONTHLY;BYMONTHDAY=-1,15",
            vec!["2026-11-30", "2026-12-15", "2026-12-31", "2027-01-15"],
        ),
        ("2026-11-13", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", vec!["2026-11-13", "2027-08-13"]),
        ("2024-02-29", "FREQ=MONTHLY;INTERVAL=12", vec!["2024-02-29", "2028-02-29"]),
        (
            "2026-11-23",
            "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
            vec![
                "2026-11-23",
                "2026-11-24",
                "2026-11-25",
                "2026-11-26",
                "2026-11-27",
                "2026-11-30",
            ],
        ),
    ] {
        let series = series(&format!("{first}T20:00"), "Europe/Berlin", rule);
        assert_eq!(days(&series, expected.len()), expected, "{rule}");
    }
}

#[test]
fn eight_o_clock_stays_eight_o_clock() {
    // Berlin goes to summer time on 29 March 2026 and back on 25 October.
    let spring = series("2026-03-27T20:00", "Europe/Berlin", "FREQ=DAILY");
    assert_eq!(
        starts(&spring, 3),
        ["2026-03-27T19:00:00Z", "2026-03-28T19:00:00Z", "2026-03-29T18:00:00Z"]
    );
    let autumn = series("2026-10-18T20:00", "Europe/Berlin", "FREQ=WEEKLY");
    assert_eq!(starts(&autumn, 2), ["2026-10-18T18:00:00Z", "2026-10-25T19:00:00Z"]);
    // New York does so on other days; Tokyo never.
    let york = series("2026-10-26T20:00", "America/New_York", "FREQ=WEEKLY");
    assert_eq!(starts(&york, 2), ["2026-10-27T00:00:00Z", "2026-11-03T01:00:00Z"]);
    let tokyo = series("2026-03-29T20:00", "Asia/Tokyo", "FREQ=MONTHLY;COUNT=2");
    assert_eq!(starts(&tokyo, 9), ["2026-03-29T11:00:00Z", "2026-04-29T11:00:00Z"]);
}

#[test]
fn times_that_do_not_exist_or_come_twice_are_those_of_the_standard() {
    // 02:30 is left out on 29 March: it is read with the offset from before, UTC+1.
    let gap = series("2026-03-28T02:30", "Europe/Berlin", "FREQ=DAILY");
    assert_eq!(
        starts(&gap, 3),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]
    );
    // 02:30 comes twice on 25 October: it is the first, UTC+2.
    let fold = series("2026-10-24T02:30", "Europe/Berlin", "FREQ=DAILY");
    assert_eq!(
        starts(&fold, 3),
        ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    // Samoa had no 30 December 2011; two days on one time are one start.
    let samoa = series("2011-12-29T20:00", "Pacific/Apia", "FREQ=DAILY");
    assert_eq!(
        starts(&samoa, 3),
        ["2011-12-30T06:00:00Z", "2011-12-31T06:00:00Z", "2012-01-01T06:00:00Z"]
    );
}

#[test]
fn ends_are_counted_and_kept() {
    let counted = series("2026-11-23T20:00", "UTC", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3");
    assert_eq!(days(&counted, 9), ["2026-11-23", "2026-11-26", "2026-11-30"]);
    assert_eq!(counted.ends_by().unwrap().to_string(), "2026-11-30T20:00:00Z");
    // The last one is at the very end.
    let until = series("2026-11-23T20:00", "UTC", "FREQ=DAILY;UNTIL=20261125T200000Z");
    assert_eq!(days(&until, 9).len(), 3);
    let short = series("2026-11-23T20:00", "UTC", "FREQ=DAILY;UNTIL=20261125T195959Z");
    assert_eq!(days(&short, 9).len(), 2);
    assert_eq!(series("2026-11-23T20:00", "UTC", "FREQ=DAILY").ends_by(), None);
    let once = Series::new(wall("2026-11-23T20:00"), zone("UTC"), None).unwrap();
    assert_eq!((days(&once, 9).len(), once.ends_by().is_some()), (1, true));
}

#[test]
fn a_look_begins_anywhere_and_ends_somewhere() {
    let weekly = series("2020-01-06T20:00", "Europe/Berlin", "FREQ=WEEKLY;INTERVAL=2");
    let from: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    let next = weekly.starts(from).next().unwrap();
    assert_eq!(next.wall, wall("2026-11-30T20:00"), "360 weeks and one later, an even number");
    let daily = series("2026-11-23T20:00", "UTC", "FREQ=DAILY");
    assert_eq!(daily.starts(from).count(), 3654, "ten years of days and no more");
    let far: Timestamp = "9999-12-30T00:00:00Z".parse().unwrap();
    assert_eq!(daily.starts(far).count(), 0);
    assert!(daily.names(wall("2030-05-05T20:00")) && !daily.names(wall("2030-05-05T20:01")));
}

#[test]
fn a_rule_names_its_own_beginning() {
    let refused = |first: &str, rule: &str| {
        Series::new(wall(first), zone("UTC"), Some(Rule::parse(rule).unwrap())).unwrap_err()
    };
    let first = refused("2026-11-22T20:00", "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(first, SeriesError::Unnamed(wall("2026-11-23T20:00")));
    let never = refused("2026-11-22T20:00", "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=5MO");
    assert_eq!(never, SeriesError::Never);
    let early = refused("2026-11-22T20:00", "FREQ=DAILY;UNTIL=20261121T000000Z");
    assert_eq!(early, SeriesError::EndsFirst);
}

#[test]
fn places_and_times_are_exact() {
    assert_eq!(zone("europe/berlin").as_str(), "Europe/Berlin");
    for name in ["", "Berlin", "Etc/Unknown", "+01:00", "../etc/passwd", &"a".repeat(99)] {
        assert!(Zone::parse(name).is_none(), "{name}");
    }
    assert_eq!(wall("2026-11-22T20:00").to_string(), "2026-11-22T20:00:00");
    assert_eq!(wall("2026-11-22T20:00:30").compact(), "20261122T200030");
    for text in [
        "2026-11-22",
        "2026-11-22 20:00",
        "2026-11-22T24:00",
        "2026-02-30T20:00",
        "1999-12-31T20:00",
        "2200-01-01T20:00",
        "2026-11-22T20:00Z",
        "2026-11-22T20:00:00.5",
        " 2026-11-2T20:00",
    ] {
        assert!(WallTime::parse(text).is_none(), "{text}");
    }
}

/// Days of the week, as rules list them.
macro_rules! days {
    ($nth:literal) => {
        concat!("(;BYDAY=", $nth, "[DAYS](,", $nth, "[DAYS]){0,2})?")
    };
}

/// Any rule, as text; `[DAYS]` stands for one.
fn any_rule() -> impl Strategy<Value = String> {
    let regex = |text: &str| {
        let text = text.replace("[DAYS]", "(MO|TU|WE|TH|FR|SA|SU)");
        proptest::string::string_regex(&text).unwrap()
    };
    let rules = prop_oneof![
        regex(concat!("FREQ=DAILY", days!(""), "(;INTERVAL=[1-9])?")),
        regex(concat!("FREQ=WEEKLY", days!(""), "(;INTERVAL=[1-4])?")),
        regex(concat!("FREQ=MONTHLY", days!("(-?[1-5])?"), "(;INTERVAL=[1-3])?")),
        regex("FREQ=MONTHLY;BYMONTHDAY=-?(1|5|13|28|31)(;INTERVAL=[1-3])?"),
    ];
    let ends = prop_oneof![
        Just(String::new()),
        regex(";COUNT=[1-9][0-9]?"),
        regex(";UNTIL=20270[1-9]01T120000Z"),
    ];
    (rules, ends).prop_map(|(rule, end)| rule + &end)
}

proptest! {
    #[test]
    fn every_series_is_in_order_and_the_same_from_wherever_one_looks(
        rule in any_rule(),
        (day, hour) in (1..=28_u8, 0..=23_u8),
        place in proptest::sample::select(vec![
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC",
        ]),
        skip in 1..40_usize,
    ) {
        let rule = Rule::parse(&rule).unwrap();
        let read_back = Rule::parse(&rule.to_string());
        prop_assert_eq!(read_back.as_ref(), Ok(&rule));
        let first = wall(&format!("2026-10-{day:02}T{hour:02}:30"));
        // Begins with the first day that it names.
        let first = match Series::new(first, zone(place), Some(rule.clone())) {
            Ok(series) => series.first(),
            Err(SeriesError::Unnamed(first)) => first,
            Err(_) => return Ok(()),
        };
        let series = match Series::new(first, zone(place), Some(rule)) {
            Ok(series) => series,
            // In months that turn with the first, another first is another rule.
            Err(_) => return Ok(()),
        };
        let all: Vec<_> = series.starts(series.zone().at(first)).take(60).collect();
        prop_assert!(all.is_sorted_by(|one, next| one.at < next.at && one.wall < next.wall));
        prop_assert!(all.iter().all(|it| series.names(it.wall) && it.at == series.zone().at(it.wall)));
        prop_assert!(all.iter().all(|it| it.wall.compact()[9..] == first.compact()[9..]));
        if let Some(later) = all.get(skip) {
            let seen: Vec<_> = series.starts(later.at).take(60 - skip).collect();
            let rest = &all[skip..];
            prop_assert_eq!(&seen[..rest.len()], rest);
        }
        if let Some(end) = series.ends_by() {
            prop_assert!(all.iter().all(|it| it.at <= end));
        }
    }

    #[test]
    fn no_text_upsets_the_reader(text in ".{0,60}", rule in "(FREQ|BYDAY|COUNT|UNTIL)=[A-Z0-9,;=+-]{0,40}") {
        let _ = (Rule::parse(&text), Rule::parse(&rule), WallTime::parse(&text), Zone::parse(&text));
    }
}
