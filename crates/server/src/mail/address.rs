//! A mail address that can be nothing else: no quotes, no comments, no literals, ASCII alone
//! (RFC 5321 §4.1.2's `Dot-string` at a `Domain` of several labels).
//!
//! What this type holds can stand in a header, in an envelope and in a log of somebody else's
//! without changing its meaning.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::db::stored_as_text;

/// Of the part before the `@` (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Of the whole address (RFC 5321 §4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;
/// Of one label of a domain (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// A mail address, its domain in lower case: two addresses that are the same mailbox by the
/// standard are the same text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Address(String);

/// Why a text is no mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a mail address: write it as name@example.org, international domains as xn--…")]
pub(crate) struct AddressError;

impl Address {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// When it is anything but one plain address.
    pub(crate) fn new(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or(AddressError)?;
        if typed.len() <= MAX_ADDRESS && is_local(local) && is_domain(domain) {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(AddressError)
        }
    }

    /// Reads the database's text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }

    /// The address, its domain in lower case.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    pub(crate) fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::new(&text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Address);

/// RFC 5321's `Dot-string` of RFC 5322's `atext`.
fn is_local(local: &str) -> bool {
    let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= MAX_LOCAL
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

/// At least two labels: mail to a host without a domain is nobody's on the internet. The last one
/// has a letter, or it would be an address of the network.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let (_, last) = domain.rsplit_once('.').unwrap_or_default();
    last.chars().any(|c| c.is_ascii_alphabetic()) && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_plain_address_is_one() {
        for (typed, address) in [
            ("ada@example.org", "ada@example.org"),
            (" Ada.Lovelace+live@Example.ORG\n", "Ada.Lovelace+live@example.org"),
            ("o'brien@sub.example.co.uk", "o'brien@sub.example.co.uk"),
            ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
            ("1@1.a1", "1@1.a1"),
        ] {
            assert_eq!(Address::new(typed).map(|it| it.to_string()), Ok(address.to_owned()));
        }
    }

    #[test]
    fn everything_else_is_not() {
        for typed in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.org",
            "ada@localhost",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada@example..org",
            "ada@example.org.",
            "ada@-example.org",
            "ada@example-.org",
            "ada@exa_mple.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..da@example.org",
            "ada lovelace@example.org",
            "\"ada\"@example.org",
            "ada@example.org,eve@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\n@example.org",
            "ada\0@example.org",
            "Ada <ada@example.org>",
            "ada@@example.org",
            "ädä@example.org",
            "ada@exämple.org",
            "ada(comment)@example.org",
            &format!("{}@example.org", "a".repeat(65)),
            &format!("ada@{}.org", "a".repeat(64)),
            &format!("ada@{}org", "a.".repeat(130)),
        ] {
            assert_eq!(Address::new(typed), Err(AddressError), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_an_address_is_printable_and_reads_back(typed in "\\PC{0,20}@?\\PC{0,20}") {
            if let Ok(address) = Address::new(&typed) {
                prop_assert!(address.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert_eq!(Address::parse(address.as_str()), Some(address));
            }
        }

        #[test]
        fn the_databases_form_reads_back(typed in "[a-zA-Z.+]{1,10}@[a-zA-Z.-]{1,12}") {
            if let Ok(address) = Address::new(&typed) {
                prop_assert_eq!(Address::parse(address.as_str()), Some(address));
            }
        }
    }
}
