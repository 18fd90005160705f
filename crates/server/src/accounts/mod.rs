//! Accounts: the people of this site.
//!
//! This much is there: the logic of their names and credentials, which reads no database and no
//! clock.

mod password;
mod recovery;
mod totp;
mod username;
