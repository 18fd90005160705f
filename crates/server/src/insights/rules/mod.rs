//! The rules: from the facts of one moment to sentences with a remedy.
//!
//! Each rule has two thresholds: the one that something is found at, and a lower one that it stays
//! found down to.

mod encoder;
#[cfg(test)]
mod tests;
mod transcoder;
mod viewers;

use super::facts::Facts;
use super::model::{Finding, Findings, Severity, Verdict};

/// What the rules say of this moment; `standing` is what they said before.
pub(super) fn judge(facts: &Facts<'_>, standing: &Findings) -> Vec<Verdict> {
    let mut bench = Bench { standing, verdicts: Vec::new() };
    match facts.reading {
        Some(reading) => encoder::judge(facts, reading, &mut bench),
        None => encoder::gone(&mut bench),
    }
    if let Some(transcoder) = facts.transcoder {
        transcoder::judge(transcoder, &mut bench);
    }
    viewers::judge(facts, &mut bench);
    bench.verdicts
}

/// Where verdicts are given.
struct Bench<'a> {
    standing: &'a Findings,
    verdicts: Vec<Verdict>,
}

impl Bench<'_> {
    /// Whether a value is so high that it is found, or too high still to take it back.
    fn exceeds(&self, finding: Finding, value: f64, limit: Limit) -> bool {
        value >= if self.standing.has(finding) { limit.leave } else { limit.enter }
    }

    fn find(&mut self, finding: Finding, severity: Severity, words: Words) {
        let Words { sentence, remedy } = words;
        self.verdicts.push(Verdict { finding, severity, sentence, remedy });
    }
}

/// Found from `enter` on, and then down to `leave`.
#[derive(Clone, Copy)]
struct Limit {
    enter: f64,
    leave: f64,
}

/// What is wrong, and what to do.
struct Words {
    sentence: String,
    remedy: String,
}

fn words(sentence: impl Into<String>, remedy: impl Into<String>) -> Words {
    Words { sentence: sentence.into(), remedy: remedy.into() }
}

/// `10 s`, `2.5 s`.
fn seconds(duration: std::time::Duration) -> String {
    let tenths = (duration.as_secs_f64() * 10.0).round();
    if tenths % 10.0 == 0.0 || tenths >= 100.0 {
        format!("{:.0} s", tenths / 10.0)
    } else {
        format!("{:.1} s", tenths / 10.0)
    }
}

/// `2.5 Mb/s`, `300 kb/s`.
fn rate(bits_per_second: u64) -> String {
    let kilo = bits_per_second as f64 / 1000.0;
    if kilo >= 999.5 { format!("{:.1} Mb/s", kilo / 1000.0) } else { format!("{kilo:.0} kb/s") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
