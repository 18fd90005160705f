//! A browser's session.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Account, Accounts, SignIn, SignedIn};
use super::{PasswordRefused, cookie, origin};
use crate::access::{Caller, Permission, SiteRole, Via};
use crate::api::{ApiError, Body, Problem};
use crate::clock::rfc3339;
use crate::seal::Secret;

/// A name and what proves it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// The account's name, or its confirmed mail address
    #[schema(max_length = 254)]
    name: String,
    #[schema(value_type = String, max_length = 2048)]
    password: Secret,
    /// Of the authenticator, or a recovery code; where the account asks for one
    #[schema(max_length = 64)]
    code: Option<String>,
}

impl SignInBody {
    pub(super) fn shown(&self) -> SignIn<'_> {
        SignIn { name: &self.name, password: &self.password, code: self.code.as_deref() }
    }
}

/// Who asks, and what they may.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionDocument {
    /// Absent for guests
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<OwnAccount>,
    /// What they may on the site, by the token that they show; channels have roles of their own
    permissions: Vec<Permission>,
}

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnAccount {
    id: String,
    username: String,
    display_name: String,
    role: SiteRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    email_confirmed: bool,
    bio: String,
    /// A hue, 0 to 359
    colour: u16,
    /// Where their picture is, if they have one
    #[schema(required)]
    avatar_url: Option<String>,
    /// Whether signing in takes a code of an authenticator
    two_factor: bool,
    created_at: String,
}

impl OwnAccount {
    pub(super) fn new(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            username: account.username.to_string(),
            display_name: account.display_name.clone(),
            role: account.role,
            email: account.email.as_ref().map(ToString::to_string),
            email_confirmed: account.email_confirmed_at.is_some(),
            bio: account.bio.clone(),
            colour: account.colour,
            avatar_url: account.avatar_url(),
            two_factor: account.has_totp,
            created_at: rfc3339(account.created_at),
        }
    }
}

impl SessionDocument {
    fn of(caller: &Caller, account: Option<&Account>) -> Self {
        let permissions = Permission::on_site(caller);
        Self { account: account.map(OwnAccount::new), permissions }
    }
}

/// A document with further fields.
pub(super) type With<const N: usize, T> = ([(HeaderName, HeaderValue); N], T);

pub(super) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Answers a browser that came by a link: signed in, or to sign in with a code.
pub(super) fn arrived(signed_in: Option<&SignedIn>, caller: &Caller) -> Response {
    match signed_in {
        Some(signed_in) => welcome(signed_in, caller).into_response(),
        None => ([NO_STORE], Json(SessionDocument::of(caller, None))).into_response(),
    }
}

/// Answers a browser that has just proved who it is.
pub(super) fn welcome(signed_in: &SignedIn, caller: &Caller) -> With<2, Json<SessionDocument>> {
    let set = (header::SET_COOKIE, cookie::set(signed_in, caller.encrypted));
    let now = Caller {
        person: Some(signed_in.account.person()),
        via: Via::Cookie { login: signed_in.login },
        ..caller.clone()
    };
    ([set, NO_STORE], Json(SessionDocument::of(&now, Some(&signed_in.account))))
}

/// Sign in, in a browser
///
/// The answer sets a cookie. Whether an account of that name exists shows neither in the answer nor
/// in the time it takes.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    request_body = SignInBody,
    responses(
        (status = 200, body = SessionDocument),
        PasswordRefused,
    )
)]
pub(super) async fn sign_in(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Result<With<2, Json<SessionDocument>>, ApiError> {
    let signed_in = accounts.sign_in(&body.shown(), &origin(&caller, &headers)).await?;
    // The login before this one, if any, is nobody's any more.
    leave(&accounts, &caller).await?;
    Ok(welcome(&signed_in, &caller))
}

/// Who asks, and what they may on the site
#[utoipa::path(
    get,
    path = "/api/v1/session",
    responses(
        (status = 200, body = SessionDocument),
    )
)]
pub(super) async fn who_am_i(
    State(accounts): State<Accounts>,
    caller: Caller,
) -> Result<With<1, Json<SessionDocument>>, ApiError> {
    let account = match &caller.person {
        Some(person) => Some(accounts.account(person.account).await?),
        None => None,
    };
    Ok(([NO_STORE], Json(SessionDocument::of(&caller, account.as_ref()))))
}

/// Sign out
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    responses(
        (status = 204, description = "Nobody is signed in here any more"),
    )
)]
pub(super) async fn sign_out(
    State(accounts): State<Accounts>,
    caller: Caller,
) -> Result<With<1, StatusCode>, ApiError> {
    leave(&accounts, &caller).await?;
    let clear = (header::SET_COOKIE, cookie::clear(caller.encrypted));
    Ok(([clear], StatusCode::NO_CONTENT))
}

pub(super) async fn leave(accounts: &Accounts, caller: &Caller) -> Result<(), ApiError> {
    if let (Some(person), Some(login)) = (&caller.person, caller.login()) {
        // Somebody else may have ended it in this moment.
        let _ = accounts.sign_out(person.account, login).await;
    }
    Ok(())
}

/// A link's code, and the password that somebody chooses with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetUpBody {
    #[schema(value_type = String, max_length = 2048)]
    pub(super) code: Secret,
    #[schema(value_type = String, max_length = 2048)]
    pub(super) password: Secret,
}

/// Choose the first account's password with the link that the first run printed, and sign in
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    request_body = SetUpBody,
    responses(
        (status = 200, body = SessionDocument),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        PasswordRefused,
    )
)]
pub(super) async fn set_up(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<SetUpBody>,
) -> Result<Response, ApiError> {
    let origin = origin(&caller, &headers);
    let signed_in = accounts.use_setup_link(body.code.reveal(), &body.password, &origin).await?;
    Ok(arrived(signed_in.as_ref(), &caller))
}
