//! Channels: what people follow, their settings and their stream keys.
//!
//! Invariants: there is exactly one primary channel once [`Channels::set_up`] has run; a stream
//! key belongs to one channel, is stored sealed, and is found by its keyed hash.

mod error;
mod members;
mod model;
mod store;

use std::sync::Arc;

pub(crate) use error::ChannelsError;
pub(crate) use model::{Channel, NewChannel, Patch, PublisherKey, Slug};

use crate::clock::Clock;
use crate::db::Db;
use crate::ids::{ChannelId, StreamKeyId};
use crate::seal::{self, Keyring, Secret};
use store::Store;

/// What sealed stream keys are bound to.
const SEAL_PURPOSE: &str = "stream key";

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Channels {
    store: Store,
    keyring: Arc<Keyring>,
    clock: Clock,
}

impl Channels {
    /// The room over its database and keys.
    pub(crate) fn new(db: Db, keyring: Arc<Keyring>, clock: Clock) -> Self {
        Self { store: Store::new(db), keyring, clock }
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
            self.keyring.unseal(SEAL_PURPOSE, &sealed)?;
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
            None => self.create(NewChannel::primary()).await?,
        };
        let keys = self.store.keys(primary.id).await?;
        match wanted_key {
            Some(key) => self.adopt_key(&primary, key).await.map(|()| None),
            None if keys.is_empty() => Ok(Some(self.add_key(&primary, "First key").await?)),
            None => Ok(None),
        }
    }

    /// Gives `channel` a configured key, unless it has it.
    async fn adopt_key(&self, channel: &Channel, key: &Secret) -> Result<(), ChannelsError> {
        model::check_key(key.reveal())?;
        match self.find_key(key.reveal()).await? {
            Some(found) if found.channel == channel.id => Ok(()),
            Some(_) => Err(ChannelsError::KeyTaken),
            None => self.insert_key(channel, "Configured key", key).await,
        }
    }

    /// Makes a channel, without a key.
    pub(crate) async fn create(&self, new: NewChannel) -> Result<Channel, ChannelsError> {
        let channel = new.into_channel(ChannelId::generate(), self.clock.wall());
        self.store.insert(&channel).await?;
        Ok(channel)
    }

    /// Makes a random stream key for `channel` and returns it.
    pub(crate) async fn add_key(
        &self,
        channel: &Channel,
        label: &str,
    ) -> Result<Secret, ChannelsError> {
        let key = seal::random_token()?;
        self.insert_key(channel, label, &key).await?;
        Ok(key)
    }

    async fn insert_key(
        &self,
        channel: &Channel,
        label: &str,
        key: &Secret,
    ) -> Result<(), ChannelsError> {
        let row = store::NewKey {
            id: StreamKeyId::generate(),
            channel: channel.id,
            label,
            fingerprint: self.keyring.fingerprint(key.reveal()).to_hex(),
            sealed: self.keyring.seal(SEAL_PURPOSE, key)?,
            created_at: self.clock.wall(),
        };
        self.store.insert_key(&row).await
    }

    /// The keys of a channel, oldest first, opened.
    pub(crate) async fn reveal_keys(
        &self,
        channel: &Channel,
    ) -> Result<Vec<Secret>, ChannelsError> {
        let sealed = self.store.keys(channel.id).await?;
        sealed.iter().map(|key| Ok(self.keyring.unseal(SEAL_PURPOSE, key)?)).collect()
    }

    /// The channel a publisher may publish to with `key`, and the key's own id.
    pub(crate) async fn find_key(&self, key: &str) -> Result<Option<PublisherKey>, ChannelsError> {
        let fingerprint = self.keyring.fingerprint(key);
        let found = self.store.find_key(&fingerprint.to_hex()).await?;
        Ok(found.filter(|found| fingerprint.matches_hex(&found.fingerprint)).map(|found| found.key))
    }

    /// Remembers that a key was used now.
    pub(crate) async fn key_was_used(&self, key: StreamKeyId) -> Result<(), ChannelsError> {
        self.store.touch_key(key, self.clock.wall()).await
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

    /// All channels, the primary one first, then by slug.
    pub(crate) async fn list(&self) -> Result<Vec<Channel>, ChannelsError> {
        self.store.list().await
    }

    /// Changes what `patch` names of a channel and returns the result.
    pub(crate) async fn change(
        &self,
        channel: Channel,
        patch: Patch,
    ) -> Result<Channel, ChannelsError> {
        let changed = patch.apply(channel)?;
        self.store.update(&changed).await?;
        Ok(changed)
    }
}
