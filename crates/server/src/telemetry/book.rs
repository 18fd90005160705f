//! The newest lines of the log, in memory.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use rivulet_media::time::WallClock;
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::redact::redact;
use crate::clock::Clock;

/// Lines that are kept: some megabytes at most.
pub(crate) const MAX_LINES: usize = 2000;
/// Bytes kept of one: an error's chain may be long.
const MAX_LINE_LEN: usize = 1000;

/// What our own code writes under. Others say in detail what they do with bytes that are not ours to
/// show.
const OURS: &str = "rivulet";

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// One more than the line before.
    pub(crate) number: u64,
    pub(crate) at: WallClock,
    pub(crate) level: Level,
    /// Which part of the program, or of a library, wrote it.
    pub(crate) target: &'static str,
    pub(crate) text: String,
}

/// Where they are kept.
#[derive(Clone, Default)]
pub(crate) struct LogBook {
    lines: Arc<Mutex<VecDeque<Line>>>,
    /// The number of the newest.
    newest: Arc<watch::Sender<u64>>,
}

impl LogBook {
    /// The lines, the oldest first.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.after(0)
    }

    /// The lines after that one, the oldest first. A number that no line has yet is one of another
    /// run of the program: then they are all new.
    pub(crate) fn after(&self, number: u64) -> Vec<Line> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = lines.back().is_some_and(|newest| number <= newest.number);
        let number = if is_known { number } else { 0 };
        lines.iter().filter(|line| line.number > number).cloned().collect()
    }

    /// The number of the newest line, now and from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn keep(&self, line: Line) {
        let number = {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let number = lines.back().map_or(1, |newest| newest.number + 1);
            if lines.len() >= MAX_LINES {
                lines.pop_front();
            }
            lines.push_back(Line { number, ..line });
            number
        };
        self.newest.send_replace(number);
    }
}

/// Whether somebody may read a line that is this detailed.
fn is_shown(level: Level, target: &str) -> bool {
    let most = if target.starts_with(OURS) { Level::DEBUG } else { Level::INFO };
    level <= most
}

impl<S: Subscriber> Layer<S> for LogBook {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        if !is_shown(level, target) {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let mut text = redact(&format!("{}{}", text.message, text.fields)).into_owned();
        let end = (0..=MAX_LINE_LEN.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
        self.keep(Line { number: 0, at: Clock::system().wall(), level, target, text });
    }
}

/// A line on its way from an event.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn the_newest_lines_are_kept_and_none_is_long() {
        let book = LogBook::default();
        let subscriber = tracing_subscriber::registry().with(book.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(count = 3, "first");
            assert_eq!(book.lines()[0].text, "first count=3");
            assert_eq!(book.lines()[0].level, Level::WARN);
            tracing::trace!("bytes");
            tracing::debug!(target: "sqlx::query", "what was bound");
            tracing::info!("opened /ws?accessToken=hush");
            assert_eq!(book.after(1).len(), 1);
            assert_eq!(book.after(1)[0].text, "opened /ws?accessToken=***");
            for n in 0..MAX_LINES {
                tracing::info!("line {n}");
            }
            tracing::error!("{}", "ü".repeat(MAX_LINE_LEN));
        });
        let lines = book.lines();
        assert_eq!(lines.len(), MAX_LINES);
        assert_eq!((lines[0].text.as_str(), lines[0].number), ("line 1", 4));
        let newest = *book.watch().borrow();
        assert_eq!(newest, lines[MAX_LINES - 1].number);
        assert_eq!((book.after(newest).len(), book.after(newest - 2).len()), (0, 2));
        assert_eq!(book.after(newest + 1).len(), MAX_LINES, "of another run");
        assert!(lines[MAX_LINES - 1].text.len() <= MAX_LINE_LEN);
    }
}
