//! The log on both databases.

use serde_json::json;

use super::*;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};

on_both_databases!(a_line_is_there_with_its_change_or_not_at_all, pages_and_filters_fit_together);

fn entry(actor: &Actor, action: Action) -> Entry<'_> {
    let subject = Subject::new(SubjectKind::Channel, "1", "one");
    Entry { actor, action, subject, was: None, became: Some(json!({ "title": "x" })) }
}

async fn a_line_is_there_with_its_change_or_not_at_all(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let audit = Audit::new(db.clone(), Clock::system());
    for commit in [false, true] {
        let mut transaction = db.begin().await.unwrap();
        let entry = entry(&Actor::CommandLine, Action::ChannelChanged);
        audit.record(&mut transaction, entry).await.unwrap();
        if commit {
            transaction.commit().await.unwrap();
        } else {
            drop(transaction);
        }
        let lines = audit.list(&Filter::default(), 10).await.unwrap();
        assert_eq!(lines.len(), usize::from(commit));
    }
    let [line] = &audit.list(&Filter::default(), 10).await.unwrap()[..] else { panic!() };
    assert_eq!(
        (line.actor_name.as_str(), line.action.as_str()),
        ("command line", "channel.changed")
    );
    assert_eq!((&line.was, &line.became), (&None, &Some(json!({ "title": "x" }))));
    db.close().await;
}

async fn pages_and_filters_fit_together(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let audit = Audit::new(db.clone(), Clock::system());
    let ada = Actor::Account { id: crate::ids::AccountId::generate(), name: "ada".to_owned() };
    for n in 0..5 {
        let mut transaction = db.begin().await.unwrap();
        let (actor, action) = if n % 2 == 0 {
            (&ada, Action::ChannelChanged)
        } else {
            (&Actor::System, Action::ChannelHidden)
        };
        audit.record(&mut transaction, entry(actor, action)).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let first = audit.list(&Filter::default(), 3).await.unwrap();
    let before = first.last().map(|line| line.id);
    let second = audit.list(&Filter { before, ..Filter::default() }, 3).await.unwrap();
    assert_eq!((first.len(), second.len()), (3, 2));
    assert!(first.iter().zip(first.iter().skip(1)).all(|(newer, older)| newer.id > older.id));
    let of_ada = Filter { actor: ada.account(), ..Filter::default() };
    assert_eq!(audit.list(&of_ada, 10).await.unwrap().len(), 3);
    let hidden = Filter { action: Some(Action::ChannelHidden), ..Filter::default() };
    assert_eq!(audit.list(&hidden, 10).await.unwrap().len(), 2);
    let other = Filter { subject: Some("2".to_owned()), ..Filter::default() };
    assert!(audit.list(&other, 10).await.unwrap().is_empty());
    db.close().await;
}
