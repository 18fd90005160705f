//! The log as admins read it: filtered, and followed.

use tracing::Level;

use crate::telemetry::Line;

/// Longest text that is looked for, in bytes. Against a search that costs more than reading.
pub(super) const MAX_TEXT_LEN: usize = 200;

/// Which lines.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    /// The least bad.
    pub(super) level: Level,
    /// What must be in it, in lower case.
    pub(super) text: String,
}

impl Filter {
    pub(super) fn lets(&self, line: &Line) -> bool {
        let finds = |text: &str| text.to_lowercase().contains(&self.text);
        line.level <= self.level
            && (self.text.is_empty() || finds(&line.text) || finds(line.target))
    }

    /// The newest that it lets through, the oldest first.
    pub(super) fn newest(&self, lines: Vec<Line>, at_most: usize) -> Vec<Line> {
        let mut wanted: Vec<Line> = lines.into_iter().filter(|line| self.lets(line)).collect();
        wanted.drain(..wanted.len().saturating_sub(at_most));
        wanted
    }
}

#[cfg(test)]
mod tests {
    use rivulet_media::time::WallClock;

    use super::*;

    #[test]
    fn a_filter_takes_the_newest_that_fit() {
        let line = |number, level, text: &str| Line {
            number,
            at: WallClock::from_unix_millis(0),
            level,
            target: "rivulet::live",
            text: text.to_owned(),
        };
        let lines = vec![
            line(1, Level::INFO, "ready"),
            line(2, Level::WARN, "The disk is slow"),
            line(3, Level::ERROR, "the disk is gone"),
            line(4, Level::DEBUG, "disk"),
        ];
        for (level, text, at_most, expected) in [
            (Level::TRACE, "", 9, &[1, 2, 3, 4][..]),
            (Level::INFO, "", 9, &[1, 2, 3]),
            (Level::INFO, "disk", 9, &[2, 3]),
            (Level::INFO, "disk", 1, &[3]),
            (Level::ERROR, "ready", 9, &[]),
            (Level::ERROR, "::live", 9, &[3]),
        ] {
            let filter = Filter { level, text: text.to_owned() };
            let found: Vec<_> =
                filter.newest(lines.clone(), at_most).iter().map(|it| it.number).collect();
            assert_eq!(found, expected, "{level} {text}");
        }
    }
}
