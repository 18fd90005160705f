//! Measuring the first group of pictures, and what is fixed for the broadcast because of it.

use std::time::Duration;

use super::lane::even_frame;
use super::settings::LatencyLevel;
use crate::frame::AudioConfig;
use crate::time::Timestamp;

/// No target duration is longer than this: a longer group of pictures is cut within.
pub(super) const MAX_TARGET_DURATION_SECS: u32 = 6;
/// Stamps are rounded to milliseconds, so a steady rate shows intervals this far apart.
const STAMP_TOLERANCE: Duration = Duration::from_micros(1500);
/// Fewer frames than this say nothing about a rate.
const MIN_FRAMES: usize = 4;
/// Rates that broadcast equipment runs at a thousandth below their name.
const NTSC_RATES: [u32; 5] = [24, 30, 48, 60, 120];
/// `EXTINF` is rounded to the nearest second before it is compared with the target duration.
const ROUNDING_MARGIN: Duration = Duration::from_millis(499);
/// Where segments cannot be whole groups of pictures they are cut at the target duration, give or
/// take the rounding of their parts.
const CUT_MARGIN: Duration = Duration::from_millis(99);
/// A segment that is longer than whole seconds by no more than this is rounded down, which leaves
/// the ones after it as much again to vary.
const ROUNDED_DOWN: Duration = Duration::from_millis(250);

/// Frames per thousand seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameRate(u32);

impl FrameRate {
    /// From frames per thousand seconds.
    #[must_use]
    pub const fn from_millihertz(millihertz: u32) -> Self {
        Self(millihertz)
    }

    /// Frames per thousand seconds.
    #[must_use]
    pub const fn as_millihertz(self) -> u32 {
        self.0
    }
}

/// What a playlist says from its first publication on and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// `EXT-X-TARGETDURATION`, in seconds.
    pub target_duration_secs: u32,
    /// `PART-TARGET`, whole milliseconds.
    pub part_target: Duration,
    /// Pictures per second as measured; `None` without video.
    pub frame_rate: Option<FrameRate>,
}

impl Timing {
    /// `EXT-X-TARGETDURATION` as a duration.
    #[must_use]
    pub const fn target_duration(&self) -> Duration {
        Duration::from_secs(self.target_duration_secs as u64)
    }
}

/// How long one frame lasts, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameDuration {
    micros: u64,
    frames: u64,
}

impl FrameDuration {
    /// `frames` frames last `micros` microseconds. Neither is zero.
    pub(super) const fn new(micros: u64, frames: u64) -> Self {
        Self { micros, frames }
    }

    /// Of frames of `samples` samples at `rate` per second.
    pub(super) fn of_audio(samples: u32, rate: u32) -> Self {
        Self::new(u64::from(samples) * 1_000_000, u64::from(rate))
    }

    /// Of pictures at a rate; `None` for a rate of zero.
    pub(super) fn of_rate(rate: FrameRate) -> Option<Self> {
        (rate.0 > 0).then_some(Self::new(1_000_000_000, u64::from(rate.0)))
    }

    /// Of sound; `None` where frames vary in length.
    pub(super) fn of_sound(config: &AudioConfig) -> Option<Self> {
        Some(Self::of_audio(even_frame(config)?, config.sample_rate.max(1)))
    }

    /// The greatest whole number of frames that is not over `limit`, rounded up to a millisecond.
    fn part_target_within(self, limit: Duration) -> Option<Duration> {
        let most = micros(limit) * self.frames / self.micros;
        let target =
            |count: u64| Duration::from_millis((count * self.micros).div_ceil(self.frames * 1000));
        let fits = |count: &u64| *count > 0 && target(*count) <= limit;
        [most, most.saturating_sub(1)].into_iter().find(fits).map(target)
    }

    fn rounded(self) -> Duration {
        Duration::from_micros((self.micros + self.frames / 2) / self.frames)
    }

    fn rate(self) -> FrameRate {
        let millihertz = (self.frames * 1_000_000_000 + self.micros / 2) / self.micros;
        FrameRate(u32::try_from(millihertz).unwrap_or(u32::MAX))
    }

    /// The whole number of frames nearest to `goal`, at least one, rounded up to a millisecond.
    fn part_target(self, goal: Duration) -> Duration {
        let goal = micros(goal) * self.frames;
        let count = ((goal + self.micros / 2) / self.micros).max(1);
        Duration::from_millis((count * self.micros).div_ceil(self.frames * 1000))
    }
}

/// What was measured of the track that segments are cut by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cadence {
    /// How long each frame lasts; `None` when they differ.
    pub(super) frame: Option<FrameDuration>,
    /// Frames per second on average; `None` without video.
    pub(super) rate: Option<FrameRate>,
    /// From the first keyframe to the second, when there was one.
    pub(super) group: Option<Duration>,
}

impl Cadence {
    /// Of video frames with these decoding times, the first being a keyframe.
    pub(super) fn of_video(stamps: &[Timestamp], group: Option<Duration>) -> Self {
        let frame = steady_frame(stamps);
        let rate = frame.or_else(|| mean_frame(stamps)).map(FrameDuration::rate);
        Self { frame, rate, group }
    }

    /// Of sound alone; `frame` is `None` when frames vary in length.
    pub(super) fn of_audio(frame: Option<FrameDuration>) -> Self {
        Self { frame, rate: None, group: None }
    }
}

/// How segments and parts are cut in the whole broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) timing: Timing,
    /// A keyframe ends a segment that is at least this long.
    pub(super) segment_goal: Duration,
    /// No segment becomes longer.
    pub(super) segment_limit: Duration,
    /// What a frame lasts when nothing else tells.
    pub(super) frame: Duration,
}

impl Plan {
    /// Decides, once, from what was measured.
    pub(super) fn new(level: LatencyLevel, cadence: &Cadence) -> Self {
        let frame = cadence.frame.map_or(Duration::from_millis(33), FrameDuration::rounded);
        let segment_goal = level.segment().saturating_sub(frame / 2);
        let segment = match (cadence.rate, cadence.group) {
            (None, _) => level.segment(),
            (Some(_), Some(group)) => whole_groups(group, segment_goal),
            (Some(_), None) => Duration::MAX,
        };
        let target_duration_secs = target_duration(level, segment);
        let target = Duration::from_secs(u64::from(target_duration_secs));
        let fits = segment <= target + ROUNDING_MARGIN;
        Self {
            timing: Timing {
                target_duration_secs,
                part_target: part_target(level, cadence.frame, target),
                frame_rate: cadence.rate,
            },
            segment_goal,
            segment_limit: target + if fits { ROUNDING_MARGIN } else { CUT_MARGIN },
            frame,
        }
    }
}

impl Plan {
    /// Of a rendition whose segments another decides. Its parts are whole frames of its own and
    /// no longer than the leader's.
    pub(super) fn following(
        leader: Timing,
        level: LatencyLevel,
        frame: Option<FrameDuration>,
        rate: Option<FrameRate>,
    ) -> Self {
        let own = frame.and_then(|frame| {
            let nearest = frame.part_target(level.part());
            let fits = nearest <= leader.part_target;
            if fits { Some(nearest) } else { frame.part_target_within(leader.part_target) }
        });
        let target = leader.target_duration();
        Self {
            timing: Timing {
                target_duration_secs: leader.target_duration_secs,
                part_target: own.unwrap_or(leader.part_target),
                frame_rate: rate,
            },
            segment_goal: target,
            segment_limit: target + ROUNDING_MARGIN,
            frame: frame.map_or(Duration::from_millis(33), FrameDuration::rounded),
        }
    }
}

fn part_target(level: LatencyLevel, frame: Option<FrameDuration>, limit: Duration) -> Duration {
    frame
        .map(|frame| frame.part_target(level.part()))
        .filter(|target| *target <= limit)
        .unwrap_or(level.part())
}

/// How long a segment of whole groups of pictures is that reaches `goal`.
fn whole_groups(group: Duration, goal: Duration) -> Duration {
    let group = micros(group).max(1);
    Duration::from_micros(micros(goal).div_ceil(group).max(1) * group)
}

fn target_duration(level: LatencyLevel, segment: Duration) -> u32 {
    let whole = segment.saturating_sub(ROUNDED_DOWN).as_millis().div_ceil(1000);
    let shortest = u32::try_from(level.segment().as_secs()).unwrap_or(MAX_TARGET_DURATION_SECS);
    u32::try_from(whole)
        .unwrap_or(MAX_TARGET_DURATION_SECS)
        .clamp(shortest, MAX_TARGET_DURATION_SECS)
}

fn mean_frame(stamps: &[Timestamp]) -> Option<FrameDuration> {
    let span = micros(stamps.last()?.since(*stamps.first()?));
    let frames = u64::try_from(stamps.len()).ok()?.checked_sub(1)?;
    (span > 0 && frames > 0).then_some(FrameDuration::new(span, frames))
}

/// The duration that nine frames in ten share within the tolerance, if there is one.
fn steady_frame(stamps: &[Timestamp]) -> Option<FrameDuration> {
    if stamps.len() < MIN_FRAMES {
        return None;
    }
    let mut intervals: Vec<Duration> =
        stamps.iter().zip(stamps.iter().skip(1)).map(|(a, b)| b.since(*a)).collect();
    intervals.sort_unstable();
    let median = *intervals.get(intervals.len() / 2)?;
    let near = intervals.iter().filter(|interval| interval.abs_diff(median) <= STAMP_TOLERANCE);
    let (count, total) =
        near.fold((0_usize, Duration::ZERO), |(count, sum), next| (count + 1, sum + *next));
    let steady = count * 10 >= intervals.len() * 9 && !total.is_zero();
    steady.then(|| snap(FrameDuration::new(micros(total), count as u64)))
}

/// The nominal rate nearest to the measurement, if it cannot be told from it.
fn snap(measured: FrameDuration) -> FrameDuration {
    let named = (measured.frames * 1_000_000 + measured.micros / 2) / measured.micros;
    let nominal = u32::try_from(named).ok().filter(|rate| *rate > 0);
    let Some(rate) = nominal else { return measured };
    let ntsc = NTSC_RATES.contains(&rate).then(|| FrameDuration::new(1_001_000, u64::from(rate)));
    let whole = FrameDuration::new(1_000_000, u64::from(rate));
    ntsc.into_iter()
        .chain([whole])
        .min_by_key(|candidate| difference(*candidate, measured))
        .filter(|nearest| difference(*nearest, measured) <= 1000)
        .unwrap_or(measured)
}

/// How much longer or shorter as many frames of `candidate` are, in microseconds. Rounding the
/// first and the last stamp to milliseconds makes up to 1000.
fn difference(candidate: FrameDuration, measured: FrameDuration) -> u64 {
    (candidate.micros * measured.frames / candidate.frames).abs_diff(measured.micros)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps(rate: f64, seconds: f64) -> Vec<Timestamp> {
        (0..=(rate * seconds).round() as i64)
            .map(|i| Timestamp::from_millis((i as f64 * 1000.0 / rate).round() as i64))
            .collect()
    }

    fn plan(level: u8, rate: f64, group: f64) -> Plan {
        let stamps = stamps(rate, group);
        let group = stamps.last().unwrap().since(stamps[0]);
        Plan::new(LatencyLevel::new(level).unwrap(), &Cadence::of_video(&stamps, Some(group)))
    }

    #[test]
    fn a_part_is_a_whole_number_of_frames_near_the_goal() {
        let table = [
            (24000.0 / 1001.0, 334, 23_976),
            (24.0, 334, 24_000),
            (25.0, 320, 25_000),
            (30000.0 / 1001.0, 334, 29_970),
            (30.0, 334, 30_000),
            (50.0, 340, 50_000),
            (60000.0 / 1001.0, 334, 59_940),
            (60.0, 334, 60_000),
        ];
        for (rate, part, millihertz) in table {
            let timing = plan(2, rate, 4.0).timing;
            assert_eq!(timing.part_target, Duration::from_millis(part), "{rate} fps");
            assert_eq!(timing.frame_rate, Some(FrameRate(millihertz)), "{rate} fps");
        }
    }

    #[test]
    fn target_duration_is_what_the_first_group_allows() {
        let table = [
            (0.25, 2),
            (0.5, 2),
            (1.0, 2),
            (1.5, 3),
            (2.0, 2),
            (2.002, 2),
            (2.5, 3),
            (4.0, 4),
            (6.0, 6),
            (8.0, 6),
            (20.0, 6),
        ];
        for (group, target) in table {
            let timing = plan(2, 30.0, group).timing;
            assert_eq!(timing.target_duration_secs, target, "groups of {group} s");
        }
    }

    #[test]
    fn a_group_that_is_too_long_is_cut_at_the_target_duration() {
        assert_eq!(plan(2, 30.0, 8.0).segment_limit, Duration::from_millis(6099));
        assert_eq!(plan(2, 30.0, 2.0).segment_limit, Duration::from_millis(2499));
    }

    #[test]
    fn frames_of_differing_length_have_no_common_one() {
        let jittery: Vec<_> = [0, 20, 70, 95, 160, 170, 240].map(Timestamp::from_millis).into();
        let cadence = Cadence::of_video(&jittery, None);
        assert_eq!(cadence.frame, None);
        assert_eq!(cadence.rate, Some(FrameRate(25_000)));
    }

    #[test]
    fn one_lost_frame_does_not_hide_a_steady_rate() {
        let mut stamps = stamps(30.0, 2.0);
        stamps.remove(20);
        assert_eq!(Cadence::of_video(&stamps, None).frame, Some(FrameDuration::new(1_000_000, 30)));
    }

    #[test]
    fn sound_alone_is_cut_by_its_own_frames() {
        let frame = FrameDuration::of_audio(1024, 48_000);
        let plan = Plan::new(LatencyLevel::default(), &Cadence::of_audio(Some(frame)));
        assert_eq!(plan.timing.part_target, Duration::from_millis(342));
        assert_eq!(plan.timing.target_duration_secs, 2);
    }
}
