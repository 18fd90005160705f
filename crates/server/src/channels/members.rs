//! Who works on a channel. Every channel that somebody owns keeps an owner.

use rivulet_media::time::WallClock;
use serde_json::json;

use super::{Channel, Channels, ChannelsError, Slug, store};
use crate::access::ChannelRole;
use crate::audit::{Action, Actor, Entry, Subject, SubjectKind};
use crate::ids::{AccountId, ChannelId};

/// Members of one channel.
const MAX_MEMBERS: usize = 100;

/// Somebody with a role in a channel.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) account: AccountId,
    pub(crate) role: ChannelRole,
    pub(crate) added_at: WallClock,
    /// Who said so, by the name of then.
    pub(crate) added_by: String,
}

impl Channels {
    /// What somebody is in the channel of that name.
    pub(crate) async fn role_of(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<ChannelRole>, ChannelsError> {
        let channel = match name {
            "primary" => self.store.primary().await?,
            name => match Slug::parse(name) {
                Ok(slug) => self.store.by_slug(&slug).await?,
                Err(_) => None,
            },
        };
        match channel {
            Some(channel) => self.store.role(channel.id, account).await,
            None => Ok(None),
        }
    }

    /// What somebody is in a channel, whatever it is called now.
    pub(crate) async fn role_in(
        &self,
        account: AccountId,
        channel: ChannelId,
    ) -> Result<Option<ChannelRole>, ChannelsError> {
        self.store.role(channel, account).await
    }

    /// Everybody with a role in a channel, owners first.
    pub(crate) async fn members(&self, channel: ChannelId) -> Result<Vec<Member>, ChannelsError> {
        self.store.members(channel).await
    }

    /// The channels that somebody works on, with the role in each.
    pub(crate) async fn of_account(
        &self,
        account: AccountId,
    ) -> Result<Vec<(Channel, ChannelRole)>, ChannelsError> {
        self.store.of_account(account).await
    }

    /// Gives somebody a role in a channel, `None` takes it.
    ///
    /// # Errors
    /// When nobody would own the channel any more, or there is no such member.
    pub(crate) async fn set_member(
        &self,
        actor: &Actor,
        channel: &Channel,
        (account, name): (AccountId, &str),
        role: Option<ChannelRole>,
    ) -> Result<(), ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let members = store::members::list(&mut transaction, channel.id).await?;
        let was = members.iter().find(|it| it.account == account).map(|it| it.role);
        if was == role {
            return if role.is_none() { Err(ChannelsError::NoMember) } else { Ok(()) };
        }
        if was.is_none() && members.len() >= MAX_MEMBERS {
            return Err(ChannelsError::TooManyMembers);
        }
        let other_owner = |it: &Member| it.role == ChannelRole::Owner && it.account != account;
        let leaves = was == Some(ChannelRole::Owner) && role != Some(ChannelRole::Owner);
        if leaves && !members.iter().any(other_owner) {
            return Err(ChannelsError::LastOwner);
        }
        match role {
            Some(role) => {
                let added_at = self.clock.wall();
                let added_by = actor.name().to_owned();
                let member = Member { account, role, added_at, added_by };
                store::members::put(&mut transaction, channel.id, &member).await?;
            }
            None => store::members::remove(&mut transaction, channel.id, account).await?,
        }
        let says =
            |role: Option<ChannelRole>| role.map(|role| json!({ "account": name, "role": role }));
        let entry = Entry {
            actor,
            action: Action::MemberChanged,
            subject: Subject::new(SubjectKind::Channel, channel.id, &channel.slug),
            was: says(was),
            became: says(role),
        };
        self.audit.record(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether somebody was approved to make channels.
    pub(crate) async fn is_creator(&self, account: AccountId) -> Result<bool, ChannelsError> {
        self.store.is_creator(account).await
    }

    /// Approves somebody to make channels, or takes that back.
    pub(crate) async fn set_creator(
        &self,
        actor: &Actor,
        (account, name): (AccountId, &str),
        approved: bool,
    ) -> Result<(), ChannelsError> {
        let mut transaction = self.store.begin().await?;
        let changes = if approved {
            let by = (self.clock.wall(), actor.name());
            store::members::approve(&mut transaction, account, by).await?
        } else {
            store::members::disapprove(&mut transaction, account).await?
        };
        if !changes {
            return Ok(());
        }
        let entry = Entry {
            actor,
            action: Action::CreatorChanged,
            subject: Subject::new(SubjectKind::Account, account, name),
            was: None,
            became: Some(json!({ "approved": approved })),
        };
        self.audit.record(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Gives the primary channel an owner, if it has none: the account of a first run.
    pub(crate) async fn adopt_primary(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<(), ChannelsError> {
        let primary = self.primary().await?;
        let members = self.members(primary.id).await?;
        if members.iter().any(|it| it.role == ChannelRole::Owner) {
            return Ok(());
        }
        let role = Some(ChannelRole::Owner);
        self.set_member(&Actor::System, &primary, (account, name), role).await
    }
}
