//! The task that tells webhooks what happens in chat.

use rivulet_media::time::WallClock;
use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::Owncast;
use crate::channels::Channel;
use crate::ids::{ChatterId, short_id};
use crate::notify::{Event, EventKind};
use crate::telemetry::chain;

pub(super) async fn run(owncast: Owncast, stopping: CancellationToken) {
    let Ok(primary) = owncast.channel().await else {
        tracing::error!("webhooks are told nothing of chat: the primary channel cannot be read");
        return;
    };
    let mut news = owncast.doors().chat.news();
    loop {
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = stopping.cancelled() => return,
        };
        let document = match heard {
            Ok(news) if news.channel == primary.id => news.document,
            Ok(_) => continue,
            Err(RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "webhooks are not told of everything in chat");
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        let Some(mut event) = event(document, owncast.shared.clock.wall()) else { continue };
        if event.kind == EventKind::Chat {
            let client = client(&owncast, (&primary, &event)).await;
            put(&mut event.more, "clientId", json!(client));
        }
        if let Err(error) = owncast.doors().notify.tell(&event).await {
            tracing::error!(error = chain(&error), "a webhook's news is lost");
        }
    }
}

/// The number of the socket that a message came from, as far as it is known; 0 where it came from
/// none.
async fn client(owncast: &Owncast, (channel, event): (&Channel, &Event)) -> u64 {
    let user = event.more.get("user").and_then(|user| user.get("id")).and_then(Value::as_str);
    let Some(who) = user.and_then(ChatterId::parse) else { return 0 };
    owncast.doors().chat.client_of(channel, who).await.ok().flatten().unwrap_or_default()
}

/// What webhooks are told of it, if anything.
fn event(document: Value, at: WallClock) -> Option<Event> {
    let Value::Object(mut more) = document else { return None };
    let kind = EventKind::parse(more.remove("type")?.as_str()?)?;
    let id = more.get("id").and_then(Value::as_str).map_or_else(short_id, str::to_owned);
    match kind {
        EventKind::Chat => put(&mut more, "clientId", json!(0)),
        EventKind::NameChange => {
            let name = more.get("user").and_then(|user| user.get("displayName")).cloned();
            put(&mut more, "newName", name.unwrap_or_default());
        }
        EventKind::VisibilityUpdate => put(&mut more, "user", Value::Null),
        _ => {}
    }
    Some(Event { kind, id, at, more })
}

fn put(more: &mut Map<String, Value>, name: &str, value: Value) {
    more.insert(name.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_owncasts_clients_see_webhooks_are_told_with_more() {
        let at = WallClock::from_unix_millis(0);
        let said = json!({ "type": "CHAT", "id": "x", "body": "<p>hi</p>", "user": {} });
        let told = event(said, at).unwrap();
        assert_eq!((told.kind, told.id.as_str()), (EventKind::Chat, "x"));
        assert_eq!(told.more["clientId"], 0);
        let renamed = json!({ "type": "NAME_CHANGE", "user": { "displayName": "new" } });
        assert_eq!(event(renamed, at).unwrap().more["newName"], "new");
        let hidden = json!({ "type": "VISIBILITY-UPDATE", "ids": ["x"], "visible": false });
        assert_eq!(event(hidden, at).unwrap().more["user"], Value::Null);
        for nothing in [json!({ "type": "SYSTEM" }), json!({}), json!(5)] {
            assert!(event(nothing, at).is_none());
        }
    }
}
