//! Tokens for programs that sign in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Accounts, Tokens};
use super::session::{SignInBody, With};
use super::{PasswordRefused, Unread, origin};
use crate::access::Caller;
use crate::api::{ApiError, Body};
use crate::seal::Secret;

/// What a program shows from now on.
#[derive(Serialize, ToSchema)]
pub(super) struct TokensDocument {
    /// To be sent as `Authorization: Bearer …`
    access_token: String,
    /// Seconds for which it is good
    expires_in: u64,
    /// To be exchanged for new tokens, once
    refresh_token: String,
    /// Seconds for which it is good when nobody uses it
    refresh_expires_in: u64,
}

impl TokensDocument {
    fn answer(tokens: &Tokens) -> With<1, Json<Self>> {
        let document = Self {
            access_token: tokens.access.reveal().to_owned(),
            expires_in: tokens.access_lasts.as_secs(),
            refresh_token: tokens.refresh.reveal().to_owned(),
            refresh_expires_in: tokens.refresh_lasts.as_secs(),
        };
        ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(document))
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshBody {
    #[schema(value_type = String, max_length = 2048)]
    refresh_token: Secret,
}

/// Sign in, in a program
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    request_body = SignInBody,
    responses(
        (status = 200, body = TokensDocument),
        PasswordRefused,
    )
)]
pub(super) async fn issue(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Result<With<1, Json<TokensDocument>>, ApiError> {
    let tokens = accounts.issue_tokens(&body.shown(), &origin(&caller, &headers)).await?;
    Ok(TokensDocument::answer(&tokens))
}

/// Exchange a refresh token for new tokens
///
/// One that comes a second time was copied by somebody: it ends the sign-in, and all its tokens.
#[utoipa::path(
    post,
    path = "/api/v1/tokens/refresh",
    request_body = RefreshBody,
    responses(
        (status = 200, body = TokensDocument),
        Unread,
    )
)]
pub(super) async fn refresh(
    State(accounts): State<Accounts>,
    Body(body): Body<RefreshBody>,
) -> Result<With<1, Json<TokensDocument>>, ApiError> {
    let tokens = accounts.refresh_tokens(&body.refresh_token).await?;
    Ok(TokensDocument::answer(&tokens))
}

/// End a program's sign-in; its tokens are good for nothing from then on
#[utoipa::path(
    post,
    path = "/api/v1/tokens/revoke",
    request_body = RefreshBody,
    responses(
        (status = 204, description = "The sign-in is over, if there was one"),
        Unread,
    )
)]
pub(super) async fn revoke(
    State(accounts): State<Accounts>,
    Body(body): Body<RefreshBody>,
) -> Result<StatusCode, ApiError> {
    accounts.revoke_tokens(&body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}
