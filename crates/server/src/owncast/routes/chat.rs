//! Chat, as Owncast's admins and programs keep order in it and speak there.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Fault, document, done};
use super::call::Call;
use crate::access::ChannelRole;
use crate::api::ApiError;
use crate::chat::{Bot, Client};
use crate::clock::rfc3339;
use crate::ids::{AccountId, ChatterId};
use crate::owncast::Owncast;

/// Why a message is hidden, in the log of actions.
const REASON: &str = "by Owncast's API";
/// People among whom is looked: those that were seen last.
const MAX_PEOPLE: usize = 5000;

#[derive(Deserialize)]
struct Visibility {
    #[serde(rename = "idArray")]
    ids: Vec<String>,
    visible: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enabled {
    user_id: String,
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moderating {
    user_id: String,
    is_moderator: bool,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

/// Whoever is meant.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meant {
    user_id: String,
}

/// Who is there.
pub(super) async fn clients(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    let clients = owncast.doors().chat.clients(&channel).await?;
    document(clients.iter().map(Client::document).collect())
}

/// The newest messages, the oldest first.
pub(super) async fn history(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    document(owncast.doors().chat.newest(&channel).await?.into())
}

/// The newest messages, the newest first.
pub(super) async fn latest(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    let messages = owncast.doors().chat.newest(&channel).await?;
    document(messages.into_iter().rev().collect())
}

pub(super) async fn set_visibility(State(owncast): State<Owncast>, call: Call) -> Answer {
    let wished: Visibility = call.json()?;
    if wished.visible {
        let (channel, actor) = (owncast.channel().await?, call.actor());
        let shown = (&actor, call.asker.is_keeper, &*wished.ids);
        owncast.doors().chat.show_again(&channel, shown).await?;
    } else {
        let what = json!({ "action": "delete", "messages": wished.ids, "reason": REASON });
        keep_order(&owncast, &call, what).await?;
    }
    done("changed")
}

pub(super) async fn set_enabled(State(owncast): State<Owncast>, call: Call) -> Answer {
    let wished: Enabled = call.json()?;
    if wished.user_id.is_empty() {
        return Err(Fault::no("must provide userId"));
    }
    let what = match wished.enabled {
        // As Owncast does: with the address that they wrote from.
        false => json!({ "action": "ban", "chatter": wished.user_id, "address": true,
            "reason": REASON }),
        true => json!({ "action": "unban", "chatter": wished.user_id, "reason": REASON }),
    };
    keep_order(&owncast, &call, what).await?;
    done(&format!("{} enabled: {}", wished.user_id, wished.enabled))
}

/// Somebody with an account gets a role in the channel; somebody without keeps order by their token.
pub(super) async fn set_moderator(State(owncast): State<Owncast>, call: Call) -> Answer {
    let wished: Moderating = call.json()?;
    let (channel, actor) = (owncast.channel().await?, call.actor());
    let who = ChatterId::parse(&wished.user_id).ok_or_else(nobody)?;
    let account = match AccountId::parse(&wished.user_id) {
        Some(id) => owncast.doors().accounts.account(id).await.ok(),
        None => None,
    };
    match account {
        Some(account) => {
            let whom = (account.id, account.username.as_str());
            let role = wished.is_moderator.then_some(ChannelRole::Moderator);
            owncast.doors().channels.set_member(&actor, &channel, whom, role).await?;
        }
        None => {
            let grant = (&actor, who, wished.is_moderator);
            owncast.doors().chat.set_keeper(&channel, grant).await?;
        }
    }
    done(&format!("{} is moderator: {}", wished.user_id, wished.is_moderator))
}

/// People who may not come.
pub(super) async fn disabled(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    document(owncast.doors().chat.bans(&channel).await?.0.into())
}

/// Everybody who keeps order.
pub(super) async fn moderators(State(owncast): State<Owncast>, _: Call) -> Answer {
    document(keepers(&owncast).await?.into())
}

async fn keepers(owncast: &Owncast) -> Result<Vec<Value>, Fault> {
    let channel = owncast.channel().await?;
    let mut people = owncast.doors().chat.keepers(&channel).await?;
    for member in owncast.doors().channels.members(channel.id).await? {
        let account = owncast.doors().accounts.account(member.account).await?;
        people.push(json!({
            "id": account.id.to_string(),
            "displayName": account.display_name,
            "displayColor": u32::from(account.colour) / 45 % 8,
            "createdAt": rfc3339(account.created_at),
            "previousNames": [account.display_name],
            "scopes": ["MODERATOR"],
            "isBot": false,
            "authenticated": true,
        }));
    }
    Ok(people)
}

/// Networks from which nobody may come.
pub(super) async fn bans(State(owncast): State<Owncast>, _: Call) -> Answer {
    let channel = owncast.channel().await?;
    let (_, networks) = owncast.doors().chat.bans(&channel).await?;
    let ban = |(network, reason): (String, String)| {
        let address = network.trim_end_matches("/32").to_owned();
        json!({ "createdAt": "0001-01-01T00:00:00Z", "ipAddress": address, "notes": reason })
    };
    document(networks.into_iter().map(ban).collect())
}

pub(super) async fn ban(State(owncast): State<Owncast>, call: Call) -> Answer {
    address(&owncast, &call, "ban").await?;
    done("IP address banned")
}

pub(super) async fn unban(State(owncast): State<Owncast>, call: Call) -> Answer {
    address(&owncast, &call, "unban").await?;
    done("IP address unbanned")
}

async fn address(owncast: &Owncast, call: &Call, action: &str) -> Result<(), Fault> {
    let value = call.value()?;
    let what = json!({ "action": action, "network": value, "reason": REASON });
    keep_order(owncast, call, what).await
}

/// Does something to keep order, with the rank of whoever asks.
async fn keep_order(owncast: &Owncast, call: &Call, what: Value) -> Result<(), Fault> {
    let (channel, actor) = (owncast.channel().await?, call.actor());
    let chat = &owncast.doors().chat;
    let did = match call.asker.is_keeper {
        true => chat.keep_order_as_keeper(&channel, (&actor, what)).await,
        false => chat.keep_order(&channel, (&actor, what)).await,
    };
    did.map_err(refused)
}

/// People who came to chat, by what they are and what they are called.
pub(super) async fn users(State(owncast): State<Owncast>, call: Call) -> Answer {
    let (offset, limit) = call.page()?;
    let channel = owncast.channel().await?;
    let chat = &owncast.doors().chat;
    let text = |name: &str| call.query.get(name).map_or("", String::as_str);
    let search = text("search");
    let holds = |it: &Value| {
        let name = it.get("displayName").and_then(Value::as_str).unwrap_or_default();
        name.to_lowercase().contains(&search.to_lowercase())
    };
    let is_bot = |it: &Value| it.get("isBot") == Some(&Value::Bool(true));
    let mut people = match text("status") {
        "banned" => chat.bans(&channel).await?.0,
        "moderators" => keepers(&owncast).await?,
        "active" => chat.present(&channel).await?,
        _ => chat.everybody((search, MAX_PEOPLE)).await?,
    };
    people.retain(|it| holds(it) && (text("status") != "bots" || is_bot(it)));
    let total = people.len();
    let results: Vec<_> = people.into_iter().skip(offset).take(limit).collect();
    document(json!({ "total": total, "results": results }))
}

/// Somebody, and what they said lately.
pub(super) async fn somebody(State(owncast): State<Owncast>, call: Call) -> Answer {
    let id = ChatterId::parse(call.param("userId")).ok_or(Fault::MISSING)?;
    let (channel, chat) = (owncast.channel().await?, &owncast.doors().chat);
    let user = chat.known(id).await?.ok_or(Fault::MISSING)?;
    let is_theirs = |it: &Value| it.get("user").and_then(|it| it.get("id")) == user.get("id");
    let messages = chat.newest(&channel).await?;
    let messages: Vec<_> = messages.into_iter().filter(is_theirs).collect();
    let clients = chat.clients(&channel).await?;
    let clients: Vec<_> = clients.iter().map(Client::document).filter(is_theirs).collect();
    document(json!({ "user": user, "connectedClients": clients, "messages": messages }))
}

/// A program speaks as itself.
pub(super) async fn say(State(owncast): State<Owncast>, call: Call) -> Answer {
    let text: Text = call.json()?;
    let token = call.asker.token.as_ref().ok_or(Fault::Unauthorized)?;
    let bot = Bot {
        id: token.id,
        name: token.name.clone(),
        colour: u16::try_from(token.colour).unwrap_or_default(),
        since: token.created_at,
    };
    let channel = owncast.channel().await?;
    owncast.doors().chat.say_as(&channel, (&bot, &text.body)).await?;
    done("sent")
}

/// A program speaks as the site.
pub(super) async fn say_as_site(State(owncast): State<Owncast>, call: Call) -> Answer {
    let text: Text = call.json()?;
    let channel = owncast.channel().await?;
    owncast.doors().chat.say_as_site(&channel, &text.body).await?;
    done("sent")
}

/// A program says something to one socket, as the site.
pub(super) async fn say_to_one(State(owncast): State<Owncast>, call: Call) -> Answer {
    let text: Text = call.json()?;
    let nobody = || Fault::Bad(format!("there is no client {}", call.param("clientId")));
    let client = call.param("clientId").parse().map_err(|_| nobody())?;
    let channel = owncast.channel().await?;
    match owncast.doors().chat.whisper(&channel, (client, &text.body)).await? {
        true => done("sent"),
        false => Err(nobody()),
    }
}

/// Somebody without an account is forgotten; whoever has one deletes it themself.
pub(super) async fn forget(State(owncast): State<Owncast>, call: Call) -> Answer {
    let meant: Meant = call.json()?;
    let who = ChatterId::parse(&meant.user_id).ok_or_else(nobody)?;
    owncast.forget(&call.actor(), who).await?;
    done(&format!("{} deleted", meant.user_id))
}

fn nobody() -> Fault {
    Fault::no("nobody in chat has this userId")
}

/// Everybody is told something that nobody says.
pub(super) async fn notice(State(owncast): State<Owncast>, call: Call) -> Answer {
    let text: Text = call.json()?;
    let channel = owncast.channel().await?;
    owncast.doors().chat.notice(&channel, &text.body).await?;
    done("sent")
}

fn refused(error: ApiError) -> Fault {
    match error.told() {
        Some(why) => Fault::no(why),
        None => Fault::Ours,
    }
}
