//! Full-text search: one question, put to either engine, and one ranking of what it found.
//!
//! The index is derived: it is brought up to date at every start, made anew when its form is
//! another, and nobody misses it in a backup.

mod entry;
mod rank;
mod words;

pub(super) use entry::{Entry, Key, Kind};
pub(super) use rank::{Candidate, MAX_HITS, rank};
pub(super) use words::{MAX_QUERY_LEN, Query, is_prefix, padded, trigrams};

/// What is looked for, and where.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) query: Query,
    /// Only this kind.
    pub(super) kind: Option<Kind>,
    pub(super) within: Within,
}

/// Which words of an entry count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// All.
    Everything,
    /// Those of its name.
    Names,
}
