//! Every fuzz target has a corpus, and a test replays it: what once crashed stays tested.

use super::Report;
use super::tree::Tree;

const TARGETS: &str = "fuzz/fuzz_targets/";
/// A target only hands its bytes over: what it checks lives beside the parser.
const SOFT_LINES: usize = 10;

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts() {
        let Some(name) = path.strip_prefix(TARGETS).and_then(|file| file.strip_suffix(".rs"))
        else {
            continue;
        };
        if !tree.paths().any(|path| path.starts_with(&format!("fuzz/corpus/{name}/"))) {
            let remedy = format!("put a few inputs into fuzz/corpus/{name}/");
            report.fail(path, 1, "the target has no corpus", &remedy);
        }
        if !is_replayed(tree, name) {
            let remedy = format!("name \"{name}\" in the tests/*corpus*.rs of the crate it fuzzes");
            report.fail(path, 1, "no test replays the target's corpus", &remedy);
        }
        let lines = text.lines().filter(|line| !line.starts_with("//")).count();
        if lines > SOFT_LINES {
            report.note(
                path,
                1,
                &format!("{lines} lines; a target of at most {SOFT_LINES} is expected"),
            );
        }
    }
}

fn is_replayed(tree: &Tree, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    tree.texts().any(|(path, text)| {
        path.starts_with("crates/")
            && path.contains("/tests/")
            && path.contains("corpus")
            && text.contains(&quoted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    const TARGET: (&str, &str) = ("fuzz/fuzz_targets/amf.rs", "//! AMF.\n");
    const CORPUS: (&str, &str) = ("fuzz/corpus/amf/empty", "");
    const TEST: (&str, &str) = ("crates/media/tests/corpus.rs", "replay(\"amf\", amf::decode);");

    #[test]
    fn a_target_needs_a_corpus_and_a_test() {
        assert!(found(check, &[TARGET, CORPUS, TEST]).failures.is_empty());
        assert!(found(check, &[TARGET, TEST]).failures[0].contains("no corpus"));
        assert!(found(check, &[TARGET, CORPUS]).failures[0].contains("no test replays"));
    }

    #[test]
    fn long_targets_are_noted() {
        let long = "line\n".repeat(11);
        let report = found(check, &[("fuzz/fuzz_targets/amf.rs", &long), CORPUS, TEST]);
        assert_eq!((report.failures.len(), report.notes.len()), (0, 1));
    }
}
