//! The machine and the versions a measurement was taken with.

use std::process::Command;

use serde::{Deserialize, Serialize};

/// What somebody needs to know to compare numbers.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: f64,
    pub(crate) kernel: String,
    pub(crate) nginx: String,
    pub(crate) ffmpeg: String,
    pub(crate) chromium: String,
    /// The checkout measured.
    pub(crate) revision: String,
}

impl Machine {
    pub(crate) fn describe() -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: memory_gib(),
            kernel: first_line("uname", &["-sr"]),
            nginx: first_line("nginx", &["-v"]),
            ffmpeg: first_line("ffmpeg", &["-version"]),
            chromium: first_line("chromium", &["--version"]),
            revision: first_line("git", &["describe", "--always", "--dirty"]),
        }
    }
}

fn memory_gib() -> f64 {
    let line = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kibibytes: f64 = line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    (kibibytes / 1024.0 / 1024.0 * 10.0).round() / 10.0
}

/// The first `name: value` of a file in procfs.
fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// What a program says about itself, on either output; "not found" where it is not installed.
fn first_line(program: &str, args: &[&str]) -> String {
    let Ok(output) = Command::new(program).args(args).output() else {
        return "not found".to_owned();
    };
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said)
        .lines()
        .find(|l| l.contains(char::is_numeric))
        .unwrap_or("unknown")
        .to_owned()
}
