//! Changing channels: every change is one transaction with its line in the audit log.

use serde_json::{Value, json};

use super::members::Member;
use super::model::{NewChannel, Owner, Patch};
use super::profile::{Panel, Profile, Sending, check_panels};
use super::{Channel, Channels, ChannelsError, Lock, store};
use crate::access::ChannelRole;
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::db::Transaction;
use crate::ids::ChannelId;
use crate::merge_patch;
use crate::site::Tag;

/// Titles of one channel that are remembered, the newest.
const MAX_TITLES: u32 = 1000;

/// A channel as it was and as it becomes.
struct Change {
    from: Channel,
    to: Channel,
    /// New tags, if they change.
    tags: Option<Vec<Tag>>,
    action: Action,
    was: Option<Value>,
    became: Option<Value>,
}

impl Channels {
    /// Makes a channel, without a key.
    ///
    /// # Errors
    /// When the name is taken, or its owner has as many as may be.
    pub(crate) async fn create(
        &self,
        actor: &Actor,
        new: NewChannel,
        owner: Option<Owner>,
    ) -> Result<Channel, ChannelsError> {
        let now = self.clock.wall();
        let channel = new.into_channel(ChannelId::generate(), now);
        let mut transaction = self.store.begin().await?;
        self.take_slug(&mut transaction, &channel.slug, None).await?;
        if let Some(Owner { account, limit: Some(limit) }) = owner {
            let owned = store::members::owned(&mut transaction, account).await?;
            if owned >= u64::from(limit) {
                return Err(ChannelsError::TooManyChannels(limit));
            }
        }
        store::insert(&mut transaction, &channel).await?;
        if let Some(Owner { account, .. }) = owner {
            let (role, added_by) = (ChannelRole::Owner, actor.name().to_owned());
            let member = Member { account, role, added_at: now, added_by };
            store::members::put(&mut transaction, channel.id, &member).await?;
        }
        let became = Some(json!({ "slug": channel.slug.as_str(), "name": channel.name }));
        let entry = Entry {
            actor,
            action: Action::ChannelCreated,
            subject: subject(&channel),
            was: None,
            became,
        };
        self.audit.record(&mut transaction, entry).await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(channel)
    }

    /// Changes what `patch` names of a channel and returns the result.
    pub(crate) async fn change(
        &self,
        actor: &Actor,
        id: ChannelId,
        patch: Patch,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let to = patch.apply(from.clone())?;
        let text = |it: &Channel| Profile::of(it, Vec::new(), None);
        let (was, became) = merge_patch::difference(&text(&from), &text(&to));
        let (sent, sends) = merge_patch::difference(&Sending::of(&from), &Sending::of(&to));
        let (was, became) = (joined(was, sent), joined(became, sends));
        let action = Action::ChannelChanged;
        self.commit(actor, transaction, Change { from, to, tags: None, action, was, became }).await
    }

    /// Changes what `patch` (RFC 7396) names of what a channel says of itself.
    pub(crate) async fn edit(
        &self,
        actor: &Actor,
        id: ChannelId,
        patch: &Value,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let tags = store::tags(&mut transaction, id).await?;
        let categories = store::categories::list(&mut transaction).await?;
        let category = categories.iter().find(|it| Some(it.id) == from.category);
        let profile = Profile::of(&from, tags, category.map(|it| it.slug.to_string()));
        let wanted = merge_patch::apply(&profile, patch)?;
        let category = match &wanted.category {
            None => None,
            Some(slug) => Some(
                categories
                    .iter()
                    .find(|it| it.slug.as_str() == slug)
                    .ok_or_else(|| ChannelsError::NoCategory(slug.clone()))?,
            ),
        };
        let named = wanted.category.clone();
        let (to, tags) = wanted.put_on(&from, category)?;
        let (was, became) =
            merge_patch::difference(&profile, &Profile::of(&to, tags.clone(), named));
        let (tags, action) = (Some(tags), Action::ChannelChanged);
        self.commit(actor, transaction, Change { from, to, tags, action, was, became }).await
    }

    /// Changes what `patch` (RFC 7396) names of how a channel is sent.
    pub(crate) async fn configure(
        &self,
        actor: &Actor,
        id: ChannelId,
        patch: &Value,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let sending = Sending::of(&from);
        let to = merge_patch::apply(&sending, patch)?.put_on(&from)?;
        let (was, became) = merge_patch::difference(&sending, &Sending::of(&to));
        let action = Action::ChannelChanged;
        self.commit(actor, transaction, Change { from, to, tags: None, action, was, became }).await
    }

    /// Takes a channel out of lists, or puts it back.
    pub(crate) async fn hide(
        &self,
        actor: &Actor,
        id: ChannelId,
        hidden: bool,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let to = Channel { hidden, ..from.clone() };
        let changes = from.hidden != hidden;
        let says = |hidden: bool| changes.then(|| json!({ "hidden": hidden }));
        let (was, became) = (says(from.hidden), says(hidden));
        let action = Action::ChannelHidden;
        self.commit(actor, transaction, Change { from, to, tags: None, action, was, became }).await
    }

    /// Notes that somebody ends a channel's broadcast, and locks it if asked to: nobody may publish
    /// until it is released. Ending it is up to whoever has it on air.
    pub(crate) async fn end_stream(
        &self,
        actor: &Actor,
        id: ChannelId,
        lock: bool,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let mut to = from.clone();
        if lock && to.lock.is_none() {
            to.lock = Some(Lock { at: self.clock.wall(), by: actor.name().to_owned() });
        }
        let (was, became) = (None, Some(json!({ "lock": lock })));
        let action = Action::StreamEnded;
        self.commit(actor, transaction, Change { from, to, tags: None, action, was, became }).await
    }

    /// Lets encoders publish again.
    pub(crate) async fn release_stream(
        &self,
        actor: &Actor,
        id: ChannelId,
    ) -> Result<Channel, ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let from = store::load(&mut transaction, id).await?;
        let to = Channel { lock: None, ..from.clone() };
        let became = from.lock.is_some().then(|| json!({ "lock": false }));
        let (was, action) = (None, Action::StreamReleased);
        self.commit(actor, transaction, Change { from, to, tags: None, action, was, became }).await
    }

    /// Puts these panels in the place of a channel's.
    pub(crate) async fn set_panels(
        &self,
        actor: &Actor,
        channel: &Channel,
        panels: &[Panel],
    ) -> Result<(), ChannelsError> {
        check_panels(panels)?;
        let mut transaction = self.store.begin().await?;
        store::load(&mut transaction, channel.id).await?;
        let titles =
            |panels: &[Panel]| json!(panels.iter().map(|it| it.title.as_str()).collect::<Vec<_>>());
        let was = store::panels::list(&mut transaction, channel.id).await?;
        if was == panels {
            return Ok(());
        }
        store::panels::replace(&mut transaction, channel.id, panels).await?;
        let entry = Entry {
            actor,
            action: Action::ChannelPanels,
            subject: subject(channel),
            was: Some(titles(&was)),
            became: Some(titles(panels)),
        };
        self.audit.record(&mut transaction, entry).await?;
        store::touch(&mut transaction, channel.id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(())
    }

    /// Removes a channel and everything that is its own.
    pub(crate) async fn remove(&self, actor: &Actor, id: ChannelId) -> Result<(), ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let channel = store::load(&mut transaction, id).await?;
        if channel.is_primary {
            return Err(ChannelsError::PrimaryStays);
        }
        store::remove(&mut transaction, id).await?;
        let entry = Entry {
            actor,
            action: Action::ChannelDeleted,
            subject: subject(&channel),
            was: Some(json!({ "slug": channel.slug.as_str(), "name": channel.name })),
            became: None,
        };
        self.audit.record(&mut transaction, entry).await?;
        store::touch(&mut transaction, id).await?;
        transaction.commit().await?;
        self.tell().await;
        Ok(())
    }

    /// Writes a change, if it is one.
    async fn commit(
        &self,
        actor: &Actor,
        mut transaction: Transaction,
        change: Change,
    ) -> Result<Channel, ChannelsError> {
        let Change { from, to, tags, action, was, became } = change;
        if was.is_none() && became.is_none() {
            return Ok(to);
        }
        store::update(&mut transaction, &to).await?;
        if let Some(tags) = tags {
            store::set_tags(&mut transaction, to.id, &tags).await?;
        }
        let entry = Entry { actor, action, subject: subject(&to), was, became };
        self.audit.record(&mut transaction, entry).await?;
        let version = store::touch(&mut transaction, to.id).await?;
        if (&from.title, from.category) != (&to.title, to.category) {
            let at = self.clock.wall();
            store::note_title(&mut transaction, &to, (version, at), MAX_TITLES).await?;
        }
        transaction.commit().await?;
        self.tell().await;
        Ok(to)
    }
}

fn subject(channel: &Channel) -> Subject {
    Subject::new(SubjectKind::Channel, channel.id, &channel.slug)
}

/// Two parts of what has changed, as one.
fn joined(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(Value::Object(mut one)), Some(Value::Object(other))) => {
            one.extend(other);
            Some(Value::Object(one))
        }
        (one, other) => one.or(other),
    }
}
