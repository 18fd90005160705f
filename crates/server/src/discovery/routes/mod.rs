//! The directory, search and follows over HTTP.

mod directory;
#[cfg(test)]
pub(super) use directory::DirectoryQuery;
mod follows;
mod search;

use std::time::Duration;

use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cursor::Cursor;
use super::finding::NotNow;
use super::{Discovery, DiscoveryError, page};
use crate::access::Caller;
use crate::api::{ApiError, Code};
use crate::attempts::Limit;
use crate::site::Tag;

/// Searches of one account, or of one address without an account: more than anybody types.
const SEARCHES: Limit = Limit { burst: 100, every: Duration::from_millis(100) };

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Discovery> {
    OpenApiRouter::new()
        .routes(routes!(directory::list))
        .routes(routes!(directory::categories))
        .routes(routes!(directory::category))
        .routes(routes!(directory::tags))
        .routes(routes!(search::find))
        .routes(routes!(search::suggest))
        .routes(routes!(follows::state, follows::follow, follows::unfollow))
        .routes(routes!(follows::followers))
        .routes(routes!(follows::shown))
        .routes(routes!(follows::listed, follows::set_listed))
        .routes(routes!(follows::own))
}

/// This room's routes.
pub(crate) fn routes(discovery: Discovery) -> OpenApiRouter {
    described()
        .route("/browse", get(page::browse))
        .route("/category/{slug}", get(page::category))
        .route("/search", get(page::search))
        .route("/following", get(page::following))
        .with_state(discovery)
}

impl Discovery {
    /// Counts one search of whoever asks.
    pub(super) fn count_search(&self, caller: &Caller) -> Result<(), ApiError> {
        let limits = &self.shared.limits;
        let counted = match &caller.person {
            Some(person) => limits.counted("search by account", person.account),
            None => limits.counted("search by address", caller.from),
        };
        let now = self.shared.clock.monotonic();
        let paid = limits.pay(&[(counted, SEARCHES)], now);
        paid.map(drop).map_err(|wait| ApiError::new(Code::TooOften).retry_after(wait))
    }
}

/// Reads a cursor where there is one.
pub(super) fn cursor<T: Cursor>(text: Option<&str>) -> Result<Option<T>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    T::parse(text)
        .map(Some)
        .ok_or_else(|| ApiError::bad_request("`cursor` is what an earlier answer called `next`"))
}

/// Reads a tag as people write it.
pub(super) fn tag(text: &str) -> Result<Tag, ApiError> {
    Tag::parse(text)
        .ok_or_else(|| ApiError::bad_request("`tag` has 1 to 30 letters, digits, `-` or `_`"))
}

impl From<DiscoveryError> for ApiError {
    fn from(error: DiscoveryError) -> Self {
        match &error {
            DiscoveryError::TooManyFollows(_) => {
                Self::with_detail(Code::Conflict, error.to_string())
            }
            DiscoveryError::FollowersHidden => Self::with_detail(Code::NotFound, error.to_string()),
            DiscoveryError::Accounts(_) | DiscoveryError::Channels(_) | DiscoveryError::Db(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<NotNow> for ApiError {
    fn from(not_now: NotNow) -> Self {
        match not_now {
            NotNow::Busy => Self::new(Code::TooMany),
            NotNow::Failed(error) => error.into(),
        }
    }
}
