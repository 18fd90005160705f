//! What this machine and its audience are like, looked at every two minutes, for the last ten hours.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rivulet_media::time::WallClock;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::audience::Audience;

/// How often, as Owncast does.
const EVERY: Duration = Duration::from_secs(120);
/// Moments that are kept, as many as Owncast's.
const MAX_MOMENTS: usize = 300;

/// How it was at one time.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: WallClock,
    /// Who watched the primary channel.
    pub(crate) viewers: u64,
    /// How its players fared.
    pub(crate) audience: Audience,
    pub(crate) load: Load,
}

/// How much of this machine is in use, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) cpu: f64,
    pub(crate) memory: f64,
    /// Of the disk with the data folder.
    pub(crate) disk: f64,
}

/// The moments.
#[derive(Clone, Default)]
pub(super) struct Moments {
    kept: Arc<Mutex<VecDeque<Moment>>>,
}

impl Moments {
    /// All of them, the oldest first.
    pub(super) fn all(&self) -> Vec<Moment> {
        self.lock().iter().cloned().collect()
    }

    fn keep(&self, moment: Moment) {
        let mut kept = self.lock();
        if kept.len() >= MAX_MOMENTS {
            kept.pop_front();
        }
        kept.push_back(moment);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Moment>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn run(shared: Arc<Shared>, data_dir: PathBuf, stopping: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut processor = Processor::default();
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let Ok(channel) = shared.channels.primary().await else { continue };
        let now = shared.clock.monotonic();
        let health = shared.with_record(channel.id, now, |record, _| record.watch());
        let audience = health.borrow().audience.clone();
        shared.moments.keep(Moment {
            at: shared.clock.wall(),
            viewers: shared.delivery.viewers(channel.id),
            audience,
            load: processor.look(&data_dir),
        });
    }
}

/// What the processor had done at the last look.
#[derive(Default)]
struct Processor {
    last: Option<Ticks>,
}

/// Time since the machine was started, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticks {
    all: u64,
    idle: u64,
}

impl Processor {
    fn look(&mut self, data_dir: &Path) -> Load {
        let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
        let ticks = ticks(&stat);
        let cpu = ticks.map_or(0.0, |now| busy(self.last, now));
        self.last = ticks.or(self.last);
        let memory = memory(&std::fs::read_to_string("/proc/meminfo").unwrap_or_default());
        Load { cpu, memory: memory.unwrap_or_default(), disk: disk(data_dir) }
    }
}

/// The first line of `/proc/stat` (`proc_stat(5)`).
fn ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    // Guests are counted among users already.
    let fields = line.split_whitespace().take(8).map(str::parse);
    let fields: Vec<u64> = fields.collect::<Result<_, _>>().ok()?;
    let idle = fields.get(3)? + fields.get(4).copied().unwrap_or_default();
    Some(Ticks { all: fields.iter().sum(), idle })
}

fn busy(last: Option<Ticks>, now: Ticks) -> f64 {
    let last = last.unwrap_or(Ticks { all: 0, idle: 0 });
    let all = now.all.saturating_sub(last.all);
    let idle = now.idle.saturating_sub(last.idle);
    share(all.saturating_sub(idle), all)
}

/// `/proc/meminfo` (`proc_meminfo(5)`).
fn memory(text: &str) -> Option<f64> {
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let (all, free) = (of("MemTotal:")?, of("MemAvailable:")?);
    Some(share(all.saturating_sub(free), all))
}

fn disk(folder: &Path) -> f64 {
    rustix::fs::statvfs(folder)
        .map_or(0.0, |it| share(it.f_blocks.saturating_sub(it.f_bfree), it.f_blocks))
}

/// In hundredths.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    // Exact up to 2^53, and nobody has more.
    let (part, whole) = (part as f64, whole as f64);
    (part / whole * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_understood() {
        let stat = "cpu  100 0 50 800 50 0 0 0 7 0\ncpu0 1 2 3 4\n";
        let first = ticks(stat).unwrap();
        assert_eq!(first, Ticks { all: 1000, idle: 850 });
        assert!((busy(None, first) - 15.0).abs() < f64::EPSILON);
        let later = Ticks { all: 1100, idle: 900 };
        assert!((busy(Some(first), later) - 50.0).abs() < f64::EPSILON);
        let text = "MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    250 kB\n";
        assert_eq!(memory(text), Some(75.0));
        for nonsense in ["", "cpu", "cpu  a b c d"] {
            assert_eq!(ticks(nonsense), None);
            assert_eq!(memory(nonsense), None);
        }
        assert!(Processor::default().look(Path::new("/")).memory > 0.0);
    }
}
