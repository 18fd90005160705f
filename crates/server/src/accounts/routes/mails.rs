//! Links in mails: another password, a confirmed address.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::Accounts;
use super::session::{SessionDocument, SetUpBody, arrived};
use super::{PasswordRefused, Unread, origin};
use crate::access::{Caller, Person};
use crate::api::{ApiError, Body, Problem};
use crate::seal::Secret;

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetBody {
    /// The account's name, or its confirmed mail address
    #[schema(max_length = 254)]
    name: String,
}

/// Have a link sent to choose another password
///
/// The answer is the same whether there is such an account.
#[utoipa::path(
    post,
    path = "/api/v1/password-resets",
    request_body = ResetBody,
    responses(
        (status = 202, description = "If there is such an account, a link is on its way"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn ask(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<ResetBody>,
) -> Result<StatusCode, ApiError> {
    accounts.ask_for_reset(&body.name, &origin(&caller, &headers)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Choose another password with the link that was sent
///
/// Signs in and sets a cookie, unless the account asks for a code as well.
#[utoipa::path(
    post,
    path = "/api/v1/password-resets/complete",
    request_body = SetUpBody,
    responses(
        (status = 200, body = SessionDocument),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn complete(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<SetUpBody>,
) -> Result<Response, ApiError> {
    let origin = origin(&caller, &headers);
    let signed_in = accounts.use_reset_link(body.code.reveal(), &body.password, &origin).await?;
    Ok(arrived(signed_in.as_ref(), &caller))
}

/// Another mail address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailBody {
    /// Empty for none
    #[schema(max_length = 254)]
    email: String,
    #[schema(value_type = String, max_length = 2048)]
    password: Secret,
}

/// Change your mail address
///
/// Where the site sends mail, a link goes there to confirm it; until then nobody signs in by it.
#[utoipa::path(
    put,
    path = "/api/v1/account/email",
    request_body = MailBody,
    responses(
        (status = 204, description = "It is changed"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn change(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<MailBody>,
) -> Result<StatusCode, ApiError> {
    let origin = origin(&caller, &headers);
    accounts.set_mail(person.account, (&body.email, &body.password), &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkBody {
    #[schema(value_type = String, max_length = 2048)]
    code: Secret,
}

/// Confirm a mail address with the link that was sent there
#[utoipa::path(
    post,
    path = "/api/v1/account/email/confirm",
    request_body = LinkBody,
    responses(
        (status = 204, description = "It is confirmed"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn confirm(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<LinkBody>,
) -> Result<StatusCode, ApiError> {
    accounts.confirm_mail(body.code.reveal(), &origin(&caller, &headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}
