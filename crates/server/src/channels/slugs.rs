//! A channel's names in addresses: the one it has, and those that still lead to it.

use std::time::Duration;

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{Channel, Channels, ChannelsError, Slug, store};
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::db::Transaction;
use crate::ids::ChannelId;

/// For so long nobody else may take a name that a channel gave up: what others wrote down leads to
/// nobody who waited for it. Afterwards it leads to the channel until somebody takes it.
pub(crate) const PROTECTED: Duration = Duration::from_secs(90 * 24 * 3600);
/// Names of one channel that are remembered, the newest. Against somebody who takes all good ones.
const MAX_FORMER: u32 = 10;
/// Names that no channel may take, for people would take its word for ours.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "all",
    "api",
    "everyone",
    "here",
    "me",
    "mod",
    "moderator",
    "new",
    "official",
    "root",
    "settings",
    "staff",
    "studio",
    "support",
    "system",
];

/// A name that was given up.
pub(super) struct Former {
    pub(super) channel: ChannelId,
    pub(super) left_at: WallClock,
}

impl Channels {
    /// The channel that had this name, where nobody has it now.
    pub(crate) async fn moved(&self, slug: &Slug) -> Result<Option<Channel>, ChannelsError> {
        match self.store.former(slug).await? {
            Some(former) => self.store.by_id(former.channel).await,
            None => Ok(None),
        }
    }

    /// Whether a channel had this name, and nobody has it now: its encoders go on with it.
    pub(crate) async fn had_name(
        &self,
        channel: ChannelId,
        name: &str,
    ) -> Result<bool, ChannelsError> {
        let Ok(slug) = Slug::parse(name) else { return Ok(false) };
        Ok(self.store.former(&slug).await?.is_some_and(|former| former.channel == channel))
    }

    /// Gives a channel another name in addresses. The former one leads to it.
    ///
    /// # Errors
    /// When the name is somebody else's, was until lately, or is reserved.
    pub(crate) async fn rename(
        &self,
        actor: &Actor,
        channel: &Channel,
        slug: &Slug,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let found = store::load(&mut transaction, channel.id).await?;
        if found.slug == *slug {
            return Ok(found);
        }
        self.take_slug(&mut transaction, slug, Some(channel.id)).await?;
        store::slugs::rename(&mut transaction, channel.id, slug).await?;
        store::slugs::leave(&mut transaction, &found, self.clock.wall(), MAX_FORMER).await?;
        let entry = Entry {
            actor,
            action: Action::ChannelRenamed,
            subject: Subject::new(SubjectKind::Channel, channel.id, slug),
            was: Some(json!({ "slug": found.slug.as_str() })),
            became: Some(json!({ "slug": slug.as_str() })),
        };
        self.audit.record(&mut transaction, entry).await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(Channel { slug: slug.clone(), ..found })
    }

    /// Makes sure that a channel, or a new one, may have a name, and forgets who had it.
    pub(super) async fn take_slug(
        &self,
        transaction: &mut Transaction,
        slug: &Slug,
        by: Option<ChannelId>,
    ) -> Result<(), ChannelsError> {
        if RESERVED.contains(&slug.as_str()) {
            return Err(ChannelsError::SlugReserved(slug.to_string()));
        }
        if store::slugs::is_taken(transaction, slug).await? {
            return Err(ChannelsError::SlugTaken(slug.to_string()));
        }
        let former = store::slugs::former(transaction, slug).await?;
        if let Some(former) = former.filter(|former| Some(former.channel) != by) {
            let age_ms = self.clock.wall().as_unix_millis() - former.left_at.as_unix_millis();
            if age_ms < i64::try_from(PROTECTED.as_millis()).unwrap_or(i64::MAX) {
                return Err(ChannelsError::SlugProtected(slug.to_string()));
            }
        }
        store::slugs::forget(transaction, slug).await
    }
}
