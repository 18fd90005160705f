//! RTMP sessions through their front door: simulated peers, hostile peers, spoilt recordings.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test owns the clock, and its panic is a failure with a line number"
)]

mod client;
mod hostile;
mod mutation;
mod pair;
mod peer;
mod server;
