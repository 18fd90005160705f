//! What the index knows of one thing that can be found.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::fold;
use crate::db::stored_as_text;

/// What can be found.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(in crate::discovery) enum Kind {
    /// A channel.
    Channel,
    /// A channel that is on air, by what is on.
    Live,
    /// A category.
    Category,
}

impl Kind {
    const ALL: &[Self] = &[Self::Channel, Self::Live, Self::Category];

    pub(in crate::discovery) fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Live => "live",
            Self::Category => "category",
        }
    }

    pub(in crate::discovery) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

stored_as_text!(Kind);

/// Which thing it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::discovery) struct Key {
    pub(in crate::discovery) kind: Kind,
    /// The id of the channel or category.
    pub(in crate::discovery) subject: String,
}

impl Key {
    pub(in crate::discovery) fn new(kind: Kind, subject: impl fmt::Display) -> Self {
        Self { kind, subject: subject.to_string() }
    }
}

/// One entry, in folded words.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(in crate::discovery) struct Entry {
    pub(in crate::discovery) key: Key,
    /// What it is called: here small typing errors are forgiven.
    pub(in crate::discovery) name: String,
    /// What else says what it is: tags, category.
    pub(in crate::discovery) about: String,
    /// What it says at length.
    pub(in crate::discovery) text: String,
}

impl Entry {
    /// Folds what it is made of.
    pub(in crate::discovery) fn new(key: Key, name: &str, about: &str, text: &str) -> Self {
        Self { key, name: fold(name), about: fold(about), text: fold(text) }
    }

    /// Tells whether an entry was made of the same. It means the same to one build of the program;
    /// another one makes the index anew where it does not.
    pub(in crate::discovery) fn digest(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish().cast_signed()
    }
}
