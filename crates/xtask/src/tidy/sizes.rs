//! Sizes as a smoke detector: what is over its soft size is noted; what is over its hard size is
//! split, or says on a line `//! size: …` why it is one thing.

use super::Report;
use super::source::Source;
use super::tree::Tree;

const SOFT_FILE: usize = 400;
const HARD_FILE: usize = 600;
const SOFT_FUNCTION: usize = 40;
const HARD_FUNCTION: usize = 70;
const SOFT_TESTS: usize = 200;
const SOFT_COMPONENT: usize = 200;
const HARD_COMPONENT: usize = 350;

/// Files with a size of their own: the ones that grow with every feature unless they are held.
const HELD: &[(&str, usize)] = &[
    // Each room has its line there.
    ("crates/server/src/main.rs", 60),
    ("crates/server/src/app.rs", 250),
    ("crates/server/src/router.rs", 150),
];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let sources = tree.rust("").filter(|source| source.path.contains("src/"));
    for source in sources.filter(|source| !source.is_test()) {
        file(&source, report);
        functions(&source, report);
    }
    for (path, text) in tree.texts().filter(|(path, _)| is_component(path)) {
        let lines = text.lines().count();
        let size = Size { lines, soft: SOFT_COMPONENT, hard: HARD_COMPONENT };
        size.judge(path, says_why(text), report);
    }
}

fn file(source: &Source, report: &mut Report) {
    let lines = source.production_lines();
    let held = HELD.iter().find(|(path, _)| *path == source.path);
    let size = match held {
        Some((_, hard)) => Size { lines, soft: *hard, hard: *hard },
        None => Size { lines, soft: SOFT_FILE, hard: HARD_FILE },
    };
    size.judge(source.path, held.is_none() && says_why(source.text), report);
    let tests = source.text.lines().count() - lines;
    if tests > SOFT_TESTS {
        let what = format!("{tests} lines of inline tests; a tests.rs beside it reads better");
        report.note(source.path, 1, &what);
    }
}

struct Size {
    lines: usize,
    soft: usize,
    hard: usize,
}

impl Size {
    fn judge(&self, path: &str, says_why: bool, report: &mut Report) {
        let what = format!("{} lines; at most {} is expected", self.lines, self.soft);
        if self.lines > self.hard && !says_why {
            let remedy =
                "split it by what it is about, or say on a line `//! size: …` why it is one thing";
            report.fail(path, 1, &what, remedy);
        } else if self.lines > self.soft && !says_why {
            report.note(path, 1, &what);
        }
    }
}

fn says_why(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("//! size: ") || line.starts_with("// size: "))
}

fn functions(source: &Source, report: &mut Report) {
    for (name, at, lines) in source.functions() {
        let what = format!("`{name}` has {lines} lines; at most {SOFT_FUNCTION} is expected");
        if lines > HARD_FUNCTION && !says_why(source.text) {
            let remedy = "give its steps names of their own";
            report.fail(source.path, source.line(at), &what, remedy);
        } else if lines > SOFT_FUNCTION {
            report.note(source.path, source.line(at), &what);
        }
    }
}

fn is_component(path: &str) -> bool {
    path.starts_with("web/src/") && path.ends_with(".tsx") && !path.contains(".test.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    /// Numbers of failures and notes for a file of `lines` lines.
    fn judged(path: &str, head: &str, lines: usize) -> (usize, usize) {
        let text = format!("{head}\n{}", "// line\n".repeat(lines - 1));
        let report = found(check, &[(path, &text)]);
        (report.failures.len(), report.notes.len())
    }

    #[test]
    fn files_are_noted_then_refused() {
        assert_eq!(judged("crates/media/src/a.rs", "", 400), (0, 0));
        assert_eq!(judged("crates/media/src/a.rs", "", 401), (0, 1));
        assert_eq!(judged("crates/media/src/a.rs", "", 601), (1, 0));
        assert_eq!(judged("crates/media/src/a.rs", "//! size: one table", 601), (0, 0));
        assert_eq!(judged("crates/media/src/a/tests.rs", "", 601), (0, 0));
    }

    #[test]
    fn held_files_take_no_excuse() {
        assert_eq!(judged("crates/server/src/main.rs", "//! size: because", 61), (1, 0));
        assert_eq!(judged("crates/server/src/app.rs", "", 250), (0, 0));
        assert_eq!(judged("crates/server/src/router.rs", "", 151), (1, 0));
    }

    #[test]
    fn inline_tests_do_not_count_as_code() {
        let text =
            format!("//! Doc.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    // t\n".repeat(700));
        let report = found(check, &[("crates/media/src/a.rs", &text)]);
        assert_eq!((report.failures.len(), report.notes.len()), (0, 1));
    }

    #[test]
    fn functions_are_noted_then_refused() {
        let function =
            |lines: usize| format!("fn long() {{\n{}}}\n", "    x();\n".repeat(lines - 2));
        let judged = |lines| {
            let report = found(check, &[("crates/media/src/a.rs", &function(lines))]);
            (report.failures.len(), report.notes.len())
        };
        assert_eq!((judged(40), judged(41), judged(71)), ((0, 0), (0, 1), (1, 0)));
    }

    #[test]
    fn components_have_their_own_size() {
        assert_eq!(judged("web/src/ui/A.tsx", "", 201), (0, 1));
        assert_eq!(judged("web/src/ui/A.tsx", "", 351), (1, 0));
        assert_eq!(judged("web/src/ui/A.test.tsx", "", 351), (0, 0));
    }
}
