//! One's own account.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Accounts, Link, ProfilePatch};
use super::api_tokens::ApiTokenDocument;
use super::logins::LoginDocument;
use super::passkeys::PasskeyDocument;
use super::session::{NO_STORE, OwnAccount, SessionDocument, With, welcome};
use super::{PasswordBody, PasswordRefused, Unread, cookie, origin};
use crate::access::{Caller, Person};
use crate::api::{ApiError, Body, Problem};
use crate::seal::Secret;

/// A place elsewhere that is somebody's.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileLink {
    #[schema(max_length = 40)]
    label: String,
    #[schema(max_length = 500, example = "https://example.org/ada")]
    url: String,
}

impl From<Link> for ProfileLink {
    fn from(Link { label, url }: Link) -> Self {
        Self { label, url }
    }
}

/// An account with what its owner alone sees.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountDocument {
    #[serde(flatten)]
    account: OwnAccount,
    links: Vec<ProfileLink>,
    /// Codes that sign in without the authenticator, each once
    recovery_codes_left: u32,
}

/// What to change of a profile; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountPatch {
    #[schema(max_length = 60)]
    display_name: Option<String>,
    #[schema(max_length = 2000)]
    bio: Option<String>,
    /// A hue
    #[schema(maximum = 359)]
    colour: Option<u16>,
    #[schema(max_items = 10)]
    links: Option<Vec<ProfileLink>>,
}

async fn document(accounts: &Accounts, person: &Person) -> Result<AccountDocument, ApiError> {
    let account = accounts.account(person.account).await?;
    let links = accounts.links(person.account).await?;
    Ok(AccountDocument {
        account: OwnAccount::new(&account),
        links: links.into_iter().map(ProfileLink::from).collect(),
        recovery_codes_left: accounts.recovery_codes_left(person.account).await?,
    })
}

/// Your account
#[utoipa::path(get, path = "/api/v1/account", responses((status = 200, body = AccountDocument)))]
pub(super) async fn read(
    State(accounts): State<Accounts>,
    person: Person,
) -> Result<With<1, Json<AccountDocument>>, ApiError> {
    Ok(([NO_STORE], Json(document(&accounts, &person).await?)))
}

/// Change your profile
#[utoipa::path(
    patch,
    path = "/api/v1/account",
    request_body = AccountPatch,
    responses(
        (status = 200, body = AccountDocument),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn change(
    State(accounts): State<Accounts>,
    person: Person,
    Body(body): Body<AccountPatch>,
) -> Result<With<1, Json<AccountDocument>>, ApiError> {
    let link = |ProfileLink { label, url }| Link { label, url };
    let patch = ProfilePatch {
        display_name: body.display_name,
        bio: body.bio,
        colour: body.colour,
        links: body.links.map(|links| links.into_iter().map(link).collect()),
    };
    accounts.change_profile(person.account, patch).await?;
    Ok(([NO_STORE], Json(document(&accounts, &person).await?)))
}

/// Everything that is kept of you among the accounts.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportDocument {
    account: OwnAccount,
    links: Vec<ProfileLink>,
    logins: Vec<LoginDocument>,
    api_tokens: Vec<ApiTokenDocument>,
    passkeys: Vec<PasskeyDocument>,
}

/// Everything that is kept of your account, to take along
#[utoipa::path(
    get,
    path = "/api/v1/account/export",
    responses((status = 200, body = ExportDocument))
)]
pub(super) async fn export(
    State(accounts): State<Accounts>,
    caller: Caller,
    person: Person,
) -> Result<With<1, Json<ExportDocument>>, ApiError> {
    let kept = accounts.export(person.account).await?;
    let logins = kept.logins.iter().map(|it| LoginDocument::new(it, caller.login())).collect();
    let document = ExportDocument {
        account: OwnAccount::new(&kept.account),
        links: kept.links.into_iter().map(ProfileLink::from).collect(),
        logins,
        passkeys: kept.passkeys.iter().map(PasskeyDocument::new).collect(),
        api_tokens: kept.tokens.iter().map(ApiTokenDocument::new).collect(),
    };
    Ok(([NO_STORE], Json(document)))
}

/// Delete your account
///
/// Its name stays taken, so that nobody else is taken for you.
#[utoipa::path(
    post,
    path = "/api/v1/account/delete",
    request_body = PasswordBody,
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn delete(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> Result<With<1, StatusCode>, ApiError> {
    let account = accounts.account(person.account).await?;
    accounts.delete(account, &body.password, &origin(&caller, &headers)).await?;
    let clear = (header::SET_COOKIE, cookie::clear(caller.encrypted));
    Ok(([clear], StatusCode::NO_CONTENT))
}

/// The password, and another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePasswordBody {
    /// As it is now
    #[schema(value_type = String, max_length = 2048)]
    password: Secret,
    #[schema(value_type = String, max_length = 2048)]
    new_password: Secret,
}

/// Choose another password
///
/// You are signed out everywhere else; the answer sets a new cookie.
#[utoipa::path(
    post,
    path = "/api/v1/account/password",
    request_body = ChangePasswordBody,
    responses(
        (status = 200, body = SessionDocument),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn choose_password(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<ChangePasswordBody>,
) -> Result<With<2, Json<SessionDocument>>, ApiError> {
    let (passwords, origin) = ((&body.password, &body.new_password), origin(&caller, &headers));
    let signed_in = accounts.choose_password(person.account, passwords, &origin).await?;
    Ok(welcome(&signed_in, &caller))
}
