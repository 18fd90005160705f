//! What people and programs say about themselves over HTTP.

mod account;
mod api_tokens;
mod cookie;
mod factors;
mod invitations;
mod logins;
mod mails;
mod passkeys;
mod people;
mod registration;
mod session;
mod staff;
mod tokens;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use cookie::read as cookie;

use super::{Accounts, Origin};
use crate::access::Caller;
use crate::api::Problem;
use crate::seal::Secret;

/// The largest body, in bytes: a profile with its links is a tenth of it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::who_am_i, session::sign_out))
        .routes(routes!(session::set_up))
        .routes(routes!(passkeys::begin_sign_in))
        .routes(routes!(passkeys::sign_in))
        .routes(routes!(tokens::issue))
        .routes(routes!(tokens::refresh))
        .routes(routes!(tokens::revoke))
        .routes(routes!(registration::policy))
        .routes(routes!(registration::register))
        .merge(own())
        .merge(of_staff())
        .routes(routes!(people::person))
        .routes(routes!(people::guest))
        .routes(routes!(mails::ask))
        .routes(routes!(mails::complete))
        .routes(routes!(mails::confirm))
}

/// One's own account.
fn own() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(routes!(account::read, account::change))
        .routes(routes!(account::export))
        .routes(routes!(account::delete))
        .routes(routes!(account::choose_password))
        .routes(routes!(mails::change))
        .routes(routes!(factors::begin))
        .routes(routes!(factors::confirm))
        .routes(routes!(factors::disable))
        .routes(routes!(factors::new_codes))
        .routes(routes!(passkeys::list, passkeys::create))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::rename, passkeys::remove))
        .routes(routes!(logins::list, logins::end_all))
        .routes(routes!(logins::end))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::remove))
}

/// Other people's accounts.
fn of_staff() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(routes!(staff::list))
        .routes(routes!(staff::reject))
        .routes(routes!(staff::activate))
        .routes(routes!(staff::suspend))
        .routes(routes!(staff::set_role))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::remove))
}

/// This room's routes.
pub(crate) fn routes(accounts: Accounts) -> OpenApiRouter {
    described().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(accounts)
}

/// What every request with a document may be answered, besides what is its own.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "the API description is made of it")]
enum Unread {
    /// The request is not understood; `detail` says why
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// Too much at once
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
}

/// What every request that shows a password may be answered, besides what is its own.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "the API description is made of it")]
enum PasswordRefused {
    /// The request is not understood; `detail` says why
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// Too much at once
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Too many passwords are looked at already: try again after `Retry-After` seconds
    #[response(status = 503, content_type = "application/problem+json")]
    TooMany(Problem),
}

/// The password once more, before something that a browser left open must not do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    #[schema(value_type = String, max_length = 2048)]
    password: Secret,
}

fn origin(caller: &Caller, headers: &HeaderMap) -> Origin {
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin::new(caller.from, user_agent)
}
