//! What other rooms do in chat: programs speak, admins keep order, and what happens is told on, by
//! Owncast's shapes.

use std::sync::atomic::Ordering;

use rivulet_media::time::WallClock;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::model::event::{Event, Style};
use super::model::refusal::{Reason, Refusal};
use super::model::sanction::Whom;
use super::model::settings::Settings;
use super::model::who::{Kind, Speaker};
use super::model::{By, Command, Say};
use super::stage::{HISTORY, MAX_RECENT};
use super::store::Known;
use super::text::Emotes;
use super::wire::ours::Presence;
use super::wire::owncast;
use super::{Chat, ChatError, words};
use crate::attempts::Prefix;
use crate::audit::Actor;
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::ids::{ChannelId, ChatActionId, ChatterId, MessageId, TokenId};

/// News that somebody may be behind. Who is further behind loses the oldest.
pub(super) const MAX_BEHIND: usize = 1024;
/// The rank of whoever runs the site; see `Speaker::rank`.
const ADMIN: u8 = 5;
/// The rank of a guest who keeps order.
const KEEPER: u8 = 1;
/// Messages that are shown again at once.
const MAX_SHOWN: usize = 100;

/// A program that speaks.
#[derive(Clone, Debug)]
pub(crate) struct Bot {
    pub(crate) id: TokenId,
    pub(crate) name: String,
    /// One of Owncast's eight colours.
    pub(crate) colour: u16,
    pub(crate) since: WallClock,
}

/// Something that everybody in a room saw, as Owncast writes it.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) channel: ChannelId,
    pub(crate) document: Value,
}

impl Chat {
    /// What happens in all rooms from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<News> {
        self.shared.news.subscribe()
    }

    /// A program says something as itself.
    pub(crate) async fn say_as(
        &self,
        channel: &Channel,
        (bot, text): (&Bot, &str),
    ) -> Result<(), ChatError> {
        let speaker = Speaker {
            id: ChatterId::from(bot.id),
            name: bot.name.clone(),
            hue: owncast::hue(bot.colour),
            since: bot.since,
            ..self.program(channel)
        };
        self.say(channel, (speaker, text), Style::Normal).await
    }

    /// The site itself says something.
    pub(crate) async fn say_as_site(&self, channel: &Channel, text: &str) -> Result<(), ChatError> {
        self.say(channel, (self.program(channel), text), Style::System).await
    }

    /// Everybody is told something that nobody says.
    pub(crate) async fn notice(&self, channel: &Channel, text: &str) -> Result<(), ChatError> {
        let room = self.room(channel).await?;
        let (words, _) = words::read(text, &*room.stage.emotes())?;
        let html = words.rendered.html.as_str().to_owned();
        room.ask(Command::Notice { html }).await?;
        Ok(())
    }

    /// The site, as somebody who speaks.
    fn program(&self, channel: &Channel) -> Speaker {
        Speaker {
            id: ChatterId::from(channel.id),
            kind: Kind::Bot,
            name: channel.name.clone(),
            hue: 0,
            username: None,
            since: channel.created_at,
            site: None,
            channel: None,
            follows_since: None,
            from: Prefix::of(std::net::Ipv4Addr::UNSPECIFIED.into()),
            has_spoken: true,
        }
    }

    async fn say(
        &self,
        channel: &Channel,
        (speaker, text): (Speaker, &str),
        style: Style,
    ) -> Result<(), ChatError> {
        let room = self.room(channel).await?;
        let (words, said) = words::read(text, &*room.stage.emotes())?;
        let style = if style == Style::Normal && said == Style::Action { said } else { style };
        let by = std::sync::Arc::new(speaker);
        let say = Say { by, key: None, words, style, reply_to: None };
        room.ask(Command::Say(Box::new(say))).await?;
        Ok(())
    }

    /// The newest messages, the oldest first.
    pub(crate) async fn newest(&self, channel: &Channel) -> Result<Vec<Value>, ChatError> {
        // From the database: what was acknowledged a moment ago may not be shown yet.
        let emotes = self.room(channel).await?.stage.emotes();
        let events = self.shared.store.newest(channel.id, MAX_RECENT).await?;
        let messages = events.iter().filter(|event| event.fact.message().is_some());
        let shown = messages.rev().take(HISTORY);
        let mut newest: Vec<_> =
            shown.filter_map(|event| owncast::document(event, &*emotes)).collect();
        newest.reverse();
        Ok(newest)
    }

    /// How many connections each open room has.
    pub(crate) fn crowds(&self) -> Vec<(ChannelId, usize)> {
        let rooms = self.shared.open_rooms().into_iter();
        rooms.map(|room| (room.channel.id, room.stage.seats())).collect()
    }

    /// How many messages were said since the server was started.
    pub(crate) fn said(&self) -> u64 {
        self.shared.said.load(Ordering::Relaxed)
    }

    /// Who was ever in chat, and how much happened there ever, in numbers.
    pub(crate) async fn totals(&self) -> Result<(u64, u64), ChatError> {
        self.shared.store.totals().await
    }

    /// Who is there.
    pub(crate) async fn present(&self, channel: &Channel) -> Result<Vec<Value>, ChatError> {
        let people = self.room(channel).await?.stage.people();
        Ok(people.iter().map(owncast::user).collect())
    }

    /// Whether a token is a guest's who may come.
    pub(crate) async fn lets_in(
        &self,
        channel: &Channel,
        (token, from): (&str, Prefix),
    ) -> Result<bool, ChatError> {
        let Some(guest) = self.guest(channel, (token, from)).await? else { return Ok(false) };
        let room = self.room(channel).await?;
        let is_banned = room.state().is_banned(&guest, self.now());
        Ok(!is_banned)
    }

    /// Who may not come: people, and networks with the reason.
    pub(crate) async fn bans(
        &self,
        channel: &Channel,
    ) -> Result<(Vec<Value>, Vec<(String, String)>), ChatError> {
        let sanctions = self.room(channel).await?.state().sanctions.clone();
        let (mut people, mut networks) = (Vec::new(), Vec::new());
        let now = self.now();
        for ban in sanctions.into_iter().filter(|it| it.is_ban && !it.is_over(now)) {
            match ban.whom {
                Whom::Network(network) => networks.push((network.to_string(), ban.reason)),
                Whom::Person(id) => people.extend(self.known(id).await?),
            }
        }
        Ok((people, networks))
    }

    /// Somebody by their id, as Owncast writes them.
    pub(crate) async fn known(&self, id: ChatterId) -> Result<Option<Value>, ChatError> {
        Ok(self.shared.store.person(id).await?.as_ref().map(user))
    }

    /// Shows messages again that a moderator took away, with all that were taken away together with
    /// them. A guest who keeps order shows what nobody of a higher rank took away.
    ///
    /// # Errors
    /// When they are none or too many, none of them was taken away, or by whom it is not theirs to
    /// overrule.
    pub(crate) async fn show_again(
        &self,
        channel: &Channel,
        (actor, is_keeper, ids): (&Actor, bool, &[String]),
    ) -> Result<(), ChatError> {
        if ids.is_empty() || ids.len() > MAX_SHOWN {
            let detail = format!("name 1 to {MAX_SHOWN} messages");
            return Err(Refusal::new(Reason::Invalid, detail).into());
        }
        let by = if is_keeper { Self::as_keeper(actor) } else { Self::admin(actor) };
        let room = self.room(channel).await?;
        let mut done: Vec<ChatActionId> = Vec::new();
        for id in ids {
            let id = MessageId::parse(id).ok_or(ChatError::NoSuch("message"))?;
            let Some(action) = self.shared.store.hider(channel.id, id).await? else { continue };
            if done.contains(&action) {
                continue;
            }
            done.push(action);
            let Some(record) = self.shared.store.action(channel.id, action).await? else {
                continue;
            };
            let hidden = self.shared.store.hidden_by(channel.id, action, MAX_SHOWN).await?;
            let (by, rank) = (by.clone(), self.rank_behind(channel, &record).await?);
            room.ask(Command::Undo { by, record, rank, hidden }).await?;
        }
        if done.is_empty() { Err(Refusal::not_found("message").into()) } else { Ok(()) }
    }

    /// The rules of the channel's chat.
    pub(crate) async fn rules(&self, channel: &Channel) -> Result<Settings, ChatError> {
        self.shared.settings(channel).await
    }

    /// Changes the rules that are named (RFC 7396).
    pub(crate) async fn change_rules(
        &self,
        channel: &Channel,
        (actor, patch): (&Actor, &Value),
    ) -> Result<(), ChatError> {
        let (by, patch) = (Self::admin(actor), patch.clone());
        self.room(channel).await?.ask(Command::Configure { by, patch }).await?;
        Ok(())
    }

    /// Whoever runs the site, and those whom they gave a token for it.
    pub(super) fn admin(actor: &Actor) -> By {
        By { actor: actor.clone(), rank: ADMIN }
    }

    /// A guest who keeps order.
    pub(super) fn as_keeper(actor: &Actor) -> By {
        By { actor: actor.clone(), rank: KEEPER }
    }
}

impl ChatError {
    /// Whether the answer is no, and the fault not ours.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.reason != Reason::Internal,
            Self::NoSuch(_)
            | Self::Full(_)
            | Self::Taken(_)
            | Self::Invalid(_)
            | Self::Patch(_)
            | Self::SignedOut => true,
            Self::Accounts(_)
            | Self::Channels(_)
            | Self::Discovery(_)
            | Self::Picture(_)
            | Self::Db(_) => false,
        }
    }
}

/// Somebody who came once, as Owncast writes them.
pub(super) fn user(known: &Known) -> Value {
    json!({
        "id": known.id.to_string(),
        "displayName": known.name,
        "displayColor": owncast::colour(known.hue),
        "createdAt": rfc3339(known.created_at),
        "previousNames": [known.name],
        "isBot": known.kind == Kind::Bot,
        "authenticated": known.kind == Kind::Account,
    })
}

/// What others are told of an event, beside Owncast's clients: with the text as it was typed.
pub(super) fn told(event: &Event, emotes: &dyn Emotes) -> Option<Value> {
    let mut document = owncast::document(event, emotes)?;
    if let (Some(message), Value::Object(fields)) = (event.fact.message(), &mut document) {
        fields.insert("rawBody".to_owned(), Value::from(message.text.clone()));
    }
    Some(document)
}

/// What others are told of who came and went.
pub(super) fn told_of(news: &Presence, now: WallClock) -> Vec<Value> {
    let event = |kind: &str, chatter| {
        json!({
            "id": MessageId::generate().to_string(),
            "timestamp": rfc3339(now),
            "type": kind,
            "user": owncast::user(chatter),
        })
    };
    let joined = news.joined.iter().map(|chatter| event("USER_JOINED", chatter));
    joined.chain(news.left.iter().map(|chatter| event("USER_PARTED", chatter))).collect()
}
