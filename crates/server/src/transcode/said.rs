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
        // It stands in logs and pages, where a control character could do something.
        let readable = |c: char| if c.is_control() { ' ' } else { c };
        let line: String = String::from_utf8_lossy(&self.open).chars().map(readable).collect();
        let line = line.trim().to_owned();
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

/// What ffmpeg complained of: of several lines the first that is an error, for what follows it are
/// its consequences; otherwise the last. `None` when it says nothing.
pub(super) fn complaint<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let heard = lines.filter(|line| !line.trim().is_empty());
    let is_error = |line: &&str| line.contains("[error] ") || line.contains("[fatal] ");
    heard.clone().find(is_error).or_else(|| heard.last()).map(without_names)
}

/// A line without ffmpeg's own names, such as `[h264_nvenc @ 0x55c984ca3580] [error]`.
pub(super) fn without_names(line: &str) -> &str {
    let mut rest = line.trim();
    while let Some((name, told)) = rest.split_once("] ")
        && name.starts_with('[')
    {
        rest = told.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_the_first_error_and_otherwise_the_last_word() {
        for (lines, says) in [
            (
                &["[h264 @ 0x1] [warning] late", "[a @ 0x2] [error] no card", "[error] Failed"][..],
                Some("no card"),
            ),
            (&["[h264 @ 0x1] [warning] first", "[warning] second", " "], Some("second")),
            (&["[fatal] it is over"], Some("it is over")),
            (&["no [error]"], Some("no [error]")),
            (&[], None),
        ] {
            assert_eq!(complaint(lines.iter().copied()), says, "{lines:?}");
        }
    }

    #[test]
    fn the_last_lines_are_kept_however_they_come() {
        let mut said = Said::default();
        for piece in ["[warning] fi", "rst\n\n[error] sec", "ond\rthird"] {
            said.push(piece.as_bytes());
        }
        assert_eq!(said.take(), ["[warning] first", "[error] second", "third"]);
    }

    #[test]
    fn nothing_is_kept_that_could_move_a_cursor() {
        let mut said = Said::default();
        said.push(b"\x1b[2Jall\x07 gone\tnow\n");
        assert_eq!(said.take(), ["[2Jall  gone now"]);
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
