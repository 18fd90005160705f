//! What moderators may ask for, understood.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::{IpNet, Ipv6Net};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::{ApiError, Code};
use crate::attempts::Prefix;
use crate::channels::Channel;
use crate::chat::model::Target;
use crate::chat::model::order::Order;
use crate::chat::{Chat, ChatError};
use crate::ids::MessageId;

/// Messages that are taken away at one time.
pub(super) const MAX_MESSAGES: usize = 100;
/// Longest time that somebody may not write: two weeks. What lasts longer is a ban.
const MAX_TIMEOUT: u64 = 14 * 24 * 3600;
/// Longest ban that ends: ten years.
const MAX_BAN: u64 = 10 * 365 * 24 * 3600;
/// Longest reason, in characters.
const MAX_REASON: usize = 500;
/// Networks larger than these are nobody's: /8 of IPv4, /19 of IPv6.
const MIN_PREFIXES: (u8, u8) = (8, 19);

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

/// What is to be done, and why.
pub(super) async fn understood(
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

async fn targets(chat: &Chat, channel: &Channel, ids: &[String]) -> Result<Vec<Target>, ApiError> {
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
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(Prefix::of(address).address()),
        Err(_) => text.parse().map_err(|_| invalid("a network is written as 203.0.113.0/24"))?,
    };
    let (least, network) = match network {
        // One customer has a /64 at least.
        IpNet::V6(v6) if v6.prefix_len() > 64 => {
            let whole = Ipv6Net::new(v6.addr(), 64).map_err(|_| invalid("a network"))?;
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

pub(super) fn invalid(detail: &str) -> ApiError {
    ApiError::with_detail(Code::Invalid, detail)
}
