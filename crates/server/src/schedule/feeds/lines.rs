//! Content lines of iCalendar (RFC 5545 §3.1).

/// The longest line, in bytes, without its end.
const MAX_LINE_BYTES: usize = 75;

/// A document in the making.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// One property: name, with its parameters, and value. Longer ones are folded, never within a
    /// character.
    pub(super) fn property(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if length + character.len_utf8() > MAX_LINE_BYTES {
                self.text.push_str("\r\n ");
                length = 1;
            }
            self.text.push(character);
            length += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// A property whose value is text (§3.3.11).
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.property(name, &escaped(text));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            // No text holds others, not even escaped: a carriage return among them.
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}
