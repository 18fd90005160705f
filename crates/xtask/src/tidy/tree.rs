//! The files that git tracks, read once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::source::Source;

/// Tracked text files by their path from the root, with `/` between folders.
pub(super) struct Tree {
    texts: BTreeMap<String, String>,
    binaries: Vec<String>,
}

impl Tree {
    /// What git tracks below `root`, and what it would track after `git add`: a rule that only
    /// sees added files would be green on a machine and red after the commit.
    pub(super) fn tracked(root: &Path) -> Result<Self> {
        let listing = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("running git; install it, tidy asks it for the tracked files")?;
        ensure!(listing.status.success(), "{}", String::from_utf8_lossy(&listing.stderr));
        let mut tree = Self { texts: BTreeMap::new(), binaries: Vec::new() };
        for path in String::from_utf8(listing.stdout)?.split_terminator('\0') {
            tree.read(root, path)?;
        }
        Ok(tree)
    }

    fn read(&mut self, root: &Path, path: &str) -> Result<()> {
        let place = root.join(path);
        if !place.is_file() {
            return Ok(()); // removed, but not yet from the index; or a symbolic link to a folder
        }
        let bytes = std::fs::read(&place).with_context(|| format!("reading {path}"))?;
        match String::from_utf8(bytes) {
            Ok(text) => drop(self.texts.insert(path.to_owned(), text)),
            Err(_) => self.binaries.push(path.to_owned()),
        }
        Ok(())
    }

    /// An invented repository, for a rule's own tests.
    #[cfg(test)]
    pub(super) fn invented(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self { texts: texts.collect(), binaries: Vec::new() }
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len() + self.binaries.len()
    }

    /// Every text file.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every path, text or not.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().chain(&self.binaries).map(String::as_str)
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Rust files below `folder`.
    pub(super) fn rust<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = Source<'a>> {
        self.texts()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(".rs"))
            .map(|(path, text)| Source::new(path, text))
    }
}
