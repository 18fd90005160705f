//! Bitrates as RFC 8216bis §4.4.6.2 defines them for `BANDWIDTH` and `AVERAGE-BANDWIDTH`.

use std::collections::VecDeque;
use std::time::Duration;

/// More segments than this in one and a half target durations are too short to be measured apart.
const MAX_RECENT: usize = 32;

/// Bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The highest of any run of segments between half and one and a half target durations long.
    pub peak: u64,
    /// Of everything so far.
    pub average: u64,
}

impl Rates {
    /// Of a single stretch of `bytes`; `None` when it lasts no time.
    pub(super) fn of(bytes: usize, duration: Duration) -> Option<Self> {
        let rate = bits_per_second(bytes as u64, duration)?;
        Some(Self { peak: rate, average: rate })
    }
}

/// Measures segments as they are completed.
#[derive(Debug, Default)]
pub(super) struct Measure {
    recent: VecDeque<(u64, Duration)>,
    bytes: u64,
    duration: Duration,
    peak: u64,
}

impl Measure {
    pub(super) fn add(&mut self, bytes: usize, duration: Duration, target: Duration) {
        self.bytes += bytes as u64;
        self.duration += duration;
        self.recent.push_front((bytes as u64, duration));
        self.recent.truncate(MAX_RECENT);
        let (mut bytes, mut duration) = (0, Duration::ZERO);
        for segment in &self.recent {
            bytes += segment.0;
            duration += segment.1;
            if duration > target * 3 / 2 {
                break;
            }
            if duration >= target / 2 {
                self.peak = self.peak.max(bits_per_second(bytes, duration).unwrap_or(0));
            }
        }
    }

    pub(super) fn rates(&self) -> Option<Rates> {
        let average = bits_per_second(self.bytes, self.duration)?;
        Some(Rates { peak: self.peak.max(average), average })
    }
}

fn bits_per_second(bytes: u64, duration: Duration) -> Option<u64> {
    let micros = duration.as_micros();
    let rate = (u128::from(bytes) * 8_000_000).checked_div(micros)?;
    Some(u64::try_from(rate).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_over_runs_about_a_target_duration_long() {
        let target = Duration::from_secs(4);
        let mut measure = Measure::default();
        // Half-second bursts alone are too short to count; four of them are not.
        for bytes in [1000, 9000, 1000, 9000] {
            measure.add(bytes, Duration::from_millis(500), target);
        }
        assert_eq!(measure.rates(), Some(Rates { peak: 80_000, average: 80_000 }));
        measure.add(100_000, Duration::from_secs(4), target);
        assert_eq!(measure.rates().unwrap().peak, 200_000);
    }

    #[test]
    fn nothing_has_no_rate() {
        assert_eq!(Measure::default().rates(), None);
        assert_eq!(Rates::of(10, Duration::ZERO), None);
    }
}
