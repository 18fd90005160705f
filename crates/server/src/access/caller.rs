//! Who asks.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::roles::{Scope, SiteRole};
use crate::api::{ApiError, Code};
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
    /// Whether it came encrypted, so that a cookie may ask to be sent so alone.
    pub(crate) encrypted: bool,
}

/// Says of a request for a page that whoever asks showed nothing by which they could be known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger;

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
        Self { person: None, via: Via::Nothing, from, encrypted: false }
    }

    /// The login that proved it, if one did.
    pub(crate) fn login(&self) -> Option<LoginId> {
        match self.via {
            Via::Cookie { login } | Via::AccessToken { login } => Some(login),
            Via::Nothing | Via::ApiToken { .. } => None,
        }
    }
}

/// Who asks, as the router's gate found out.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // A route that no gate stands before is our mistake, and nobody gets in by it.
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::new(Code::Internal))
    }
}

/// Whoever is signed in, for routes that take nobody else.
impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.person.ok_or_else(|| ApiError::new(Code::SignInNeeded))
    }
}
