//! Every module says what it is for; the papers at the root stay short enough to be read; every
//! page of the book stands in its summary.

use super::Report;
use super::tree::Tree;

const MAX_MAP_LINES: usize = 200;
const MAX_STYLE_RULES: usize = 40;

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for source in tree.rust("") {
        if !begins_with_docs(source.text) {
            let remedy =
                "begin the file with `//!` and a sentence: what it is for, and what it holds to";
            report.fail(source.path, 1, "the module does not say what it is for", remedy);
        }
    }
    if let Some(map) = tree.text("ARCHITECTURE.md") {
        let lines = map.lines().count();
        if lines > MAX_MAP_LINES {
            let what = format!("{lines} lines, of {MAX_MAP_LINES} at most");
            report.fail(
                "ARCHITECTURE.md",
                lines,
                &what,
                "keep the map; move detail into module docs",
            );
        }
    }
    if let Some(style) = tree.text("STYLE.md") {
        let rules = style.lines().filter(|line| is_rule(line)).count();
        if rules > MAX_STYLE_RULES {
            let what = format!("{rules} rules, of {MAX_STYLE_RULES} at most");
            report.fail("STYLE.md", 1, &what, "merge two, or let a tool hold one");
        }
    }
}

/// A page that the summary does not name is in no book.
pub(super) fn check_book(tree: &Tree, report: &mut Report) {
    let Some(summary) = tree.text("docs/SUMMARY.md") else { return };
    for (path, _) in tree.texts() {
        let page = path.strip_prefix("docs/").filter(|page| page.ends_with(".md"));
        let Some(page) = page.filter(|page| *page != "SUMMARY.md") else { continue };
        if !summary.contains(&format!("({page})")) {
            let remedy = "give it a line in docs/SUMMARY.md";
            report.fail(path, 1, "the page is in no part of the book", remedy);
        }
    }
}

/// Whether the first thing in the file, inner attributes and remarks aside, is `//!`.
fn begins_with_docs(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.find(|line| !line.starts_with("#!") && !is_remark(line));
    first.is_some_and(|line| line.starts_with("//!"))
}

fn is_remark(line: &str) -> bool {
    line.starts_with("//") && !line.starts_with("//!")
}

/// A numbered paragraph: `12. One owner per state.`
fn is_rule(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    fn failures(path: &str, text: &str) -> usize {
        found(check, &[(path, text)]).failures.len()
    }

    #[test]
    fn a_module_says_what_it_is_for() {
        assert_eq!(failures("a.rs", "//! For this.\nfn f() {}\n"), 0);
        assert_eq!(failures("a.rs", "#![no_main]\n//! For this.\n"), 0);
        assert_eq!(failures("a.rs", "fn f() {}\n"), 1);
        assert_eq!(failures("a.rs", "/// Of the function.\nfn f() {}\n//! Too late.\n"), 1);
        assert_eq!(failures("a.rs", ""), 1);
    }

    #[test]
    fn every_page_is_in_the_book() {
        let book = |summary| [("docs/SUMMARY.md", summary), ("docs/A.md", "# A\n")];
        assert_eq!(found(check_book, &book("- [A](A.md)\n")).failures.len(), 0);
        assert_eq!(found(check_book, &book("- [B](B.md)\n")).failures.len(), 1);
    }

    #[test]
    fn papers_stay_short() {
        assert_eq!(failures("ARCHITECTURE.md", &"line\n".repeat(200)), 0);
        assert_eq!(failures("ARCHITECTURE.md", &"line\n".repeat(201)), 1);
        let rules = |count: u32| (1..=count).map(|n| format!("{n}. Rule.\n")).collect::<String>();
        assert_eq!(failures("STYLE.md", &rules(40)), 0);
        assert_eq!(failures("STYLE.md", &rules(41)), 1);
    }
}
