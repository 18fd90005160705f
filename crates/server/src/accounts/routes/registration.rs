//! New accounts.

use axum::Json;
use axum::extract::State as Room;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Accounts, Applicant, LoginKind, Policy, Registration, State};
use super::session::OwnAccount;
use super::{PasswordRefused, cookie, origin};
use crate::access::Caller;
use crate::api::{ApiError, Body, Problem};
use crate::seal::Secret;

/// Who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterBody {
    #[schema(max_length = 200)]
    username: String,
    #[schema(value_type = String, max_length = 2048)]
    password: Secret,
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The code of an invitation
    #[schema(value_type = Option<String>, max_length = 2048)]
    invitation: Option<Secret>,
    /// What a guest shows who wants to keep name, colour and history
    #[schema(value_type = Option<String>, max_length = 2048)]
    guest: Option<Secret>,
    /// Why, for those who approve new accounts
    #[schema(max_length = 500)]
    #[serde(default)]
    reason: String,
}

/// A new account.
#[derive(Serialize, ToSchema)]
pub(super) struct RegisteredDocument {
    account: OwnAccount,
    /// `pending` until somebody who runs the site has approved it
    state: State,
}

/// How people come in.
#[derive(Serialize, ToSchema)]
pub(super) struct PolicyDocument {
    /// Who may make an account
    registration: Registration,
    /// Whether a new account needs a mail address
    mail_required: bool,
    /// Domains whose addresses are taken, and what is below them; none means every one
    mail_domains: Vec<String>,
    /// Whether people can have passkeys here
    passkeys: bool,
}

/// Who may make an account here
#[utoipa::path(
    get,
    path = "/api/v1/accounts/policy",
    responses((status = 200, body = PolicyDocument))
)]
pub(super) async fn policy(Room(accounts): Room<Accounts>) -> Json<PolicyDocument> {
    let Policy { registration, mail_required, mail_domains } = accounts.policy().as_ref().clone();
    let passkeys = accounts.has_passkeys();
    Json(PolicyDocument { registration, mail_required, mail_domains, passkeys })
}

/// Make an account
///
/// The answer sets a cookie, as signing in does, unless the account has to be approved.
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    request_body = RegisterBody,
    responses(
        (status = 201, body = RegisteredDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn register(
    Room(accounts): Room<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<RegisterBody>,
) -> Result<Response, ApiError> {
    let origin = origin(&caller, &headers);
    let applicant = Applicant {
        username: &body.username,
        password: &body.password,
        email: body.email.as_deref(),
        invitation: body.invitation.as_ref().map(Secret::reveal),
        guest: body.guest.as_ref().map(Secret::reveal),
        reason: &body.reason,
    };
    let account = accounts.register(&applicant, &origin).await?;
    let document = RegisteredDocument { account: OwnAccount::new(&account), state: account.state };
    let mut response = (StatusCode::CREATED, Json(document)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if account.state == State::Active {
        let signed_in = accounts.open_login(account, LoginKind::Browser, &origin).await?;
        headers.insert(header::SET_COOKIE, cookie::set(&signed_in, caller.encrypted));
    }
    Ok(response)
}
