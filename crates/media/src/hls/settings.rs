//! What an owner chooses: how much delay to trade for robustness.

use std::time::Duration;

/// How far behind the encoder players are meant to be; Owncast's scale, 0 being the lowest delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LatencyLevel(u8);

/// What a level means, in milliseconds.
struct Goals {
    part: u64,
    segment: u64,
    window: u64,
}

const LEVELS: [Goals; 5] = [
    Goals { part: 200, segment: 1000, window: 20_000 },
    Goals { part: 250, segment: 2000, window: 24_000 },
    Goals { part: 333, segment: 2000, window: 24_000 },
    Goals { part: 500, segment: 3000, window: 30_000 },
    Goals { part: 1000, segment: 4000, window: 36_000 },
];

impl LatencyLevel {
    /// The level with this number, 0 to 4.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        (usize::from(level) < LEVELS.len()).then_some(Self(level))
    }

    /// The level's number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// How long a part should be.
    #[must_use]
    pub fn part(self) -> Duration {
        Duration::from_millis(self.goals().part)
    }

    /// How long a segment should at least be.
    #[must_use]
    pub fn segment(self) -> Duration {
        Duration::from_millis(self.goals().segment)
    }

    /// How much a playlist should list.
    #[must_use]
    pub fn window(self) -> Duration {
        Duration::from_millis(self.goals().window)
    }

    fn goals(self) -> &'static Goals {
        LEVELS.get(usize::from(self.0)).expect("only `new` makes levels, and it checks the number")
    }
}

impl Default for LatencyLevel {
    fn default() -> Self {
        Self(2)
    }
}

/// How a broadcast is packaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The owner's choice of delay.
    pub latency: LatencyLevel,
}
