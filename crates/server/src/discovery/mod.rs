//! Discovery: who is on, what there is to find, and what people follow.

mod error;
mod search;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use error::DiscoveryError;
