//! Logs: one line per event, for people on a terminal and as JSON elsewhere; the newest are kept for
//! the admin to read, without what looks like a secret.

mod book;
mod redact;

use std::error::Error;
use std::io::{self, IsTerminal};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

pub(crate) use book::{Line, LogBook, MAX_LINES};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// For collectors.
    Json,
}

/// Starts writing logs to standard error. `None` chooses the format by where it goes.
/// Gives where the newest lines are kept.
pub(crate) fn init(format: Option<LogFormat>, level: &str) -> anyhow::Result<LogBook> {
    let filter = EnvFilter::try_new(level)
        .map_err(|error| anyhow::anyhow!("the log level `{level}` is not understood: {error}"))?;
    let terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Human } else { LogFormat::Json });
    let layer = fmt::layer().with_writer(io::stderr);
    let layer = match format {
        LogFormat::Human => layer.with_target(false).with_ansi(terminal).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let book = LogBook::default();
    tracing_subscriber::registry().with(filter).with(layer).with(book.clone()).init();
    Ok(book)
}

/// An error and its causes in one line, for the place that handles it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_names_every_cause_once() {
        let cause = io::Error::other("disk full");
        let error = crate::seal::SealError::KeyFile { path: "key".into(), source: cause };
        let line = chain(&error);
        assert!(line.starts_with("cannot read or create the key file key"), "{line}");
        assert!(line.ends_with("disk full"), "{line}");
    }
}
