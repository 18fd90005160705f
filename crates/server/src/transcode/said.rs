//! The last lines of what a child says on standard error.

use std::collections::VecDeque;

/// Lines kept: an error and what led to it. Older ones go.
const MAX_LINES: usize = 20;
/// Bytes kept of a line; a child could write without ever ending one.
const MAX_LINE_BYTES: usize = 400;

/// Keeps the last lines of a stream that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Said {
    lines: VecDeque<String>,
    open: Vec<u8>,
}

impl Said {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' | b'\r' => self.end_line(),
                byte if self.open.len() < MAX_LINE_BYTES => self.open.push(*byte),
                _ => {}
            }
        }
    }

    /// The lines, oldest first.
    pub(super) fn take(&mut self) -> Vec<String> {
        self.end_line();
        self.lines.drain(..).collect()
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.open).trim().to_owned();
        self.open.clear();
        if line.is_empty() {
            return;
        }
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_however_they_come() {
        let mut said = Said::default();
        for piece in ["[warning] fi", "rst\n\n[error] sec", "ond\rthird"] {
            said.push(piece.as_bytes());
        }
        assert_eq!(said.take(), ["[warning] first", "[error] second", "third"]);
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut said = Said::default();
        said.push(&[b'x'; 100_000]);
        for number in 0..100 {
            said.push(format!("\n{number}").as_bytes());
        }
        let lines = said.take();
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (MAX_LINES, Some("99")));
        said.push(&[b'x'; 100_000]);
        assert_eq!(said.take(), ["x".repeat(MAX_LINE_BYTES)]);
    }
}
