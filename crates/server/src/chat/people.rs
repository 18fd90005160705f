//! Who somebody is, with all that the rules of a room ask about them.

use ipnet::IpNet;

use super::model::By;
use super::model::order::Person;
use super::model::refusal::{Reason, Refusal};
use super::model::sanction::Record;
use super::model::who::{Kind, Speaker};
use super::store::Known;
use super::{Chat, ChatError, words};
use crate::access::{Caller, ChannelRole, Scope, Via};
use crate::accounts::{Account, AccountsError, ProfilePatch, State};
use crate::attempts::Prefix;
use crate::audit::Actor;
use crate::channels::Channel;
use crate::ids::{AccountId, ChatterId, GuestId};
use crate::names;

impl Chat {
    /// Whoever sent a request, if they may write.
    pub(super) async fn caller(
        &self,
        channel: &Channel,
        caller: &Caller,
    ) -> Result<Option<Speaker>, ChatError> {
        let Some(person) = &caller.person else { return Ok(None) };
        if let Via::ApiToken { scopes, .. } = &caller.via
            && !scopes.contains(&Scope::Chat)
        {
            return Ok(None);
        }
        self.account(channel, person.account, caller.from).await.map(Some)
    }

    /// Somebody with an account.
    pub(super) async fn account(
        &self,
        channel: &Channel,
        id: AccountId,
        from: Prefix,
    ) -> Result<Speaker, ChatError> {
        let doors = &self.shared.doors;
        let account = doors.accounts.account(id).await?;
        if account.state != State::Active {
            return Err(Refusal::new(Reason::ReadOnly, "this account cannot be used now").into());
        }
        let who = ChatterId::from(id);
        Ok(Speaker {
            id: who,
            kind: Kind::Account,
            name: self.name_of(&account).await?,
            hue: account.colour,
            username: Some(account.username.to_string()),
            since: account.created_at,
            site: Some(account.role),
            channel: doors.channels.role_in(id, channel.id).await?,
            follows_since: doors.discovery.follows_since(id, channel.id).await?,
            from,
            has_spoken: self.shared.store.has_spoken(channel.id, who).await?,
        })
    }

    /// What an account is called in chat: what its profile says, unless that is no name here, or
    /// somebody else's.
    async fn name_of(&self, account: &Account) -> Result<String, ChatError> {
        let username = account.username.as_str();
        let Ok((name, folded)) = words::name(&account.display_name) else {
            return Ok(username.to_owned());
        };
        let is_own = names::fold(username) == folded;
        let who = ChatterId::from(account.id);
        let may = is_own || self.may_be_called(who, &folded).await?;
        Ok(if may { name } else { username.to_owned() })
    }

    /// The guest who shows a token.
    pub(super) async fn guest(
        &self,
        channel: &Channel,
        (token, from): (&str, Prefix),
    ) -> Result<Option<Speaker>, ChatError> {
        let Some(guest) = self.shared.doors.accounts.guest(token).await? else { return Ok(None) };
        let id = ChatterId::from(guest.id);
        let known = self.shared.store.person(id).await?;
        let made_up = (guest.name, guest.colour);
        let (mut name, hue) = known.map_or(made_up.clone(), |it| (it.name, it.hue));
        // Somebody may have an account of that name since.
        if name != made_up.0 && !self.may_be_called(id, &names::fold(&name)).await? {
            name = made_up.0;
        }
        Ok(Some(Speaker {
            id,
            kind: Kind::Guest,
            name,
            hue,
            username: None,
            since: guest.created_at,
            site: None,
            channel: self.role_of_guest(channel, id).await?,
            follows_since: None,
            from,
            has_spoken: self.shared.store.has_spoken(channel.id, id).await?,
        }))
    }

    /// Somebody without an account may keep order all the same.
    async fn role_of_guest(
        &self,
        channel: &Channel,
        who: ChatterId,
    ) -> Result<Option<ChannelRole>, ChatError> {
        let keeps_order = self.shared.store.keeps_order(channel.id, who).await?;
        Ok(keeps_order.then_some(ChannelRole::Moderator))
    }

    /// Whoever came in as `speaker` by `via`, as they are now; `None` when nothing lets them in any
    /// more.
    pub(super) async fn again(
        &self,
        channel: &Channel,
        (speaker, via): (&Speaker, &Via),
    ) -> Result<Option<Speaker>, ChatError> {
        let id = speaker.id.to_string();
        match speaker.kind {
            Kind::Bot => Ok(Some(speaker.clone())),
            Kind::Account => {
                let Some(id) = AccountId::parse(&id) else { return Ok(None) };
                if !self.shared.doors.accounts.still_proves(id, via).await? {
                    return Ok(None);
                }
                match self.account(channel, id, speaker.from).await {
                    Ok(speaker) => Ok(Some(speaker)),
                    Err(ChatError::Refused(_)) => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Kind::Guest => {
                let Some(guest) = GuestId::parse(&id) else { return Ok(None) };
                if self.shared.doors.accounts.guest_by_id(guest).await?.is_none() {
                    return Ok(None);
                }
                let known = self.shared.store.person(speaker.id).await?;
                let has_spoken = speaker.has_spoken
                    || self.shared.store.has_spoken(channel.id, speaker.id).await?;
                let known = known.map(|known| (known.name, known.hue));
                let (name, hue) = known.unwrap_or_else(|| (speaker.name.clone(), speaker.hue));
                let role = self.role_of_guest(channel, speaker.id).await?;
                Ok(Some(Speaker { name, hue, has_spoken, channel: role, ..speaker.clone() }))
            }
        }
    }

    /// The name that somebody wishes for, if they may have it.
    pub(super) async fn free_name(&self, by: &Speaker, typed: &str) -> Result<String, ChatError> {
        let (name, folded) = words::name(typed)?;
        let is_own = by.username.as_deref().is_some_and(|own| names::fold(own) == folded);
        if !is_own {
            self.is_free(by.id, &folded).await?;
        }
        Ok(name)
    }

    /// Whether somebody may be called this; what cannot be known is no answer.
    async fn may_be_called(&self, who: ChatterId, name: &names::Folded) -> Result<bool, ChatError> {
        match self.is_free(who, name).await {
            Ok(()) => Ok(true),
            Err(ChatError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether nobody is called this who could be taken for somebody else then.
    async fn is_free(&self, who: ChatterId, name: &names::Folded) -> Result<(), ChatError> {
        if names::is_reserved(name) {
            let detail = "this name is kept for the site itself: choose another";
            return Err(Refusal::new(Reason::NameInvalid, detail).into());
        }
        let accounts = self.shared.doors.accounts.whose(name).await?;
        let is_taken = accounts.into_iter().any(|id| ChatterId::from(id) != who)
            || self.shared.store.is_bots(name.as_str(), who).await?;
        let taken = || Refusal::new(Reason::NameTaken, "somebody with an account is called this");
        if is_taken { Err(taken().into()) } else { Ok(()) }
    }

    /// Keeps what somebody is called now, in their profile where they have one.
    pub(super) async fn keep_name(&self, speaker: &Speaker) -> Result<(), ChatError> {
        let display_name = Some(speaker.name.clone());
        self.keep(speaker, ProfilePatch { display_name, ..ProfilePatch::default() }).await
    }

    /// The same with the colour of their name.
    pub(super) async fn keep_hue(&self, speaker: &Speaker) -> Result<(), ChatError> {
        let colour = Some(speaker.hue);
        self.keep(speaker, ProfilePatch { colour, ..ProfilePatch::default() }).await
    }

    async fn keep(&self, speaker: &Speaker, patch: ProfilePatch) -> Result<(), ChatError> {
        if speaker.kind != Kind::Account {
            return Ok(());
        }
        let id = AccountId::parse(&speaker.id.to_string()).ok_or_else(Refusal::internal)?;
        Ok(self.shared.doors.accounts.change_profile(id, patch).await?)
    }

    /// Whoever keeps order by a request.
    pub(super) async fn moderator(
        &self,
        channel: &Channel,
        caller: &Caller,
    ) -> Result<By, ChatError> {
        let person = caller.person.as_ref().ok_or(ChatError::NoSuch("moderator"))?;
        let speaker = self.account(channel, person.account, caller.from).await?;
        let speaker = Speaker { site: Some(person.role), ..speaker };
        Ok(By { actor: Actor::of(caller), rank: speaker.rank() })
    }

    /// Somebody that an order is about.
    pub(super) async fn person(&self, channel: &Channel, id: &str) -> Result<Person, ChatError> {
        let id = ChatterId::parse(id).ok_or(ChatError::NoSuch("person"))?;
        let present = match self.shared.open_room(channel.id) {
            Some(room) => room.stage.person(id),
            None => None,
        };
        let known = match self.shared.store.person(id).await? {
            Some(known) => known,
            None => {
                // Who only came is written down once something is done about them.
                let speaker = present.as_ref().ok_or(ChatError::NoSuch("person"))?;
                self.shared.store.call(speaker, self.now()).await?;
                Known::from(speaker)
            }
        };
        let rank = self.rank(channel, &known).await?;
        let here = present.map(|speaker| speaker.from.network());
        let there = || known.address.as_deref().and_then(network);
        let from = here.or_else(there).filter(|_| known.kind == Kind::Guest);
        Ok(Person { id, name: known.name, rank, from })
    }

    async fn rank(&self, channel: &Channel, known: &Known) -> Result<u8, ChatError> {
        if known.kind == Kind::Guest {
            return Ok(self.shared.store.keeps_order(channel.id, known.id).await?.into());
        }
        match AccountId::parse(&known.id.to_string()).filter(|_| known.kind == Kind::Account) {
            Some(id) => self.rank_of(channel, id).await,
            None => Ok(0),
        }
    }

    /// What whoever decided something is in a room; programs and the command line are nobody there.
    pub(super) async fn rank_behind(
        &self,
        channel: &Channel,
        record: &Record,
    ) -> Result<u8, ChatError> {
        match record.by {
            Some(id) => self.rank_of(channel, id).await,
            None => Ok(0),
        }
    }

    /// What somebody with an account is in a room.
    pub(super) async fn rank_of(&self, channel: &Channel, id: AccountId) -> Result<u8, ChatError> {
        let from = Prefix::of(std::net::Ipv4Addr::UNSPECIFIED.into());
        match self.account(channel, id, from).await {
            Ok(speaker) => Ok(speaker.rank()),
            // Whose account is gone or suspended ranks as nobody.
            Err(ChatError::Refused(_) | ChatError::Accounts(AccountsError::Missing(_))) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// Where somebody wrote from, as it is kept.
fn network(kept: &str) -> Option<IpNet> {
    let address = kept.parse::<std::net::IpAddr>().ok();
    address.map(|address| Prefix::of(address).network()).or_else(|| kept.parse().ok())
}
