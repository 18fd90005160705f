//! What a fresh checkout needs before anything is built.

use super::Report;
use super::tree::Tree;

/// The server embeds this folder; git keeps no empty one. A build of the pages empties it, and
/// copies the same file back from `web/public`.
const EMBEDDED: &[&str] = &["web/dist/.gitkeep", "web/public/.gitkeep"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for path in EMBEDDED {
        if tree.text("crates/server/Cargo.toml").is_some() && tree.text(path).is_none() {
            let what = "missing: without it a checkout does not compile before Node has run";
            report.fail(path, 1, what, &format!("touch {path}, and add it to git"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::found;

    #[test]
    fn the_embedded_folder_is_kept() {
        let server = ("crates/server/Cargo.toml", "");
        let kept = [server, (EMBEDDED[0], ""), (EMBEDDED[1], "")];
        assert!(found(check, &kept).failures.is_empty());
        assert_eq!(found(check, &[server]).failures.len(), 2);
    }
}
