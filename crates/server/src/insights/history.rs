//! How a broadcast was: a point for every look in the last minutes, and one for every minute of the
//! last hours.

use std::collections::VecDeque;

use rivulet_media::time::WallClock;

use super::model::Condition;

/// Points of single looks: ten minutes of one every two seconds.
const MAX_FINE: usize = 300;
/// Looks that one point of the longer past stands for: a minute.
const LOOKS: usize = 30;
/// Points of the longer past: eight hours.
const MAX_COARSE: usize = 480;
/// Looks that the usual bitrate is taken from: two minutes, without the newest ones.
const USUAL: std::ops::Range<usize> = 5..60;

/// A broadcast at one moment, or in one minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: WallClock,
    pub(super) condition: Condition,
    pub(super) video_bps: u64,
    pub(super) audio_bps: u64,
    pub(super) frame_rate: f64,
    pub(super) lag_ms: u64,
    pub(super) viewers: u64,
    pub(super) players: u32,
    pub(super) stalled: u32,
    pub(super) latency_ms: Option<u64>,
}

/// The points of one broadcast.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    coarse: VecDeque<Point>,
    fine: VecDeque<Point>,
    /// How many of the newest looks stand in no point of the longer past yet.
    pending: usize,
}

impl History {
    pub(super) fn push(&mut self, point: Point) {
        if self.fine.len() >= MAX_FINE {
            self.fine.pop_front();
        }
        self.fine.push_back(point);
        self.pending += 1;
        if self.pending < LOOKS {
            return;
        }
        self.pending = 0;
        if self.coarse.len() >= MAX_COARSE {
            self.coarse.pop_front();
        }
        self.coarse.extend(summary(self.fine.iter().rev().take(LOOKS)));
    }

    /// From the oldest to the newest: first by the minute, then by the look.
    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        let first = self.fine.front().map(|it| it.at);
        let before = self.coarse.iter().filter(move |it| first.is_none_or(|first| it.at < first));
        before.chain(&self.fine)
    }

    /// How it was at the last look.
    pub(super) fn newest(&self) -> Option<Point> {
        self.fine.back().copied()
    }

    /// The middle of the pictures' bitrates lately; `None` until there have been some.
    pub(super) fn usual_video_bps(&self) -> Option<u64> {
        let newest_first = self.fine.iter().rev().map(|it| it.video_bps);
        let mut rates: Vec<u64> = newest_first.skip(USUAL.start).take(USUAL.len()).collect();
        rates.sort_unstable();
        rates.get(rates.len() / 2).copied().filter(|_| rates.len() > USUAL.start)
    }
}

/// One point for many: the worst of what must not be overlooked, the mean of what is drawn.
fn summary<'a>(points: impl Iterator<Item = &'a Point> + Clone) -> Option<Point> {
    let count = points.clone().count().max(1) as u64;
    let mean = |of: fn(&Point) -> u64| points.clone().map(of).sum::<u64>() / count;
    let latencies = points.clone().filter_map(|it| it.latency_ms);
    let (told, all) = (latencies.clone().count() as u64, latencies.sum::<u64>());
    Some(Point {
        at: points.clone().map(|it| it.at).min()?,
        condition: points.clone().map(|it| it.condition).max()?,
        video_bps: mean(|it| it.video_bps),
        audio_bps: mean(|it| it.audio_bps),
        frame_rate: points.clone().map(|it| it.frame_rate).sum::<f64>() / count as f64,
        lag_ms: points.clone().map(|it| it.lag_ms).max()?,
        viewers: points.clone().map(|it| it.viewers).max()?,
        players: points.clone().map(|it| it.players).max()?,
        stalled: points.map(|it| it.stalled).max()?,
        latency_ms: all.checked_div(told),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(n: i64) -> Point {
        Point {
            at: WallClock::from_unix_millis(n * 2000),
            condition: if n == 7 { Condition::Poor } else { Condition::Good },
            video_bps: 1000,
            audio_bps: 100,
            frame_rate: 30.0,
            lag_ms: if n == 9 { 5000 } else { 10 },
            viewers: 3,
            players: 2,
            stalled: 0,
            latency_ms: (n % 2 == 0).then_some(900),
        }
    }

    #[test]
    fn the_past_becomes_coarser_and_stays_bounded() {
        let mut history = History::default();
        (0..20_000).for_each(|n| history.push(point(n)));
        assert_eq!((history.fine.len(), history.coarse.len()), (MAX_FINE, MAX_COARSE));
        let points: Vec<_> = history.points().collect();
        assert!(points.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert_eq!(points.last().unwrap().at, point(19_999).at);
        let steps: Vec<_> = points
            .windows(2)
            .map(|pair| pair[1].at.as_unix_millis() - pair[0].at.as_unix_millis())
            .collect();
        assert_eq!((steps.first(), steps.last()), (Some(&60_000), Some(&2000)));
    }

    #[test]
    fn a_minute_keeps_its_worst_and_its_mean() {
        let mut history = History::default();
        (0..400).for_each(|n| history.push(point(n)));
        let minute = history.points().next().unwrap();
        assert_eq!(
            (minute.condition, minute.lag_ms, minute.video_bps),
            (Condition::Poor, 5000, 1000)
        );
        assert_eq!((minute.at, minute.latency_ms), (point(0).at, Some(900)));
    }

    #[test]
    fn the_usual_bitrate_is_that_of_a_while_ago() {
        let mut history = History::default();
        (0..10).for_each(|n| history.push(point(n)));
        assert_eq!(history.usual_video_bps(), None);
        (10..60).for_each(|n| history.push(point(n)));
        (60..65).for_each(|n| history.push(Point { video_bps: 1, ..point(n) }));
        assert_eq!(history.usual_video_bps(), Some(1000));
    }
}
