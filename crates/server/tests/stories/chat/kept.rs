//! What is acknowledged is kept, whatever becomes of the server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::house::{CHAT, House, Talker};
use crate::harness::{Database, Server, on_both_databases, until};

on_both_databases!(what_is_acknowledged_survives_a_kill);

/// One burst: says things until the server is gone; what was acknowledged, by key, number and id.
async fn burst(
    mut talker: Talker,
    (round, who): (usize, usize),
    acks: &AtomicUsize,
) -> Vec<(String, u64, Value)> {
    let mut said = Vec::new();
    for n in 0.. {
        let key = format!("{round}-{who}-{n}");
        let say = json!({ "type": "say", "key": key, "text": format!("message {key}") });
        if talker.socket.try_say(&say).await.is_err() {
            break;
        }
        let answered = loop {
            match talker.socket.lines().await {
                None => return said,
                Some(lines) => {
                    if let Some(answer) = lines.into_iter().find(|it| it["key"] == *key) {
                        break answer;
                    }
                }
            }
        };
        if answered["type"] == "ack" {
            acks.fetch_add(1, Ordering::Relaxed);
            said.push((key, answered["seq"].as_u64().unwrap(), answered["id"].clone()));
        }
    }
    said
}

/// All that is kept, in order.
async fn everything(server: &Server) -> Vec<Value> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("{CHAT}/messages?after={after}&limit=100");
        let page = server.client().get(&path).await.json();
        events.extend(page["events"].as_array().unwrap().iter().cloned());
        if page["more"] == false {
            return events;
        }
        after = events.last().unwrap()["seq"].as_u64().unwrap();
    }
}

/// Bursts from several people, a kill in the middle of each, and the same again: whatever was
/// acknowledged is there once, in one order, for everybody.
async fn what_is_acknowledged_survives_a_kill(database: Database) {
    let mut house = House::open(database).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(house.guest().await);
    }
    let mut acknowledged = BTreeMap::new();
    for round in 0..3 {
        let (acks, mut bursts) = (Arc::new(AtomicUsize::new(0)), Vec::new());
        for (who, token) in tokens.iter().enumerate() {
            let (talker, acks) = (house.sit(token).await, Arc::clone(&acks));
            bursts.push(tokio::spawn(async move { burst(talker, (round, who), &acks).await }));
        }
        until("there is something to lose", async || {
            (acks.load(Ordering::Relaxed) >= 8 + 3 * round).then_some(())
        })
        .await;
        house.server.kill().await;
        for said in futures_util::future::join_all(bursts).await {
            for (key, seq, id) in said.unwrap() {
                assert!(acknowledged.insert(seq, (key, id)).is_none(), "{seq} is there twice");
            }
        }
        house.server.start_again().await;
    }
    let events = everything(&house.server).await;
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|one, other| one + 1 == *other), "{seqs:?}");
    for (seq, (key, id)) in &acknowledged {
        let there: Vec<_> = events.iter().filter(|event| event["id"] == *id).collect();
        assert_eq!(there.len(), 1, "{key}");
        assert_eq!(there[0]["seq"], *seq, "{key}");
    }
    let texts: Vec<_> = events.iter().filter_map(|event| event["text"].as_str()).collect();
    let once: BTreeSet<_> = texts.iter().collect();
    assert_eq!(once.len(), texts.len(), "something is there twice");
}
