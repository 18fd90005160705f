//! The room over its table.

use std::time::Duration;

use tokio::runtime::Handle;

use super::model::{MAX_MARKERS, Words};
use super::{CURRENT, Markers, MarkersError, Place};
use crate::audit::{Actor, Audit, Filter};
use crate::channels::{Channel, Channels};
use crate::clock::Clock;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::db::{Db, Engine};
use crate::ids::{BroadcastId, MarkerId};
use crate::live::{self, Live};
use crate::seal::Keyring;
use crate::tasks::Tasks;

on_both_databases!(a_broadcast_has_so_many_and_no_more, what_is_done_is_logged_and_told);

struct House {
    scratch: Scratch,
    db: Db,
    channel: Channel,
    live: Live,
    markers: Markers,
    tasks: Tasks,
}

impl House {
    async fn open(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let (clock, tasks) = (Clock::system(), Tasks::on(Handle::current()));
        let keyring = Keyring::open_or_create(&scratch.folder.join("secret.key")).unwrap();
        let db = Db::open(&scratch.database).await.unwrap();
        let channels = Channels::new(db.clone(), keyring.into(), clock);
        channels.set_up(None).await.unwrap();
        let channel = channels.primary().await.unwrap();
        let doors = live::Doors::without_ffmpeg(db.clone(), channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        let markers = Markers::new(db.clone(), channels, (live.clone(), clock));
        Self { scratch, db, channel, live, markers, tasks }
    }

    async fn set(&self, text: &str) -> Result<Place, MarkersError> {
        let words = Words::parse(text)?;
        let (marker, _) = self.markers.set(&Actor::System, (&self.channel, CURRENT), words).await?;
        Ok(Place { channel: self.channel.id, broadcast: marker.broadcast, marker: marker.id })
    }

    async fn close(self) {
        self.tasks.shut_down(Duration::from_secs(8)).await;
        self.db.close().await;
        drop(self.scratch);
    }
}

async fn a_broadcast_has_so_many_and_no_more(engine: Engine) {
    let house = House::open(engine).await;
    assert!(matches!(house.set("too early").await, Err(MarkersError::NotOnAir)));
    let publication = house.live.admit(&house.channel, None).await.unwrap();
    let first = house.set("first").await.unwrap();
    for _ in 1..MAX_MARKERS {
        house.set("").await.unwrap();
    }
    assert!(matches!(house.set("one more").await, Err(MarkersError::Full)));
    let listed = house.markers.list(&house.channel, first.broadcast).await.unwrap();
    assert_eq!(listed.len() as u64, MAX_MARKERS);
    let marked = house.markers.marked(&house.channel).await.unwrap();
    let [marked] = &marked[..] else { panic!("{}", marked.len()) };
    assert_eq!((marked.broadcast, marked.markers), (first.broadcast, MAX_MARKERS));

    house.markers.remove(&Actor::System, &house.channel, first).await.unwrap();
    house.set("in its place").await.unwrap();
    drop(publication);
    house.close().await;
}

async fn what_is_done_is_logged_and_told(engine: Engine) {
    let house = House::open(engine).await;
    let publication = house.live.admit(&house.channel, None).await.unwrap();
    let mut news = house.markers.news();
    let place = house.set("goal").await.unwrap();
    assert_eq!(news.recv().await, Ok(house.channel.id));
    let words = || Words::parse("own goal").unwrap();
    let reword = async |place: Place| {
        house.markers.reword(&Actor::System, &house.channel, (place, words())).await
    };
    assert_eq!(reword(place).await.unwrap().text, "own goal");
    assert_eq!(news.recv().await, Ok(house.channel.id));
    // Nothing changes, and nobody is told.
    reword(place).await.unwrap();
    for other in [
        Place { marker: MarkerId::generate(), ..place },
        Place { broadcast: BroadcastId::generate(), ..place },
    ] {
        assert!(matches!(reword(other).await, Err(MarkersError::NoMarker)));
        let removed = house.markers.remove(&Actor::System, &house.channel, other).await;
        assert!(matches!(removed, Err(MarkersError::NoMarker)));
    }
    assert!(news.is_empty());
    house.markers.remove(&Actor::System, &house.channel, place).await.unwrap();
    assert_eq!(news.recv().await, Ok(house.channel.id));

    let audit = Audit::new(house.db.clone(), Clock::system());
    let lines = audit.list(&Filter::default(), 10).await.unwrap();
    let lines = lines.iter().filter(|line| line.action == "channel.markers");
    let said = |value: &Option<serde_json::Value>| {
        value.as_ref().and_then(|it| it["text"].as_str().map(str::to_owned))
    };
    let lines: Vec<_> = lines.map(|line| (said(&line.was), said(&line.became))).collect();
    let text = |it: &str| Some(it.to_owned());
    let expected =
        [(text("own goal"), None), (text("goal"), text("own goal")), (None, text("goal"))];
    assert_eq!(lines, expected);
    drop(publication);
    house.close().await;
}
