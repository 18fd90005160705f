//! Webhooks.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Fault, document, done};
use super::call::Call;
use crate::clock::rfc3339;
use crate::notify::{EventKind, NewWebhook, Webhook};
use crate::owncast::Owncast;
use crate::seal::Secret;

pub(super) async fn list(State(owncast): State<Owncast>, _: Call) -> Answer {
    let webhooks = owncast.doors().notify.webhooks().await?;
    document(webhooks.iter().map(shown).collect())
}

pub(super) async fn create(State(owncast): State<Owncast>, call: Call) -> Answer {
    #[derive(Deserialize)]
    struct Wished {
        url: String,
        events: Vec<String>,
        #[serde(default)]
        secret: Option<String>,
    }
    let wished: Wished = call.json()?;
    let events: Option<Vec<_>> = wished.events.iter().map(|it| EventKind::parse(it)).collect();
    let events = events.ok_or_else(|| Fault::Bad("one or more invalid event types".to_owned()))?;
    let secret = wished.secret.filter(|it| !it.is_empty()).map(Secret::from);
    let new = NewWebhook { url: wished.url, events, secret };
    document(shown(&owncast.doors().notify.create(&call.actor(), new).await?))
}

pub(super) async fn remove(State(owncast): State<Owncast>, call: Call) -> Answer {
    #[derive(Deserialize)]
    struct Meant {
        id: u64,
    }
    let meant: Meant = call.json()?;
    match owncast.doors().notify.remove(&call.actor(), meant.id).await? {
        true => done("deleted webhook"),
        false => Err(Fault::Bad("there is no such webhook".to_owned())),
    }
}

fn shown(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.number,
        "url": webhook.url,
        "events": webhook.events,
        "timestamp": rfc3339(webhook.created_at),
        "lastUsed": webhook.last_used_at.map(rfc3339),
        "secret": webhook.secret.reveal(),
    })
}
