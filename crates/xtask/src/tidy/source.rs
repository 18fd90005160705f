//! A Rust file as the rules see it: its text, and its code with comments, literals and tests
//! blanked out. Blanking keeps every offset and every line where it was.

use std::ops::Range;

/// One Rust file.
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// The text with comments, the insides of literals, and test code turned into spaces.
    pub(super) code: String,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        let mut code = blank_literals(text);
        for range in test_items(&code) {
            blank(&mut code, range);
        }
        Self { path, text, code }
    }

    /// As `new`, but test code stays code.
    pub(super) fn with_tests(path: &'a str, text: &'a str) -> Self {
        Self { path, text, code: blank_literals(text) }
    }

    /// Whether the whole file is test code.
    pub(super) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("_tests.rs")
    }

    /// The line, counted from 1, that holds the byte at `offset`.
    pub(super) fn line(&self, offset: usize) -> usize {
        line_of(self.text, offset)
    }

    /// The offsets at which `word` stands in the code, not as a part of a longer name.
    pub(super) fn uses<'b>(&'b self, word: &'b str) -> impl Iterator<Item = usize> + 'b {
        self.code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            let ends_a_name = word.ends_with(|c: char| c.is_alphanumeric());
            !(before.is_some_and(in_name) || ends_a_name && after.is_some_and(in_name))
        })
    }

    /// Lines outside inline test modules.
    pub(super) fn production_lines(&self) -> usize {
        let blanked = blank_literals(self.text);
        let in_tests: usize =
            test_items(&blanked).iter().map(|range| self.text[range.clone()].lines().count()).sum();
        self.text.lines().count() - in_tests
    }

    /// Every function with a body: its name, where it begins, and its length in lines.
    pub(super) fn functions(&self) -> Vec<(&str, usize, usize)> {
        self.uses("fn").filter_map(|at| self.function(at)).collect()
    }

    fn function(&self, at: usize) -> Option<(&str, usize, usize)> {
        let rest = self.code[at + 2..].trim_start();
        let name = rest.split(|c| !in_name(c)).next().filter(|name| !name.is_empty())?;
        let end = item_end(&self.code, at)?;
        let body = self.code[at..end].ends_with('}');
        body.then(|| (name, at, self.text[at..end].lines().count()))
    }
}

/// The line, counted from 1, that holds the byte at `offset` of `text`.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Whether `c` can stand inside a name.
pub(super) fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(code: &mut String, range: Range<usize>) {
    let spaces: String = code[range.clone()]
        .chars()
        .map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) })
        .collect();
    code.replace_range(range, &spaces);
}

/// Turns comments and the insides of literals into spaces.
fn blank_literals(text: &str) -> String {
    let mut code = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        let (skip, inside) = literal(text, at);
        if let Some(inside) = inside {
            blank(&mut code, inside);
        }
        at += skip;
    }
    code
}

/// What begins at `at`: how many bytes to step over, and which of them to blank.
fn literal(text: &str, at: usize) -> (usize, Option<Range<usize>>) {
    let rest = &text[at..];
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let in_a_name = text[..at].chars().next_back().is_some_and(in_name);
    if rest.starts_with("//") {
        let end = rest.find('\n').unwrap_or(rest.len());
        return (end, Some(at..at + end));
    }
    if rest.starts_with("/*") {
        let end = block_comment(rest);
        return (end, Some(at..at + end));
    }
    if let Some((open, close)) = raw_string(rest).filter(|_| !in_a_name) {
        let end = rest[open..].find(&close).map_or(rest.len(), |end| open + end);
        return ((end + close.len()).min(rest.len()), Some(at + open..at + end));
    }
    if rest.starts_with('"') {
        let end = quoted(rest, '"').unwrap_or(rest.len());
        return (end, Some(at + 1..at + end - 1));
    }
    match character(rest) {
        Some(end) => (end, Some(at + 1..at + end - 1)),
        None => (first, None),
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Where a raw string's inside begins, and what closes it.
fn raw_string(rest: &str) -> Option<(usize, String)> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then(|| {
        let open = rest.len() - after.len() + hashes + 1;
        (open, format!("\"{}", "#".repeat(hashes)))
    })
}

/// The length of a literal that begins and ends with `quote`.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of a character literal; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut chars = inside.chars();
    match (chars.next()?, chars.next()?) {
        ('\\', _) => quoted(rest, '\''),
        (c, '\'') => Some(c.len_utf8() + 2),
        _ => None,
    }
}

/// Items under `#[cfg(test)]`, from the attribute to the closing brace or semicolon.
fn test_items(code: &str) -> Vec<Range<usize>> {
    code.match_indices("#[cfg(test)]")
        .filter_map(|(at, _)| item_end(code, at).map(|end| at..end))
        .collect()
}

/// Where the item that begins at `at` ends: after its block, or after its semicolon.
fn item_end(code: &str, at: usize) -> Option<usize> {
    let mut braces = 0_usize;
    let mut others = 0_usize; // round and square brackets: `[u8; 4]` ends no item
    for (offset, c) in code[at..].char_indices() {
        match c {
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            '{' => braces += 1,
            '}' if braces <= 1 => return Some(at + offset + 1),
            '}' => braces -= 1,
            ';' if braces == 0 && others == 0 => return Some(at + offset + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("a.rs", text).code
    }

    #[test]
    fn comments_and_literals_are_blanked_and_offsets_kept() {
        let text =
            "a(\"tokio \\\" x\"); // tokio\nb('\"', r#\"to\"kio\"#); /* t /* o */ k */ c<'a>()";
        let code = code(text);
        assert_eq!(code.len(), text.len());
        assert!(!code.contains("tokio") && !code.contains("kio") && !code.contains(" k "));
        assert_eq!(code.find("c<'a>()"), text.find("c<'a>()"));
    }

    #[test]
    fn test_modules_are_not_code() {
        let text =
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn hidden() { \"}\"; }\n}\nfn b() {}\n";
        let source = Source::new("a.rs", text);
        assert!(!source.code.contains("hidden") && source.code.contains("fn b"));
        assert_eq!(source.production_lines(), 2);
    }

    #[test]
    fn words_are_whole() {
        let source = Source::new("a.rs", "use axum::A; my_axum::B; axums::C;");
        assert_eq!(source.uses("axum").count(), 1);
        assert_eq!(source.uses("axum::").count(), 1);
    }

    #[test]
    fn functions_have_a_length() {
        let source = Source::new(
            "a.rs",
            "fn a(x: [u8; 4]) -> u8 {\n    if b { 1 } else { 2 }\n}\ntrait T { fn c(); }",
        );
        let functions: Vec<_> =
            source.functions().into_iter().map(|(name, _, lines)| (name, lines)).collect();
        assert_eq!(functions, [("a", 3)]);
    }

    #[test]
    fn a_function_pointer_is_no_function() {
        assert!(
            Source::new("a.rs", "type F = fn(u8) -> u8; struct S { f: fn() }")
                .functions()
                .is_empty()
        );
    }
}
