//! The machine's capacity, measured better by watching children at work.

use std::time::Duration;

use super::ladder::Cost;

/// A child is watched for so long before it is believed: beginning costs more than going on.
const WATCHED: Duration = Duration::from_secs(10);
/// How much of the estimate one look replaces, in hundredths.
const WEIGHT_PERCENT: u64 = 20;
/// Smaller differences are not worth telling, in hundredths.
const WORTH_TELLING_PERCENT: u64 = 5;

/// What is known of the capacity.
#[derive(Debug)]
pub(super) struct Gauge {
    cores: u64,
    estimate: Option<Cost>,
    told: Option<Cost>,
}

/// What a child has done since it was looked at before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// What it does all the time.
    pub(super) cost: Cost,
    /// How long it has run in all.
    pub(super) age: Duration,
    /// How long it was watched this time.
    pub(super) wall: Duration,
    /// Processor time of its own in that.
    pub(super) cpu: Duration,
    /// Seconds of media in a second.
    pub(super) speed: f64,
}

impl Gauge {
    pub(super) fn new(cores: usize) -> Self {
        Self { cores: cores as u64, estimate: None, told: None }
    }

    /// The capacity was measured.
    pub(super) fn set(&mut self, capacity: Cost) {
        (self.estimate, self.told) = (Some(capacity), Some(capacity));
    }

    /// Learns from a child; gives the capacity when it is worth telling again. A child that is not
    /// in step with its source, or that hardly uses the processor, teaches nothing.
    pub(super) fn learn(&mut self, work: Work) -> Option<Cost> {
        let busy = work.cpu.as_secs_f64() / work.wall.as_secs_f64().max(0.001);
        let in_step = (0.9..1.1).contains(&work.speed);
        if work.age < WATCHED || !in_step || busy < 0.02 || work.cost == Cost(0) {
            return None;
        }
        let seen = (work.cost.0 as f64 / busy) as u64 * self.cores;
        let before = self.estimate?.0;
        let now = (before * (100 - WEIGHT_PERCENT) + seen * WEIGHT_PERCENT) / 100;
        self.estimate = Some(Cost(now));
        let told = self.told.unwrap_or_default().0;
        if now.abs_diff(told) * 100 < told * WORTH_TELLING_PERCENT {
            return None;
        }
        self.told = self.estimate;
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(cost: u64, busy_percent: u64, speed: f64) -> Work {
        let (age, wall) = (Duration::from_secs(20), Duration::from_secs(1));
        Work { cost: Cost(cost), age, wall, cpu: Duration::from_millis(busy_percent * 10), speed }
    }

    #[test]
    fn children_teach_what_the_machine_can_do() {
        let mut gauge = Gauge::new(4);
        assert_eq!(gauge.learn(work(100, 50, 1.0)), None, "it was not measured yet");
        gauge.set(Cost(400));
        // Half a core does 100: four cores do 800.
        assert_eq!(gauge.learn(work(100, 50, 1.0)), Some(Cost(480)));
        for _ in 0..50 {
            gauge.learn(work(100, 50, 1.0));
        }
        let Cost(learnt) = gauge.estimate.unwrap();
        assert!((770..=800).contains(&learnt), "{learnt}");
        assert_eq!(gauge.learn(work(100, 50, 1.0)), None, "that is known");
    }

    #[test]
    fn who_is_out_of_step_teaches_nothing() {
        let mut gauge = Gauge::new(4);
        gauge.set(Cost(400));
        assert_eq!(gauge.learn(work(100, 100, 0.5)), None);
        assert_eq!(gauge.learn(work(100, 100, 3.0)), None);
        assert_eq!(gauge.learn(work(100, 1, 1.0)), None);
        let young = Work { age: Duration::from_secs(1), ..work(100, 10, 1.0) };
        assert_eq!(gauge.learn(young), None);
    }
}
