//! What clients say, read: texts in, messages out, and nothing of the room. The fuzz target compiles
//! this folder alone.

pub(crate) mod ours;
pub(crate) mod owncast;
