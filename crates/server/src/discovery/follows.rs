//! What people follow, as documents.

use std::cmp::Reverse;

use super::cursor::{Cursor as _, Offset};
use super::document::{
    FollowState, FollowedChannel, FollowedPage, FollowerDocument, FollowerPage, ListedChannel,
    ShownFollower, ShownFollowers,
};
use super::listing::PAGE;
use super::store::{Before, Follow, Followed, Follower, Whom};
use super::{Discovery, DiscoveryError};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::AccountId;

/// Channels that one account may follow. Against programs that follow everybody.
const MAX_FOLLOWS: u32 = 2000;

impl Discovery {
    /// Follows a channel, or changes whether the account is told when it goes live.
    pub(super) async fn follow(
        &self,
        account: AccountId,
        channel: &Channel,
        notify: bool,
    ) -> Result<FollowState, DiscoveryError> {
        let shared = &self.shared;
        let follow = Follow { channel: channel.id, followed_at: shared.clock.wall(), notify };
        match shared.store.follow(account, &follow, MAX_FOLLOWS).await? {
            Followed::New | Followed::Already => self.follow_state(account, channel).await,
            Followed::TooMany => Err(DiscoveryError::TooManyFollows(MAX_FOLLOWS)),
        }
    }

    /// Follows a channel no longer.
    pub(super) async fn unfollow(
        &self,
        account: AccountId,
        channel: &Channel,
    ) -> Result<FollowState, DiscoveryError> {
        self.shared.store.unfollow(account, channel.id).await?;
        self.follow_state(account, channel).await
    }

    /// Whether an account follows a channel.
    pub(super) async fn follow_state(
        &self,
        account: AccountId,
        channel: &Channel,
    ) -> Result<FollowState, DiscoveryError> {
        let follow = self.shared.store.does_follow(account, channel.id).await?;
        Ok(FollowState {
            following: follow.is_some(),
            notify: follow.is_some_and(|follow| follow.notify),
            followers: self.followers(channel).await?,
        })
    }

    /// A page of what an account follows: those on air first, the most watched of them before the
    /// others; then the newest follow.
    pub(super) async fn follows(
        &self,
        account: AccountId,
        after: Offset,
    ) -> Result<FollowedPage, DiscoveryError> {
        let mut follows = self.shared.store.follows(account).await?;
        let now = self.shared.now();
        follows.sort_by_key(|follow| {
            let viewers = now.get(&follow.channel).map(|on_air| on_air.viewers);
            Reverse(viewers)
        });
        let catalogue = self.shared.catalogue();
        let listed = |follow: &Follow| {
            let card = catalogue.card(follow.channel)?;
            let on_air = now.get(&follow.channel).copied();
            Some(FollowedChannel {
                channel: ListedChannel::new(card, on_air, &catalogue),
                followed_at: rfc3339(follow.followed_at),
                notify: follow.notify,
            })
        };
        // What is hidden takes no place on a page.
        follows.retain(|follow| catalogue.card(follow.channel).is_some());
        let end = after.0.saturating_add(PAGE);
        let next = (end < follows.len()).then(|| Offset(end).to_text());
        let follows = follows.iter().skip(after.0).take(PAGE).filter_map(listed).collect();
        Ok(FollowedPage { follows, next })
    }

    /// A page of those who follow a channel.
    pub(super) async fn followers_of(
        &self,
        channel: &Channel,
        before: Option<&Before>,
    ) -> Result<FollowerPage, DiscoveryError> {
        let (followers, next) = self.some_of(channel, Whom::Everybody, before).await?;
        let followers = followers
            .into_iter()
            .map(|follower| FollowerDocument {
                account: follower.account.to_string(),
                followed_at: rfc3339(follower.followed_at),
            })
            .collect();
        Ok(FollowerPage { total: self.followers(channel).await?, followers, next })
    }

    /// A page of those who follow a channel and may be seen, where the channel shows them. It may
    /// have fewer than others: whoever is suspended is not shown.
    pub(super) async fn shown_followers_of(
        &self,
        channel: &Channel,
        before: Option<&Before>,
    ) -> Result<ShownFollowers, DiscoveryError> {
        if !channel.shows_followers {
            return Err(DiscoveryError::FollowersHidden);
        }
        let (followers, next) = self.some_of(channel, Whom::Listed, before).await?;
        let ids: Vec<AccountId> = followers.iter().map(|follower| follower.account).collect();
        let faces = self.shared.accounts.faces(&ids).await?;
        let followers = faces.into_iter().map(ShownFollower::from).collect();
        Ok(ShownFollowers { total: self.followers(channel).await?, followers, next })
    }

    /// Whether an account may be seen among those who follow.
    pub(super) async fn is_listed(&self, account: AccountId) -> Result<bool, DiscoveryError> {
        Ok(self.shared.store.is_listed(account).await?)
    }

    /// Says whether an account may be seen among those who follow.
    pub(super) async fn set_listed(
        &self,
        account: AccountId,
        listed: bool,
    ) -> Result<(), DiscoveryError> {
        Ok(self.shared.store.set_listed(account, listed).await?)
    }

    /// Some followers, and where they go on.
    async fn some_of(
        &self,
        channel: &Channel,
        whom: Whom,
        before: Option<&Before>,
    ) -> Result<(Vec<Follower>, Option<String>), DiscoveryError> {
        let store = &self.shared.store;
        let mut followers = store.followers((channel.id, whom), before, PAGE + 1).await?;
        let more = followers.len() > PAGE;
        followers.truncate(PAGE);
        let next = followers.last().filter(|_| more).map(|last| {
            let account = last.account.to_string();
            Before { followed_at: last.followed_at, account }.to_text()
        });
        Ok((followers, next))
    }
}
