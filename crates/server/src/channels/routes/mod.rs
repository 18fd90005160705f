//! Channels as those who work on them change them. What viewers see is the room `watch`'s.

mod categories;
mod keys;
mod listing;
mod members;
mod profile;

use axum::extract::{DefaultBodyLimit, FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Channel, Channels, ChannelsError};
use crate::accounts::{Account, Accounts};
use crate::api::{ApiError, Code};
use crate::site::{Site, SiteError};

/// Largest request, in bytes: twenty panels at their longest, of characters of four bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// What the routes lead to.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) channels: Channels,
    pub(crate) accounts: Accounts,
    pub(crate) site: Site,
}

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(profile::create))
        .routes(routes!(profile::own))
        .routes(routes!(listing::list))
        .routes(routes!(profile::edit, profile::remove))
        .routes(routes!(profile::profile))
        .routes(routes!(profile::sending, profile::configure))
        .routes(routes!(profile::rename))
        .routes(routes!(profile::panels, profile::set_panels))
        .routes(routes!(profile::hide))
        .routes(routes!(members::list))
        .routes(routes!(members::set, members::remove))
        .routes(routes!(members::approve, members::disapprove))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::change, keys::remove))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::reveal))
        .routes(routes!(categories::create))
        .routes(routes!(categories::change, categories::remove))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// This room's routes.
pub(crate) fn routes(doors: Doors) -> OpenApiRouter {
    described().with_state(doors)
}

/// Which channel a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "the API description is made of it")]
struct ChannelName {
    /// The channel's slug, or `primary`
    name: String,
}

/// The channel that a path names as `{name}`.
struct Named(Channel);

impl FromRequestParts<Doors> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, ApiError> {
        let name = named(parts, "name").await;
        let channel = doors.channels.named(&name).await?;
        channel.map(Self).ok_or_else(|| ApiError::new(Code::ChannelNotFound))
    }
}

/// The account that a path names as `{username}`.
struct Somebody(Account);

impl FromRequestParts<Doors> for Somebody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, ApiError> {
        let username = named(parts, "username").await;
        Ok(Self(doors.accounts.named(&username).await?))
    }
}

/// Whom a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "the API description is made of it")]
struct Username {
    /// The account's name
    username: String,
}

/// What a path names so; nothing where it does not, or not in Unicode.
async fn named(parts: &mut Parts, key: &str) -> String {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok();
    let found = params.iter().flatten().find(|(name, _)| *name == key);
    found.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

impl From<ChannelsError> for ApiError {
    fn from(error: ChannelsError) -> Self {
        use ChannelsError as E;
        let code = match &error {
            E::Seal(_) | E::Db(_) | E::NoPrimary => return Self::internal(&error),
            E::Value(SiteError::Db(_)) => return Self::internal(&error),
            E::NoKey | E::NoMember => Code::NotFound,
            E::Gone => Code::ChannelNotFound,
            E::SlugReserved(_)
            | E::SlugTaken(_)
            | E::SlugProtected(_)
            | E::KeyTaken
            | E::CategoryTaken(_) => Code::NameTaken,
            E::TooManyKeys | E::TooManyMembers | E::TooManyChannels(_) | E::TooManyCategories => {
                Code::Full
            }
            E::LastOwner | E::PrimaryStays => Code::Conflict,
            E::BadSlug(_)
            | E::BadKey
            | E::NoCategory(_)
            | E::Renditions(_)
            | E::OutOfRange { .. }
            | E::Patch(_)
            | E::Value(_) => Code::Invalid,
        };
        Self::with_detail(code, error.to_string())
    }
}
