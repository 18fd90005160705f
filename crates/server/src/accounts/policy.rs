//! Who may make an account. The site's settings hold it; it applies at once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AccountsError;
use crate::access::words;
use crate::mail::Address;

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
#[serde(deny_unknown_fields)]
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

impl Policy {
    /// Whether somebody with this address, or none, may have an account.
    ///
    /// # Errors
    /// When not.
    pub(crate) fn check_mail(&self, address: Option<&Address>) -> Result<(), AccountsError> {
        let Some(address) = address else {
            return if self.mail_required { Err(AccountsError::MailNeeded) } else { Ok(()) };
        };
        let domain = address.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        let is_of = |allowed: &String| {
            let allowed = allowed.trim().trim_start_matches('.').to_ascii_lowercase();
            let rest = domain.strip_suffix(&allowed);
            !allowed.is_empty() && rest.is_some_and(|it| it.is_empty() || it.ends_with('.'))
        };
        if self.mail_domains.is_empty() || self.mail_domains.iter().any(is_of) {
            Ok(())
        } else {
            Err(AccountsError::MailDomain(self.mail_domains.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_allowed_domains_or_what_is_below_them() {
        let domains = ["example.org", ".School.example"].map(str::to_owned).to_vec();
        let policy = Policy { mail_domains: domains, ..Policy::default() };
        for (address, allowed) in [
            ("ada@example.org", true),
            ("ada@mail.example.org", true),
            ("ada@school.example", true),
            ("ada@notexample.org", false),
            ("ada@example.org.evil.example", false),
            ("ada@example.com", false),
        ] {
            let checked = policy.check_mail(Some(&Address::new(address).unwrap()));
            assert_eq!(checked.is_ok(), allowed, "{address}");
        }
        assert!(policy.check_mail(None).is_ok());
        assert!(Policy { mail_required: true, ..policy }.check_mail(None).is_err());
    }
}
