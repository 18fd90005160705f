//! Repository rules as code. Each rule reads the tracked files and reports what breaks it, where,
//! and what to do about it. Errors are `anyhow`: this is a tool, its caller is a person.

mod deps;
mod docs;
mod fuzz;
mod image;
mod rooms;
mod sizes;
mod source;
mod tree;
mod walls;
mod words;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use tree::Tree;

/// Checks the repository at `root` and prints what it finds.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let tree = Tree::tracked(root)?;
    let report = check(&tree);
    for note in &report.notes {
        eprintln!("note: {note}");
    }
    for failure in &report.failures {
        eprintln!("{failure}");
    }
    if report.failures.is_empty() {
        eprintln!("tidy: {} files, every rule holds", tree.len());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("tidy: {} to put right", report.failures.len());
    Ok(ExitCode::FAILURE)
}

fn check(tree: &Tree) -> Report {
    let mut report = Report::default();
    for rule in [
        rooms::check,
        walls::check,
        docs::check,
        docs::check_book,
        sizes::check,
        words::check,
        deps::check,
        fuzz::check,
        image::check,
    ] {
        rule(tree, &mut report);
    }
    report
}

/// What the rules found, each entry a line of text that begins with its place.
#[derive(Debug, Default)]
struct Report {
    failures: Vec<String>,
    notes: Vec<String>,
}

impl Report {
    /// A broken rule: `what` is wrong, `remedy` puts it right.
    fn fail(&mut self, path: &str, line: usize, what: &str, remedy: &str) {
        self.failures.push(format!("{path}:{line}: {what}\n    remedy: {remedy}"));
    }

    /// Something to keep an eye on.
    fn note(&mut self, path: &str, line: usize, what: &str) {
        self.notes.push(format!("{path}:{line}: {what}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs one rule over an invented repository.
    pub(super) fn found(rule: fn(&Tree, &mut Report), files: &[(&str, &str)]) -> Report {
        let mut report = Report::default();
        rule(&Tree::invented(files), &mut report);
        report
    }

    #[test]
    fn a_failure_names_its_place_and_its_remedy() {
        let report = found(docs::check, &[("crates/media/src/a.rs", "fn f() {}\n")]);
        assert_eq!(report.failures.len(), 1);
        assert!(report.failures[0].starts_with("crates/media/src/a.rs:1: "));
        assert!(report.failures[0].contains("remedy: "));
    }
}
