//! Who somebody is, with all that the rules of a room ask about them.

use super::model::By;
use super::model::order::Person;
use super::model::refusal::{Reason, Refusal};
use super::model::who::{Kind, Speaker};
use super::store::Known;
use super::{Chat, ChatError, words};
use crate::access::{Caller, ChannelRole, Scope, Via};
use crate::accounts::{ProfilePatch, State};
use crate::attempts::Prefix;
use crate::audit::Actor;
use crate::channels::Channel;
use crate::ids::{AccountId, ChatterId};

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
        let role = doors.channels.role_of(id, channel.slug.as_str()).await?;
        let follows_since = doors.discovery.follows_since(id, channel.id).await?;
        let who = ChatterId::from(id);
        let name = match account.display_name.trim() {
            "" => account.username.to_string(),
            name => name.to_owned(),
        };
        let has_spoken = self.shared.store.has_spoken(channel.id, who).await?;
        let speaker = Speaker {
            id: who,
            kind: Kind::Account,
            name,
            hue: account.colour,
            username: Some(account.username.to_string()),
            since: account.created_at,
            site: Some(account.role),
            channel: role,
            follows_since,
            from,
            has_spoken,
        };
        self.see(&speaker).await?;
        Ok(speaker)
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
        let (name, hue) = known.map_or((guest.name, guest.colour), |it| (it.name, it.hue));
        let has_spoken = self.shared.store.has_spoken(channel.id, id).await?;
        let keeps_order = self.shared.store.keeps_order(channel.id, id).await?;
        let speaker = Speaker {
            id,
            kind: Kind::Guest,
            name,
            hue,
            username: None,
            since: guest.created_at,
            site: None,
            channel: keeps_order.then_some(ChannelRole::Moderator),
            follows_since: None,
            from,
            has_spoken,
        };
        self.see(&speaker).await?;
        Ok(Some(speaker))
    }

    pub(super) async fn see(&self, speaker: &Speaker) -> Result<(), ChatError> {
        let folded = words::fold(&speaker.name);
        self.shared.store.see(speaker, &folded, self.now()).await
    }

    /// Gives somebody another name, in their profile too where they have one; the name and what
    /// names are compared by.
    pub(super) async fn choose_name(
        &self,
        by: &Speaker,
        typed: &str,
    ) -> Result<(String, String), ChatError> {
        let (name, folded) = words::name(typed)?;
        if by.kind == Kind::Account {
            let own = by.username.as_deref().is_some_and(|own| words::fold(own) == folded);
            if !own {
                self.is_free(by.id, &name, &folded).await?;
            }
            let id = AccountId::parse(&by.id.to_string()).ok_or_else(Refusal::internal)?;
            let patch =
                ProfilePatch { display_name: Some(name.clone()), ..ProfilePatch::default() };
            self.shared.doors.accounts.change_profile(id, patch).await?;
        } else {
            self.is_free(by.id, &name, &folded).await?;
        }
        Ok((name, folded))
    }

    /// Whether nobody is called this who could be taken for somebody else then.
    async fn is_free(&self, who: ChatterId, name: &str, folded: &str) -> Result<(), ChatError> {
        let taken = || Refusal::new(Reason::NameTaken, "somebody with an account is called this");
        if words::is_reserved(name) {
            let detail = "this name is kept for the site itself: choose another";
            return Err(Refusal::new(Reason::NameInvalid, detail).into());
        }
        if self.shared.doors.accounts.named(&name.replace(' ', "")).await.is_ok() {
            return Err(taken().into());
        }
        let same = self.shared.store.people_called(folded, 20).await?;
        let is_taken = same.iter().any(|it| it.kind != Kind::Guest && it.id != who);
        if is_taken { Err(taken().into()) } else { Ok(()) }
    }

    /// Gives somebody's name another colour, in their profile too where they have one.
    pub(super) async fn choose_hue(&self, by: &Speaker, hue: u16) -> Result<(), ChatError> {
        if by.kind == Kind::Account {
            let id = AccountId::parse(&by.id.to_string()).ok_or_else(Refusal::internal)?;
            let patch = ProfilePatch { colour: Some(hue % 360), ..ProfilePatch::default() };
            self.shared.doors.accounts.change_profile(id, patch).await?;
        }
        Ok(())
    }

    /// Whoever keeps order by a request.
    pub(super) async fn moderator(
        &self,
        channel: &Channel,
        caller: &Caller,
    ) -> Result<By, ChatError> {
        let person = caller.person.as_ref().ok_or(ChatError::NoSuch("moderator"))?;
        let role =
            self.shared.doors.channels.role_of(person.account, channel.slug.as_str()).await?;
        let speaker = self.account(channel, person.account, caller.from).await?;
        let speaker = Speaker { site: Some(person.role), channel: role, ..speaker };
        Ok(By { actor: Actor::of(caller), rank: speaker.rank() })
    }

    /// Somebody that an order is about.
    pub(super) async fn person(&self, channel: &Channel, id: &str) -> Result<Person, ChatError> {
        let id = ChatterId::parse(id).ok_or(ChatError::NoSuch("person"))?;
        let known = self.shared.store.person(id).await?.ok_or(ChatError::NoSuch("person"))?;
        let rank = self.rank(channel, &known).await?;
        Ok(Person { id, name: known.name, rank })
    }

    /// What somebody with an account is in a room.
    pub(super) async fn rank_of(&self, channel: &Channel, id: AccountId) -> Result<u8, ChatError> {
        match self.shared.store.person(ChatterId::from(id)).await? {
            Some(known) => self.rank(channel, &known).await,
            None => Ok(0),
        }
    }

    async fn rank(&self, channel: &Channel, known: &Known) -> Result<u8, ChatError> {
        if known.kind == Kind::Guest {
            return Ok(self.shared.store.keeps_order(channel.id, known.id).await?.into());
        }
        let Some(id) =
            AccountId::parse(&known.id.to_string()).filter(|_| known.kind == Kind::Account)
        else {
            return Ok(0);
        };
        let from = Prefix::of(std::net::Ipv4Addr::UNSPECIFIED.into());
        let doors = &self.shared.doors;
        // Whose account is gone or suspended ranks as nobody.
        let Ok(account) = doors.accounts.account(id).await else { return Ok(0) };
        let role = doors.channels.role_of(id, channel.slug.as_str()).await?;
        let speaker = Speaker {
            id: known.id,
            kind: known.kind,
            name: known.name.clone(),
            hue: known.hue,
            username: None,
            since: known.created_at,
            site: Some(account.role),
            channel: role,
            follows_since: None,
            from,
            has_spoken: true,
        };
        Ok(speaker.rank())
    }
}
