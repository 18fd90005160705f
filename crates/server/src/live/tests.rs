//! The room over a database that takes what it is given, late, or not at all.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::records::Ledger;
use super::{Doors, Live, Phase};
use crate::channels::{Channel, Channels, NewChannel, Patch, Slug};
use crate::clock::Clock;
use crate::db::{Db, Location, Row};
use crate::seal::Keyring;
use crate::tasks::Tasks;

/// Longer than anything here takes, and less than a statement waits for the database.
const PATIENCE: Duration = Duration::from_secs(8);

struct House {
    folder: PathBuf,
    db: Db,
    channels: Channels,
    channel: Channel,
    live: Live,
    tasks: Tasks,
}

impl House {
    async fn open(name: &str, grace: Duration) -> Self {
        let folder =
            std::env::temp_dir().join(format!("rivulet-live-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (clock, tasks) = (Clock::system(), Tasks::on(Handle::current()));
        let keyring = Keyring::open_or_create(&folder.join("secret.key")).unwrap();
        let db = Db::open(&Location::File(folder.join("rivulet.db"))).await.unwrap();
        let channels = Channels::new(db.clone(), keyring.into(), clock);
        channels.set_up(None).await.unwrap();
        let patch = Patch { reconnect_grace: Some(grace), ..Patch::default() };
        let channel = channels
            .change(&crate::audit::Actor::System, channels.primary().await.unwrap().id, patch)
            .await
            .unwrap();
        let doors = Doors::without_ffmpeg(db.clone(), channels.clone(), clock, &tasks);
        let live = Live::new(doors, clock, &tasks);
        Self { folder, db, channels, channel, live, tasks }
    }

    /// The process dies: nothing more is written. Another is started on the same files.
    async fn crash(mut self, name: &str) -> Self {
        let folder = std::mem::take(&mut self.folder);
        self.db.close().await;
        self.tasks.shut_down(PATIENCE).await;
        let moved =
            std::env::temp_dir().join(format!("rivulet-live-{name}-{}", std::process::id()));
        std::fs::rename(folder, moved).unwrap();
        let house = Self::open(name, self.channel.reconnect_grace).await;
        house.live.restore().await.unwrap();
        house
    }

    /// What is written of broadcasts: whether each has ended, and the first number not given out.
    async fn rows(&self) -> Vec<(bool, i64)> {
        let rows = self.db.query("SELECT * FROM broadcast ORDER BY started_at, id").all().await;
        let ended = |row: &Row| row.get::<Option<i64>>("ended_at").unwrap().is_some();
        let rows = rows.unwrap();
        rows.iter().map(|row| (ended(row), row.get("next_sequence").unwrap())).collect()
    }

    async fn until_rows(&self, holds: impl Fn(&[(bool, i64)]) -> bool) {
        let start = Instant::now();
        loop {
            let rows = self.rows().await;
            if holds(&rows) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{rows:?}");
            tokio::task::yield_now().await;
        }
    }

    async fn close(self) {
        assert!(self.tasks.shut_down(PATIENCE).await);
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

#[tokio::test]
async fn going_live_and_ending_wait_for_no_disk() {
    let house = House::open("slow", Duration::ZERO).await;
    let mut begins = house.live.begins();
    let held = house.db.begin().await.unwrap();

    let admitted = timeout(PATIENCE, house.live.admit(&house.channel, None)).await;
    let publication = admitted.expect("nobody waits for the disk").unwrap();
    let air = begins.recv().await.unwrap();
    assert_eq!(air.period, publication.period());
    drop(publication);
    assert_eq!(*house.live.watch(house.channel.id).borrow(), Phase::Offline);
    // A second broadcast, while the first is not even written.
    let publication = house.live.admit(&house.channel, None).await.unwrap();
    let second = begins.recv().await.unwrap();
    assert!(second.resume.next_sequence > air.resume.next_sequence);
    assert_eq!(house.rows().await, []);

    drop(held);
    house.until_rows(|rows| rows.iter().map(|(ended, _)| *ended).eq([true, false])).await;
    drop(publication);
    house.until_rows(|rows| rows.iter().all(|(ended, _)| *ended)).await;
    house.close().await;
}

#[tokio::test]
async fn what_the_disk_refuses_is_written_when_it_takes_it() {
    let house = House::open("full", Duration::from_secs(60)).await;
    let mut begins = house.live.begins();
    let refuse = "CREATE TRIGGER full BEFORE INSERT ON broadcast \
                  BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    house.db.command(refuse).execute().await.unwrap();

    let publication = house.live.admit(&house.channel, None).await.unwrap();
    assert_eq!(begins.recv().await.unwrap().period, publication.period());
    let mut ledger = Ledger::default();
    house.live.shared.write_down(&mut ledger).await;
    assert!(ledger.failing);
    assert_eq!(house.rows().await, []);

    house.db.command("DROP TRIGGER full").execute().await.unwrap();
    house.until_rows(|rows| matches!(rows, [(false, _)])).await;
    house.close().await;
}

#[tokio::test]
async fn a_channel_that_is_deleted_on_air_takes_no_other_along() {
    let house = House::open("deleted", Duration::ZERO).await;
    let system = crate::audit::Actor::System;
    let other = NewChannel::named(Slug::parse("other").unwrap());
    let other = house.channels.create(&system, other, None).await.unwrap();
    let mut begins = house.live.begins();
    let _publication = house.live.admit(&house.channel, None).await.unwrap();
    let air = begins.recv().await.unwrap();
    let deleted = house.live.admit(&other, None).await.unwrap();
    house.until_rows(|rows| rows.len() == 2).await;

    house.channels.remove(&system, other.id).await.unwrap();
    drop(deleted);
    air.advance(7, 0);
    house.until_rows(|rows| matches!(rows, [(false, 7)])).await;
    house.close().await;
}

#[tokio::test]
async fn what_one_channel_cannot_write_keeps_no_other_from_it() {
    let house = House::open("wrong", Duration::from_secs(60)).await;
    let other = NewChannel::named(Slug::parse("other").unwrap());
    let system = crate::audit::Actor::System;
    let other = house.channels.create(&system, other, None).await.unwrap();
    let stray = "INSERT INTO broadcast (id, channel_id, started_at, next_sequence, \
                 discontinuity_sequence, checkpoint_at, peak_viewers) \
                 VALUES ('stray', $1, 0, 0, 0, 0, 0)";
    house.db.command(stray).bind(other.id).execute().await.unwrap();
    let held = house.db.begin().await.unwrap();
    let _one = house.live.admit(&other, None).await.unwrap();
    let _two = house.live.admit(&house.channel, None).await.unwrap();
    drop(held);
    house.until_rows(|rows| rows.len() == 2).await;
    house.close().await;
}

#[tokio::test]
async fn a_number_may_be_listed_once_it_is_written() {
    let house = House::open("listable", Duration::from_secs(60)).await;
    let mut begins = house.live.begins();
    let _publication = house.live.admit(&house.channel, None).await.unwrap();
    let air = begins.recv().await.unwrap();
    let mut listable = air.listable();
    house.until_rows(|rows| matches!(rows, [(false, 0)])).await;

    let held = house.db.begin().await.unwrap();
    air.advance(1, 0);
    assert_eq!(*listable.borrow(), 0, "nothing can be written");
    drop(held);
    timeout(PATIENCE, listable.wait_for(|it| *it == 1)).await.unwrap().unwrap();
    assert!(matches!(*house.rows().await, [(false, 1)]));

    let refuse = "CREATE TRIGGER full BEFORE UPDATE ON broadcast \
                  BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    house.db.command(refuse).execute().await.unwrap();
    air.advance(2, 0);
    // A full disk stops nobody from watching.
    timeout(PATIENCE, listable.wait_for(|it| *it > 2)).await.unwrap().unwrap();
    house.db.command("DROP TRIGGER full").execute().await.unwrap();
    timeout(PATIENCE, listable.wait_for(|it| *it == 2)).await.unwrap().unwrap();
    house.close().await;
}

#[tokio::test]
async fn a_broadcast_goes_on_after_a_crash_with_the_very_next_number() {
    let house = House::open("crash", Duration::from_secs(60)).await;
    let mut begins = house.live.begins();
    let _publication = house.live.admit(&house.channel, None).await.unwrap();
    let air = begins.recv().await.unwrap();
    house.until_rows(|rows| matches!(rows, [(false, 0)])).await;
    air.advance(40, 3);
    house.until_rows(|rows| matches!(rows, [(false, 40)])).await;

    let house = house.crash("crash-again").await;
    let resumed = house.live.on_air(house.channel.id).unwrap();
    assert_eq!(resumed.period, air.period);
    let resume = resumed.resume;
    assert_eq!((resume.next_sequence, resume.discontinuity_sequence), (40, 3));
    house.close().await;
}

#[tokio::test]
async fn a_broadcast_that_is_taken_up_is_as_long_as_it_was_on_air() {
    let house = House::open("length", Duration::from_secs(60)).await;
    let _publication = house.live.admit(&house.channel, None).await.unwrap();
    let length = |house: &House| house.live.on_air(house.channel.id).unwrap().length();
    assert_eq!(length(&house), Duration::ZERO);
    house.until_rows(|rows| matches!(rows, [(false, 0)])).await;
    let earlier = "UPDATE broadcast SET started_at = started_at - 60000";
    house.db.command(earlier).execute().await.unwrap();

    let house = house.crash("length-again").await;
    assert!(length(&house) >= Duration::from_secs(60), "{:?}", length(&house));
    house.close().await;
}

#[tokio::test]
async fn a_channel_has_one_broadcast_without_an_end() {
    let house = House::open("one", Duration::from_secs(60)).await;
    let insert = |id: &'static str| {
        let sql = "INSERT INTO broadcast (id, channel_id, started_at, next_sequence, \
                   discontinuity_sequence, checkpoint_at, peak_viewers) \
                   VALUES ($1, $2, 0, 0, 0, 0, 0)";
        house.db.command(sql).bind(id).bind(house.channel.id).execute()
    };
    insert("one").await.unwrap();
    assert!(insert("two").await.is_err());
    house.close().await;
}
