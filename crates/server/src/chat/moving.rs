//! People and messages of another program, taken over as part of what else is taken over of them.
//!
//! It is done while nobody is let in: rooms that are open do not notice.

use ipnet::IpNet;
use rivulet_media::time::WallClock;

use super::model::event::{Fact, Message, Style};
use super::model::sanction::{ActionKind, Record};
use super::model::who::{Kind, Speaker};
use super::store::{self, keepers};
use super::text;
use super::wire::owncast;
use super::{Chat, ChatError, words};
use crate::access::ChannelRole;
use crate::attempts::Prefix;
use crate::audit::Actor;
use crate::channels::Channel;
use crate::db::Transaction;
use crate::ids::{ChatActionId, ChatterId, MessageId};
use crate::names;

/// Why somebody may not come who could not there.
const REASON: &str = "taken over from Owncast";

/// Somebody who was in another program's chat.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    pub(crate) id: ChatterId,
    pub(crate) is_bot: bool,
    pub(crate) name: String,
    /// One of Owncast's eight colours.
    pub(crate) colour: u16,
    pub(crate) since: WallClock,
    pub(crate) seen_at: WallClock,
    pub(crate) keeps_order: bool,
    /// Since when they may not come.
    pub(crate) banned_at: Option<WallClock>,
}

/// Something that was said there.
#[derive(Clone, Debug)]
pub(crate) struct OldMessage {
    pub(crate) by: Newcomer,
    pub(crate) at: WallClock,
    /// As HTML, as Owncast keeps it.
    pub(crate) html: String,
    pub(crate) hidden_at: Option<WallClock>,
}

impl Chat {
    /// Takes somebody in. The name that they get: theirs, if they may have it.
    pub(crate) async fn adopt(
        &self,
        transaction: &mut Transaction,
        (channel, actor): (&Channel, &Actor),
        who: &Newcomer,
    ) -> Result<String, ChatError> {
        let name = words::name(&who.name).ok().filter(|(_, folded)| !names::is_reserved(folded));
        let speaker = who.speaker(name.map(|(name, _)| name));
        store::people::insert(transaction, &speaker, who.seen_at).await?;
        if who.keeps_order {
            let by = (actor.name(), self.now());
            keepers::add(transaction, (channel.id, who.id), by).await?;
        }
        if let Some(at) = who.banned_at {
            let whom = (Some(who.id), speaker.name.clone(), None);
            let record = record(actor, (ActionKind::Ban, whom), (REASON, at));
            store::actions::insert(transaction, channel.id, &record).await?;
        }
        Ok(speaker.name)
    }

    /// Somebody who was taken in before.
    pub(crate) async fn newcomer(&self, id: ChatterId) -> Result<Option<Newcomer>, ChatError> {
        let known = self.shared.store.person(id).await?;
        Ok(known.map(|it| Newcomer {
            id,
            is_bot: it.kind == Kind::Bot,
            colour: owncast::colour(it.hue),
            name: it.name,
            since: it.created_at,
            seen_at: it.created_at,
            keeps_order: false,
            banned_at: None,
        }))
    }

    /// Takes over that nobody may come from a network.
    pub(crate) async fn adopt_ban(
        &self,
        transaction: &mut Transaction,
        (channel, actor): (&Channel, &Actor),
        (network, notes, at): (IpNet, &str, WallClock),
    ) -> Result<String, ChatError> {
        let notes = if notes.trim().is_empty() { REASON } else { notes };
        let whom = (None, String::new(), Some(network));
        let record = record(actor, (ActionKind::Ban, whom), (notes, at));
        store::actions::insert(transaction, channel.id, &record).await?;
        Ok(record.id.to_string())
    }

    /// Takes over what somebody said; its id here.
    ///
    /// # Errors
    /// When nothing is left of it as a text, or more than a message holds.
    pub(crate) async fn adopt_message(
        &self,
        transaction: &mut Transaction,
        (channel, actor): (&Channel, &Actor),
        old: &OldMessage,
    ) -> Result<String, ChatError> {
        let typed = text::from_html(&old.html);
        let emotes = self.shared.emotes(channel.id).await?;
        let words = words::said(&typed, &*emotes)?;
        let speaker = old.by.speaker(Some(old.by.name.clone()));
        let id = MessageId::generate();
        let message = Message {
            id: id.to_string(),
            author: speaker.chatter(),
            html: words.rendered.html.as_str().to_owned(),
            text: words.text,
            reply_to: None,
            style: Style::Normal,
            mentions: Vec::new(),
            first: false,
        };
        let hidden = match old.hidden_at {
            None => None,
            Some(at) => {
                let whom = (Some(old.by.id), speaker.name.clone(), None);
                let record = record(actor, (ActionKind::Delete, whom), (REASON, at));
                store::actions::insert(transaction, channel.id, &record).await?;
                Some((at, record.id))
            }
        };
        let fact = Fact::Message(Box::new(message));
        let said = store::OldEvent { id, by: old.by.id, at: old.at, hidden, fact };
        store::append_old(transaction, channel.id, &said).await?;
        Ok(id.to_string())
    }
}

impl Newcomer {
    fn speaker(&self, name: Option<String>) -> Speaker {
        Speaker {
            id: self.id,
            kind: if self.is_bot { Kind::Bot } else { Kind::Guest },
            name: name.unwrap_or_else(|| "Guest".to_owned()),
            hue: owncast::hue(self.colour),
            username: None,
            since: self.since,
            site: None,
            channel: self.keeps_order.then_some(ChannelRole::Moderator),
            follows_since: None,
            from: Prefix::of(std::net::Ipv4Addr::UNSPECIFIED.into()),
            has_spoken: true,
        }
    }
}

/// Against whom: their id and name, or a network.
type Against = (Option<ChatterId>, String, Option<IpNet>);

fn record(
    actor: &Actor,
    (kind, (chatter, chatter_name, network)): (ActionKind, Against),
    (reason, at): (&str, WallClock),
) -> Record {
    Record {
        id: ChatActionId::generate(),
        kind,
        chatter,
        chatter_name,
        network,
        reason: reason.chars().take(500).collect(),
        by: actor.account(),
        by_name: actor.name().to_owned(),
        at,
        until: None,
        undone: None,
        written_from: None,
    }
}
