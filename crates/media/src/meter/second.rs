//! Counters by the second of arrival.

/// Complete seconds that a reading looks back on.
pub(super) const WINDOW_SECONDS: u64 = 10;
/// Seconds kept: the window, the running one, and up to a power of two.
const KEPT: usize = 16;

const SECOND_US: i64 = 1_000_000;

/// What came in one second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Second {
    number: i64,
    pub(super) video_frames: u32,
    pub(super) audio_frames: u32,
    pub(super) video_bytes: u64,
    pub(super) audio_bytes: u64,
    /// Distances between pictures that are like most.
    pub(super) steps: u32,
    pub(super) steps_us: u64,
    pub(super) steps_squared_us: u64,
    /// Pictures that came after a hole, and how much is missing in the holes.
    pub(super) holes: u32,
    pub(super) missing_us: u64,
    pub(super) late: u32,
    pub(super) lag_us: i64,
    pub(super) longest_wait_us: i64,
    /// Pictures that are shown before one that was sent earlier.
    pub(super) reordered: u32,
    pub(super) jumps: u32,
    pub(super) size_changes: u32,
}

/// The last seconds in which anything came.
#[derive(Clone, Debug, Default)]
pub(super) struct Seconds {
    ring: [Second; KEPT],
}

impl Seconds {
    /// The second that is running.
    pub(super) fn at(&mut self, now_us: i64) -> &mut Second {
        // Numbers begin at one, so that an unused place is no second.
        let number = now_us / SECOND_US + 1;
        let index = usize::try_from(number).unwrap_or(0) % KEPT;
        let second = self.ring.get_mut(index).expect("a remainder is less than the length");
        if second.number != number {
            *second = Second { number, ..Second::default() };
        }
        second
    }

    /// Everything in the window before `now_us`, in one; and how many seconds it could have taken
    /// since `since_us`.
    pub(super) fn sum(&self, since_us: i64, now_us: i64) -> (Second, u64) {
        let running = now_us / SECOND_US + 1;
        let first = (since_us / SECOND_US + 1).max(running - WINDOW_SECONDS as i64);
        let mut sum = Second::default();
        for second in self.ring.iter().filter(|it| (first..running).contains(&it.number)) {
            sum.add(second);
        }
        (sum, u64::try_from(running - first).unwrap_or(0))
    }
}

impl Second {
    fn add(&mut self, other: &Self) {
        self.video_frames += other.video_frames;
        self.audio_frames += other.audio_frames;
        self.video_bytes += other.video_bytes;
        self.audio_bytes += other.audio_bytes;
        self.steps += other.steps;
        self.steps_us += other.steps_us;
        self.steps_squared_us += other.steps_squared_us;
        self.holes += other.holes;
        self.missing_us += other.missing_us;
        self.late += other.late;
        self.lag_us = self.lag_us.max(other.lag_us);
        self.longest_wait_us = self.longest_wait_us.max(other.longest_wait_us);
        self.reordered += other.reordered;
        self.jumps += other.jumps;
        self.size_changes += other.size_changes;
    }
}
