//! Who asks.

use std::collections::BTreeSet;

use super::roles::{Scope, SiteRole};
use crate::attempts::Prefix;
use crate::ids::{AccountId, ApiTokenId, LoginId};

/// Who sent a request, as far as it proved.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// `None` is a guest.
    pub(crate) person: Option<Person>,
    /// How it was proved.
    pub(crate) via: Via,
    /// Where the request came from.
    pub(crate) from: Prefix,
}

/// Somebody with an active account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) username: String,
    pub(crate) role: SiteRole,
}

/// What proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// Nothing.
    Nothing,
    /// A browser's cookie, which other sites can make it send: changes need our own Origin beside.
    Cookie { login: LoginId },
    /// A client's access token.
    AccessToken { login: LoginId },
    /// A token that the owner made for a program.
    ApiToken { token: ApiTokenId, scopes: BTreeSet<Scope> },
}

impl Caller {
    /// Somebody who proved nothing.
    pub(crate) fn guest(from: Prefix) -> Self {
        Self { person: None, via: Via::Nothing, from }
    }
}
