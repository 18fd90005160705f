//! How much of this machine is in use, and how much of it by this program.

mod kernel;

use std::fs;
use std::path::Path;
use std::time::Instant;

pub(crate) use kernel::{Space, Traffic};

use kernel::Ticks;

/// Where Linux lists its GPUs.
const CARDS: &str = "/sys/class/drm";

/// How much of this machine is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    /// In hundredths.
    pub(crate) cpu: f64,
    pub(crate) memory: Space,
    /// The disk with the data folder.
    pub(crate) disk: Space,
    /// In hundredths, where there is one that says so.
    pub(crate) gpu: Option<f64>,
    /// Bytes since the machine was started.
    pub(crate) network: Traffic,
    pub(crate) disks: Traffic,
    /// Bytes in a second since the last look.
    pub(crate) network_rate: Rate,
    pub(crate) disk_rate: Rate,
    pub(crate) own: Own,
}

/// Bytes in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rate {
    pub(crate) inward: f64,
    pub(crate) outward: f64,
}

/// What this program takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Own {
    /// Seconds of a processor.
    pub(crate) cpu_seconds: f64,
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// Files, sockets and pipes.
    pub(crate) open_files: u64,
}

/// Looks at the machine again and again.
#[derive(Default)]
pub(super) struct Machine {
    last: Option<Last>,
}

#[derive(Clone, Copy)]
struct Last {
    at: Instant,
    ticks: Option<Ticks>,
    network: Traffic,
    disks: Traffic,
}

impl Machine {
    /// How it is now; rates are those since the last look. Reads files that are never on a disk.
    pub(super) fn look(&mut self, data_dir: &Path, now: Instant) -> Load {
        let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
        let ticks = kernel::ticks(&read("/proc/stat"));
        let network = kernel::network(&read("/proc/net/dev"));
        let disks = kernel::disks(&read("/proc/diskstats"));
        let last = self.last.replace(Last { at: now, ticks, network, disks });
        let rate = |traffic: Traffic, then: fn(&Last) -> Traffic| {
            let between = |last: Last| Rate::between((then(&last), last.at), (traffic, now));
            last.map_or(Rate::default(), between)
        };
        Load {
            cpu: ticks.map_or(0.0, |ticks| kernel::busy(last.and_then(|it| it.ticks), ticks)),
            memory: kernel::memory(&read("/proc/meminfo")).unwrap_or_default(),
            disk: kernel::disk(data_dir).unwrap_or_default(),
            gpu: kernel::gpu(Path::new(CARDS)),
            network,
            disks,
            network_rate: rate(network, |it| it.network),
            disk_rate: rate(disks, |it| it.disks),
            own: Own::look(),
        }
    }
}

impl Rate {
    fn between(then: (Traffic, Instant), now: (Traffic, Instant)) -> Self {
        let seconds = now.1.saturating_duration_since(then.1).as_secs_f64();
        // An interface that went took its count with it.
        let of = |now: u64, then: u64| match seconds > 0.0 {
            true => now.saturating_sub(then) as f64 / seconds,
            false => 0.0,
        };
        Self { inward: of(now.0.inward, then.0.inward), outward: of(now.0.outward, then.0.outward) }
    }
}

impl Own {
    fn look() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ticks = kernel::own_ticks(&stat).unwrap_or_default();
        let per_second = rustix::param::clock_ticks_per_second().max(1);
        let open_files = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        Self {
            cpu_seconds: ticks as f64 / per_second as f64,
            memory: kernel::kilobytes(&status, "VmRSS:").unwrap_or_default(),
            open_files: open_files as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_machine_is_looked_at() {
        let (mut machine, now) = (Machine::default(), Instant::now());
        let load = machine.look(Path::new("/"), now);
        assert!(load.memory.percent() > 0.0 && load.disk.percent() > 0.0, "{load:?}");
        assert!(load.own.memory > 1_000_000 && load.own.open_files > 2, "{load:?}");
        assert_eq!(load.network_rate, Rate::default());
    }

    #[test]
    fn rates_are_of_the_time_between_two_looks() {
        let now = Instant::now();
        let traffic = |inward, outward| Traffic { inward, outward };
        let later = now + Duration::from_secs(10);
        let rate = Rate::between((traffic(1000, 500), now), (traffic(2000, 400), later));
        assert_eq!(rate, Rate { inward: 100.0, outward: 0.0 });
        let at_once = Rate::between((traffic(0, 0), now), (traffic(9, 9), now));
        assert_eq!(at_once, Rate::default());
    }
}
