//! What moderators do.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::access::{Caller, SiteRole};
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::channels::Channel;
use crate::chat::model::order::Order;
use crate::chat::model::sanction::{ActionKind, Record};
use crate::chat::model::{Answer, By, Command};
use crate::chat::{Chat, ChatError};
use crate::clock::rfc3339;
use crate::ids::{ChatActionId, ChatterId, MessageId};

/// Messages that are taken away at one time.
const MAX_MESSAGES: usize = 100;
/// Longest time that somebody may not write: two weeks. What lasts longer is a ban.
const MAX_TIMEOUT: u64 = 14 * 24 * 3600;
/// Longest ban that ends: ten years.
const MAX_BAN: u64 = 10 * 365 * 24 * 3600;
/// Longest reason, in characters.
const MAX_REASON: usize = 500;
/// Networks larger than these are nobody's: /8 of IPv4, /19 of IPv6.
const MIN_PREFIXES: (u8, u8) = (8, 19);
/// Actions on a page.
const PAGE: usize = 50;
/// The rank of a guest who keeps order; see `Speaker::rank`.
const KEEPER: u8 = 1;

/// What to do.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ActionBody {
    /// Take messages away.
    Delete {
        /// Which ones, at most 100.
        messages: Vec<String>,
        #[serde(default)]
        reason: String,
    },
    /// Take all of somebody's messages away.
    Clear {
        chatter: String,
        #[serde(default)]
        reason: String,
    },
    /// Somebody may not write for a while, and their messages are taken away.
    Timeout {
        chatter: String,
        /// 1 to 1209600.
        seconds: u64,
        #[serde(default)]
        reason: String,
    },
    /// Somebody may write again before it is over.
    Untimeout {
        chatter: String,
        #[serde(default)]
        reason: String,
    },
    /// Somebody may not come again, and their messages are taken away; or nobody from an address or
    /// a range of them.
    Ban {
        /// Whom. Either this or `network`.
        #[serde(default)]
        chatter: Option<String>,
        /// An address or a range, such as `203.0.113.0/24`.
        #[serde(default)]
        network: Option<String>,
        /// Whether the address that they wrote from last is banned too.
        #[serde(default)]
        address: bool,
        /// For how long; for ever when absent.
        #[serde(default)]
        seconds: Option<u64>,
        #[serde(default)]
        reason: String,
    },
    /// Somebody may come again.
    Unban {
        #[serde(default)]
        chatter: Option<String>,
        #[serde(default)]
        network: Option<String>,
        #[serde(default)]
        reason: String,
    },
    /// Have a message stay in sight, instead of another.
    Pin {
        message: String,
        /// For how long; until it is unpinned when absent.
        #[serde(default)]
        seconds: Option<u64>,
    },
    /// Have no message stay in sight any more.
    Unpin,
    /// Warn somebody.
    Warn { chatter: String, reason: String },
}

/// What was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Acted {
    /// By which it is undone.
    id: String,
}

/// Something that a moderator did.
#[derive(Serialize, ToSchema)]
pub(super) struct ActionDocument {
    id: String,
    kind: ActionKind,
    /// Against whom, if against a person.
    #[schema(required)]
    chatter_id: Option<String>,
    /// What they were called.
    chatter_name: String,
    /// Against which addresses, if against any: an address says where somebody lives, and is shown to
    /// those who look after the whole site; others read `hidden`.
    #[schema(required)]
    network: Option<String>,
    reason: String,
    by: String,
    /// When (RFC 3339, UTC).
    at: String,
    /// Until when it is in force (RFC 3339, UTC).
    #[schema(required)]
    until: Option<String>,
    /// When it was undone (RFC 3339, UTC).
    #[schema(required)]
    undone_at: Option<String>,
    #[schema(required)]
    undone_by: Option<String>,
}

/// The newest actions.
#[derive(Serialize, ToSchema)]
pub(super) struct Actions {
    actions: Vec<ActionDocument>,
    /// Whether there are more before them.
    more: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionQuery {
    /// Those before the action of this id
    before: Option<String>,
    /// Those about this person
    chatter: Option<String>,
}

/// Does something to keep order
#[utoipa::path(
    post,
    path = "/api/v1/channels/{name}/chat/actions",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    request_body = ActionBody,
    responses((status = 201, body = Acted), Refused)
)]
pub(super) async fn act(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    Body(body): Body<ActionBody>,
) -> Result<(StatusCode, Json<Acted>), ApiError> {
    let channel = find(&chat, &name).await?;
    let by = chat.moderator(&channel, &caller).await?;
    let (orders, reason) = understood(&chat, &channel, (body, is_staff(&caller))).await?;
    let room = chat.room(&channel).await?;
    let mut id = None;
    for order in orders {
        let (by, reason) = (by.clone(), reason.clone());
        let done = room.ask(Command::Moderate { by, order, reason }).await;
        if let Answer::Acted(acted) = done.map_err(ChatError::Refused)?.answer {
            id.get_or_insert(acted);
        }
    }
    let id = id.ok_or_else(|| ApiError::new(Code::Internal))?;
    Ok((StatusCode::CREATED, Json(Acted { id: id.to_string() })))
}

impl Chat {
    /// Does something to keep order, for whoever runs the site; the same document as over HTTP.
    pub(crate) async fn keep_order(
        &self,
        channel: &Channel,
        (actor, what): (&Actor, Value),
    ) -> Result<(), ApiError> {
        self.keep_order_as(channel, Self::admin(actor), what).await
    }

    /// The same for a guest who keeps order.
    pub(crate) async fn keep_order_as_keeper(
        &self,
        channel: &Channel,
        (actor, what): (&Actor, Value),
    ) -> Result<(), ApiError> {
        self.keep_order_as(channel, By { actor: actor.clone(), rank: KEEPER }, what).await
    }

    async fn keep_order_as(&self, channel: &Channel, by: By, what: Value) -> Result<(), ApiError> {
        let body = serde_json::from_value(what).map_err(|_| invalid("it is not understood"))?;
        let (orders, reason) = understood(self, channel, (body, true)).await?;
        let room = self.room(channel).await?;
        for order in orders {
            let (by, reason) = (by.clone(), reason.clone());
            let done = room.ask(Command::Moderate { by, order, reason }).await;
            done.map_err(ChatError::Refused)?;
        }
        Ok(())
    }
}

async fn understood(
    chat: &Chat,
    channel: &Channel,
    (body, of_site): (ActionBody, bool),
) -> Result<(Vec<Order>, String), ApiError> {
    let person = async |id: &str| chat.person(channel, id).await;
    let (orders, reason) = match body {
        ActionBody::Delete { messages, reason } => {
            (vec![Order::Delete(targets(chat, channel, &messages).await?)], reason)
        }
        ActionBody::Clear { chatter, reason } => {
            (vec![Order::Clear(person(&chatter).await?)], reason)
        }
        ActionBody::Timeout { chatter, seconds, reason } => {
            let lasts = lasts(Some(seconds), MAX_TIMEOUT)?.unwrap_or_default();
            (vec![Order::Timeout(person(&chatter).await?, lasts)], reason)
        }
        ActionBody::Untimeout { chatter, reason } => {
            (vec![Order::Untimeout(person(&chatter).await?)], reason)
        }
        ActionBody::Ban { chatter, network, address, seconds, reason } => {
            let lasts = lasts(seconds, MAX_BAN)?;
            (bans(chat, channel, (chatter, network, address, of_site), lasts).await?, reason)
        }
        ActionBody::Unban { chatter: Some(chatter), reason, .. } => {
            (vec![Order::Unban(person(&chatter).await?)], reason)
        }
        ActionBody::Unban { network, reason, .. } => {
            (vec![Order::UnbanNetwork(parsed(network.as_deref())?)], reason)
        }
        ActionBody::Pin { message, seconds } => {
            let lasts = lasts(seconds, MAX_BAN)?;
            let target = targets(chat, channel, &[message]).await?.pop();
            let target = target.ok_or(ChatError::NoSuch("message"))?;
            (vec![Order::Pin(Box::new(target), lasts)], String::new())
        }
        ActionBody::Unpin => (vec![Order::Unpin], String::new()),
        ActionBody::Warn { chatter, reason } => {
            (vec![Order::Warn(person(&chatter).await?)], reason)
        }
    };
    if reason.chars().count() > MAX_REASON {
        return Err(invalid("`reason` has at most 500 characters"));
    }
    Ok((orders, reason))
}

async fn bans(
    chat: &Chat,
    channel: &Channel,
    (chatter, network, address, of_site): (Option<String>, Option<String>, bool, bool),
    lasts: Option<Duration>,
) -> Result<Vec<Order>, ApiError> {
    let Some(chatter) = chatter else {
        return Ok(vec![Order::BanNetwork(parsed(network.as_deref())?, lasts)]);
    };
    let person = chat.person(channel, &chatter).await?;
    let known = chat.shared.store.person(person.id).await?;
    // Where somebody writes from who was never here is nobody's business here.
    let counts = of_site || chat.shared.store.has_spoken(channel.id, person.id).await?;
    let written_from = known.and_then(|known| known.address).filter(|_| address && counts);
    let mut orders = vec![Order::Ban(person, lasts)];
    if let Some(from) = written_from {
        orders.push(Order::BanNetwork(parsed(Some(&from))?, lasts));
    }
    Ok(orders)
}

async fn targets(
    chat: &Chat,
    channel: &Channel,
    ids: &[String],
) -> Result<Vec<crate::chat::model::Target>, ApiError> {
    if ids.is_empty() || ids.len() > MAX_MESSAGES {
        return Err(invalid("`messages` names 1 to 100 messages"));
    }
    let mut targets = Vec::with_capacity(ids.len());
    for id in ids {
        let id = MessageId::parse(id).ok_or(ChatError::NoSuch("message"))?;
        let found = chat.shared.store.target(channel.id, id).await?;
        targets.push(found.ok_or(ChatError::NoSuch("message"))?);
    }
    Ok(targets)
}

fn parsed(network: Option<&str>) -> Result<IpNet, ApiError> {
    let text = network.ok_or_else(|| invalid("name a `chatter` or a `network`"))?;
    let network = match text.parse::<std::net::IpAddr>() {
        Ok(address) => IpNet::from(crate::attempts::Prefix::of(address).address()),
        Err(_) => text.parse().map_err(|_| invalid("a network is written as 203.0.113.0/24"))?,
    };
    let (least, network) = match network {
        // One customer has a /64 at least.
        IpNet::V6(v6) if v6.prefix_len() > 64 => {
            let whole = ipnet::Ipv6Net::new(v6.addr(), 64).map_err(|_| invalid("a network"))?;
            (MIN_PREFIXES.1, IpNet::V6(whole.trunc()))
        }
        IpNet::V6(v6) => (MIN_PREFIXES.1, IpNet::V6(v6.trunc())),
        IpNet::V4(v4) => (MIN_PREFIXES.0, IpNet::V4(v4.trunc())),
    };
    if network.prefix_len() < least {
        return Err(invalid("the network is larger than any provider's: name a smaller one"));
    }
    Ok(network)
}

fn lasts(seconds: Option<u64>, most: u64) -> Result<Option<Duration>, ApiError> {
    match seconds {
        None => Ok(None),
        Some(seconds) if (1..=most).contains(&seconds) => Ok(Some(Duration::from_secs(seconds))),
        Some(_) => Err(invalid(&format!("`seconds` is 1 to {most}"))),
    }
}

/// Takes back what was done, as far as it can be
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/chat/actions/{id}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("id" = String, Path, description = "What the action answered"),
    ),
    responses((status = 204, description = "It is undone"), Refused)
)]
pub(super) async fn undo(
    State(chat): State<Chat>,
    Path((name, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = find(&chat, &name).await?;
    let id = ChatActionId::parse(&id).ok_or(ChatError::NoSuch("action"))?;
    take_back(&chat, &channel, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what was done.
pub(super) async fn take_back(
    chat: &Chat,
    channel: &Channel,
    caller: &Caller,
    id: ChatActionId,
) -> Result<(), ApiError> {
    let by = chat.moderator(channel, caller).await?;
    let record = chat.shared.store.action(channel.id, id).await?;
    let record = record.ok_or(ChatError::NoSuch("action"))?;
    let hidden = chat.shared.store.hidden_by(channel.id, id, MAX_MESSAGES).await?;
    let room = chat.room(channel).await?;
    let rank = match record.by {
        Some(id) => chat.rank_of(channel, id).await?,
        None => 0,
    };
    room.ask(Command::Undo { by, record, rank, hidden }).await.map_err(ChatError::Refused)?;
    Ok(())
}

/// What moderators did, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/chat/actions",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), ActionQuery),
    responses((status = 200, body = Actions), Refused)
)]
pub(super) async fn list(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    caller: Caller,
    query: Result<Query<ActionQuery>, QueryRejection>,
) -> Result<Json<Actions>, ApiError> {
    let bad = |error: QueryRejection| ApiError::with_detail(Code::BadRequest, error.body_text());
    let Query(query) = query.map_err(bad)?;
    let channel = find(&chat, &name).await?;
    let before = query.before.as_deref().and_then(ChatActionId::parse);
    let about = query.chatter.as_deref().and_then(ChatterId::parse);
    let mut records = chat.shared.store.actions(channel.id, (before, about), PAGE + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let actions = ActionDocument::all(records, &caller);
    Ok(Json(Actions { actions, more }))
}

impl ActionDocument {
    /// As `caller` may see them.
    pub(super) fn all(records: Vec<Record>, caller: &Caller) -> Vec<Self> {
        let is_staff = is_staff(caller);
        records.into_iter().map(|record| Self::new(record, is_staff)).collect()
    }

    fn new(record: Record, shows_addresses: bool) -> Self {
        let (undone_at, undone_by) = record.undone.unzip();
        Self {
            id: record.id.to_string(),
            kind: record.kind,
            chatter_id: record.chatter.map(|id| id.to_string()),
            chatter_name: record.chatter_name,
            network: record.network.map(|network| match shows_addresses {
                true => network.to_string(),
                false => "hidden".to_owned(),
            }),
            reason: record.reason,
            by: record.by_name,
            at: rfc3339(record.at),
            until: record.until.map(rfc3339),
            undone_at: undone_at.map(rfc3339),
            undone_by,
        }
    }
}

/// Whether somebody looks after the whole site.
fn is_staff(caller: &Caller) -> bool {
    let role = caller.person.as_ref().map(|person| person.role);
    matches!(role, Some(SiteRole::Admin | SiteRole::Moderator))
}

fn invalid(detail: &str) -> ApiError {
    ApiError::with_detail(Code::Invalid, detail)
}
