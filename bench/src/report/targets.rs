//! What the numbers have to reach, each as a comparison of medians.

mod chat;

use super::Sheets;
use crate::chart::number;

const OURS: &str = "rivulet";
const PEER: &str = "nginx-rtmp";
const PEER_FILES: &str = "nginx, static file";
/// Of the source: 30 frames per second, 2 s between keyframes.
const FRAME_INTERVAL_MS: f64 = 1000.0 / 30.0;
const GOP_MS: f64 = 2000.0;

/// A promise.
pub(crate) struct Target {
    pub(crate) what: &'static str,
    pub(crate) wanted: &'static str,
    /// `None` where it was not measured.
    pub(crate) measure: fn(&Sheets) -> Option<Outcome>,
}

/// How it turned out.
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) reached: bool,
}

/// Every promise.
pub(crate) fn all() -> impl Iterator<Item = &'static Target> {
    ALL.iter().chain(&chat::CHAT)
}

const ALL: [Target; 28] = [
    Target {
        what: "CPU per passthrough channel, 20 channels",
        wanted: "≤ 0.8 × nginx-rtmp",
        measure: |s| ratio(s, ("passthrough", "cpu per stream-second", "20"), PEER, 0.8),
    },
    Target {
        what: "CPU per passthrough channel, 100 channels",
        wanted: "≤ 0.8 × nginx-rtmp",
        measure: |s| ratio(s, ("passthrough", "cpu per stream-second", "100"), PEER, 0.8),
    },
    Target {
        what: "memory per passthrough channel beyond its window",
        wanted: "≤ 256 KiB",
        measure: memory_beyond_window,
    },
    Target {
        what: "playlist requests per CPU second",
        wanted: "≥ 0.9 × nginx with the same bytes as a file",
        measure: |s| share(s, ("delivery", "requests per cpu second", "playlist"), 0.9),
    },
    Target {
        what: "segment bytes per CPU second",
        wanted: "≥ 0.8 × nginx with the same bytes as a file",
        measure: |s| share(s, ("delivery", "requests per cpu second", "segment"), 0.8),
    },
    Target {
        what: "newest frame's age when its part is listed, p50",
        wanted: "≤ 10 ms above the frame interval",
        measure: |s| {
            most(s, ("delay", "newest frame's age, p50", "default"), FRAME_INTERVAL_MS + 10.0, "ms")
        },
    },
    Target {
        what: "the same, p99",
        wanted: "≤ 25 ms above the frame interval",
        measure: |s| {
            most(s, ("delay", "newest frame's age, p99", "default"), FRAME_INTERVAL_MS + 25.0, "ms")
        },
    },
    Target {
        what: "glass to glass on our watch page, p50",
        wanted: "≤ 1.4 s",
        measure: |s| most(s, ("glass", "latency, p50", "watch page"), 1.4, "s"),
    },
    Target {
        what: "glass to glass on our watch page, p95",
        wanted: "≤ 2.0 s",
        measure: |s| most(s, ("glass", "latency, p95", "watch page"), 2.0, "s"),
    },
    Target {
        what: "glass to glass in hls.js with its own settings, p50",
        wanted: "≤ 1.4 s",
        measure: |s| most(s, ("glass", "latency, p50", "hls.js"), 1.4, "s"),
    },
    Target {
        what: "watch page opened to first frame",
        wanted: "≤ 0.8 s",
        measure: |s| most(s, ("glass", "join", "watch page"), 0.8, "s"),
    },
    Target {
        what: "encoder connected to first playable",
        wanted: "≤ 1 GOP + 0.3 s",
        measure: |s| most(s, ("delay", "connect to playable", "default"), GOP_MS + 300.0, "ms"),
    },
    Target {
        what: "RTMP connect to publish accepted",
        wanted: "≤ 3 ms",
        measure: |s| most(s, ("delay", "connect to accepted", "default"), 3.0, "ms"),
    },
    Target {
        what: "CPU per RTMP player, 200 players",
        wanted: "≤ 1.0 × nginx-rtmp",
        measure: |s| ratio(s, ("fanout", "cpu per player-second", "200"), PEER, 1.0),
    },
    Target {
        what: "CPU of server and child that encode three rungs",
        wanted: "≤ 3 % above ffmpeg alone",
        measure: |s| most(s, ("ladder", "beside bare ffmpeg", "all rungs"), 3.0, "%"),
    },
    Target {
        what: "the same without what passthrough costs",
        wanted: "≤ 3 % above ffmpeg alone",
        measure: |s| {
            let metric = "the same without what passthrough costs";
            most(s, ("ladder", metric, "all rungs"), 3.0, "%")
        },
    },
    Target {
        what: "segments of every rung that begin where the source's do",
        wanted: "100 %",
        measure: aligned,
    },
    Target {
        what: "ready after start with 10,000 channels and 1,000,000 follows, SQLite",
        wanted: "≤ 1 s",
        measure: |s| most(s, ("discovery", "ready after start", "SQLite"), 1000.0, "ms"),
    },
    Target {
        what: "ready after start with 10,000 channels and 1,000,000 follows, PostgreSQL",
        wanted: "≤ 1 s",
        measure: |s| most(s, ("discovery", "ready after start", "PostgreSQL"), 1000.0, "ms"),
    },
    Target {
        what: "directory of 10,000 channels, p99, SQLite",
        wanted: "≤ 50 ms",
        measure: |s| most(s, ("discovery", "directory, p99", "SQLite"), 50.0, "ms"),
    },
    Target {
        what: "directory of 10,000 channels, p99, PostgreSQL",
        wanted: "≤ 50 ms",
        measure: |s| most(s, ("discovery", "directory, p99", "PostgreSQL"), 50.0, "ms"),
    },
    Target {
        what: "search in 10,000 channels, p99, SQLite",
        wanted: "≤ 50 ms",
        measure: |s| most(s, ("discovery", "search, p99", "SQLite"), 50.0, "ms"),
    },
    Target {
        what: "search in 10,000 channels, p99, PostgreSQL",
        wanted: "≤ 50 ms",
        measure: |s| most(s, ("discovery", "search, p99", "PostgreSQL"), 50.0, "ms"),
    },
    Target {
        what: "newest frame's age while people sign in without a pause, p50",
        wanted: "≤ 10 ms above the frame interval",
        measure: |s| {
            let key = ("sign-in", "newest frame's age, p50", "sign-ins");
            most(s, key, FRAME_INTERVAL_MS + 10.0, "ms")
        },
    },
    Target {
        what: "the same, p99",
        wanted: "≤ 25 ms above the frame interval",
        measure: |s| {
            let key = ("sign-in", "newest frame's age, p99", "sign-ins");
            most(s, key, FRAME_INTERVAL_MS + 25.0, "ms")
        },
    },
    Target {
        what: "idle memory",
        wanted: "≤ 30 MiB",
        measure: |s| most(s, ("idle", "memory", "first start"), 30.0, "MiB"),
    },
    Target {
        what: "idle CPU",
        wanted: "≤ 0.5 % of a core",
        measure: |s| most(s, ("idle", "cpu", "first start"), 0.5, "%"),
    },
    Target {
        what: "ready after start",
        wanted: "≤ 200 ms",
        measure: |s| most(s, ("idle", "ready after start", "first start"), 200.0, "ms"),
    },
];

/// Tool, metric and case.
type Name = (&'static str, &'static str, &'static str);

/// Ours must be at most so many times theirs.
fn ratio(sheets: &Sheets, (tool, metric, case): Name, peer: &str, limit: f64) -> Option<Outcome> {
    let (ours, theirs) =
        (sheets.median(tool, OURS, metric, case)?, sheets.median(tool, peer, metric, case)?);
    let ratio = ours / theirs;
    let text = format!("{:.2} × ({} to {})", ratio, number(ours), number(theirs));
    Some(Outcome { text, reached: ratio <= limit })
}

/// Ours must be at least such a share of what nginx does with files.
fn share(sheets: &Sheets, (tool, metric, case): Name, limit: f64) -> Option<Outcome> {
    let (ours, theirs) =
        (sheets.median(tool, OURS, metric, case)?, sheets.median(tool, PEER_FILES, metric, case)?);
    let share = ours / theirs;
    let text = format!("{:.2} × ({} to {})", share, number(ours), number(theirs));
    Some(Outcome { text, reached: share >= limit })
}

fn most(sheets: &Sheets, (tool, metric, case): Name, limit: f64, unit: &str) -> Option<Outcome> {
    let ours = sheets.median(tool, OURS, metric, case)?;
    Some(Outcome { text: format!("{} {unit}", number(ours)), reached: ours <= limit })
}

/// The worst run of the worst rung.
fn aligned(sheets: &Sheets) -> Option<Outcome> {
    let metric = "segments aligned with the source's, least";
    let percent = sheets.least("ladder", OURS, metric, "all rungs")?;
    Some(Outcome { text: format!("{} %", number(percent)), reached: percent >= 100.0 })
}

/// What each further channel takes, less the media it lists.
fn memory_beyond_window(sheets: &Sheets) -> Option<Outcome> {
    let memory = |case| sheets.median("passthrough", OURS, "memory", case);
    let window = sheets.median("passthrough", OURS, "window of one channel", "100")?;
    let kibibytes = ((memory("100")? - memory("20")?) / 80.0 - window) * 1024.0;
    Some(Outcome {
        text: format!("{} KiB beyond {} MiB", number(kibibytes), number(window)),
        reached: kibibytes <= 256.0,
    })
}
