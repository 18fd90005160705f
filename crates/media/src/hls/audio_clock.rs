//! Putting audio frames back on their sample grid.
//!
//! RTMP stamps frames in milliseconds, and encoders stamp them when they please: taken literally,
//! almost every frame of 21.33 ms would leave a hole or overlap its neighbour.

use crate::time::Timestamp;

/// A stamp this far from the grid is believed over it.
const TOLERANCE_MILLIS: i64 = 50;

/// Where the next frame begins, in samples since the timeline began.
#[derive(Clone, Debug)]
pub(super) struct AudioClock {
    rate: u32,
    next: Option<i64>,
}

impl AudioClock {
    /// A clock that the first stamp sets. `rate` is in samples per second.
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, next: None }
    }

    /// The first sample of a frame of `samples` samples stamped `stamp`.
    ///
    /// Frames follow each other without holes while the stamps agree. A stamp too far ahead
    /// leaves a hole and sets the clock anew. A stamp too far behind means that more sound came
    /// than time went by: the frame is left out (`None`), so that none ever overlaps another.
    pub(super) fn place(&mut self, stamp: Timestamp, samples: u32) -> Option<i64> {
        let stamped = stamp.to_ticks(self.rate);
        let start = match self.next {
            None => stamped,
            Some(next) if stamped - next > self.tolerance() => stamped,
            Some(next) if next - stamped > self.tolerance() => return None,
            Some(next) => next,
        };
        self.next = Some(start + i64::from(samples));
        Some(start)
    }

    fn tolerance(&self) -> i64 {
        TOLERANCE_MILLIS * i64::from(self.rate) / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_and_jittering_stamps_are_contiguous() {
        let mut clock = AudioClock::new(48_000);
        for frame in 0..1000_i64 {
            let jitter = [0, 7, -9, 3][frame as usize % 4];
            let stamp = Timestamp::from_millis(100 + frame * 1024 / 48 + jitter);
            assert_eq!(clock.place(stamp, 1024), Some(4800 + frame * 1024));
        }
    }

    #[test]
    fn a_jump_ahead_leaves_a_hole() {
        let mut clock = AudioClock::new(48_000);
        assert_eq!(clock.place(Timestamp::ZERO, 1024), Some(0));
        assert_eq!(clock.place(Timestamp::from_millis(100), 1024), Some(4800));
        assert_eq!(clock.place(Timestamp::from_millis(121), 1024), Some(5824));
    }

    #[test]
    fn a_surplus_is_left_out_and_never_overlaps() {
        let mut clock = AudioClock::new(48_000);
        let mut end = 0;
        let mut left_out = 0;
        // Stamps that advance by 20 ms for frames of 21.33 ms: an encoder's clock gone wrong.
        for frame in 0..3000 {
            let stamp = Timestamp::from_millis(frame * 20);
            match clock.place(stamp, 1024) {
                Some(start) => {
                    assert!(start >= end, "frame {frame} overlaps");
                    assert!((start - stamp.to_ticks(48_000)).abs() <= 2400 + 1024);
                    end = start + 1024;
                }
                None => left_out += 1,
            }
        }
        assert!((180..200).contains(&left_out), "{left_out} frames");
    }
}
