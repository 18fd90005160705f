//! What can go wrong in this room.

use std::time::Duration;

use super::passkeys::ProofError;
use super::password::{HashError, PasswordError};
use super::username::UsernameError;
use crate::api::{ApiError, Code};
use crate::db::DbError;
use crate::jobs::JobsError;
use crate::mail::{AddressError, MailError};
use crate::seal::SealError;

/// An error of the accounts room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountsError {
    #[error("no account has this name and this password")]
    WrongCredentials,
    #[error("send the code of the authenticator, or a recovery code, as `code`")]
    CodeNeeded,
    #[error(
        "the code is wrong, or was used already: wait for the next one, or use a recovery code"
    )]
    CodeWrong,
    #[error("this account waits for somebody who runs the site to approve it")]
    Pending,
    #[error("this account is suspended{}", because(.0))]
    Suspended(String),
    #[error("too many attempts: try again in {} seconds", .0.as_secs() + 1)]
    TooOften(Duration),
    #[error("this token is not valid, or not any more: sign in again")]
    TokenInvalid,
    #[error("this link or code is not valid, or not any more: ask for a new one")]
    CodeInvalid,
    #[error("new accounts are not made here; ask those who run the site")]
    RegistrationClosed,
    #[error("a new account takes an invitation: send its code as `invitation`")]
    InvitationNeeded,
    #[error("this invitation is not valid, or was used up: ask for a new one")]
    InvitationInvalid,
    #[error("a new account takes a mail address here")]
    MailNeeded,
    #[error("a new account takes a mail address of {0} here")]
    MailDomain(String),
    #[error("somebody else has this name, or one that looks like it: choose another")]
    NameTaken,
    #[error("another account has confirmed this mail address")]
    MailTaken,
    #[error("{name} must {must}")]
    Field { name: &'static str, must: String },
    #[error("there are {what} already, and at most {max}: remove one first")]
    Full { what: &'static str, max: u32 },
    #[error("there is no such {0}")]
    Missing(&'static str),
    #[error("only an admin may do this to an account of the site's own staff")]
    Higher,
    #[error("there are no passkeys on this site: it has no host name; use your password")]
    NoPasskeys,
    #[error("this passkey is not known here, or not any more: sign in with your password")]
    PasskeyUnknown,
    #[error("this passkey is kept already")]
    PasskeyTaken,
    #[error("the passkey was not accepted, {0}: begin again, or use your password")]
    Proof(#[from] ProofError),
    #[error("this site sends no mail; ask those who run it for a new password")]
    NoMail,
    #[error("the last admin of the site stays one: make somebody else admin first")]
    LastAdmin,
    #[error(transparent)]
    Username(#[from] UsernameError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error("jobs")]
    Jobs(#[from] JobsError),
    #[error("mail")]
    Mail(#[from] MailError),
    #[error("secrets")]
    Seal(#[from] SealError),
    #[error("account storage")]
    Db(#[from] DbError),
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

impl From<AccountsError> for ApiError {
    fn from(error: AccountsError) -> Self {
        use AccountsError as E;
        let code = match &error {
            E::WrongCredentials => Code::WrongCredentials,
            E::CodeNeeded => Code::CodeNeeded,
            E::CodeWrong => Code::CodeWrong,
            E::Pending => Code::AccountPending,
            E::Suspended(_) => Code::AccountSuspended,
            E::TooOften(wait) => {
                return Self::with_detail(Code::TooOften, error.to_string()).retry_after(*wait);
            }
            E::TokenInvalid => Code::TokenInvalid,
            E::CodeInvalid => Code::CodeInvalid,
            E::RegistrationClosed => Code::RegistrationClosed,
            E::InvitationNeeded => Code::InvitationNeeded,
            E::InvitationInvalid => Code::InvitationInvalid,
            E::MailNeeded | E::MailDomain(_) | E::Address(_) => Code::MailInvalid,
            E::NameTaken => Code::NameTaken,
            E::MailTaken => Code::MailTaken,
            E::Field { .. } => Code::Invalid,
            E::Full { .. } => Code::Full,
            E::Missing(_) => Code::NotFound,
            E::LastAdmin => Code::LastAdmin,
            E::Higher => Code::RoleNeeded,
            E::NoMail => Code::NoMail,
            E::NoPasskeys => Code::PasskeysUnavailable,
            E::PasskeyUnknown | E::Proof(_) => Code::PasskeyRefused,
            E::PasskeyTaken => Code::Conflict,
            E::Username(_) => Code::NameInvalid,
            E::Password(_) => Code::PasswordWeak,
            E::Hash(HashError::TooMany) => Code::TooMany,
            E::Hash(_) | E::Seal(_) | E::Db(_) | E::Jobs(_) | E::Mail(_) => {
                return Self::internal(&error);
            }
        };
        Self::with_detail(code, error.to_string())
    }
}
