//! Which of the copies that the server makes by itself are kept.

use std::collections::BTreeSet;

use rivulet_media::time::WallClock;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The Unix epoch was a Thursday; weeks begin on Mondays.
const MONDAY_MS: i64 = -3 * DAY_MS;

/// How long a span is, from when spans are counted, and how many of them keep their newest copy.
const RULES: [(i64, i64, usize); 3] = [(HOUR_MS, 0, 24), (DAY_MS, 0, 7), (WEEK_MS, MONDAY_MS, 4)];

/// Of copies made at these times, those that may go: all but the newest of each of the last 24
/// hours, 7 days and 4 weeks that have any, by UTC.
pub(super) fn superfluous(times: &[WallClock]) -> Vec<WallClock> {
    let mut newest_first = times.to_vec();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let mut kept = BTreeSet::new();
    for (length, begin, count) in RULES {
        let mut spans = BTreeSet::new();
        for at in &newest_first {
            let span = (at.as_unix_millis() - begin).div_euclid(length);
            if spans.len() < count && spans.insert(span) {
                kept.insert(*at);
            }
        }
    }
    newest_first.retain(|at| !kept.contains(at));
    newest_first
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 00:00 UTC, a Monday.
    const MONDAY: i64 = 1_795_392_000_000;

    fn hours(hours: impl IntoIterator<Item = i64>) -> Vec<WallClock> {
        let at = |hour| WallClock::from_unix_millis(MONDAY + hour * HOUR_MS);
        hours.into_iter().map(at).collect()
    }

    /// The hours that stay, newest first.
    fn stay(made: impl IntoIterator<Item = i64> + Clone) -> Vec<i64> {
        let gone = superfluous(&hours(made.clone()));
        let mut stay: Vec<_> = hours(made).into_iter().filter(|at| !gone.contains(at)).collect();
        stay.sort_unstable_by(|a, b| b.cmp(a));
        stay.iter().map(|at| (at.as_unix_millis() - MONDAY) / HOUR_MS).collect()
    }

    #[test]
    fn the_newest_of_24_hours_7_days_and_4_weeks_stay() {
        let last_hours: Vec<i64> = (0..24).rev().collect();
        let cases: [(&str, Vec<i64>, Vec<i64>); 5] = [
            ("nothing", vec![], vec![]),
            ("few", vec![0, 5, 300], vec![300, 5, 0]),
            ("a day, hourly", (0..24).collect(), last_hours),
            (
                "eight weeks, hourly, to Sunday's end",
                (-8 * 168..0).collect(),
                // Twenty-four hours; the ends of six days before; the ends of three weeks before.
                (-24..0)
                    .rev()
                    .chain((2..8).map(|day| -24 * day + 23))
                    .chain([-169, -337, -505])
                    .collect(),
            ),
            (
                "sparse ones are kept for longer",
                (-40..1).map(|week| week * 168).collect(),
                (0..24).map(|week| -week * 168).collect(),
            ),
        ];
        for (case, made, expected) in cases {
            assert_eq!(stay(made), expected, "{case}");
        }
    }

    #[test]
    fn of_several_in_an_hour_the_newest_stays() {
        let minutes = |minutes: &[i64]| -> Vec<WallClock> {
            let at = |it: &i64| WallClock::from_unix_millis(MONDAY + it * 60_000);
            minutes.iter().map(at).collect()
        };
        assert_eq!(superfluous(&minutes(&[0, 20, 59, 60])), minutes(&[20, 0]));
    }
}
