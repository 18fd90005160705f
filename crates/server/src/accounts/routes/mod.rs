//! What people and programs say about themselves over HTTP.

mod api_tokens;
mod cookie;
mod logins;
mod registration;
mod session;
mod tokens;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use cookie::read as cookie;

use super::{Accounts, Origin};
use crate::access::Caller;

/// The largest body, in bytes: a profile with its links is a tenth of it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Accounts> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::who_am_i, session::sign_out))
        .routes(routes!(session::set_up))
        .routes(routes!(tokens::issue))
        .routes(routes!(tokens::refresh))
        .routes(routes!(tokens::revoke))
        .routes(routes!(registration::policy))
        .routes(routes!(registration::register))
        .routes(routes!(logins::list, logins::end_all))
        .routes(routes!(logins::end))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::remove))
}

/// This room's routes.
pub(crate) fn routes(accounts: Accounts) -> OpenApiRouter {
    described().layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(accounts)
}

fn origin(caller: &Caller, headers: &HeaderMap) -> Origin {
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin::new(caller.from, user_agent)
}
