//! Points in time, each kind its own type.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// A point on a broadcast's media timeline, in microseconds since the broadcast began.
///
/// Monotonic in decoding order within a track; survives encoder reconnects (the new session is
/// placed after what was there). Microseconds hold RTMP's milliseconds exactly, and a 90 kHz tick
/// within rounding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The beginning of the broadcast.
    pub const ZERO: Self = Self(0);

    /// Later than every frame.
    pub const MAX: Self = Self(i64::MAX);

    /// From microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// In microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// In milliseconds, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// In ticks of `timescale` per second, rounded to the nearest.
    #[must_use]
    pub fn to_ticks(self, timescale: u32) -> i64 {
        let scaled = i128::from(self.0) * i128::from(timescale);
        i64::try_from((scaled + 500_000).div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }

    /// From ticks of `timescale` per second, rounded to the nearest microsecond. `timescale` is
    /// never zero.
    #[must_use]
    pub fn from_ticks(ticks: i64, timescale: u32) -> Self {
        let timescale = i128::from(timescale.max(1));
        let micros = (i128::from(ticks) * 1_000_000 + timescale / 2).div_euclid(timescale);
        Self(i64::try_from(micros).unwrap_or(i64::MAX))
    }

    /// How long after `earlier` this is; zero when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}us", self.0)
    }
}

/// A moment on the world's clock, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WallClock(i64);

impl WallClock {
    /// From milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// In milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_unix_millis(self) -> i64 {
        self.0
    }
}

impl Add<Duration> for WallClock {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<Duration> for WallClock {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis))
    }
}
