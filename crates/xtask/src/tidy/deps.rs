//! Dependencies: the pure crate stays pure, and nobody keeps what nobody uses.

use super::Report;
use super::source::Source;
use super::tree::Tree;

/// What may be linked into `crates/media`: nothing here reads a clock, a file, a socket or a
/// random source.
const PURE: &[&str] =
    &["bytes", "hmac", "md-5", "memchr", "mp4-atom", "sha2", "subtle", "thiserror"];

/// One line of a `[dependencies]` table.
struct Dependency<'a> {
    name: &'a str,
    line: usize,
    for_tests: bool,
}

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let manifests = tree.texts().filter(|(path, _)| path.ends_with("/Cargo.toml"));
    for (path, text) in manifests {
        let folder = path.trim_end_matches("Cargo.toml");
        for dependency in dependencies(text) {
            let name = dependency.name;
            if path == "crates/media/Cargo.toml" && !dependency.for_tests && !PURE.contains(&name) {
                let what = format!("`{name}` in the crate that only computes");
                let remedy = "do it in the server; or, if it is pure, name it in crates/xtask/src/tidy/deps.rs";
                report.fail(path, dependency.line, &what, remedy);
            }
            if !is_used(tree, folder, name) {
                let what = format!("`{name}` is not used");
                report.fail(path, dependency.line, &what, "take it out of the manifest");
            }
        }
    }
}

fn is_used(tree: &Tree, folder: &str, name: &str) -> bool {
    let name = name.replace('-', "_");
    let is_named = |(path, text): (&str, &str)| {
        path.starts_with(folder)
            && path.ends_with(".rs")
            && text.contains(&name)
            && Source::with_tests(path, text).uses(&name).next().is_some()
    };
    tree.texts().any(is_named)
}

/// The names in a manifest's tables of dependencies.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut table = "";
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            table = header.trim_end_matches(']');
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        let is_dependency = table.ends_with("dependencies") && !table.starts_with("workspace");
        if is_dependency && !name.is_empty() && !name.starts_with('#') && line.contains('=') {
            found.push(Dependency { name, line: index + 1, for_tests: table.starts_with("dev-") });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    const MANIFEST: &str = "[package]\nname = \"x\"\n\n[dependencies]\nbytes.workspace = true\n";

    #[test]
    fn unused_dependencies_are_found() {
        let used =
            [("crates/media/Cargo.toml", MANIFEST), ("crates/media/src/a.rs", "use bytes::Bytes;")];
        assert!(found(check, &used).failures.is_empty());
        let unused = [("crates/media/Cargo.toml", MANIFEST), ("crates/media/src/a.rs", "// bytes")];
        let failures = found(check, &unused).failures;
        assert_eq!(failures.len(), 1);
        assert!(
            failures[0].starts_with("crates/media/Cargo.toml:5: `bytes` is not used"),
            "{failures:?}"
        );
    }

    #[test]
    fn the_pure_crate_stays_pure() {
        let manifest =
            "[dependencies]\ntokio = { version = \"1\" }\n\n[dev-dependencies]\ninsta = \"1\"\n";
        let files = [
            ("crates/media/Cargo.toml", manifest),
            ("crates/media/src/a.rs", "use tokio::net; use insta::x;"),
        ];
        let failures = found(check, &files).failures;
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert!(failures[0].contains("`tokio` in the crate that only computes"));
        let elsewhere =
            [("crates/server/Cargo.toml", manifest), ("crates/server/src/a.rs", files[1].1)];
        assert!(found(check, &elsewhere).failures.is_empty());
    }

    #[test]
    fn the_workspace_table_is_a_menu_not_a_use() {
        let manifest = "[workspace.dependencies]\nbytes = \"1\"\n";
        assert!(found(check, &[("x/Cargo.toml", manifest)]).failures.is_empty());
    }
}
