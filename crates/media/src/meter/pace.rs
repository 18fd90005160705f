//! How evenly pictures follow each other: on the encoder's clock, and on their way here.

use super::LATE_US;
use super::second::Second;

/// The usual distance moves by one part in this with each picture: to a new rate within seconds,
/// and hardly at all for single ones.
const INERTIA: i64 = 128;
/// A distance of more than seven quarters of the usual one is a hole.
const HOLE_QUARTERS: i64 = 7;
/// So many holes in a row are no holes but another rate, or the end of an odd beginning.
const HABIT: u32 = 8;
/// The quickest way is forgotten by one part in this of the time that passes: clocks drift, and the
/// head start of an encoder's first moments is not what later ones are measured by.
const FORGETTING: i64 = 200;

/// Distances on the encoder's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// The median so far, as far as a running number can follow it.
    usual_us: i64,
    holes_in_a_row: u32,
}

impl Pace {
    pub(super) fn step(&mut self, step_us: i64, second: &mut Second) {
        if self.usual_us == 0 {
            self.usual_us = step_us;
        }
        let positive = u64::try_from(step_us).unwrap_or(0);
        if step_us * 4 > self.usual_us * HOLE_QUARTERS {
            second.holes += 1;
            second.missing_us += u64::try_from(step_us - self.usual_us).unwrap_or(0);
            self.holes_in_a_row += 1;
            if self.holes_in_a_row >= HABIT {
                *self = Self { usual_us: step_us, holes_in_a_row: 0 };
            }
        } else {
            self.holes_in_a_row = 0;
            second.steps += 1;
            second.steps_us += positive;
            second.steps_squared_us += positive * positive;
        }
        let nudge = (self.usual_us / INERTIA).max(1);
        self.usual_us += nudge * (step_us - self.usual_us).signum();
    }
}

/// How long frames take to come, compared with the quickest: the encoder's clock and ours have no
/// common zero.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrival {
    known: Option<Known>,
    jitter_16ths_us: i64,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    arrived_us: i64,
    offset_us: i64,
    quickest_us: i64,
}

impl Arrival {
    pub(super) fn frame(&mut self, arrived_us: i64, dts_us: i64, second: &mut Second) {
        let offset_us = arrived_us - dts_us;
        let quickest_us = match self.known {
            None => offset_us,
            Some(last) => {
                // RFC 3550 §6.4.1.
                let difference = (offset_us - last.offset_us).abs();
                self.jitter_16ths_us += difference - (self.jitter_16ths_us + 8) / 16;
                let forgotten = (arrived_us - last.arrived_us) / FORGETTING;
                offset_us.min(last.quickest_us + forgotten)
            }
        };
        self.known = Some(Known { arrived_us, offset_us, quickest_us });
        let lag_us = offset_us - quickest_us;
        second.lag_us = second.lag_us.max(lag_us);
        second.late += u32::from(lag_us > LATE_US);
    }

    /// How much later than the quickest the newest frame came.
    pub(super) fn lag_us(&self) -> i64 {
        self.known.map_or(0, |known| known.offset_us - known.quickest_us)
    }

    pub(super) fn jitter_us(&self) -> i64 {
        self.jitter_16ths_us / 16
    }
}
