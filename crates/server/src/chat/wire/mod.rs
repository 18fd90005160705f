//! The two dialects that clients speak. Pure: texts in, documents out, and back.

mod heard;
pub(crate) mod ours;
pub(crate) mod owncast;

/// What a socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Ours,
    Owncast,
}
