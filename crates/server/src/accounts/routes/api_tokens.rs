//! Tokens that somebody made for programs.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Accounts, AccountsError, ApiToken, Wished};
use super::Unread;
use super::session::{NO_STORE, With};
use crate::access::{Person, Scope};
use crate::api::{ApiError, Body, Problem};
use crate::clock::rfc3339;
use crate::ids::ApiTokenId;

/// A token, without the secret.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiTokenDocument {
    id: String,
    label: String,
    scopes: BTreeSet<Scope>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// To five minutes
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
}

/// The tokens of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiTokensDocument {
    tokens: Vec<ApiTokenDocument>,
}

/// A new token.
#[derive(Serialize, ToSchema)]
pub(super) struct NewApiTokenDocument {
    #[serde(flatten)]
    token: ApiTokenDocument,
    /// Shown here and nowhere again
    secret: String,
}

/// What a new token is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiTokenBody {
    #[schema(max_length = 60)]
    label: String,
    /// Twice the same is once
    #[schema(value_type = Vec<Scope>)]
    scopes: BTreeSet<Scope>,
    /// Without it, until it is removed
    #[schema(minimum = 1, maximum = 366)]
    expires_in_days: Option<u32>,
}

impl ApiTokenDocument {
    pub(super) fn new(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            label: token.label.clone(),
            scopes: token.scopes.clone(),
            created_at: rfc3339(token.created_at),
            expires_at: token.expires_at.map(rfc3339),
            last_used_at: token.last_used_at.map(rfc3339),
        }
    }
}

/// The tokens that you have made for programs
#[utoipa::path(
    get,
    path = "/api/v1/account/api-tokens",
    responses((status = 200, body = ApiTokensDocument))
)]
pub(super) async fn list(
    State(accounts): State<Accounts>,
    person: Person,
) -> Result<Json<ApiTokensDocument>, ApiError> {
    let tokens = accounts.tokens(person.account).await?;
    Ok(Json(ApiTokensDocument { tokens: tokens.iter().map(ApiTokenDocument::new).collect() }))
}

/// Make a token for a program
///
/// It may what you may, within its scopes; it never changes a password, a token or a sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/account/api-tokens",
    request_body = ApiTokenBody,
    responses(
        (status = 201, body = NewApiTokenDocument),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn create(
    State(accounts): State<Accounts>,
    person: Person,
    Body(body): Body<ApiTokenBody>,
) -> Result<(StatusCode, With<1, Json<NewApiTokenDocument>>), ApiError> {
    let lasts = body.expires_in_days.map(|days| Duration::from_secs(u64::from(days) * 24 * 3600));
    let wished = Wished { label: &body.label, scopes: body.scopes, lasts };
    let (token, secret) = accounts.add_token(person.account, wished).await?;
    let document = NewApiTokenDocument {
        token: ApiTokenDocument::new(&token),
        secret: secret.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, ([NO_STORE], Json(document))))
}

/// Remove a token; it is good for nothing from then on
#[utoipa::path(
    delete,
    path = "/api/v1/account/api-tokens/{id}",
    params(("id" = String, Path, description = "The token's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = ApiTokenId::parse(&id).ok_or(AccountsError::Missing("token"))?;
    accounts.remove_token(person.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
