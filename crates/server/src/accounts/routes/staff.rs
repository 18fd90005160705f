//! What those who run the site do with accounts.

use axum::Json;
use axum::extract::{Path, State as Room};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::{Account, Accounts, AccountsError, By, MAX_PAGE, State, Wanted};
use super::Unread;
use super::session::OwnAccount;
use crate::access::{Person, SiteRole};
use crate::api::{ApiError, Body, Problem, Query, limit};
use crate::clock::rfc3339;
use crate::ids::AccountId;

/// Accounts on a page unless somebody asks for another number.
const PAGE: u32 = 50;

/// An account, as those who run the site see it.
#[derive(Serialize, ToSchema)]
pub(super) struct StaffAccount {
    #[serde(flatten)]
    account: OwnAccount,
    state: State,
    /// Why it is suspended; before it is approved, what its owner wrote
    state_reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_at: Option<String>,
}

/// One page of accounts.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountsDocument {
    /// The newest first
    accounts: Vec<StaffAccount>,
    /// To be sent as `cursor` for the next page; absent on the last one
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl StaffAccount {
    fn new(account: &Account) -> Self {
        Self {
            account: OwnAccount::new(account),
            state: account.state,
            state_reason: account.state_reason.clone(),
            last_seen_at: account.last_seen_at.map(rfc3339),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AccountsQuery {
    state: Option<State>,
    role: Option<SiteRole>,
    /// In names and mail addresses
    #[param(max_length = 254)]
    q: Option<String>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Accounts of the site
#[utoipa::path(
    get,
    path = "/api/v1/admin/accounts",
    params(AccountsQuery),
    responses(
        (status = 200, body = AccountsDocument),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    Room(accounts): Room<Accounts>,
    Query(query): Query<AccountsQuery>,
) -> Result<Json<AccountsDocument>, ApiError> {
    let limit = limit(query.limit, PAGE, MAX_PAGE)?;
    let cursor = query.cursor.as_deref().map(|text| {
        AccountId::parse(text)
            .ok_or_else(|| ApiError::bad_request("`cursor` comes from the page before"))
    });
    let text = query.q.unwrap_or_default();
    if text.len() > 254 || text.contains('\0') {
        return Err(ApiError::bad_request("`q` is a part of a name or address"));
    }
    let wanted =
        Wanted { state: query.state, role: query.role, text, after: cursor.transpose()?, limit };
    let (page, has_more) = accounts.page(&wanted).await?;
    let last = page.last().map(|account| account.id.to_string());
    Ok(Json(AccountsDocument {
        accounts: page.iter().map(StaffAccount::new).collect(),
        next: last.filter(|_| has_more),
    }))
}

fn parse(id: &str) -> Result<AccountId, ApiError> {
    Ok(AccountId::parse(id).ok_or(AccountsError::Missing("account"))?)
}

/// Approve an account that waits, or open a suspended one again
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/activate",
    params(("id" = String, Path, description = "The account's id")),
    responses(
        (status = 200, body = StaffAccount),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn activate(
    Room(accounts): Room<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<Json<StaffAccount>, ApiError> {
    let account = accounts.activate(By::Staff(&person), parse(&id)?).await?;
    Ok(Json(StaffAccount::new(&account)))
}

/// Refuse an account that waits; its name is free again
#[utoipa::path(
    delete,
    path = "/api/v1/admin/accounts/{id}",
    params(("id" = String, Path, description = "The account's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn reject(
    Room(accounts): Room<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    accounts.reject(By::Staff(&person), parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why an account is closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuspendBody {
    /// Its owner is told when they sign in
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
}

/// Close an account; whoever uses it is signed out at once
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/suspend",
    params(("id" = String, Path, description = "The account's id")),
    request_body = SuspendBody,
    responses(
        (status = 200, body = StaffAccount),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn suspend(
    Room(accounts): Room<Accounts>,
    person: Person,
    Path(id): Path<String>,
    Body(body): Body<SuspendBody>,
) -> Result<Json<StaffAccount>, ApiError> {
    let account = accounts.suspend(By::Staff(&person), parse(&id)?, &body.reason).await?;
    Ok(Json(StaffAccount::new(&account)))
}

/// What somebody is on the site.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleBody {
    role: SiteRole,
}

/// Say what somebody is on the site
#[utoipa::path(
    put,
    path = "/api/v1/admin/accounts/{id}/role",
    params(("id" = String, Path, description = "The account's id")),
    request_body = RoleBody,
    responses(
        (status = 200, body = StaffAccount),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn set_role(
    Room(accounts): Room<Accounts>,
    person: Person,
    Path(id): Path<String>,
    Body(body): Body<RoleBody>,
) -> Result<Json<StaffAccount>, ApiError> {
    let account = accounts.set_role(By::Staff(&person), parse(&id)?, body.role).await?;
    Ok(Json(StaffAccount::new(&account)))
}
