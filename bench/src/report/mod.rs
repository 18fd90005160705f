//! Turns the sheets in `bench/results/` into `docs/BENCHMARKS.md` and the charts beside it. The text
//! is a pure function of the sheets.

mod targets;

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::chart::{Bar, Chart, Group, number};
use crate::sheet::{Series, Sheet, percentile, repository};
use targets::Outcome;

/// The tools that leave a sheet, in the order of the report, and what each section says of them.
const SECTIONS: [(&str, &str, &str); 13] = [
    (
        "passthrough",
        "Cost of a channel",
        "Channels published at once from one 720p30 source of 2.67 Mb/s (H.264 and AAC, 2 s between keyframes), nobody watching. CPU is the time of the whole server \
         process tree. nginx-rtmp writes its segments to a RAM disk (`files`); Rivulet keeps them in its own memory, parts and all.",
    ),
    (
        "delay",
        "Delay inside the server",
        "Every frame carries the moment it was sent. `Age` is how old the last frame of a part (nginx-rtmp: of a segment) is when a playlist first lists it: one frame \
         interval, 33 ms, of it is the wait for the next frame, which alone says how long the last one lasts. nginx's playlist is asked for every 2 ms.",
    ),
    (
        "delivery",
        "Delivery",
        "`wrk`, one thread, 32 connections, against the live playlist and the newest segment of a running broadcast; nginx serves the same bytes as files, all its cores at hand.",
    ),
    (
        "waiters",
        "Waiting players",
        "Players that ask for the next part before it exists, all on one channel. `Age when told` includes the load tool's own work: one thread reads all answers.",
    ),
    ("fanout", "RTMP players", "CPU of the server with players less that without any, per player."),
    (
        "ladder",
        "Encoded renditions",
        "One channel, the same 720p30 source, three rungs encoded by libx264 below it. `Bare ffmpeg` is the command line of our server's child, word for word, fed with the same \
         frames in real time and read by nobody who does anything with them: what lies above it is the price of the server. `Owncast's command` is the line that Owncast's \
         documentation and source lead to (HLS muxer, into a RAM disk; latency level 1, which has this source's 2 s; same sizes, bitrates and presets, its own limits, bilinear scaling), without Owncast itself. \
         SSIM and VMAF compare the same frames of both with the source, scaled to the rung's size.",
    ),
    (
        "glass",
        "Glass to glass",
        "The published picture shows its own number in black and white blocks; a headless Chromium reads it off each displayed frame. `Join` is from opening the page to the first \
         frame. Decoding is done in software on the same machine.",
    ),
    (
        "glass-level-0",
        "Glass to glass at the lowest latency level",
        "The same with the channel at latency level 0. `Stalls` are counted from the first frame on, by the video element's events and by our page itself.",
    ),
    (
        "discovery",
        "A site with many channels",
        "10,000 channels and 1,000,000 follows, nobody on air; several clients ask at once, each as soon as it has its last answer. The server and the load tool share the machine, \
         and so does PostgreSQL.",
    ),
    (
        "sign-in",
        "Sign-ins beside a broadcast",
        "One channel on air, followed for as long without and with people who sign in again and again as fast as they are let, each with an account of their own. A password costs one \
         argon2id; at most half of the cores hash at a time. `Asked to wait` counts answers that say the server is busy.",
    ),
    (
        "chat",
        "Chat",
        "One room on SQLite, messages of 60 characters from as many guests as the rate needs (one says 1.2 a second), told to everybody in it. They speak in turn, so that no two messages are near each other and each has a frame to itself, or each as they please. A delivery is one message at one socket, \
         however many came in a frame; its delay is from before the sender's write to after the receiver's read. Everything that was acknowledged is on disk. The load tool runs on the \
         same machine: `own cpu` says how much of a core it took.",
    ),
    (
        "chat-owncast",
        "Chat in Owncast's dialect",
        "The same, with clients that speak Owncast's `/ws` to our server.",
    ),
    ("idle", "An idle server", "Started on an empty data directory, then left alone."),
];

/// Every sheet there is.
pub(crate) struct Sheets(Vec<Sheet>);

impl Sheets {
    fn load() -> Result<Self> {
        let sheets: Result<Vec<Option<Sheet>>> =
            SECTIONS.iter().map(|(tool, ..)| Sheet::load(tool)).collect();
        Ok(Self(sheets?.into_iter().flatten().collect()))
    }

    fn get(&self, tool: &str) -> Option<&Sheet> {
        self.0.iter().find(|sheet| sheet.tool == tool)
    }

    /// The least of all runs.
    fn least(&self, tool: &str, subject: &str, metric: &str, case: &str) -> Option<f64> {
        self.get(tool)?.least(subject, metric, case)
    }

    /// The median over the runs.
    fn median(&self, tool: &str, subject: &str, metric: &str, case: &str) -> Option<f64> {
        self.get(tool)?.median(subject, metric, case)
    }
}

pub(crate) fn run() -> Result<()> {
    let sheets = Sheets::load()?;
    let docs = repository().join("docs");
    std::fs::create_dir_all(docs.join("charts"))?;
    for (name, chart) in charts(&sheets) {
        std::fs::write(docs.join("charts").join(format!("{name}.svg")), chart.render())?;
    }
    std::fs::write(
        docs.join("BENCHMARKS.md"),
        render(&sheets).context("no results yet: run make bench")?,
    )?;
    println!("docs/BENCHMARKS.md and docs/charts/ are written");
    Ok(())
}

/// `None` when nothing was measured yet.
fn render(sheets: &Sheets) -> Option<String> {
    let machine = &sheets.0.first()?.machine;
    let mut out = format!(
        "# Benchmarks\n\nMeasured beside Debian's nginx with its RTMP module in the same session, on one machine that also runs the publisher, the load tool and the browser. \
         Numbers are medians over alternating runs, with the range behind them. Repeated by `make bench`; \
         [`bench/README.md`](../bench/README.md) says how each number comes about.\n\n\
         | | |\n|---|---|\n| processor | {} × {} |\n| memory | {} GiB |\n| system | {} |\n| nginx | {} |\n| ffmpeg | {} |\n| Chromium | {} |\n| revision | {} |\n\n",
        machine.cores,
        machine.processor,
        machine.memory_gib,
        machine.kernel,
        machine.nginx,
        machine.ffmpeg,
        machine.chromium,
        machine.revision
    );
    out += &targets_table(sheets);
    for (tool, title, text) in SECTIONS {
        if let Some(sheet) = sheets.get(tool) {
            out += &section(sheets, sheet, title, text);
        }
    }
    Some(out)
}

fn targets_table(sheets: &Sheets) -> String {
    let mut out = "## Targets\n\n| what | target | measured | |\n|---|---|---|---|\n".to_owned();
    for target in targets::all() {
        let (measured, verdict) = match (target.measure)(sheets) {
            Some(Outcome { text, reached: true }) => (text, "reached"),
            Some(Outcome { text, reached: false }) => (text, "**missed**"),
            None => ("not measured".to_owned(), ""),
        };
        let _ = writeln!(out, "| {} | {} | {measured} | {verdict} |", target.what, target.wanted);
    }
    out
}

fn section(sheets: &Sheets, sheet: &Sheet, title: &str, text: &str) -> String {
    let mut out = format!("\n## {title}\n\n{text}\n\n");
    for (name, chart) in
        charts(sheets).into_iter().filter(|(name, _)| name.starts_with(&sheet.tool))
    {
        let _ = writeln!(out, "![{}](charts/{name}.svg)\n", chart.title);
    }
    out += "| | case | server | median | range | runs |\n|---|---|---|---:|---|---:|\n";
    for series in &sheet.series {
        out += &row(series);
    }
    let _ = writeln!(out, "\n`{}`", sheet.command);
    out
}

fn row(series: &Series) -> String {
    let Series { subject, metric, case, unit, values } = series;
    let at = |percent| percentile(values, percent).map_or_else(|| "–".to_owned(), number);
    let (median, least, most, runs) = (at(50.0), at(0.0), at(100.0), values.len());
    format!("| {metric} | {case} | {subject} | {median} {unit} | {least} – {most} | {runs} |\n")
}

/// Charts by file name, which begins with the tool's.
fn charts(sheets: &Sheets) -> Vec<(String, Chart)> {
    let wanted = [
        (
            "passthrough",
            "cpu per stream-second",
            "CPU per stream-second by channels, less is better",
        ),
        ("delay", "connect to accepted", "Connected to accepted, less is better"),
        ("delivery", "requests per cpu second", "Requests per CPU second, more is better"),
        ("delivery", "cpu per gigabyte", "CPU seconds per gigabyte, less is better"),
        ("fanout", "cpu per player-second", "CPU per RTMP player-second, less is better"),
        (
            "ladder",
            "cpu per stream-second",
            "CPU per stream-second with encoded renditions, less is better",
        ),
        ("ladder", "VMAF", "VMAF of each rung, more is better"),
        ("glass", "latency, p50", "Glass to glass in Chromium, median, less is better"),
        ("glass", "join", "Page opened to first frame, less is better"),
        (
            "chat",
            "cpu per million deliveries",
            "CPU per million deliveries of chat, less is better",
        ),
        ("chat", "delay, p99", "Delay of chat, p99, less is better"),
        ("idle", "memory", "Memory of an idle server, less is better"),
    ];
    wanted
        .into_iter()
        .filter_map(|(tool, metric, title)| {
            let name = format!(
                "{tool}-{}",
                metric.replace(|c: char| !c.is_alphanumeric(), "-").replace("--", "-")
            );
            Some((name, chart(sheets.get(tool)?, metric, title)?))
        })
        .collect()
}

fn chart(sheet: &Sheet, metric: &str, title: &str) -> Option<Chart> {
    let all: Vec<&Series> = sheet.series.iter().filter(|series| series.metric == metric).collect();
    let mut groups: Vec<Group> = Vec::new();
    for series in &all {
        let bar = Bar { subject: series.subject.clone(), value: percentile(&series.values, 50.0)? };
        match groups.iter_mut().find(|group| group.label == series.case) {
            Some(group) => group.bars.push(bar),
            None => groups.push(Group { label: series.case.clone(), bars: vec![bar] }),
        }
    }
    Some(Chart { title: title.to_owned(), unit: all.first()?.unit.clone(), groups })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;

    fn sheet(tool: &str, series: &[(&str, &str, &str, &str, &[f64])]) -> Sheet {
        let text = || "something".to_owned();
        let machine = Machine {
            processor: text(),
            cores: 2,
            memory_gib: 23.4,
            kernel: text(),
            nginx: text(),
            ffmpeg: text(),
            chromium: text(),
            revision: text(),
        };
        let series = series.iter().map(|(subject, metric, case, unit, values)| Series {
            subject: (*subject).to_owned(),
            metric: (*metric).to_owned(),
            case: (*case).to_owned(),
            unit: (*unit).to_owned(),
            values: values.to_vec(),
        });
        let series = series.collect();
        Sheet {
            tool: tool.to_owned(),
            taken_at: 0,
            command: format!("rivulet-bench {tool}"),
            machine,
            series,
        }
    }

    #[test]
    fn says_what_was_reached_missed_and_not_measured() {
        let passthrough = sheet(
            "passthrough",
            &[
                ("rivulet", "cpu per stream-second", "20", "ms", &[1.1, 1.0, 1.2]),
                ("nginx-rtmp", "cpu per stream-second", "20", "ms", &[1.5, 1.4, 1.6]),
                ("rivulet", "cpu per stream-second", "100", "ms", &[1.9]),
                ("nginx-rtmp", "cpu per stream-second", "100", "ms", &[2.0]),
            ],
        );
        let delay = sheet("delay", &[("rivulet", "connect to accepted", "default", "ms", &[1.5])]);
        let age = "newest frame's age, p99";
        let sign_in = sheet(
            "sign-in",
            &[
                ("rivulet", age, "quiet", "ms", &[36.0]),
                ("rivulet", age, "sign-ins", "ms", &[60.0]),
                ("rivulet", "people signed in", "sign-ins", "1/s", &[33.6]),
            ],
        );
        insta::assert_snapshot!(render(&Sheets(vec![passthrough, delay, sign_in])).unwrap());
    }

    #[test]
    fn says_nothing_of_nothing() {
        assert!(render(&Sheets(Vec::new())).is_none());
    }
}
