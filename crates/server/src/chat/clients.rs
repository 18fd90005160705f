//! What programs made for Owncast do here beside speaking: a word to one socket, and people who keep
//! order, or are forgotten, without having an account.

use rivulet_media::time::WallClock;
use serde_json::{Value, json};

use super::model::order::Order;
use super::model::sanction::{Sanction, Whom};
use super::model::who::Kind;
use super::model::{Command, Told};
use super::store::{Line, keepers};
use super::wire::ours::ServerMessage;
use super::wire::owncast;
use super::{Chat, ChatError, words};
use crate::attempts::Prefix;
use crate::audit::{Action, Actor};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::{ChatActionId, ChatterId, GuestId};

/// A socket of somebody who said who they are.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) number: u64,
    pub(crate) since: WallClock,
    /// Whoever it is, as Owncast writes them.
    pub(crate) user: Value,
    /// Messages that came from it.
    pub(crate) said: u64,
}

/// Somebody without an account who keeps order.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    pub(crate) name: String,
}

impl Chat {
    /// The sockets in a room whose owners said who they are.
    pub(crate) async fn clients(&self, channel: &Channel) -> Result<Vec<Client>, ChatError> {
        let clients = self.room(channel).await?.stage.clients();
        let client = |it: super::stage::Client| {
            let user = owncast::user(&it.chatter);
            Client { number: it.number, since: it.since, user, said: it.said }
        };
        Ok(clients.into_iter().map(client).collect())
    }

    /// The number of somebody's newest socket, if they are there.
    pub(crate) async fn client_of(
        &self,
        channel: &Channel,
        who: ChatterId,
    ) -> Result<Option<u64>, ChatError> {
        Ok(self.room(channel).await?.stage.client_of(who))
    }

    /// Says something to one socket as the site. `false` when it is not open.
    pub(crate) async fn whisper(
        &self,
        channel: &Channel,
        (client, text): (u64, &str),
    ) -> Result<bool, ChatError> {
        let room = self.room(channel).await?;
        let (words, _) = words::read(text, &*room.stage.emotes())?;
        let html = words.rendered.html.as_str().to_owned();
        let ours = ServerMessage::Private { html }.to_bytes();
        let theirs = owncast::system(&words.text, &channel.name, self.now());
        Ok(room.stage.whisper(client, (ours, theirs)))
    }

    /// The guest who shows a token, if they keep order and may come.
    pub(crate) async fn keeper(
        &self,
        channel: &Channel,
        (token, from): (&str, Prefix),
    ) -> Result<Option<Keeper>, ChatError> {
        let Some(guest) = self.guest(channel, (token, from)).await? else { return Ok(None) };
        let is_banned = self.room(channel).await?.state().is_banned(&guest, self.now());
        let keeps_order = guest.is_moderator() && !is_banned;
        Ok(keeps_order.then_some(Keeper { name: guest.name }))
    }

    /// Those who keep order without having an account, as Owncast writes them.
    pub(crate) async fn keepers(&self, channel: &Channel) -> Result<Vec<Value>, ChatError> {
        let mut people = Vec::new();
        for id in self.shared.store.keepers(channel.id).await? {
            people.extend(self.known(id).await?.map(with_scope));
        }
        Ok(people)
    }

    /// Has a guest keep order, or no longer. They are told, where they are there.
    ///
    /// # Errors
    /// When nobody without an account has this id.
    pub(crate) async fn set_keeper(
        &self,
        channel: &Channel,
        (actor, who, does): (&Actor, ChatterId, bool),
    ) -> Result<(), ChatError> {
        let known = self.shared.store.person(who).await?.filter(|it| it.kind == Kind::Guest);
        let known = known.ok_or(ChatError::NoSuch("guest"))?;
        let grant = (actor, does, self.now());
        self.shared.store.set_keeper(channel, (who, &known.name), grant).await?;
        self.room(channel).await?.stage.tell(who, Told::KeepsOrder(does));
        Ok(())
    }

    /// Forgets somebody without an account, and what they said. They are sent away.
    ///
    /// # Errors
    /// When nobody without an account has this id.
    pub(crate) async fn forget_guest(
        &self,
        channel: &Channel,
        (actor, who): (&Actor, ChatterId),
    ) -> Result<(), ChatError> {
        let known = self.shared.store.person(who).await?.filter(|it| it.kind == Kind::Guest);
        let known = known.ok_or(ChatError::NoSuch("guest"))?;
        let id = GuestId::parse(&who.to_string()).ok_or(ChatError::NoSuch("guest"))?;
        self.unpin_of(actor, who).await?;
        let mut transaction = self.shared.store.begin().await?;
        self.shared.doors.accounts.forget_guest(&mut transaction, id).await?;
        keepers::forget(&mut transaction, who, self.now()).await?;
        let became = Some(json!({ "forgotten": known.name }));
        let (channel, action) = (Some(channel), Action::ChatModerated);
        let line = Line { actor, channel, action, was: None, became };
        self.shared.store.line(&mut transaction, line).await?;
        transaction.commit().await?;
        for room in self.shared.open_rooms() {
            if let Some(showing) = room.stage.forget_person(who, self.now()) {
                showing.deliver(&self.shared.tasks).await;
            }
            room.stage.close(Sanction {
                id: ChatActionId::generate(),
                whom: Whom::Person(who),
                is_ban: true,
                until: None,
                reason: "you are not known here any more".to_owned(),
                reach: None,
            });
        }
        Ok(())
    }

    /// Takes down what is pinned of somebody.
    async fn unpin_of(&self, actor: &Actor, who: ChatterId) -> Result<(), ChatError> {
        let who = who.to_string();
        for room in self.shared.open_rooms() {
            let is_theirs =
                room.state().pinned.as_ref().is_some_and(|it| it.message.author.id == who);
            if is_theirs {
                let (by, order) = (Self::admin(actor), Order::Unpin);
                room.ask(Command::Moderate { by, order, reason: String::new() }).await?;
            }
        }
        Ok(())
    }

    /// People in chat whose names hold a text, those that were seen last first.
    pub(crate) async fn everybody(
        &self,
        (holds, at_most): (&str, usize),
    ) -> Result<Vec<Value>, ChatError> {
        let known = self.shared.store.people(holds, at_most).await?;
        Ok(known.iter().map(super::doors::user).collect())
    }
}

/// Somebody who keeps order, as Owncast marks them.
fn with_scope(mut user: Value) -> Value {
    if let Some(user) = user.as_object_mut() {
        user.insert("scopes".to_owned(), json!(["MODERATOR"]));
    }
    user
}

impl Client {
    /// As Owncast's admins and programs read it.
    pub(crate) fn document(&self) -> Value {
        json!({
            "id": self.number,
            "connectedAt": rfc3339(self.since),
            "user": self.user,
            // Nothing is kept of whose network and browser it is.
            "geo": null,
            "userAgent": "",
            "messageCount": self.said,
        })
    }
}
