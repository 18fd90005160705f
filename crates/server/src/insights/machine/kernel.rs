//! What Linux says of the machine, in the files of `proc(5)` and `sysfs(5)`.

use std::path::Path;

/// A sector of `/proc/diskstats`, whatever the disk's own are.
const SECTOR_BYTES: u64 = 512;
/// Names of what is no network of its own: its bytes pass through another interface too.
const INNER_NETWORKS: [&str; 7] = ["lo", "veth", "docker", "br-", "virbr", "tun", "dummy"];
/// Names of what is no disk of its own.
const INNER_DISKS: [&str; 6] = ["loop", "ram", "zram", "dm-", "md", "sr"];

/// Time since the machine was started, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticks {
    pub(super) all: u64,
    pub(super) idle: u64,
}

/// Bytes since the machine was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Received, or read.
    pub(crate) inward: u64,
    /// Sent, or written.
    pub(crate) outward: u64,
}

/// How much of something there is, and how much of it is taken, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Space {
    pub(crate) used: u64,
    pub(crate) all: u64,
}

impl Space {
    /// In hundredths.
    pub(crate) fn percent(self) -> f64 {
        percent(self.used, self.all)
    }
}

/// The first line of `/proc/stat` (`proc_stat(5)`).
pub(super) fn ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    // Guests are counted among users already.
    let fields = line.split_whitespace().take(8).map(str::parse);
    let fields: Vec<u64> = fields.collect::<Result<_, _>>().ok()?;
    let idle = fields.get(3)? + fields.get(4).copied().unwrap_or_default();
    Some(Ticks { all: fields.iter().sum(), idle })
}

/// How busy the processor was in between, in hundredths.
pub(super) fn busy(last: Option<Ticks>, now: Ticks) -> f64 {
    let last = last.unwrap_or_default();
    let all = now.all.saturating_sub(last.all);
    let idle = now.idle.saturating_sub(last.idle);
    percent(all.saturating_sub(idle), all)
}

/// `/proc/meminfo` (`proc_meminfo(5)`).
pub(super) fn memory(text: &str) -> Option<Space> {
    let (all, free) = (kilobytes(text, "MemTotal:")?, kilobytes(text, "MemAvailable:")?);
    Some(Space { used: all.saturating_sub(free), all })
}

/// A line of a file in which every line is a name and a number of kilobytes.
pub(super) fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// `/proc/net/dev` (`proc_pid_net(5)`).
pub(super) fn network(text: &str) -> Traffic {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let outer = lines.filter(|(name, _)| !is_among(name.trim(), &INNER_NETWORKS));
    sum(outer.filter_map(|(_, numbers)| {
        let mut numbers = numbers.split_whitespace().map(str::parse::<u64>);
        let inward = numbers.next()?.ok()?;
        // Seven more of what was received come first.
        Some(Traffic { inward, outward: numbers.nth(7)?.ok()? })
    }))
}

/// `/proc/diskstats` (Linux, `Documentation/admin-guide/iostats.rst`).
pub(super) fn disks(text: &str) -> Traffic {
    let mut whole: Vec<&str> = Vec::new();
    sum(text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(2);
        let name = fields.next()?;
        // A partition follows the disk that it is a part of, and has its name with a number.
        let is_part = whole.iter().any(|disk| name.starts_with(disk));
        if is_part || is_among(name, &INNER_DISKS) {
            return None;
        }
        whole.push(name);
        let inward: u64 = fields.nth(2)?.parse().ok()?;
        let outward: u64 = fields.nth(3)?.parse().ok()?;
        let bytes = |sectors: u64| sectors.saturating_mul(SECTOR_BYTES);
        Some(Traffic { inward: bytes(inward), outward: bytes(outward) })
    }))
}

/// The time of a processor that a process took, in ticks: `/proc/self/stat` (`proc_pid_stat(5)`).
pub(super) fn own_ticks(stat: &str) -> Option<u64> {
    // The name may have blanks and brackets in it.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11).map(str::parse::<u64>);
    fields.next()?.ok()?.checked_add(fields.next()?.ok()?)
}

/// How busy the busiest GPU is, in hundredths, where its driver says so in `sysfs`: amdgpu does.
pub(super) fn gpu(cards: &Path) -> Option<f64> {
    let cards = std::fs::read_dir(cards).ok()?.filter_map(Result::ok);
    let busy = cards.filter_map(|card| {
        let text = std::fs::read_to_string(card.path().join("device/gpu_busy_percent")).ok()?;
        text.trim().parse::<f64>().ok().filter(|it| (0.0..=100.0).contains(it))
    });
    busy.reduce(f64::max)
}

pub(super) fn disk(folder: &Path) -> Option<Space> {
    let it = rustix::fs::statvfs(folder).ok()?;
    let used = it.f_blocks.saturating_sub(it.f_bfree).saturating_mul(it.f_frsize);
    Some(Space { used, all: it.f_blocks.saturating_mul(it.f_frsize) })
}

fn is_among(name: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|it| name.starts_with(it))
}

fn sum(all: impl Iterator<Item = Traffic>) -> Traffic {
    all.fold(Traffic::default(), |sum, it| Traffic {
        inward: sum.inward.saturating_add(it.inward),
        outward: sum.outward.saturating_add(it.outward),
    })
}

/// In hundredths.
fn percent(part: u64, whole: u64) -> f64 {
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
        assert_eq!(memory(text), Some(Space { used: 750 * 1024, all: 1000 * 1024 }));
        assert!((memory(text).unwrap().percent() - 75.0).abs() < f64::EPSILON);
        for nonsense in ["", "cpu", "cpu  a b c d"] {
            assert_eq!(ticks(nonsense), None);
            assert_eq!(memory(nonsense), None);
            assert_eq!(network(nonsense), Traffic::default());
            assert_eq!(disks(nonsense), Traffic::default());
            assert_eq!(own_ticks(nonsense), None);
        }
    }

    #[test]
    fn bytes_count_once_whatever_they_pass_through() {
        let text = "Inter-|   Receive    |  Transmit\n face |bytes packets errs\n\
                    lo: 900 1 0 0 0 0 0 0 900 1 0 0 0 0 0 0\n\
                    eth0: 1000 1 0 0 0 0 0 0 5000 1 0 0 0 0 0 0\n\
                    wlan0:10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0\n\
                    veth1: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n";
        assert_eq!(network(text), Traffic { inward: 1010, outward: 5020 });
        let text = "   8       0 sda 10 0 100 5 20 0 200 5 0 0 0\n\
                       8       1 sda1 10 0 100 5 20 0 200 5 0 0 0\n\
                     259       0 nvme0n1 1 0 2 1 1 0 4 1 0 0 0\n\
                     259       1 nvme0n1p1 1 0 2 1 1 0 4 1 0 0 0\n\
                     253       0 dm-0 1 0 50 1 1 0 50 1 0 0 0\n";
        assert_eq!(disks(text), Traffic { inward: 102 * 512, outward: 204 * 512 });
        let stat = "7 (a b) c) S 1 1 1 0 -1 4 0 0 0 0 30 12 0 0 20 0 9 0 5 6 7";
        assert_eq!(own_ticks(stat), Some(42));
    }

    #[test]
    fn a_gpu_that_says_nothing_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(gpu(&folder.path().join("none")), None);
        assert_eq!(gpu(folder.path()), None);
        for (card, busy) in [("card0", "12\n"), ("card1", "70\n"), ("card2", "broken\n")] {
            let device = folder.path().join(card).join("device");
            std::fs::create_dir_all(&device).unwrap();
            std::fs::write(device.join("gpu_busy_percent"), busy).unwrap();
        }
        assert_eq!(gpu(folder.path()), Some(70.0));
    }
}
