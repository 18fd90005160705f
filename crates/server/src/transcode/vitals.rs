//! How a child is doing: what it was given and what it gave back, and what it costs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rivulet_media::time::Timestamp;

/// A child that answers nothing for so long while it is given frames is hung. Looked at every
/// [`super::child::LOOK_EVERY`]: together five seconds.
const MAX_SILENCE: Duration = Duration::from_millis(4500);
/// The same for its first frame: libraries are loaded, and hardware wakes up.
const MAX_SILENCE_AT_START: Duration = Duration::from_secs(10);

/// What went in and came out, and when.
#[derive(Debug, Default)]
pub(super) struct Vitals {
    /// Since when a write has not gone through.
    writing_since: Option<Instant>,
    /// When the first frame was given that nothing has come back for.
    unanswered_since: Option<Instant>,
    /// Whether what it makes waits for whoever takes it, which is no fault of the child.
    waits_for_us: usize,
    /// Newest picture given.
    fed: Option<Timestamp>,
    /// Newest picture that came back, of any rung.
    answered: Option<Timestamp>,
    /// Pictures that came back, of all rungs.
    frames: u64,
}

impl Vitals {
    pub(super) fn write_begins(&mut self, now: Instant) {
        self.writing_since = Some(now);
    }

    /// A write has gone through; `picture` is the time of the picture in it.
    pub(super) fn write_ends(&mut self, now: Instant, picture: Option<Timestamp>) {
        self.writing_since = None;
        if let Some(at) = picture {
            self.unanswered_since.get_or_insert(now);
            self.fed = self.fed.max(Some(at));
        }
    }

    /// Something came back.
    pub(super) fn answer(&mut self, pictures: impl Iterator<Item = Timestamp>) {
        for at in pictures {
            self.unanswered_since = None;
            self.frames += 1;
            self.answered = self.answered.max(Some(at));
        }
    }

    /// What came back waits for whoever takes it, or does so no longer.
    pub(super) fn waits_for_us(&mut self, waits: bool, now: Instant) {
        self.waits_for_us =
            if waits { self.waits_for_us + 1 } else { self.waits_for_us.saturating_sub(1) };
        if waits {
            return;
        }
        // Its silence counts from when it could speak again.
        for since in [&mut self.writing_since, &mut self.unanswered_since] {
            *since = since.map(|_| now);
        }
    }

    /// Whether the child has stopped working.
    pub(super) fn is_hung(&self, now: Instant) -> bool {
        let limit = if self.answered.is_some() { MAX_SILENCE } else { MAX_SILENCE_AT_START };
        let since = [self.writing_since, self.unanswered_since].into_iter().flatten().min();
        self.waits_for_us == 0
            && since.is_some_and(|since| now.saturating_duration_since(since) >= limit)
    }

    /// How far what comes back is behind what went in.
    pub(super) fn lag(&self) -> Duration {
        match (self.fed, self.answered) {
            (Some(fed), Some(answered)) => fed.since(answered),
            _ => Duration::ZERO,
        }
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    pub(super) fn answered(&self) -> Option<Timestamp> {
        self.answered
    }
}

/// What a process has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Processor time since it began.
    pub(super) cpu: Duration,
    /// Resident memory.
    pub(super) memory_bytes: u64,
}

/// Reads what the process `pid` has used; nothing where the system does not say (proc(5)).
pub(super) fn usage(pid: u32) -> Option<Usage> {
    let file = PathBuf::from("/proc").join(pid.to_string()).join("stat");
    parse_stat(&std::fs::read_to_string(file).ok()?)
}

fn parse_stat(stat: &str) -> Option<Usage> {
    // The name stands in parentheses and may hold blanks and parentheses itself.
    let (_, fields) = stat.rsplit_once(')')?;
    let field = |number: usize| fields.split_whitespace().nth(number - 3)?.parse::<u64>().ok();
    let ticks = field(14)?.saturating_add(field(15)?);
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    let page = u64::try_from(rustix::param::page_size()).ok()?;
    Some(Usage {
        cpu: Duration::from_millis(ticks.saturating_mul(1000) / per_second),
        memory_bytes: field(24)?.saturating_mul(page),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn silence_counts_only_while_something_is_owed() {
        let start = Instant::now();
        let later = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut vitals = Vitals::default();
        assert!(!vitals.is_hung(later(100.0)), "nothing was given");
        vitals.write_begins(start);
        vitals.write_ends(start, Some(at(0)));
        assert!(!vitals.is_hung(later(9.0)) && vitals.is_hung(later(10.0)), "the start is slow");
        vitals.answer([at(0)].into_iter());
        assert!(!vitals.is_hung(later(100.0)), "the source is silent");
        vitals.write_ends(later(100.0), Some(at(1)));
        assert!(!vitals.is_hung(later(104.0)) && vitals.is_hung(later(105.0)));
        vitals.waits_for_us(true, later(150.0));
        assert!(!vitals.is_hung(later(200.0)), "it is waited for");
        vitals.write_begins(later(150.0));
        vitals.waits_for_us(false, later(200.0));
        assert!(!vitals.is_hung(later(204.0)) && vitals.is_hung(later(205.0)), "a full pipe");
    }

    #[test]
    fn lag_is_what_went_in_less_what_came_out() {
        let mut vitals = Vitals::default();
        assert_eq!(vitals.lag(), Duration::ZERO);
        vitals.write_ends(Instant::now(), Some(at(5)));
        vitals.answer([at(3)].into_iter());
        assert_eq!((vitals.lag(), vitals.frames()), (Duration::from_secs(2), 1));
    }

    #[test]
    fn usage_is_read_behind_any_name() {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 3 0 77 1000000 25 0";
        let usage = parse_stat(&format!("42 (a) b (c)) {fields}")).unwrap();
        let ticks = rustix::param::clock_ticks_per_second();
        assert_eq!(usage.cpu, Duration::from_millis(200_000 / ticks));
        assert_eq!(usage.memory_bytes, 25 * rustix::param::page_size() as u64);
        assert_eq!(parse_stat("42 (short) S 1"), None);
        assert!(super::usage(std::process::id()).unwrap().memory_bytes > 0);
    }
}
