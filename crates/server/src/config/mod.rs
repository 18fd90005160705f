//! Configuration: flags, environment and file, merged once and checked once.
//!
//! [`raw`] is what somebody wrote; [`checked`] is what the program may rely on.

mod checked;
mod encryption;
mod nearest;
mod raw;
mod share;

pub(crate) use checked::{Config, ConfigError, Listen};
pub(crate) use encryption::Encryption;
pub(crate) use nearest::nearest;
pub(crate) use raw::Options;
#[cfg(test)]
pub(crate) use raw::Settings;
pub(crate) use share::Share;
