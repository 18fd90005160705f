//! Child processes and what they cost: CPU time and memory of a process and all its children, read
//! from procfs (see `proc_pid_stat(5)`, `proc_pid_status(5)`).

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::{Child, ChildStdin, Command};

/// The unit of `utime` and `stime`: `sysconf(_SC_CLK_TCK)`, 100 on every Linux this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// A server under test, killed when dropped.
pub(crate) struct Server {
    child: Child,
    pid: u32,
}

impl Server {
    /// Starts `command`; its output goes to `log`, so that a failure can be read afterwards.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        Self::start_with(command, Stdio::null(), log)
    }

    fn start_with(command: &mut Command, stdin: Stdio, log: &Path) -> Result<Self> {
        let file = std::fs::File::create(log)?;
        let child = command
            .stdin(stdin)
            .stdout(file.try_clone()?)
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.as_std().get_program()))?;
        let pid = child.id().context("the server ended at once")?;
        Ok(Self { child, pid })
    }

    /// The same, with a pipe to its standard input.
    pub(crate) fn start_fed(command: &mut Command, log: &Path) -> Result<(Self, ChildStdin)> {
        let mut server = Self::start_with(command, Stdio::piped(), log)?;
        let stdin = server.child.stdin.take().context("it has no standard input")?;
        Ok((server, stdin))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage::of_tree(self.pid)
    }

    /// Whether it still runs; an error says how it ended.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => anyhow::bail!("the server ended: {status}"),
        }
    }

    /// Ends it in the middle of whatever it does (SIGKILL).
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Ends the whole tree: nginx's workers outlive a killed master.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pids: Vec<String> = tree(self.pid).iter().map(u32::to_string).collect();
        Command::new("kill").args(&pids).stderr(Stdio::null()).status().await?;
        self.child.wait().await?;
        Ok(())
    }
}

/// What a process tree has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    pub(crate) rss_bytes: u64,
}

impl Usage {
    fn of_tree(root: u32) -> Self {
        tree(root).into_iter().fold(Self::default(), |sum, pid| Self {
            cpu_seconds: sum.cpu_seconds + cpu_seconds(pid).unwrap_or(0.0),
            rss_bytes: sum.rss_bytes + rss_bytes(pid).unwrap_or(0),
        })
    }
}

/// The process and everything below it. A process that ends meanwhile is left out.
fn tree(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .map(|entries| {
            entries.flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
        })
        .unwrap_or_else(|_| Vec::new())
        .into_iter()
        .filter_map(|pid: u32| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == pid).map(|(child, _)| *child));
        next += 1;
    }
    found
}

/// The processes that one has started and that still run, with their command lines.
pub(crate) fn children(pid: u32) -> Vec<(u32, Vec<String>)> {
    let direct = tree(pid).into_iter().filter(|&child| parent(child) == Some(pid));
    direct.map(|child| (child, command_line(child))).collect()
}

fn command_line(pid: u32) -> Vec<String> {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn parent(pid: u32) -> Option<u32> {
    stat_fields(pid)?.get(1)?.parse().ok()
}

/// The fields of `/proc/PID/stat` after the name, which may itself hold spaces and parentheses.
fn stat_fields(pid: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn cpu_seconds(pid: u32) -> Option<f64> {
    let Spent { own, reaped } = Spent::by(pid)?;
    Some(own + reaped)
}

/// CPU seconds that one process has used so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// By all of its threads.
    pub(crate) own: f64,
    /// By children already waited for.
    pub(crate) reaped: f64,
}

impl Spent {
    /// `stat` counts in ticks of 10 ms; `schedstat` of the living threads counts in nanoseconds and
    /// is taken where it is not less. `None` when there is no such process.
    pub(crate) fn by(pid: u32) -> Option<Self> {
        let fields = stat_fields(pid)?;
        let ticks =
            |index: usize| fields.get(index).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
        let own = (ticks(11) + ticks(12)) / TICKS_PER_SECOND;
        let reaped = (ticks(13) + ticks(14)) / TICKS_PER_SECOND;
        let threads = living_threads_seconds(pid).unwrap_or(0.0);
        let precise = (own - threads).abs() <= 2.0 / TICKS_PER_SECOND;
        Some(Self { own: if precise { threads } else { own.max(threads) }, reaped })
    }
}

fn living_threads_seconds(pid: u32) -> Option<f64> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let nanos = tasks.flatten().filter_map(|task| {
        let line = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    });
    Some(nanos.sum::<f64>() / 1e9)
}

fn rss_bytes(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_busy_child_costs_cpu_and_memory_and_ends_with_its_children() {
        let log = std::env::temp_dir().join(format!("bench-process-{}", std::process::id()));
        let mut shell = Command::new("sh");
        shell.args(["-c", "(while :; do :; done) & wait"]);
        let server = Server::start(&mut shell, &log).unwrap();
        let pids = loop {
            if server.usage().cpu_seconds > 0.1 {
                break tree(server.pid);
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(pids.len(), 2, "the shell and its loop");
        assert!(server.usage().rss_bytes > 100_000);
        server.stop().await.unwrap();
        while parent(pids[1]).is_some() {
            tokio::task::yield_now().await;
        }
        std::fs::remove_file(log).unwrap();
    }
}
