//! Chat: a room per channel, where people who watch speak with each other.

pub(crate) mod text;
