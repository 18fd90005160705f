//! A clock for tests, which goes when they say so.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;

/// Somewhere in November 2026.
const BEGIN: WallClock = WallClock::from_unix_millis(1_795_000_000_000);

/// What a test moves.
#[derive(Debug)]
pub(crate) struct Hands {
    began: Instant,
    millis: AtomicU64,
}

impl Hands {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), millis: AtomicU64::new(0) }
    }

    /// Lets this much time pass.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap();
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }

    pub(super) fn wall(&self) -> WallClock {
        BEGIN + self.passed()
    }

    pub(super) fn monotonic(&self) -> Instant {
        self.began + self.passed()
    }

    fn passed(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::Relaxed))
    }
}
