//! The second factor: an authenticator, and codes for when it is lost.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Accounts;
use super::session::{NO_STORE, With};
use super::{PasswordBody, PasswordRefused, Unread, origin};
use crate::access::{Caller, Person};
use crate::api::{ApiError, Body, Problem};
use crate::seal::Secret;

/// A second factor that waits for its first code.
#[derive(Serialize, ToSchema)]
pub(super) struct EnrolmentDocument {
    /// For authenticators that cannot read pictures
    secret: String,
    /// To be shown as a QR code
    uri: String,
}

/// Codes that sign in without the authenticator.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryDocument {
    /// Each once; shown here and nowhere again
    recovery_codes: Vec<String>,
}

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    #[schema(max_length = 64)]
    code: String,
}

impl RecoveryDocument {
    fn answer(codes: &[Secret]) -> With<1, Json<Self>> {
        let recovery_codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
        ([NO_STORE], Json(Self { recovery_codes }))
    }
}

/// Begin to sign in with an authenticator (TOTP)
///
/// It counts once a first code was sent to `/api/v1/account/totp/confirm`.
#[utoipa::path(
    post,
    path = "/api/v1/account/totp",
    request_body = PasswordBody,
    responses(
        (status = 200, body = EnrolmentDocument),
        PasswordRefused,
    )
)]
pub(super) async fn begin(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> Result<With<1, Json<EnrolmentDocument>>, ApiError> {
    let origin = origin(&caller, &headers);
    let begun = accounts.begin_totp(person.account, &body.password, &origin).await?;
    let document = EnrolmentDocument {
        secret: begun.secret.reveal().to_owned(),
        uri: begun.uri.reveal().to_owned(),
    };
    Ok(([NO_STORE], Json(document)))
}

/// Show the first code of a new authenticator; gives recovery codes
#[utoipa::path(
    post,
    path = "/api/v1/account/totp/confirm",
    request_body = CodeBody,
    responses(
        (status = 200, body = RecoveryDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn confirm(
    State(accounts): State<Accounts>,
    person: Person,
    Body(body): Body<CodeBody>,
) -> Result<With<1, Json<RecoveryDocument>>, ApiError> {
    let codes = accounts.confirm_totp(person.account, &body.code).await?;
    Ok(RecoveryDocument::answer(&codes))
}

/// Sign in without an authenticator again
#[utoipa::path(
    post,
    path = "/api/v1/account/totp/disable",
    request_body = PasswordBody,
    responses(
        (status = 204, description = "The password alone is enough"),
        PasswordRefused,
    )
)]
pub(super) async fn disable(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, ApiError> {
    let origin = origin(&caller, &headers);
    accounts.disable_totp(person.account, &body.password, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new recovery codes; the old ones are good for nothing more
#[utoipa::path(
    post,
    path = "/api/v1/account/recovery-codes",
    request_body = PasswordBody,
    responses(
        (status = 200, body = RecoveryDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn new_codes(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> Result<With<1, Json<RecoveryDocument>>, ApiError> {
    let origin = origin(&caller, &headers);
    let codes = accounts.new_recovery_codes(person.account, &body.password, &origin).await?;
    Ok(RecoveryDocument::answer(&codes))
}
