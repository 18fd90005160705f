//! Words that stand in no tracked file: unfinished work, silenced lints, and names of machines.

use super::Report;
use super::source::{Source, in_name, line_of};
use super::tree::Tree;

/// Texts that no file may hold. Each is put together here, so that this file holds none of them.
struct Word {
    word: &'static str,
    why: Why,
}

#[derive(Clone, Copy)]
enum Why {
    Unfinished,
    Machine,
    Host,
}

const WORDS: &[Word] = &[
    Word { word: concat!("TO", "DO"), why: Why::Unfinished },
    Word { word: concat!("FIX", "ME"), why: Why::Unfinished },
    Word { word: concat!("/ro", "ot/"), why: Why::Machine },
    Word { word: concat!("/ho", "me/"), why: Why::Machine },
    Word { word: concat!("/Us", "ers/"), why: Why::Machine },
    Word { word: concat!("/wo", "rk/"), why: Why::Machine },
    Word { word: concat!("registry.npm", "js.org"), why: Why::Host },
    Word { word: concat!("static.crates", ".io"), why: Why::Host },
    Word { word: concat!("index.crates", ".io"), why: Why::Host },
    Word { word: concat!("python", "hosted.org"), why: Why::Host },
    Word { word: concat!("pypi", ".org"), why: Why::Host },
    Word { word: concat!("deb.deb", "ian.org"), why: Why::Host },
];

/// Code that no Rust file may hold, tests included.
const CODE: &[(&str, &str)] = &[
    ("#[allow(", "repair it, or use `#[expect(…, reason = \"…\")]`"),
    ("#![allow(", "repair it, or use `#![expect(…, reason = \"…\")]`"),
    ("todo!", "write it, or leave it out"),
    ("unimplemented!", "write it, or leave it out"),
];

/// Bytes that came from elsewhere, where any sequence can stand.
const FOREIGN: &[&str] = &["testdata/", "fuzz/corpus/", "LICENSE-"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let ours = |path: &str| !FOREIGN.iter().any(|start| path.starts_with(start));
    for (path, text) in tree.texts().filter(|(path, _)| ours(path)) {
        for word in WORDS {
            for at in standing(text, word.word) {
                let what = format!("`{}`", word.word);
                report.fail(path, line_of(text, at), &what, word.why.remedy());
            }
        }
    }
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".rs")) {
        code(path, text, report);
    }
}

impl Why {
    fn remedy(self) -> &'static str {
        match self {
            Self::Unfinished => "do it now, or open an issue",
            Self::Machine => {
                "no path of a particular machine; take it from the repository or an argument"
            }
            Self::Host => {
                "name the package, not the host; npm: `omit-lockfile-registry-resolved=true`"
            }
        }
    }
}

/// Where `word` stands by itself: not inside a name, and for a path, at the path's beginning.
fn standing<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_path = word.starts_with('/');
        let joins = |c: char| in_name(c) || (is_path && matches!(c, '.' | '-' | '}' | ')' | '*'));
        !before.is_some_and(joins) && (is_path || !after.is_some_and(in_name))
    })
}

fn code(path: &str, text: &str, report: &mut Report) {
    let blanked = Source::with_tests(path, text);
    for (word, remedy) in CODE {
        for at in blanked.uses(word) {
            report.fail(path, blanked.line(at), &format!("`{word}`"), remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    fn failures(path: &str, text: &str) -> usize {
        found(check, &[(path, text)]).failures.len()
    }

    #[test]
    fn every_word_is_found_in_any_file() {
        for word in WORDS {
            assert_eq!(
                failures("web/a.ts", &format!("// {}x", word.word)),
                usize::from(word.word.ends_with('/'))
            );
            assert_eq!(failures("web/a.ts", &format!("// {} x", word.word)), 1, "{}", word.word);
        }
    }

    #[test]
    fn code_is_found_in_tests_too_but_not_in_comments() {
        for (word, _) in CODE {
            let text = format!("#[cfg(test)]\nmod tests {{\n{word}x)]\n}}\n");
            assert_eq!(failures("a.rs", &text), 1, "{word}");
            assert_eq!(failures("a.rs", &format!("// never {word}x)]")), 0, "{word}");
        }
    }

    #[test]
    fn parts_of_longer_paths_and_foreign_bytes_pass() {
        let inner = concat!("../ho", "me/x");
        assert_eq!(failures("web/a.ts", inner), 0);
        assert_eq!(failures("testdata/a.txt", concat!("TO", "DO")), 0);
    }
}
