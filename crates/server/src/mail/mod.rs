//! Mail: addresses.

mod address;

pub(crate) use address::{Address, AddressError};
