//! The settings on both databases.

use serde_json::json;

use super::*;
use crate::audit::Filter;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};

on_both_databases!(
    a_change_is_kept_told_and_logged,
    another_processs_change_is_taken_over,
    what_does_not_fit_changes_nothing,
);

async fn a_change_is_kept_told_and_logged(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let audit = Audit::new(db.clone(), Clock::system());
    let site = Site::open(db.clone(), audit.clone(), Clock::system()).await.unwrap();
    let mut told = site.watch();
    assert_eq!(site.settings().settings, Settings::default());
    let changed = site.change(&Actor::CommandLine, &json!({ "name": "Town" })).await.unwrap();
    assert_eq!((changed.version, changed.settings.name.as_str()), (1, "Town"));
    assert_eq!(told.borrow_and_update().settings.name, "Town");
    // Nothing that changes nothing is worth a line.
    site.change(&Actor::CommandLine, &json!({ "name": "Town" })).await.unwrap();
    let lines = audit.list(&Filter::default(), 10).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].became, Some(json!({ "name": "Town" })));
    let again = Site::open(db.clone(), audit, Clock::system()).await.unwrap();
    assert_eq!(again.settings().settings.name, "Town");
    db.close().await;
}

async fn another_processs_change_is_taken_over(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let audit = Audit::new(db.clone(), Clock::system());
    let server = Site::open(db.clone(), audit.clone(), Clock::system()).await.unwrap();
    let other = Site::open(db.clone(), audit, Clock::system()).await.unwrap();
    let tasks = Tasks::on(tokio::runtime::Handle::current());
    server.keep_up(&tasks);
    let mut told = server.watch();
    other.change(&Actor::CommandLine, &json!({ "mode": "multi" })).await.unwrap();
    told.wait_for(|current| current.settings.mode == Mode::Multi).await.unwrap();
    // Its next change goes on from there.
    server.change(&Actor::System, &json!({ "name": "Town" })).await.unwrap();
    other.look().await.unwrap();
    let settings = &other.settings().settings;
    assert_eq!((settings.mode, settings.name.as_str()), (Mode::Multi, "Town"));
    assert!(tasks.shut_down(Duration::from_secs(5)).await);
    db.close().await;
}

async fn what_does_not_fit_changes_nothing(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let audit = Audit::new(db.clone(), Clock::system());
    let site = Site::open(db.clone(), audit.clone(), Clock::system()).await.unwrap();
    for patch in [json!({ "name": "" }), json!({ "nam": "x" }), json!({ "tags": 1 }), json!(1)] {
        assert!(site.change(&Actor::System, &patch).await.is_err(), "{patch}");
    }
    assert_eq!(site.settings().version, 0);
    assert!(audit.list(&Filter::default(), 10).await.unwrap().is_empty());
    db.close().await;
}
