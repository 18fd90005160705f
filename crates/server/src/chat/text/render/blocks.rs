//! The lines of our dialect: paragraphs, quotes and fenced code, and nothing else.
//!
//! Whatever else Markdown would see at the beginning of a line – headings, lists, rules, indented
//! code, definitions – keeps its sign as text. A quote ends with its line, as people in chat expect.

use super::scan::literal;

/// Quotes within quotes.
const MAX_QUOTES: usize = 3;
/// Ticks or more that begin and end code.
const MIN_FENCE: usize = 3;

/// A text in which Markdown finds our blocks only.
pub(super) fn guarded(text: &str) -> String {
    let mut done = String::with_capacity(text.len() + 32);
    let mut fence = None;
    let mut was_quote = false;
    for line in text.split('\n') {
        if let Some(ticks) = fence {
            done.extend([line, "\n"]);
            if closes(line, ticks) {
                fence = None;
            }
            continue;
        }
        fence = opens(line);
        if fence.is_some() {
            done.extend([line.trim_start(), "\n"]);
            was_quote = false;
            continue;
        }
        let (depth, rest) = quoted(line);
        if was_quote && depth == 0 {
            done.push('\n');
        }
        was_quote = depth > 0;
        (0..depth).for_each(|_| done.push_str("> "));
        push_plain(&mut done, rest);
        done.push('\n');
    }
    done
}

fn ticks(line: &str) -> usize {
    line.trim().bytes().take_while(|byte| *byte == b'`').count()
}

/// How many ticks begin a block of code here.
fn opens(line: &str) -> Option<usize> {
    let ticks = ticks(line);
    let says = line.trim().get(ticks..).unwrap_or_default();
    (ticks >= MIN_FENCE && !says.contains('`')).then_some(ticks)
}

fn closes(line: &str, opened: usize) -> bool {
    let ticks = ticks(line);
    ticks >= opened && line.trim().len() == ticks && !line.starts_with("    ")
}

/// How deep a line is quoted, and what is quoted.
fn quoted(line: &str) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = line.trim();
    while let Some(inner) = rest.strip_prefix('>').filter(|_| depth < MAX_QUOTES) {
        depth += 1;
        rest = inner.trim_start();
    }
    (depth, rest)
}

fn push_plain(done: &mut String, line: &str) {
    let mut chars = line.chars();
    let Some(first) = chars.next().filter(|_| begins_block(line)) else {
        return done.push_str(line);
    };
    done.push(literal(first));
    done.push_str(chars.as_str());
}

/// Whether Markdown would take the line for more than text.
fn begins_block(line: &str) -> bool {
    let Some(first) = line.chars().next() else { return false };
    let run = line.chars().take_while(|c| *c == first).count();
    let after = line.get(run..).unwrap_or_default();
    let is_bare = after.is_empty() || after.starts_with([' ', '\t']);
    match first {
        '#' => is_bare,
        '-' | '+' | '*' | '_' => {
            is_bare && run == 1 || line.chars().all(|c| c == first || c == ' ' || c == '\t')
        }
        '=' => line.chars().all(|c| c == '=' || c == ' '),
        '>' => true,
        '~' | '`' => run >= MIN_FENCE,
        '[' => line.contains("]:"),
        '0'..='9' => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let item = rest.strip_prefix(['.', ')']);
            item.is_some_and(|item| item.is_empty() || item.starts_with([' ', '\t']))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_quotes_and_code_are_left() {
        let shown = |text: &str| {
            let show = |c: char| match u32::from(c).checked_sub(0xf_0000) {
                Some(code) => format!("({})", char::from_u32(code).unwrap()),
                None => c.to_string(),
            };
            guarded(text).chars().map(show).collect::<String>()
        };
        for (text, lines) in [
            ("a\nb", "a\nb\n"),
            ("# a", "(#) a\n"),
            ("#tag", "#tag\n"),
            ("- a", "(-) a\n"),
            ("*a*", "*a*\n"),
            ("* * *", "(*) * *\n"),
            ("a\n---", "a\n(-)--\n"),
            ("a\n===", "a\n(=)==\n"),
            ("12. a", "(1)2. a\n"),
            ("12.5", "12.5\n"),
            ("    a", "a\n"),
            ("[a]: b", "([)a]: b\n"),
            ("~~~", "(~)~~\n"),
            ("> a\nb", "> a\n\nb\n"),
            (">>>> a", "> > > (>) a\n"),
            ("> # a", "> (#) a\n"),
            ("```rust\n# a\n```\n# b", "```rust\n# a\n```\n(#) b\n"),
            ("````\n```\n````", "````\n```\n````\n"),
            ("```a```", "(`)``a```\n"),
        ] {
            assert_eq!(shown(text), lines, "{text}");
        }
    }
}
