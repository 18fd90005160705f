//! Channels: what people follow, who works on them, what they say of themselves, their stream keys.
//!
//! Invariants: there is exactly one primary channel once [`Channels::set_up`] has run; a stream
//! key belongs to one channel, is stored sealed, and is found by its keyed hash; whatever somebody
//! changes is committed together with its line in the audit log before it is acknowledged, and then
//! told to whoever listens for [`News`], also when another process changed it.

mod categories;
mod changes;
mod error;
mod keys;
mod members;
mod model;
mod news;
mod profile;
mod routes;
mod slugs;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rivulet_media::time::WallClock;

pub(crate) use categories::Category;
pub(crate) use error::ChannelsError;
pub(crate) use keys::{KeyPatch, StreamKey};
pub(crate) use model::{Channel, Lock, NewChannel, Owner, Patch, PublisherKey, Slug};
pub(crate) use news::News;
pub(crate) use profile::{Panel, Profile};
pub(crate) use routes::{Doors, described, routes};

use crate::audit::{Actor, Audit};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::ChannelId;
use crate::seal::{Keyring, Secret};
use crate::site::Tag;
use news::Desk;
use store::Store;

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Channels {
    store: Store,
    audit: Audit,
    keyring: Arc<Keyring>,
    clock: Clock,
    desk: Arc<Desk>,
}

impl Channels {
    /// The room over its database and keys.
    pub(crate) fn new(db: Db, keyring: Arc<Keyring>, clock: Clock) -> Self {
        let audit = Audit::new(db.clone(), clock);
        Self { store: Store::new(db), audit, keyring, clock, desk: Arc::default() }
    }

    /// Whether the database holds what only its own key file can open.
    pub(crate) async fn hold_secrets(db: &Db) -> Result<bool, ChannelsError> {
        Ok(Store::new(db.clone()).any_key().await?.is_some())
    }

    /// Whether the key file is the one that the database's secrets are sealed with.
    ///
    /// # Errors
    /// When it is another, or the database cannot be read.
    pub(crate) async fn check_keyring(&self) -> Result<(), ChannelsError> {
        if let Some(sealed) = self.store.any_key().await? {
            self.keyring.unseal(keys::SEAL_PURPOSE, &sealed)?;
        }
        Ok(())
    }

    /// Makes the primary channel and its first stream key on a first run, and gives the primary
    /// channel `wanted_key` when one is configured. Returns the key that this call made up, if any.
    pub(crate) async fn set_up(
        &self,
        wanted_key: Option<&Secret>,
    ) -> Result<Option<Secret>, ChannelsError> {
        let primary = match self.store.primary().await? {
            Some(primary) => primary,
            None => self.create(&Actor::System, NewChannel::primary(), None).await?,
        };
        let keys = self.store.keys(primary.id).await?;
        match wanted_key {
            Some(key) => self.adopt_key(&primary, key).await.map(|()| None),
            None if keys.is_empty() => {
                Ok(Some(self.add_key(&Actor::System, &primary, "First key").await?.1))
            }
            None => Ok(None),
        }
    }

    /// The primary channel.
    pub(crate) async fn primary(&self) -> Result<Channel, ChannelsError> {
        self.store.primary().await?.ok_or(ChannelsError::NoPrimary)
    }

    /// The channel of that id.
    pub(crate) async fn by_id(&self, id: ChannelId) -> Result<Option<Channel>, ChannelsError> {
        self.store.by_id(id).await
    }

    /// The channel of that slug.
    pub(crate) async fn by_slug(&self, slug: &Slug) -> Result<Option<Channel>, ChannelsError> {
        self.store.by_slug(slug).await
    }

    /// The channel that a path names: by its slug, or as `primary`.
    pub(crate) async fn named(&self, name: &str) -> Result<Option<Channel>, ChannelsError> {
        if name == "primary" {
            return Ok(Some(self.primary().await?));
        }
        match Slug::parse(name) {
            Ok(slug) => self.by_slug(&slug).await,
            Err(_) => Ok(None),
        }
    }

    /// All channels, the primary one first, then by slug.
    pub(crate) async fn list(&self) -> Result<Vec<Channel>, ChannelsError> {
        self.store.list().await
    }

    /// Channels that no list may show, as many as anybody can leave out.
    pub(crate) async fn hidden(&self) -> Result<Vec<ChannelId>, ChannelsError> {
        self.store.hidden().await
    }

    /// The channels of these ids that there are.
    pub(crate) async fn those(&self, ids: &[ChannelId]) -> Result<Vec<Channel>, ChannelsError> {
        self.store.those(ids).await
    }

    /// What the channel said was on, up to `until`, the newest first: as many as are kept.
    pub(crate) async fn titles(
        &self,
        channel: ChannelId,
        until: WallClock,
    ) -> Result<Vec<(WallClock, String)>, ChannelsError> {
        self.store.titles(channel, until).await
    }

    /// The tags of every channel.
    pub(crate) async fn all_tags(&self) -> Result<Vec<(ChannelId, Tag)>, ChannelsError> {
        self.store.all_tags().await
    }

    /// What a channel says of itself.
    pub(crate) async fn profile(&self, channel: &Channel) -> Result<Profile, ChannelsError> {
        let tags = self.store.tags(channel.id).await?;
        let category = match channel.category {
            Some(id) => self.store.category(id).await?,
            None => None,
        };
        Ok(Profile::of(channel, tags, category.map(|category| category.slug.to_string())))
    }

    /// The category of a channel, if it has one.
    pub(crate) async fn category_of(
        &self,
        channel: &Channel,
    ) -> Result<Option<Category>, ChannelsError> {
        match channel.category {
            Some(id) => self.store.category(id).await,
            None => Ok(None),
        }
    }

    /// The panels of a channel's description, in order.
    pub(crate) async fn panels(&self, channel: ChannelId) -> Result<Vec<Panel>, ChannelsError> {
        self.store.panels(channel).await
    }
}
