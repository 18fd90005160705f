//! What chat has to reach. Owncast's numbers are those of 0.1.3 on a quiet machine of two cores, with
//! 1,000 receivers and messages of chat's length, its load tool beside it. They are quoted, not
//! measured again: Owncast's program is no part of this repository's tests.

use super::{OURS, Outcome, Target, most};
use crate::chart::number;
use crate::report::Sheets;

/// Rates at which a room is busy, and at which it is hectic.
const BUSY: [&str; 4] = ["29/s", "50/s", "100/s", "200/s"];
const RATES: [&str; 6] = ["29/s", "50/s", "100/s", "200/s", "400/s", "800/s"];
const FLOODS: [&str; 6] = [
    "10,000 messages/s of one",
    "5 messages/s of 1,000",
    "frames of 1 MB",
    "fragments of 1 byte",
    "pings",
    "compressed frames",
];
const CROWD: &str = "10000 sockets";

pub(super) const CHAT: [Target; 15] = [
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 29 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (12.9 s)",
        measure: |s| cost(s, "29/s", 12.9),
    },
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 50 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (11.1 s)",
        measure: |s| cost(s, "50/s", 11.1),
    },
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 100 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (7.6 s)",
        measure: |s| cost(s, "100/s", 7.6),
    },
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 200 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (5.3 s)",
        measure: |s| cost(s, "200/s", 5.3),
    },
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 400 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (3.1 s)",
        measure: |s| cost(s, "400/s", 3.1),
    },
    Target {
        what: "chat: CPU per million deliveries, 1,000 sockets, 800 messages/s",
        wanted: "≤ 0.5 × Owncast 0.1.3 (2.2 s)",
        measure: |s| cost(s, "800/s", 2.2),
    },
    Target {
        what: "chat: delay up to 200 messages/s, 1,000 sockets, p99",
        wanted: "≤ 50 ms",
        measure: |s| worst(s, ("delay, p99", &BUSY), 50.0, "ms"),
    },
    Target {
        what: "chat: delay at 400 messages/s, p99",
        wanted: "≤ 150 ms (Owncast 0.1.3: 155 ms)",
        measure: |s| most(s, ("chat", "delay, p99", "400/s"), 150.0, "ms"),
    },
    Target {
        what: "chat: deliveries lost or repeated at any rate",
        wanted: "none",
        measure: |s| worst(s, ("deliveries lost or repeated", &RATES), 0.0, ""),
    },
    Target {
        what: "chat: deliveries per second before p99 passes 500 ms",
        wanted: "≥ 500,000",
        measure: |s| least(s, ("most deliveries before p99 is late", "1000 sockets"), 500_000.0),
    },
    Target {
        what: "chat: durable messages accepted per second, 2,000 senders in one room",
        wanted: "≥ 3,000",
        measure: |s| least(s, ("durable messages", "2000 senders"), 3_000.0),
    },
    Target {
        what: "chat: memory of an idle socket, 10,000 of them",
        wanted: "≤ 10 kB (Owncast 0.1.3: 42 to 46 kB)",
        measure: |s| most(s, ("chat", "memory per idle socket", CROWD), 10.0, "kB"),
    },
    Target {
        what: "chat: 10,000 that connect at once are in",
        wanted: "≤ 10 s",
        measure: |s| most(s, ("chat", "everybody is in after", CROWD), 10.0, "s"),
    },
    Target {
        what: "chat: delay of 100 while 10,000 others leave at once, p99",
        wanted: "≤ 500 ms (Owncast 0.1.3: ends)",
        measure: |s| most(s, ("chat", "delay while everybody leaves, p99", CROWD), 500.0, "ms"),
    },
    Target {
        what: "chat: delay of everybody else in the worst of six floods, p99",
        wanted: "≤ 500 ms",
        measure: |s| worst(s, ("delay of others, p99", &FLOODS), 500.0, "ms"),
    },
];

/// Half of what Owncast needs, at most.
fn cost(sheets: &Sheets, case: &str, owncast: f64) -> Option<Outcome> {
    let ours = sheets.median("chat", OURS, "cpu per million deliveries", case)?;
    let share = ours / owncast;
    let text = format!("{share:.2} × ({} s)", number(ours));
    Some(Outcome { text, reached: share <= 0.5 })
}

/// The largest of several cases; all of them must have been measured.
fn worst(
    sheets: &Sheets,
    (metric, cases): (&str, &[&str]),
    limit: f64,
    unit: &str,
) -> Option<Outcome> {
    let medians: Option<Vec<f64>> =
        cases.iter().map(|case| sheets.median("chat", OURS, metric, case)).collect();
    let worst = medians?.into_iter().fold(0.0, f64::max);
    let text = format!("{} {unit}", number(worst)).trim_end().to_owned();
    Some(Outcome { text, reached: worst <= limit })
}

fn least(sheets: &Sheets, (metric, case): (&str, &str), limit: f64) -> Option<Outcome> {
    let ours = sheets.median("chat", OURS, metric, case)?;
    Some(Outcome { text: number(ours), reached: ours >= limit })
}
