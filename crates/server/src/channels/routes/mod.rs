//! Channels as those who work on them change them. What viewers see is the room `watch`'s.

mod categories;
mod keys;
mod members;
mod profile;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Channel, Channels, ChannelsError};
use crate::accounts::Accounts;
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

impl Doors {
    async fn find(&self, name: &str) -> Result<Channel, ApiError> {
        self.channels.named(name).await?.ok_or_else(|| ApiError::new(Code::ChannelNotFound))
    }
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
