//! What a tool measured: one list of values per subject, metric and case, one value per run. The
//! report reads sheets back, so their form is the interface between the tools and the report.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// All numbers of one tool's session.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sheet {
    pub(crate) tool: String,
    /// Seconds since the Unix epoch.
    pub(crate) taken_at: u64,
    /// The command line that repeats it.
    pub(crate) command: String,
    pub(crate) machine: Machine,
    pub(crate) series: Vec<Series>,
}

/// One number, measured once per run.
#[derive(Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) subject: String,
    pub(crate) metric: String,
    pub(crate) case: String,
    pub(crate) unit: String,
    pub(crate) values: Vec<f64>,
}

/// Names a number within a sheet.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) subject: &'a str,
    pub(crate) metric: &'a str,
    pub(crate) case: &'a str,
    pub(crate) unit: &'a str,
}

impl Sheet {
    pub(crate) fn new(tool: &str) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        Self {
            tool: tool.to_owned(),
            taken_at: since.as_secs(),
            command: format!("rivulet-bench {}", arguments.join(" ")),
            machine: Machine::describe(),
            series: Vec::new(),
        }
    }

    /// Adds one run's value, and says it.
    pub(crate) fn add(&mut self, key: Key<'_>, value: f64) {
        println!(
            "{:<10} {:<34} {:<14} {value:>12.3} {}",
            key.subject, key.metric, key.case, key.unit
        );
        let same = |s: &&mut Series| {
            s.subject == key.subject && s.metric == key.metric && s.case == key.case
        };
        match self.series.iter_mut().find(same) {
            Some(series) => series.values.push(value),
            None => self.series.push(Series {
                subject: key.subject.to_owned(),
                metric: key.metric.to_owned(),
                case: key.case.to_owned(),
                unit: key.unit.to_owned(),
                values: vec![value],
            }),
        }
    }

    /// The median over the runs; `None` when it was not measured.
    pub(crate) fn median(&self, subject: &str, metric: &str, case: &str) -> Option<f64> {
        percentile(self.values(subject, metric, case)?, 50.0)
    }

    /// The least over the runs.
    pub(crate) fn least(&self, subject: &str, metric: &str, case: &str) -> Option<f64> {
        self.values(subject, metric, case)?.iter().copied().reduce(f64::min)
    }

    fn values(&self, subject: &str, metric: &str, case: &str) -> Option<&[f64]> {
        let same = |s: &&Series| s.subject == subject && s.metric == metric && s.case == case;
        Some(&self.series.iter().find(same)?.values)
    }

    pub(crate) fn save(&self) -> Result<()> {
        let path = path_of(&self.tool);
        std::fs::create_dir_all(directory())?;
        std::fs::write(&path, serde_json::to_string_pretty(self)? + "\n")?;
        println!("written to {}", path.display());
        Ok(())
    }

    /// `None` when the tool has not been run yet.
    pub(crate) fn load(tool: &str) -> Result<Option<Self>> {
        let path = path_of(tool);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path)?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not a sheet", path.display()))
            .map(Some)
    }
}

/// The nearest-rank percentile; the mean of the middle two for an even median.
pub(crate) fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    if percent == 50.0 && count > 0 && count.is_multiple_of(2) {
        return Some(f64::midpoint(*sorted.get(count / 2 - 1)?, *sorted.get(count / 2)?));
    }
    let rank = (percent / 100.0 * count as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The root of the repository, wherever the tool is started from.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("bench is a folder of the repository")
        .to_path_buf()
}

fn directory() -> PathBuf {
    repository().join("bench/results")
}

fn path_of(tool: &str) -> PathBuf {
    directory().join(format!("{tool}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank_and_medians_are_fair() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&hundred, 99.0), Some(99.0));
        assert_eq!(percentile(&hundred, 50.0), Some(50.5));
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 50.0), Some(2.0));
        assert_eq!(percentile(&[7.0], 99.0), Some(7.0));
        assert_eq!(percentile(&[], 50.0), None);
    }
}
