//! The container image compiles what is copied into it: a file that the program takes in at compile
//! time and nobody copied is found out when somebody builds the image, which is late.

use std::path::{Component, Path, PathBuf};

use super::Report;
use super::tree::Tree;

const DOCKERFILE: &str = "deploy/Dockerfile";

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let Some(dockerfile) = tree.text(DOCKERFILE) else { return };
    let copied: Vec<_> = copied(dockerfile).collect();
    let compiled = |path: &str| path.starts_with("crates/") && path.contains("/src/");
    for (path, text) in tree.texts().filter(|(path, _)| compiled(path) && path.ends_with(".rs")) {
        for (number, line) in text.lines().enumerate() {
            let Some(file) = included(path, line) else { continue };
            if !copied.iter().any(|it| file.starts_with(it)) {
                let what = format!("{} is not in the image that is compiled", file.display());
                report.fail(path, number + 1, &what, "COPY it in deploy/Dockerfile");
            }
        }
    }
}

/// What the stage that compiles has of the repository, not of another stage.
fn copied(dockerfile: &str) -> impl Iterator<Item = &str> {
    let compiles = dockerfile.split("\nFROM ").find(|stage| stage.contains("cargo build"));
    let lines = compiles.unwrap_or_default().lines().filter_map(|line| line.strip_prefix("COPY "));
    lines.filter(|line| !line.starts_with("--from")).flat_map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let sources = words.len().saturating_sub(1);
        words.into_iter().take(sources)
    })
}

/// The file that a line takes in, from the repository's root.
fn included(path: &str, line: &str) -> Option<PathBuf> {
    let (_, rest) =
        line.split_once("include_str!(\"").or_else(|| line.split_once("include_bytes!(\""))?;
    let (name, _) = rest.split_once('"')?;
    let mut file = Path::new(path).parent()?.to_path_buf();
    for part in Path::new(name).components() {
        match part {
            Component::ParentDir => drop(file.pop()),
            Component::Normal(part) => file.push(part),
            _ => {}
        }
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::check;

    #[test]
    fn what_is_taken_in_is_copied() {
        let dockerfile = "FROM a AS b\nCOPY web ./\n\nFROM c\nCOPY Cargo.toml ./\n\
                          COPY crates crates\nCOPY --from=b web web\nRUN cargo build\n";
        let source = "const A: &str = include_str!(\"a.txt\");\n\
                      const B: &[u8] = include_bytes!(\"../../../web/b.po\");\n";
        let files = [("deploy/Dockerfile", dockerfile), ("crates/a/src/a.rs", source)];
        let report = found(check, &files);
        assert_eq!(report.failures.len(), 1, "{report:?}");
        assert!(report.failures[0].starts_with("crates/a/src/a.rs:2: web/b.po"), "{report:?}");
        let more = dockerfile.to_owned() + "COPY web/b.po web/\n";
        let files = [("deploy/Dockerfile", &*more), ("crates/a/src/a.rs", source)];
        assert!(found(check, &files).failures.is_empty());
    }
}
