//! Mail: addresses, so far.

mod address;

pub(crate) use address::{Address, AddressError};
