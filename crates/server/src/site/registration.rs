//! Who may register.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::words;

words! {
    /// Who may make an account.
    Registration {
        /// Nobody; those who run the site make accounts.
        Closed = "closed",
        /// Those who were invited.
        Invitation = "invitation",
        /// Anybody; somebody who runs the site approves each.
        Approval = "approval",
        /// Anybody.
        Open = "open",
    }
}

/// The rules for new accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Policy {
    /// Who may make one.
    pub(crate) registration: Registration,
    /// Whether a new account needs a mail address.
    pub(crate) mail_required: bool,
    /// Domains whose addresses are taken, `example.org` and what is below it; none means every one.
    #[schema(max_items = 100)]
    pub(crate) mail_domains: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { registration: Registration::Closed, mail_required: false, mail_domains: Vec::new() }
    }
}
