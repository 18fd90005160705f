//! What can go wrong with mail.

use crate::jobs::{Failure, JobsError};
use crate::seal::SealError;
use crate::telemetry::chain;

/// An error of the post.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    #[error("mail is not configured: set `smtp` and `mail_from`")]
    NotConfigured,
    #[error("the way to the mail server cannot be set up: check `smtp`")]
    Setup(#[source] lettre::transport::smtp::Error),
    #[error("the mail server did not take it")]
    Smtp(#[source] lettre::transport::smtp::Error),
    #[error("the mail server refuses to speak with us: check `smtp`")]
    Connect,
    #[error("the letter cannot be written")]
    Write(#[source] lettre::error::Error),
    #[error("the mail library refuses an address")]
    Address(#[source] lettre::address::AddressError),
    #[error("a letter is not what it was")]
    Letter(#[source] serde_json::Error),
    #[error("a letter cannot be read")]
    Unreadable,
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("jobs")]
    Jobs(#[from] JobsError),
}

impl MailError {
    /// Whether it is worth another try. A server that refuses us (530 to 538: RFC 4954 §6) will take
    /// the letter once its settings are right; one that refuses the letter never will.
    pub(super) fn into_failure(self) -> Failure {
        let why = chain(&self);
        match &self {
            Self::Smtp(error) => {
                let code = error.status().map(u16::from);
                let about_us = code.is_some_and(|code| (530..=538).contains(&code));
                if error.is_permanent() && !about_us {
                    Failure::Poisoned(why)
                } else {
                    Failure::Again(why)
                }
            }
            Self::Write(_) | Self::Address(_) => Failure::Poisoned(why),
            _ => Failure::Again(why),
        }
    }
}
