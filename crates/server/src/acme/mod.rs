//! Certificates from an authority that gives them by itself (ACME, RFC 8555), which is shown on the
//! pages' own port that the hosts are this server (TLS-ALPN-01, RFC 8737).
//!
//! Invariants: only a certificate that can be used, for exactly the hosts that were asked for, takes
//! the place of another; a failure changes nothing but the log; nothing is ordered while what is kept
//! is good, after a failure nothing before its pause is over, and after a success nothing for an hour.

mod actor;
mod client;
mod error;
mod model;
mod order;
mod proof;
mod settings;
mod shelf;

use std::io;
use std::path::Path;
use std::sync::Arc;

pub(crate) use error::AcmeError;
pub(crate) use settings::{Settings, SettingsError, Written};
pub(crate) use shelf::{Journal, Trouble};

use crate::clock::Clock;
use crate::outbound::{Outbound, Target};
use crate::seal::Keyring;
use crate::tasks::Tasks;
use crate::tls::Tls;
use actor::Keeper;

/// What is needed to ask.
pub(crate) struct Doors<'a> {
    /// Where certificates are shown.
    pub(crate) tls: Tls,
    pub(crate) outbound: Outbound,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) data_dir: &'a Path,
    pub(crate) clock: Clock,
}

/// Shows the certificate that is kept, and has it renewed from now on.
///
/// # Errors
/// When the authority may not be asked where it is, or signals cannot be heard.
pub(crate) fn keep(settings: &Settings, doors: Doors<'_>, tasks: &Tasks) -> Result<(), KeepError> {
    let target = Target::parse(&settings.directory);
    target.and_then(|it| doors.outbound.check(&it)).map_err(AcmeError::Directory)?;
    Ok(Keeper::new(settings, doors).keep(tasks)?)
}

/// Why it cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepError {
    #[error(transparent)]
    Acme(#[from] AcmeError),
    #[error("signals cannot be heard")]
    Signals(#[from] io::Error),
}
