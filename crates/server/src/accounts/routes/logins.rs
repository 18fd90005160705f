//! Where somebody is signed in.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Accounts, AccountsError, Login, LoginKind};
use super::cookie;
use super::session::With;
use crate::access::{Caller, Person};
use crate::api::{ApiError, Problem};
use crate::clock::rfc3339;
use crate::ids::LoginId;

/// One sign-in.
#[derive(Serialize, ToSchema)]
pub(super) struct LoginDocument {
    id: String,
    kind: LoginKind,
    /// What the browser or program calls itself
    user_agent: String,
    /// Where it came from, or the network of it
    address: String,
    created_at: String,
    /// To five minutes
    last_used_at: String,
    expires_at: String,
    /// Whether it is the one that asks
    current: bool,
}

/// Everywhere that an account is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct LoginsDocument {
    /// The latest used first
    logins: Vec<LoginDocument>,
}

impl LoginDocument {
    fn new(login: &Login, current: Option<LoginId>) -> Self {
        Self {
            id: login.id.to_string(),
            kind: login.kind,
            user_agent: login.user_agent.clone(),
            address: login.address.clone(),
            created_at: rfc3339(login.created_at),
            last_used_at: rfc3339(login.last_used_at),
            expires_at: rfc3339(login.expires_at),
            current: current == Some(login.id),
        }
    }
}

/// Everywhere that you are signed in
#[utoipa::path(
    get,
    path = "/api/v1/account/logins",
    responses(
        (status = 200, body = LoginsDocument),
    )
)]
pub(super) async fn list(
    State(accounts): State<Accounts>,
    caller: Caller,
    person: Person,
) -> Result<Json<LoginsDocument>, ApiError> {
    let logins = accounts.logins(person.account).await?;
    let logins = logins.iter().map(|it| LoginDocument::new(it, caller.login())).collect();
    Ok(Json(LoginsDocument { logins }))
}

/// Sign out everywhere, here too
#[utoipa::path(
    delete,
    path = "/api/v1/account/logins",
    responses(
        (status = 204, description = "Nobody uses this account any more"),
    )
)]
pub(super) async fn end_all(
    State(accounts): State<Accounts>,
    caller: Caller,
    person: Person,
) -> Result<With<1, StatusCode>, ApiError> {
    accounts.sign_out_everywhere(person.account).await?;
    let clear = (header::SET_COOKIE, cookie::clear(caller.encrypted));
    Ok(([clear], StatusCode::NO_CONTENT))
}

/// Sign out in one place
#[utoipa::path(
    delete,
    path = "/api/v1/account/logins/{id}",
    params(("id" = String, Path, description = "The sign-in's id")),
    responses(
        (status = 204, description = "It is signed out"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn end(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = LoginId::parse(&id).ok_or(AccountsError::Missing("sign-in"))?;
    accounts.sign_out(person.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
