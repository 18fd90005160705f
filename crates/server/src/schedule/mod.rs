//! Coming streams of channels.

mod feeds;
mod recurrence;
#[cfg(test)]
mod tests;
