//! Search: one question, put to either engine for its words and to names in memory for what they are
//! like, and one ranking of what was found.
//!
//! The engine's index is derived: it is brought up to date at every start, made anew when its form is
//! another, and nobody misses it in a backup.

mod entry;
mod names;
mod rank;
mod words;

pub(super) use entry::{Entry, Key, Kind};
pub(super) use names::Names;
pub(super) use rank::{Candidate, MAX_HITS, MAX_WEIGHED, rank};
pub(super) use words::{AS_TYPED, MAX_QUERY_LEN, Query, closeness, fold, is_prefix};

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
