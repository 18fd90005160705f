//! Counts that stay small however much is counted.

/// The finer steps, in microseconds, and how many of them.
const FINE_MICROS: u64 = 250;
const FINE: usize = 8_000;
/// The coarser ones after them.
const COARSE_MICROS: u64 = 20_000;
const COARSE: usize = 1_500;

/// How long deliveries took.
#[derive(Clone)]
pub(super) struct Delays {
    steps: Vec<u32>,
    count: u64,
}

impl Delays {
    pub(super) fn new() -> Self {
        Self { steps: vec![0; FINE + COARSE], count: 0 }
    }

    pub(super) fn add(&mut self, micros: u64) {
        let fine_end = FINE_MICROS * FINE as u64;
        let step = match micros.checked_sub(fine_end) {
            None => micros / FINE_MICROS,
            Some(more) => FINE as u64 + (more / COARSE_MICROS).min(COARSE as u64 - 1),
        };
        if let Some(count) = self.steps.get_mut(step as usize) {
            *count += 1;
            self.count += 1;
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, more) in self.steps.iter_mut().zip(&other.steps) {
            *mine += more;
        }
        self.count += other.count;
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The end of the step in which the percentile lies, in milliseconds.
    pub(super) fn percentile_ms(&self, percent: f64) -> Option<f64> {
        let rank = ((self.count as f64 * percent / 100.0).ceil() as u64).max(1);
        let mut passed = 0;
        let step = self.steps.iter().position(|count| {
            passed += u64::from(*count);
            passed >= rank
        })?;
        let end = match step.checked_sub(FINE) {
            None => FINE_MICROS * (step as u64 + 1),
            Some(more) => FINE_MICROS * FINE as u64 + COARSE_MICROS * (more as u64 + 1),
        };
        Some(end as f64 / 1000.0)
    }
}

/// Which messages were seen.
#[derive(Clone, Default)]
pub(super) struct Seen {
    words: Vec<u64>,
}

impl Seen {
    /// Whether it was not seen before.
    pub(super) fn add(&mut self, index: usize) -> bool {
        let (word, bit) = (index / 64, 1 << (index % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let Some(word) = self.words.get_mut(word) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    pub(super) fn merge(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (mine, more) in self.words.iter_mut().zip(&other.words) {
            *mine |= more;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many of `wanted` were not seen.
    pub(super) fn missing(&self, wanted: &Self) -> u64 {
        let seen = self.words.iter().copied().chain(std::iter::repeat(0));
        let missing = wanted.words.iter().zip(seen).map(|(wanted, seen)| wanted & !seen);
        missing.map(|word| u64::from(word.count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_come_from_steps() {
        let mut delays = Delays::new();
        (1..=100).for_each(|ms| delays.add(ms * 1000 - 1));
        assert_eq!(delays.percentile_ms(50.0), Some(50.0));
        assert_eq!(delays.percentile_ms(99.0), Some(99.0));
        delays.add(2_010_000);
        delays.add(u64::MAX);
        assert_eq!(delays.percentile_ms(100.0), Some(32_000.0));
        assert_eq!(delays.count(), 102);
        assert_eq!(Delays::new().percentile_ms(50.0), None);
    }

    #[test]
    fn what_was_seen_is_known_by_number() {
        let (mut seen, mut wanted) = (Seen::default(), Seen::default());
        assert!(seen.add(3) && seen.add(200) && !seen.add(3));
        for index in [3, 4, 500] {
            wanted.add(index);
        }
        assert_eq!((seen.missing(&wanted), wanted.missing(&seen)), (2, 1));
        seen.merge(&wanted);
        assert_eq!((seen.missing(&wanted), seen.count()), (0, 4));
    }
}
