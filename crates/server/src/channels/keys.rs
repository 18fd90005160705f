//! Stream keys: several for a channel, each with a label. A key is stored sealed, and shown to who
//! may see it only when asked for.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::{Channel, Channels, ChannelsError, PublisherKey, model, store};
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::db::Transaction;
use crate::ids::StreamKeyId;
use crate::seal::{self, Secret};

/// What sealed stream keys are bound to.
pub(super) const SEAL_PURPOSE: &str = "stream key";
/// Keys of one channel.
const MAX_KEYS: usize = 20;
/// Longest label, in characters.
const MAX_LABEL_LEN: usize = 60;

/// A stream key, without the secret.
#[derive(Clone, Debug)]
pub(crate) struct StreamKey {
    pub(crate) id: StreamKeyId,
    pub(crate) label: String,
    pub(crate) created_at: WallClock,
    pub(crate) last_used_at: Option<WallClock>,
    /// Since when nobody may publish with it.
    pub(crate) disabled_at: Option<WallClock>,
}

/// A change to a key; `None` leaves something as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyPatch {
    pub(crate) label: Option<String>,
    pub(crate) disabled: Option<bool>,
}

impl Channels {
    /// Whether a text can be a stream key.
    pub(crate) fn is_fit_for_a_key(text: &str) -> bool {
        model::check_key(text).is_ok()
    }

    /// The keys of a channel, oldest first.
    pub(crate) async fn keys(&self, channel: &Channel) -> Result<Vec<StreamKey>, ChannelsError> {
        self.store.keys(channel.id).await
    }

    /// Makes a random stream key for `channel` and returns it.
    pub(crate) async fn add_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        label: &str,
    ) -> Result<(StreamKey, Secret), ChannelsError> {
        let secret = seal::random_token()?;
        let key = self.insert_key(actor, channel, (label, &secret)).await?;
        Ok((key, secret))
    }

    /// Gives `channel` a configured key, unless it has it.
    pub(super) async fn adopt_key(
        &self,
        channel: &Channel,
        key: &Secret,
    ) -> Result<(), ChannelsError> {
        model::check_key(key.reveal())?;
        match self.recognise_key(key.reveal()).await? {
            Some(found) if found.channel == channel.id => Ok(()),
            Some(_) => Err(ChannelsError::KeyTaken),
            None => {
                self.insert_key(&Actor::System, channel, ("Configured key", key)).await?;
                Ok(())
            }
        }
    }

    async fn insert_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        (label, secret): (&str, &Secret),
    ) -> Result<StreamKey, ChannelsError> {
        let key = StreamKey {
            id: StreamKeyId::generate(),
            label: checked_label(label)?,
            created_at: self.clock.wall(),
            last_used_at: None,
            disabled_at: None,
        };
        let sealed = self.seal_key(secret)?;
        let mut transaction = self.store.begin().await?;
        if store::keys::list(&mut transaction, channel.id).await?.len() >= MAX_KEYS {
            return Err(ChannelsError::TooManyKeys);
        }
        store::keys::insert(&mut transaction, channel.id, &key, &sealed).await?;
        self.log_key(&mut transaction, (actor, Action::KeyCreated), channel, (None, Some(&key)))
            .await?;
        transaction.commit().await?;
        Ok(key)
    }

    fn seal_key(&self, secret: &Secret) -> Result<store::keys::Sealed, ChannelsError> {
        Ok(store::keys::Sealed {
            fingerprint: self.keyring.fingerprint(secret.reveal()).to_hex(),
            sealed: self.keyring.seal(SEAL_PURPOSE, secret)?,
        })
    }

    /// The keys of a channel that may be used, oldest first, opened: for who runs the server.
    pub(crate) async fn reveal_keys(
        &self,
        channel: &Channel,
    ) -> Result<Vec<Secret>, ChannelsError> {
        let sealed = self.store.sealed_keys(channel.id).await?;
        sealed.iter().map(|key| Ok(self.keyring.unseal(SEAL_PURPOSE, key)?)).collect()
    }

    /// The keys of a channel that may be used, oldest first, with what opens them: for clients of
    /// Owncast's, which show them to the admin.
    pub(crate) async fn opened_keys(
        &self,
        channel: &Channel,
    ) -> Result<Vec<(StreamKey, Secret)>, ChannelsError> {
        let sealed = self.store.sealed_keys(channel.id).await?;
        let keys = self.keys(channel).await?.into_iter().filter(|key| key.disabled_at.is_none());
        keys.zip(&sealed)
            .map(|(key, sealed)| Ok((key, self.keyring.unseal(SEAL_PURPOSE, sealed)?)))
            .collect()
    }

    /// Has a channel's usable keys be these: those that it has stay, with this label, others go.
    /// Who publishes with one that goes is thrown out.
    pub(crate) async fn replace_keys(
        &self,
        actor: &Actor,
        channel: &Channel,
        wanted: &[(Secret, String)],
    ) -> Result<(), ChannelsError> {
        for (secret, label) in wanted {
            model::check_key(secret.reveal())?;
            checked_label(label)?;
        }
        let known = self.opened_keys(channel).await?;
        for (secret, label) in wanted {
            match known.iter().find(|(_, it)| it == secret) {
                Some((key, _)) if key.label == *label => {}
                Some((key, _)) => {
                    let patch = KeyPatch { label: Some(label.clone()), disabled: None };
                    self.change_key(actor, channel, (key.id, patch)).await?;
                }
                None if self.recognise_key(secret.reveal()).await?.is_some() => {
                    return Err(ChannelsError::KeyTaken);
                }
                None => drop(self.insert_key(actor, channel, (label, secret)).await?),
            }
        }
        // Last, so that a channel is never without a key.
        for (key, _) in known.iter().filter(|(_, it)| !wanted.iter().any(|(one, _)| one == it)) {
            self.remove_key(actor, channel, key.id).await?;
        }
        Ok(())
    }

    /// One key of a channel, opened. That somebody looked is in the audit log.
    pub(crate) async fn reveal_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        id: StreamKeyId,
    ) -> Result<Secret, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let (key, sealed) = store::keys::find(&mut transaction, channel.id, id).await?;
        let secret = self.keyring.unseal(SEAL_PURPOSE, &sealed)?;
        self.log_key(&mut transaction, (actor, Action::KeyRevealed), channel, (None, Some(&key)))
            .await?;
        transaction.commit().await?;
        Ok(secret)
    }

    /// Changes a key. Who publishes with one that is disabled is thrown out.
    pub(crate) async fn change_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        (id, patch): (StreamKeyId, KeyPatch),
    ) -> Result<StreamKey, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let (was, _) = store::keys::find(&mut transaction, channel.id, id).await?;
        let mut key = was.clone();
        if let Some(label) = &patch.label {
            key.label = checked_label(label)?;
        }
        match patch.disabled {
            Some(true) => key.disabled_at = key.disabled_at.or(Some(self.clock.wall())),
            Some(false) => key.disabled_at = None,
            None => {}
        }
        store::keys::update(&mut transaction, &key).await?;
        let log = (Some(&was), Some(&key));
        self.log_key(&mut transaction, (actor, Action::KeyChanged), channel, log).await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(key)
    }

    /// Puts a new random secret in the place of a key's. Who publishes with the old one is thrown
    /// out.
    pub(crate) async fn rotate_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        id: StreamKeyId,
    ) -> Result<(StreamKey, Secret), ChannelsError> {
        let secret = seal::random_token()?;
        let sealed = self.seal_key(&secret)?;
        let mut transaction = self.store.begin().await?;
        let (was, _) = store::keys::find(&mut transaction, channel.id, id).await?;
        // A new id as well: the old key is gone, whoever holds it.
        let key = StreamKey {
            id: StreamKeyId::generate(),
            created_at: self.clock.wall(),
            last_used_at: None,
            disabled_at: None,
            ..was.clone()
        };
        store::keys::remove(&mut transaction, id).await?;
        store::keys::insert(&mut transaction, channel.id, &key, &sealed).await?;
        let log = (Some(&was), Some(&key));
        self.log_key(&mut transaction, (actor, Action::KeyRotated), channel, log).await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok((key, secret))
    }

    /// Removes a key. Who publishes with it is thrown out.
    pub(crate) async fn remove_key(
        &self,
        actor: &Actor,
        channel: &Channel,
        id: StreamKeyId,
    ) -> Result<(), ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let (was, _) = store::keys::find(&mut transaction, channel.id, id).await?;
        store::keys::remove(&mut transaction, id).await?;
        self.log_key(&mut transaction, (actor, Action::KeyDeleted), channel, (Some(&was), None))
            .await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(())
    }

    async fn log_key(
        &self,
        transaction: &mut Transaction,
        (actor, action): (&Actor, Action),
        channel: &Channel,
        (was, became): (Option<&StreamKey>, Option<&StreamKey>),
    ) -> Result<(), ChannelsError> {
        let subject = Subject::new(SubjectKind::Channel, channel.id, &channel.slug);
        let (was, became) = (was.map(described), became.map(described));
        let entry = Entry { actor, action, subject, was, became };
        Ok(self.audit.record(transaction, entry).await?)
    }

    /// The key that somebody shows, whether it may be used or not.
    pub(crate) async fn recognise_key(
        &self,
        key: &str,
    ) -> Result<Option<PublisherKey>, ChannelsError> {
        let fingerprint = self.keyring.fingerprint(key);
        let found = self.store.find_key(&fingerprint.to_hex()).await?;
        Ok(found.filter(|found| fingerprint.matches_hex(&found.fingerprint)).map(|found| found.key))
    }

    /// The key that somebody shows, if it may be used.
    pub(crate) async fn find_key(&self, key: &str) -> Result<Option<PublisherKey>, ChannelsError> {
        Ok(self.recognise_key(key).await?.filter(|key| !key.is_disabled))
    }

    /// Whether a key is still there and may be used.
    pub(crate) async fn is_key_good(&self, key: StreamKeyId) -> Result<bool, ChannelsError> {
        self.store.is_key_good(key).await
    }

    /// Remembers that a key was used now.
    pub(crate) async fn key_was_used(&self, key: StreamKeyId) -> Result<(), ChannelsError> {
        self.store.touch_key(key, self.clock.wall()).await
    }
}

/// A key as the audit log has it.
fn described(key: &StreamKey) -> Value {
    json!({ "key": key.id.to_string(), "label": key.label, "disabled": key.disabled_at.is_some() })
}

fn checked_label(label: &str) -> Result<String, ChannelsError> {
    let label = label.trim();
    if (1..=MAX_LABEL_LEN).contains(&label.chars().count()) {
        Ok(label.to_owned())
    } else {
        Err(ChannelsError::OutOfRange { field: "label", range: "1 to 60 characters" })
    }
}
