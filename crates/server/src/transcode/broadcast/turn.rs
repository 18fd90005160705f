//! One child of a broadcast: what it is to make, and what is known of it.

use std::time::{Duration, Instant};

use crate::transcode::arguments::Order;
use crate::transcode::ladder::{Cost, Ladder, Source};
use crate::transcode::{Assignment, Encoder};

/// One child's time.
pub(super) struct Turn {
    pub(super) run: u64,
    pub(super) order: Option<Order>,
    pub(super) numbers: Vec<u8>,
    pub(super) cost: Cost,
    /// The hardware that it needs; a ladder has one encoder for H.264.
    pub(super) hardware: Option<Encoder>,
    pub(super) began: Instant,
    pub(super) pid: u32,
    pub(super) started: bool,
    /// When its processor time was looked at last, and what it was.
    pub(super) looked: (Instant, Duration),
}

impl Turn {
    pub(super) fn new(
        source: &Source,
        ladder: &Ladder,
        assignment: Assignment,
        now: Instant,
    ) -> Self {
        let Assignment { run, rungs: numbers } = assignment;
        let rungs = ladder.rungs.iter().filter(|rung| numbers.contains(&rung.number));
        let rungs: Vec<_> = rungs.cloned().collect();
        let cost = ladder.decoding + rungs.iter().map(|rung| rung.cost).sum();
        let hardware = rungs.iter().map(|rung| rung.encoder).find(|it| it.is_hardware());
        let audio = source.audio.clone();
        let order = source.video.clone().map(|video| Order { rungs, video, audio });
        let looked = (now, Duration::ZERO);
        let (began, pid, started) = (now, 0, false);
        Self { run, order, numbers, cost, hardware, began, pid, started, looked }
    }
}
