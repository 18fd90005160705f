//! A conformance checker for live media playlists, ours or anybody's (RFC 8216bis).
//!
//! Feed it what a player sees: every load of one media playlist in order, with [`Checker::observe`],
//! and the files it lists, with [`Checker::observe_media`]. It never asks for anything itself.
//! What it finds wrong is in [`Checker::findings`], each with the clause that says so.
//! [`check_together`] compares the renditions of one broadcast.

mod exercise;
mod history;
mod media;
mod parse;
mod single;
mod together;

use std::fmt;
use std::time::Duration;

pub use exercise::exercise;
use history::History;
use media::Media;
pub use parse::{ListedPart, ListedSegment, Playlist};
pub use together::check_together;

/// A server that breaks a rule breaks it in every load: no more than this many are kept.
const MAX_FINDINGS: usize = 1000;

/// Something that a server does and should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The clause of RFC 8216bis, or `own` for a rule of this project.
    pub rule: &'static str,
    /// What is wrong, with the values that show it.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.rule, self.text)
    }
}

/// What a load asked for: media sequence number and part.
pub type Asked = (u64, Option<u64>);

/// Checks one media playlist over its life.
#[derive(Debug, Default)]
pub struct Checker {
    history: History,
    media: Media,
    findings: Findings,
}

impl Checker {
    /// A checker that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a load that was answered at `at`, counted from any fixed moment.
    pub fn observe(&mut self, at: Duration, asked: Option<Asked>, text: &str) {
        let playlist = Playlist::parse(text, &mut self.findings);
        single::check(&playlist, &mut self.findings);
        self.history.take(at, asked, playlist, &mut self.findings);
    }

    /// Says that the source is silent, so that the next segment may be late.
    pub fn interrupted(&mut self) {
        self.history.interrupt();
    }

    /// Takes the content of a file, by the URI under which the playlist lists it.
    pub fn observe_media(&mut self, uri: &str, bytes: &[u8]) {
        self.media.take(uri, bytes, &self.history, &mut self.findings);
    }

    /// What is wrong so far.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings.list
    }

    /// The playlist as of the last load, segments that were skipped not included.
    #[must_use]
    pub fn latest(&self) -> Option<&Playlist> {
        self.history.latest()
    }
}

/// Findings as they are made.
#[derive(Debug, Default)]
struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    fn add(&mut self, rule: &'static str, text: impl Into<String>) {
        let finding = Finding { rule, text: text.into() };
        if self.list.len() < MAX_FINDINGS && !self.list.contains(&finding) {
            self.list.push(finding);
        }
    }

    /// Adds a finding unless `holds`.
    fn require(&mut self, holds: bool, rule: &'static str, text: impl FnOnce() -> String) {
        if !holds {
            self.add(rule, text());
        }
    }
}

#[cfg(test)]
mod tests;
