//! The newest lines of the log, in memory.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use rivulet_media::time::WallClock;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::clock::Clock;

/// Lines that are kept, as many as Owncast's.
const MAX_LINES: usize = 500;
/// Bytes kept of one: an error's chain may be long.
const MAX_LINE_LEN: usize = 1000;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at: WallClock,
    pub(crate) level: Level,
    pub(crate) text: String,
}

/// Where they are kept.
#[derive(Clone, Default)]
pub(crate) struct LogBook {
    lines: Arc<Mutex<VecDeque<Line>>>,
}

impl LogBook {
    /// The lines, the oldest first.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, line: Line) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

impl<S: Subscriber> Layer<S> for LogBook {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let mut text = format!("{}{}", text.message, text.fields);
        let end = (0..=MAX_LINE_LEN.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
        let level = *event.metadata().level();
        self.keep(Line { at: Clock::system().wall(), level, text });
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
            for n in 0..MAX_LINES {
                tracing::info!("line {n}");
            }
            tracing::error!("{}", "ü".repeat(MAX_LINE_LEN));
        });
        let lines = book.lines();
        assert_eq!(lines.len(), MAX_LINES);
        assert_eq!(lines[0].text, "line 1");
        assert!(lines[MAX_LINES - 1].text.len() <= MAX_LINE_LEN);
    }
}
