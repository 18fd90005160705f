//! What is kept of people is forgotten in time.

use rivulet_media::time::WallClock;

use crate::attempts::Prefix;
use crate::audit::Audit;
use crate::chat::model::who::{Kind, Speaker};
use crate::chat::store::Store;
use crate::clock::Clock;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::ids::ChatterId;

on_both_databases!(addresses_and_guests_are_forgotten);

async fn addresses_and_guests_are_forgotten(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let store = Store::new(db.clone(), Audit::new(db, Clock::system()));
    let at = |day: i64| WallClock::from_unix_millis(day * 86_400_000);
    let somebody = |kind| Speaker {
        id: ChatterId::generate(),
        kind,
        name: "Somebody".to_owned(),
        hue: 7,
        username: None,
        since: at(0),
        site: None,
        channel: None,
        follows_since: None,
        from: Prefix::of([192, 0, 2, 7].into()),
        has_spoken: true,
    };
    let (old, new) = (somebody(Kind::Guest), somebody(Kind::Guest));
    let account = somebody(Kind::Account);
    for (who, day) in [(&old, 1), (&new, 5), (&account, 1)] {
        store.call(who, at(day)).await.unwrap();
    }
    assert_eq!(store.forget_addresses(at(3), 10).await.unwrap(), 2);
    assert_eq!(store.forget_addresses(at(3), 10).await.unwrap(), 0);
    assert_eq!(store.person(old.id).await.unwrap().unwrap().address, None);
    let known = store.person(new.id).await.unwrap().unwrap();
    assert_eq!(known.address.as_deref(), Some("192.0.2.7"));
    assert_eq!(store.forget_guests(at(3), 10).await.unwrap(), 1);
    assert!(store.person(old.id).await.unwrap().is_none());
    assert!(store.person(account.id).await.unwrap().is_some());
    assert_eq!(store.forget_queue(at(3), 10).await.unwrap(), 0);
    assert_eq!(store.forget_reaches(at(3), 10).await.unwrap(), 0);
}
